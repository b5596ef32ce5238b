#include "ocr/press/press.h"

#include "ocr/press/internal/ageing.h"
#include "ocr/press/internal/compose.h"
#include "ocr/press/internal/fonts.h"
#include "ocr/press/internal/forme.h"
#include "ocr/press/internal/noise.h"
#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace shiqu::ocr {
namespace {

using press::Cell;
using press::Hand;
using press::LineDraft;
using press::Prng;

/// Each stage has its own numbers: another ageing leaves the same leaf.
enum Stream : std::uint64_t {
  kFace = 1,
  kGrid,
  kCut,
  kCutBehind,
  kWear,
  kWarp,
  kPhotograph,
  kSeal,
  kIds,
  kRare,
  kHeadNotes,
  kFigure,
  kGlosses
};

constexpr std::array<std::string_view, 3> kStyles{"ming", "kai", "mixed"};
constexpr std::array<std::pair<std::string_view, double Ageing::*>, 9> kStrengths{{
    {"paper", &Ageing::paper},
    {"light", &Ageing::light},
    {"show_through", &Ageing::show_through},
    {"bleed", &Ageing::bleed},
    {"loss", &Ageing::loss},
    {"rules", &Ageing::rules},
    {"skew", &Ageing::skew},
    {"curvature", &Ageing::curvature},
    {"noise", &Ageing::noise},
}};
constexpr std::array<std::u32string_view, 5> kSeals{U"石渠寶笈", U"藏書之印", U"子孫永寶",
                                                    U"天祿琳琅", U"讀書堂記"};
constexpr double kMostSkew = 1.6;  // degrees
constexpr double kLeastCell = 12;  // px; smaller glyphs are blots

struct Hands {
  Hand body = Hand::Ming;
  Hand aside = Hand::Ming;
};

Hands hands_of(PressStyle style, Prng& prng) {
  if (style == PressStyle::Mixed) {
    return prng.chance(0.5) ? Hands{Hand::Ming, Hand::Kai} : Hands{Hand::Kai, Hand::Ming};
  }
  const Hand hand = style == PressStyle::Kai ? Hand::Kai : Hand::Ming;
  return {hand, hand};
}

Status check_number(std::string_view name, double value, double least, double most) {
  if (!(value >= least && value <= most)) {
    return fail(ErrorCode::InvalidInput, "press a page", std::string(name),
                fmt::format("{} is not between {} and {}", value, least, most));
  }
  return {};
}

Status check(const PressOptions& options) {
  SHIQU_TRY(check_number("width_px", options.width_px, 200, 12000));
  SHIQU_TRY(check_number("height_px", options.height_px, 200, 12000));
  SHIQU_TRY(check_number("columns", options.columns, 1, 60));
  SHIQU_TRY(check_number("rows", options.rows, 2, 100));
  const int halves = options.leaf == Leaf::Full ? 2 : 1;
  const double cell = std::min(0.8 * options.height_px / options.rows,
                               0.8 * options.width_px / (options.columns * halves + 1));
  if (cell < kLeastCell) {
    return fail(ErrorCode::InvalidInput, "press a page", "columns and rows",
                fmt::format("cells of {:.1f} px are too small", cell));
  }
  SHIQU_TRY(check_number("dpi", options.dpi, 50, 2400));
  SHIQU_TRY(check_number("rare", options.rare, 0, 10000));
  SHIQU_TRY(check_number("head_notes", options.head_notes, 0, 20));
  SHIQU_TRY(check_number("glosses", options.glosses, 0, 100));
  SHIQU_TRY(check_number("band_row", options.band_row, 0, options.rows - 1));
  SHIQU_TRY(check_number("band_columns", options.band_columns, 0, options.columns));
  if (options.head_notes > 0 && !options.head_line.empty()) {
    return fail(ErrorCode::InvalidInput, "press a page", "head_notes and head_line",
                "both stand above the frame");
  }
  if (!options.band.empty() && options.leaf == Leaf::Full) {
    return fail(ErrorCode::InvalidInput, "press a page", "band and leaf",
                "horizontal text would run across the centre strip");
  }
  if (options.band_columns > 0 && options.figure) {
    return fail(ErrorCode::InvalidInput, "press a page", "band_columns and figure",
                "both take columns");
  }
  SHIQU_TRY(check_number("page_number", options.page_number, 1, 9999));
  SHIQU_TRY(check_number("skew_deg", options.skew_deg.value_or(0), -5, 5));
  for (const auto& [name, member] : kStrengths) {
    SHIQU_TRY(check_number(name, options.ageing.*member, 0, 1));
  }
  return {};
}

PressOptions completed(PressOptions options) {
  if (options.width_px == 0) {
    options.width_px = options.leaf == Leaf::Full ? 2200 : 1200;
  }
  if (options.height_px == 0) {
    options.height_px = 1700;
  }
  return options;
}

/// A character of CJK Extension B that the fonts have.
Result<char32_t> rare_character(press::Fonts& fonts, Hand hand, Prng& prng) {
  constexpr std::size_t kFirst = 0x20000;
  constexpr std::size_t kCount = 0xA6D7;
  for (int tries = 0; tries < 200; ++tries) {
    const auto character = static_cast<char32_t>(kFirst + prng.below(kCount));
    if (fonts.has(character, hand)) {
      return character;
    }
  }
  return fail(ErrorCode::NotFound, "find a font with rare characters (CJK Extension B)", {},
              "install the Debian package fonts-cns11643-sung or fonts-cns11643-kai");
}

/// Puts rare characters in the place of common ones.
Status mix_in_rare(std::vector<LineDraft>& lines, int count, press::Fonts& fonts, Prng& prng) {
  std::vector<Cell*> cells;
  for (LineDraft& line : lines) {
    for (Cell& cell : line.cells) {
      cells.push_back(&cell);
    }
  }
  for (int i = 0; i < count && !cells.empty(); ++i) {
    const std::size_t at = prng.below(cells.size());
    SHIQU_TRY_ASSIGN(cells[at]->character, rare_character(fonts, cells[at]->hand, prng));
    cells.erase(cells.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return {};
}

Result<std::optional<press::Seal>> seal_for(const PressOptions& options, const press::Grid& grid,
                                            press::Fonts& fonts) {
  Prng prng(options.seed, kSeal);
  if (!options.seal || !prng.chance(0.6)) {
    return std::optional<press::Seal>();
  }
  const double side = std::min(grid.page.width, grid.page.height) * prng.between(0.085, 0.13);
  const std::u32string_view legend = kSeals[prng.below(kSeals.size())];
  SHIQU_TRY_ASSIGN(press::Seal seal, press::cut_seal(legend, static_cast<int>(side), fonts, prng));
  const double right = grid.columns.front() + grid.column_width - side * prng.between(0.75, 1.1);
  const double left = grid.columns.back() + side * prng.between(-0.2, 0.3);
  const bool at_right = prng.chance(0.7);
  const double low = grid.strip_bottom - side * prng.between(1.1, 1.9);
  const double high = grid.border.y - side * prng.between(0.2, 0.8);
  seal.corner = {at_right ? right : left, prng.chance(0.75) ? low : high};
  return std::optional<press::Seal>(std::move(seal));
}

double skew_of(const PressOptions& options, Prng& prng) {
  const double drawn = kMostSkew * options.ageing.skew * prng.between(0.3, 1);
  const double sign = prng.chance(0.5) ? 1 : -1;
  return options.skew_deg.value_or(sign * drawn);
}

model::PageText truth_of(const PressOptions& options, std::span<const LineDraft> lines,
                         std::span<const RectPx> boxes) {
  model::PageText out;
  out.width_px = options.width_px;
  out.height_px = options.height_px;
  out.producer = fmt::format("shiqu-press {}", SHIQU_VERSION);
  Prng ids(options.seed ^ (static_cast<std::uint64_t>(options.page_number) << 32U), kIds);
  std::size_t at = 0;
  for (const LineDraft& draft : lines) {
    model::Line line;
    line.id = LineId(ids.uuid());
    line.kind = draft.kind;
    for (const Cell& cell : draft.cells) {
      model::Glyph glyph;
      glyph.text = to_utf8(cell.character);
      glyph.box = boxes[at++];
      line.text += glyph.text;
      line.box = bounding_box(line.box, glyph.box);
      line.glyphs.push_back(std::move(glyph));
    }
    out.lines.push_back(std::move(line));
  }
  return out;
}

/// Head notes, glosses (the last lines) and the figure: what a page of plain text does not have.
void add_regions(model::PageText& truth, std::size_t glosses, const RectPx& figure) {
  RectPx notes;
  const std::size_t first_gloss = truth.lines.size() - glosses;
  for (std::size_t i = 0; i < first_gloss; ++i) {
    const model::Line& line = truth.lines[i];
    notes = line.kind == model::LineKind::Marginalia ? bounding_box(notes, line.box) : notes;
  }
  if (!notes.empty()) {
    truth.regions.push_back({model::RegionKind::HeadNote, notes});
  }
  for (std::size_t i = first_gloss; i < truth.lines.size(); ++i) {
    truth.regions.push_back({model::RegionKind::Gloss, truth.lines[i].box});
  }
  if (!figure.empty()) {
    truth.regions.push_back({model::RegionKind::Figure, figure});
  }
}

/// The print of the following page, for what shines through.
Result<press::Plane<std::uint8_t>> print_behind(const PressOptions& options,
                                                std::span<const Paragraph> paragraphs,
                                                TextPosition start, Hands hands,
                                                press::Fonts& fonts) {
  PressOptions other = options;
  other.page_number = std::min(options.page_number + 1, 9999);
  Prng grid_prng(options.seed, kGrid);
  const press::Grid grid = press::make_grid(other, grid_prng);
  const press::Composition next =
      press::compose(other, grid, paragraphs, start, hands.body, hands.aside);
  Prng prng(options.seed, kCutBehind);
  SHIQU_TRY_ASSIGN(const press::Forme forme,
                   press::cut_forme(grid, next.lines, fonts, prng, options.ageing.rules));
  return press::shine_through(forme.ink);
}

}  // namespace

std::string_view name_of(PressStyle style) noexcept {
  return kStyles[static_cast<std::size_t>(style)];
}

Result<PressStyle> press_style_from(std::string_view name) {
  for (std::size_t i = 0; i < kStyles.size(); ++i) {
    if (kStyles[i] == name) {
      return static_cast<PressStyle>(i);
    }
  }
  return fail(ErrorCode::InvalidInput, "choose a style", std::string(name), "ming, kai or mixed");
}

Result<Ageing> ageing_preset(std::string_view name) {
  if (name == "none") {
    return Ageing{};
  }
  if (name == "light") {
    return Ageing{0.4, 0.35, 0.22, 0.35, 0.25, 0.35, 0.35, 0.25, 0.3};
  }
  if (name == "strong") {
    return Ageing{0.9, 0.8, 0.65, 0.75, 0.7, 0.75, 0.85, 0.8, 0.75};
  }
  return fail(ErrorCode::InvalidInput, "choose an ageing", std::string(name),
              "none, light or strong");
}

Status set_strength(Ageing& ageing, std::string_view name, double strength) {
  for (const auto& [known, member] : kStrengths) {
    if (known == name) {
      SHIQU_TRY(check_number(name, strength, 0, 1));
      ageing.*member = strength;
      return {};
    }
  }
  return fail(ErrorCode::InvalidInput, "set an ageing strength", std::string(name), "unknown name");
}

Result<PressedPage> press_page(const PressOptions& given, std::span<const Paragraph> paragraphs,
                               TextPosition start) {
  const PressOptions options = completed(given);
  SHIQU_TRY(check(options));
  Prng face_prng(options.seed, kFace);
  const std::size_t face = face_prng.below(6);  // a multiple of the numbers of main fonts
  const Hands hands = hands_of(options.style, face_prng);
  const bool ming = hands.body == Hand::Ming || hands.aside == Hand::Ming;
  const bool kai = hands.body == Hand::Kai || hands.aside == Hand::Kai;
  SHIQU_TRY_ASSIGN(press::Fonts fonts, press::Fonts::open(options.font_folder, ming, kai, face));
  Prng grid_prng(options.seed, kGrid);
  press::Grid grid = press::make_grid(options, grid_prng);
  if (!press::band_fits(options, grid)) {
    return fail(ErrorCode::InvalidInput, "press a page", "band",
                "its lines are longer or more than the columns leave room for");
  }
  Prng figure_prng(options.seed, kFigure);
  const RectPx figure = options.figure ? press::make_room_for_figure(grid, figure_prng) : RectPx{};
  press::Composition page =
      press::compose(options, grid, paragraphs, start, hands.body, hands.aside);
  if (page.lines.empty()) {
    return fail(ErrorCode::InvalidInput, "press a page", {}, "there is no text to set");
  }
  Prng rare_prng(options.seed, kRare);
  SHIQU_TRY(mix_in_rare(page.lines, options.rare, fonts, rare_prng));
  for (LineDraft& line : press::compose_strip(options, grid, hands.body)) {
    page.lines.push_back(std::move(line));
  }
  Prng notes_prng(options.seed, kHeadNotes);
  for (LineDraft& line :
       press::compose_head_notes(options, grid, paragraphs, hands.aside, notes_prng)) {
    page.lines.push_back(std::move(line));
  }
  if (LineDraft line = press::compose_head_line(options, grid, hands.body); !line.cells.empty()) {
    page.lines.push_back(std::move(line));
  }
  Prng gloss_prng(options.seed, kGlosses);
  const std::vector<LineDraft> glosses =
      press::compose_glosses(options, grid, page.lines, paragraphs, hands.aside, gloss_prng);
  page.lines.insert(page.lines.end(), glosses.begin(), glosses.end());
  std::size_t glyph_count = 0;
  for (const LineDraft& line : page.lines) {
    glyph_count += line.cells.size();
  }

  Prng cut_prng(options.seed, kCut);
  SHIQU_TRY_ASSIGN(press::Forme forme,
                   press::cut_forme(grid, page.lines, fonts, cut_prng, options.ageing.rules));
  if (!figure.empty()) {
    ++glyph_count;
    press::cut_figure(forme, figure, static_cast<std::uint16_t>(glyph_count), 1.5 * grid.thin,
                      figure_prng);
  }
  Prng wear_prng(options.seed, kWear);
  press::wear_ink(forme.ink, options.ageing, wear_prng);
  SHIQU_TRY_ASSIGN(const std::optional<press::Seal> seal, seal_for(options, grid, fonts));
  press::Plane<std::uint8_t> behind;
  press::Sheet sheet{&forme, seal ? &*seal : nullptr, nullptr};
  if (options.ageing.show_through > 0) {
    const TextPosition next = page.text_ended ? TextPosition{} : page.next;
    SHIQU_TRY_ASSIGN(behind, print_behind(options, paragraphs, next, hands, fonts));
    sheet.behind = &behind;
  }
  Prng warp_prng(options.seed, kWarp);
  PressedPage out;
  out.skew_deg = skew_of(options, warp_prng);
  const press::Warp warp(grid.page, out.skew_deg, options.ageing.curvature, warp_prng);
  Prng photograph_prng(options.seed, kPhotograph);
  press::Photograph photograph =
      press::photograph(sheet, glyph_count, warp, options.ageing, photograph_prng);
  out.truth = truth_of(options, page.lines, photograph.glyphs);
  add_regions(out.truth, glosses.size(), figure.empty() ? RectPx{} : photograph.glyphs.back());
  out.image = std::move(photograph.image);
  out.frame = photograph.frame;
  if (!photograph.seal.empty()) {
    out.seal = photograph.seal;
  }
  out.dpi = options.dpi;
  out.seed = options.seed;
  out.style = options.style;
  out.next = page.next;
  out.text_ended = page.text_ended;
  return out;
}

}  // namespace shiqu::ocr
