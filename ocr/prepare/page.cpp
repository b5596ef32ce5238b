#include "ocr/prepare/page.h"

#include "capture/quality/skew.h"
#include "ocr/prepare/internal/areas.h"
#include "ocr/prepare/internal/asides.h"
#include "ocr/prepare/internal/bend.h"
#include "ocr/prepare/internal/figures.h"
#include "ocr/prepare/internal/layout.h"
#include "ocr/prepare/internal/level.h"
#include "ocr/prepare/internal/paper.h"
#include "ocr/prepare/internal/pictures.h"
#include "ocr/prepare/internal/pieces.h"
#include "ocr/prepare/internal/seals.h"
#include "storage/imaging/operations.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr int kWorkingPx = 1600;  ///< longer edge at which layout is found: rules are still 2 px
constexpr int kLeastPx = 64;
constexpr double kLeastTurnDeg = 0.2;  ///< below this a rule drifts less than half a glyph
constexpr double kMostTurnDeg = 5;
constexpr double kLeastShift = 0.04;  ///< pitches: a smaller bend does no harm

/// A box found at working size, on the page.
RectPx enlarged(const RectPx& box, SizePx from, SizePx to) {
  const double sx = static_cast<double>(to.width) / from.width;
  const double sy = static_cast<double>(to.height) / from.height;
  const int left = static_cast<int>(std::floor(box.x * sx));
  const int top = static_cast<int>(std::floor(box.y * sy));
  const RectPx out{left, top, static_cast<int>(std::ceil(box.right() * sx)) - left,
                   static_cast<int>(std::ceil(box.bottom() * sy)) - top};
  return intersection(out, {0, 0, to.width, to.height});
}

/// The page at working size. The thin level strokes of Ming type would pale in a mean: when the
/// page is made smaller, each pixel first takes the darker of itself and the one below.
imaging::Image working_image(const imaging::Image& gray) {
  if (std::max(gray.width(), gray.height()) < kWorkingPx * 5 / 4) {
    return imaging::fit(gray, kWorkingPx);
  }
  imaging::Image dark = gray.clone();
  for (int y = 0; y + 1 < gray.height(); ++y) {
    const auto below = gray.row(y + 1);
    const auto row = dark.row(y);
    std::transform(row.begin(), row.end(), below.begin(), row.begin(),
                   [](std::uint8_t a, std::uint8_t b) { return std::min(a, b); });
  }
  return imaging::fit(dark, kWorkingPx);
}

/// Finds them and takes them out of the text.
Asides take_asides(Layout& layout, bool horizontal_page) {
  Asides out;
  InkMask& text = layout.layers.text;
  out.head_notes = find_head_notes(layout.layers, layout.registers, layout.grid.pitch);
  for (const RectPx& column : out.head_notes.columns) {
    clear(text, column);
  }
  if (horizontal_page) {
    return out;
  }
  out.lines = find_level_lines(layout.layers, layout.registers, layout.grid);
  for (const LevelLine& line : out.lines) {
    clear(text, line.box);
  }
  out.glosses = find_glosses(layout.layers, layout.grid, layout.registers);
  for (const RectPx& gloss : out.glosses) {
    clear(text, gloss);
  }
  return out;
}

/// Areas of the columns and of what stands beside them, in pixels of the masks.
std::vector<ReadingArea> all_areas(const Layout& layout, const Asides& asides, bool with_notes) {
  const SizePx size = layout.layers.text.size;
  const int beside = static_cast<int>(0.04 * layout.grid.pitch);
  const auto area = [&](model::LineKind kind, const RectPx& ink, bool level) {
    const RectPx box{ink.x - beside, ink.y - beside, ink.width + 2 * beside,
                     ink.height + 2 * beside};
    return ReadingArea{kind, intersection(box, {0, 0, size.width, size.height}), {}, level};
  };
  std::vector<ReadingArea> columns =
      areas_of(layout.layers, layout.grid, layout.registers, asides, with_notes);
  for (ReadingArea& column : columns) {
    for (const RectPx& gloss : asides.glosses) {
      if (!intersection(gloss, column.box).empty()) {
        column.blank.push_back(area(column.kind, gloss, false).box);
      }
    }
  }
  const auto strips = std::stable_partition(columns.begin(), columns.end(), [](const auto& one) {
    return one.kind != model::LineKind::CentreStrip && one.kind != model::LineKind::Marginalia;
  });
  std::vector<ReadingArea> out(columns.begin(), strips);
  for (const LevelLine& line : asides.lines) {  // before what stands below it, or on its left
    const auto after = std::find_if(out.begin(), out.end(), [&](const ReadingArea& one) {
      const bool below = one.box.y + one.box.height / 2 > line.box.y + line.box.height / 2;
      return line.divides(one.box) ? below : one.box.x < line.left;
    });
    out.insert(after, area(model::LineKind::Horizontal, line.box, true));
  }
  out.insert(out.end(), strips, columns.end());
  for (const auto* boxes : {&asides.head_notes.columns, &asides.glosses}) {
    for (const RectPx& box : *boxes) {
      out.push_back(area(model::LineKind::Marginalia, box, false));
    }
  }
  return out;
}

Status cancelled(const std::stop_token& stop) {
  if (stop.stop_requested()) {
    return fail(ErrorCode::Cancelled, "prepare page for reading");
  }
  return {};
}

/// The areas of one kind of text as regions: the whole text, the centre strips.
void add_text_regions(PreparedPage& page) {
  const auto add = [&](model::RegionKind kind, const auto& belongs) {
    RectPx box;
    for (const ReadingArea& area : page.areas) {
      box = belongs(area.kind) ? bounding_box(box, page.on_page(area.box)) : box;
    }
    if (!box.empty()) {
      page.regions.push_back({kind, box});
    }
  };
  using model::LineKind;
  add(model::RegionKind::Text,
      [](LineKind kind) { return kind != LineKind::CentreStrip && kind != LineKind::Marginalia; });
  add(model::RegionKind::CentreStrip, [](LineKind kind) { return kind == LineKind::CentreStrip; });
}

/// Where a box of a page of `size`, turned clockwise, lay before.
RectPx before_quarters(const RectPx& box, SizePx size, int quarters) noexcept {
  switch (quarters) {
    case 1:
      return {box.y, size.width - box.right(), box.height, box.width};
    case 2:
      return {size.width - box.right(), size.height - box.bottom(), box.width, box.height};
    case 3:
      return {size.height - box.bottom(), box.x, box.height, box.width};
    default:
      return box;
  }
}

}  // namespace

RectPx PreparedPage::on_page(const RectPx& box) const noexcept {
  return before_quarters(before_straightening(box), gray.size(), quarter_turns);
}

RectPx PreparedPage::before_straightening(const RectPx& box) const noexcept {
  const RectPx whole{0, 0, gray.width(), gray.height()};
  if (turned_deg == 0 && bend.shifts.empty()) {
    return intersection(box, whole);
  }
  const auto before = [&](double x, double y) {
    return point_before_turn({x + bend.shift_at(x, y), y}, gray.size(), turned_deg);
  };
  // The middle line only: the box around the turned corners would take in the neighbours.
  const double x = box.x + box.width / 2.0;
  const PointPx middle = before(x, box.y + box.height / 2.0);
  const PointPx first = before(x, box.y);
  const PointPx last = before(x, box.bottom());
  const bool small = box.height <= 3 * box.width;
  const auto [least, most] = std::minmax({first.x, middle.x, last.x});
  const double from = (small ? middle.x : least) - box.width / 2.0;
  const double to = (small ? middle.x : most) + box.width / 2.0;
  const int left = static_cast<int>(std::floor(from));
  const int top = static_cast<int>(std::floor(middle.y - box.height / 2.0));
  return intersection({left, top, static_cast<int>(std::ceil(to)) - left, box.height}, whole);
}

Result<PreparedPage> prepare_page(const imaging::Image& page, std::stop_token stop,
                                  const DebugImageSink& debug) {
  return prepare_page(page, PageForm{}, std::move(stop), debug);
}

Result<PreparedPage> prepare_page(const imaging::Image& page, const PageForm& form,
                                  std::stop_token stop, const DebugImageSink& debug) {
  if (page.width() < kLeastPx || page.height() < kLeastPx) {
    return fail(ErrorCode::InvalidInput, "prepare page for reading", "page smaller than 64 px");
  }
  PreparedPage out;
  out.quarter_turns = (form.quarter_turns % 4 + 4) % 4;
  out.horizontal = form.horizontal;
  // Turned first, so that a page reads the same whichever way up it lies.
  const imaging::Image upright =
      out.quarter_turns == 0 ? imaging::Image() : imaging::rotate_quarters(page, out.quarter_turns);
  SealLayer stamps = take_seals(upright.empty() ? page : upright);
  out.gray = std::move(stamps.gray);
  for (const RectPx& seal : stamps.seals) {
    out.regions.push_back({model::RegionKind::Seal, out.on_page(seal)});
  }
  const std::optional<Stipple> stipple = remove_stipple(out.gray);
  if (stipple && stipple->seal) {
    out.regions.push_back({model::RegionKind::Seal, out.on_page(*stipple->seal)});
  }
  imaging::Image small = working_image(stipple ? stipple->for_analysis : out.gray);
  blacken_ink(small);
  InkMask mask = quality::find_ink(small);
  SHIQU_TRY(cancelled(stop));

  const quality::Skew skew =
      quality::measure_skew(mask, kMostTurnDeg, quality::SkewAxis::Upright, stop);
  SHIQU_TRY(cancelled(stop));
  if (skew.confidence >= quality::kSkewTrusted && std::abs(skew.angle_deg) >= kLeastTurnDeg) {
    out.turned_deg = skew.angle_deg;
    out.gray = turned(out.gray, skew.angle_deg);
    small = turned(small, skew.angle_deg);
    mask = quality::find_ink(small);
  }
  if (debug) {
    debug("ink", picture_of(mask));
  }
  Pictures pictures;
  Layout layout = find_layout(mask, !stamps.coloured, pictures);
  SHIQU_TRY(cancelled(stop));
  if (!layout.registers.empty()) {
    const Bend bend = trace_borders(layout.layers, layout.grid, layout.registers.front().top,
                                    layout.registers.back().bottom);
    if (longest_shift(bend) >= kLeastShift * layout.grid.pitch) {
      out.bend = scaled(bend, static_cast<double>(out.gray.width()) / mask.size.width);
      out.gray = straightened(out.gray, out.bend);
      mask = quality::find_ink(straightened(small, bend));
      for (const RectPx& box : pictures.taken_out) {
        clear(mask, box);
      }
      layout = settled_layout(mask, layout.grid.pitch, layout.grid.ruled);
    }
  }
  SHIQU_TRY(cancelled(stop));
  out.ruled = layout.grid.ruled;
  const Asides asides = take_asides(layout, form.horizontal);
  out.areas = all_areas(layout, asides, !form.horizontal);
  for (ReadingArea& area : out.areas) {
    area.box = enlarged(area.box, mask.size, out.gray.size());
    for (RectPx& blank : area.blank) {
      blank = enlarged(blank, mask.size, out.gray.size());
    }
  }
  const auto add_region = [&](model::RegionKind kind, const RectPx& box) {
    out.regions.push_back({kind, out.on_page(enlarged(box, mask.size, out.gray.size()))});
  };
  if (!asides.head_notes.box.empty()) {
    add_region(model::RegionKind::HeadNote, asides.head_notes.box);
  }
  for (const RectPx& gloss : asides.glosses) {
    add_region(model::RegionKind::Gloss, gloss);
  }
  if (layout.grid.ruled && is_table(layout.registers)) {
    const RectPx box{layout.grid.borders.front(), layout.registers.front().outer_top,
                     layout.grid.borders.back() - layout.grid.borders.front(),
                     layout.registers.back().outer_bottom - layout.registers.front().outer_top};
    add_region(model::RegionKind::Table, box);
  }
  for (const RectPx& box : pictures.figures) {
    add_region(model::RegionKind::Figure, box);
  }
  for (const RectPx& box : pictures.seals) {
    add_region(model::RegionKind::Seal, box);
  }
  add_text_regions(out);
  if (debug) {
    debug("text", picture_of(layout.layers.text));
    debug("rules", picture_of(layout.layers.upright));
    debug("areas", picture_of_areas(out));
    debug("regions", picture_of_regions(page, out.regions));
  }
  return out;
}

}  // namespace shiqu::ocr
