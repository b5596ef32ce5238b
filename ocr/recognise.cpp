#include "ocr/recognise.h"

#include "ocr/cells.h"
#include "ocr/prepare/turn.h"

#include "storage/imaging/operations.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr int kLongestPx = 8000;  ///< of a scaled column
constexpr std::size_t kTrialAreas = 4;

/// Where a column lies that was cut out and scaled, with white paper around it.
struct Cutting {
  double scale = 1;  ///< pixels of the cutting per pixel of the page
  int paper_px = 0;  ///< white around it
};

imaging::Image framed(const imaging::Image& gray, int paper_px) {
  imaging::Image out(imaging::PixelFormat::Gray8,
                     {gray.width() + 2 * paper_px, gray.height() + 2 * paper_px});
  std::fill(out.bytes().begin(), out.bytes().end(), std::uint8_t{255});
  for (int y = 0; y < gray.height(); ++y) {
    const auto from = gray.row(y);
    std::copy(from.begin(), from.end(), out.row(y + paper_px).begin() + paper_px);
  }
  return out;
}

/// Paints the blank parts of an area with its paper: the ghosts of the other side are no text.
void paint_blank(const ReadingArea& area, imaging::Image& piece) {
  for (const RectPx& blank : area.blank) {
    const RectPx part =
        intersection({blank.x - area.box.x, blank.y - area.box.y, blank.width, blank.height},
                     {0, 0, piece.width(), piece.height()});
    if (part.empty()) {
      continue;
    }
    std::vector<std::uint8_t> levels;
    for (int y = part.y; y < part.bottom(); ++y) {
      const auto row = piece.row(y).subspan(static_cast<std::size_t>(part.x),
                                            static_cast<std::size_t>(part.width));
      levels.insert(levels.end(), row.begin(), row.end());
    }
    const auto paper = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() * 3 / 4);
    std::nth_element(levels.begin(), paper, levels.end());
    for (int y = part.y; y < part.bottom(); ++y) {
      std::fill_n(piece.row(y).begin() + part.x, part.width, *paper);
    }
  }
}

struct CutColumn {
  Cutting cutting;
  imaging::Image image;
};

CutColumn cut(const imaging::Image& gray, const ReadingArea& area, const ColumnForm& form) {
  Cutting out;
  imaging::Image piece = imaging::crop(gray, area.box);
  paint_blank(area, piece);
  if (area.kind != model::LineKind::Horizontal) {
    out.scale = std::min(static_cast<double>(form.width_px) / piece.width(),
                         static_cast<double>(kLongestPx) / piece.height());
    const auto scaled = [&](int px) {
      return std::max(1, static_cast<int>(std::lround(px * out.scale)));
    };
    piece = imaging::resize(piece, {scaled(piece.width()), scaled(piece.height())});
  }
  out.paper_px = form.paper_px;
  return {out, framed(piece, form.paper_px)};
}

/// A box of the cutting on the page.
RectPx mapped(const RectPx& box, const Cutting& cutting, const RectPx& area,
              const PreparedPage& page) {
  if (box.empty()) {
    return {};
  }
  const auto back = [&](int px) { return (px - cutting.paper_px) / cutting.scale; };
  const int left = static_cast<int>(std::floor(back(box.x)));
  const int top = static_cast<int>(std::floor(back(box.y)));
  const int right = static_cast<int>(std::ceil(back(box.right())));
  const int bottom = static_cast<int>(std::ceil(back(box.bottom())));
  const RectPx in_area{area.x + left, area.y + top, right - left, bottom - top};
  return page.on_page(intersection(in_area, area));
}

/// Where each glyph of a cutting stands along the column, in pixels of PreparedPage::gray.
std::vector<double> centres_of(const model::Line& line, const Cutting& cutting,
                               const RectPx& area) {
  std::vector<double> out;
  for (const model::Glyph& glyph : line.glyphs) {
    const double middle = glyph.box.y + glyph.box.height / 2.0;
    out.push_back(area.y + (middle - cutting.paper_px) / cutting.scale);
  }
  return out;
}

/// Lines of an area, from pixels of its cutting to pixels of the page.
std::vector<model::Line> placed(std::vector<model::Line> lines, const Cutting& cutting,
                                const ReadingArea& area, const PreparedPage& page, bool rough) {
  std::vector<model::Line> out;
  for (model::Line& line : lines) {
    line.id = LineId::make();
    line.kind = page.horizontal && area.kind == model::LineKind::Column
                    ? model::LineKind::Horizontal
                    : area.kind;
    line.box = mapped(line.box, cutting, area.box, page);
    if (area.kind != model::LineKind::Horizontal && (rough || line.box.empty())) {
      std::vector<double> centres =
          rough ? centres_of(line, cutting, area.box) : std::vector<double>();
      const bool backwards = !centres.empty() && centres.front() > centres.back();
      if (backwards) {  // read from the right: glyphs are placed along the line
        std::reverse(centres.begin(), centres.end());
        std::reverse(line.glyphs.begin(), line.glyphs.end());
      }
      place_glyphs(page.gray, area.box, centres, line);
      if (backwards) {
        std::reverse(line.glyphs.begin(), line.glyphs.end());
      }
      line.box = page.on_page(line.box);
      for (model::Glyph& glyph : line.glyphs) {
        glyph.box = page.on_page(glyph.box);
      }
      out.push_back(std::move(line));
      continue;
    }
    for (model::Glyph& glyph : line.glyphs) {
      glyph.box = mapped(glyph.box, cutting, area.box, page);
    }
    out.push_back(std::move(line));
  }
  return out;
}

/// Lines of which one goes on with the text of the other. The halves of notes are one text: the
/// right half, the left, then what the next column has of the note.
bool in_one_text(model::LineKind a, model::LineKind b) {
  const auto is_note = [](model::LineKind kind) {
    return kind == model::LineKind::NoteRight || kind == model::LineKind::NoteLeft;
  };
  return a == b || (is_note(a) && is_note(b));
}

/// Reads the areas of a page that was prepared one way; what was read once is kept.
class AreaReader {
 public:
  AreaReader(PreparedPage page, Engine& engine, const EngineSettings& settings,
             std::stop_token stop)
      : page_(std::move(page)),
        engine_(engine),
        settings_(settings),
        stop_(std::move(stop)),
        read_(page_.areas.size()) {}

  [[nodiscard]] const std::vector<model::Region>& regions() const { return page_.regions; }
  [[nodiscard]] std::size_t count() const { return page_.areas.size(); }

  Status read(std::size_t index) {
    if (stop_.stop_requested()) {
      return fail(ErrorCode::Cancelled, "read page");
    }
    if (read_[index]) {
      return {};
    }
    const ReadingArea& area = page_.areas[index];
    if (area.level) {
      SHIQU_TRY_ASSIGN(read_[index], read_level(area));
    } else {
      EngineSettings settings = settings_;
      settings.upright = !page_.horizontal;
      SHIQU_TRY_ASSIGN(read_[index], read_area(page_.gray, area, settings));
    }
    return {};
  }

  /// Lets the engine decide again, text by text, when all areas are read.
  Status read_together() {
    std::vector<bool> done(count(), false);
    for (std::size_t first = 0; first < count(); ++first) {
      std::vector<AreaReading*> text;
      for (std::size_t i = first; i < count(); ++i) {
        if (!done[i] && !page_.areas[i].level &&
            in_one_text(page_.areas[first].kind, page_.areas[i].kind)) {
          done[i] = true;
          text.push_back(&read_[i]->reading);
        }
      }
      if (text.size() > 1) {
        SHIQU_TRY(engine_.read_together(text, settings_));
      }
    }
    return {};
  }

  /// Reads the longest areas of the text.
  Result<TurnTrial> trial() {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < page_.areas.size(); ++i) {
      const model::LineKind kind = page_.areas[i].kind;
      if (kind != model::LineKind::CentreStrip && kind != model::LineKind::Marginalia) {
        order.push_back(i);
      }
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return page_.areas[a].box.height > page_.areas[b].box.height;
    });
    order.resize(std::min(order.size(), kTrialAreas));
    TurnTrial out;
    out.quarter_turns = page_.quarter_turns;
    for (const std::size_t index : order) {
      SHIQU_TRY(read(index));
      for (const model::Line& line : read_[index]->reading.lines) {
        for (const model::Glyph& glyph : line.glyphs) {
          ++out.glyphs;
          out.confidence += std::max(0.0, glyph.confidence);
        }
      }
    }
    out.confidence /= std::max(1, out.glyphs);
    return out;
  }

  /// Lines of an area in pixels of the page.
  [[nodiscard]] std::vector<model::Line> lines(std::size_t index) const {
    const ReadingArea& area = page_.areas[index];
    return area.level ? level_lines(*read_[index], area) : placed(*read_[index], area, page_);
  }

 private:
  struct Read {
    Cutting cutting;
    AreaReading reading;
  };

  Result<Read> read_area(const imaging::Image& gray, const ReadingArea& area,
                         EngineSettings settings) {
    const CutColumn column = cut(gray, area, engine_.form());
    settings.dpi *= column.cutting.scale;
    SHIQU_TRY_ASSIGN(AreaReading reading, engine_.read(column.image, settings, stop_));
    return Read{column.cutting, std::move(reading)};
  }

  [[nodiscard]] std::vector<model::Line> placed(const Read& read, const ReadingArea& area,
                                                const PreparedPage& page) const {
    return ocr::placed(read.reading.lines, read.cutting, area, page, engine_.form().rough_boxes);
  }

  /// A line of horizontal text on a page of columns: stood on end it is a page of one column.
  [[nodiscard]] PreparedPage stood_on_end(const ReadingArea& area) const {
    PreparedPage out;
    out.gray = imaging::rotate_quarters(imaging::crop(page_.gray, area.box), 1);
    out.quarter_turns = 1;
    out.horizontal = true;
    return out;
  }
  static ReadingArea whole_of(const PreparedPage& page) {
    return {model::LineKind::Column, {0, 0, page.gray.width(), page.gray.height()}, {}};
  }

  Result<Read> read_level(const ReadingArea& area) {
    const PreparedPage stood = stood_on_end(area);
    EngineSettings settings = settings_;
    settings.either_way = true;
    settings.upright = false;
    return read_area(stood.gray, whole_of(stood), settings);
  }

  [[nodiscard]] std::vector<model::Line> level_lines(const Read& read,
                                                     const ReadingArea& area) const {
    const PreparedPage stood = stood_on_end(area);
    std::vector<model::Line> lines = placed(read, whole_of(stood), stood);
    const auto back = [&](RectPx& box) {
      if (!box.empty()) {
        box = page_.on_page({box.x + area.box.x, box.y + area.box.y, box.width, box.height});
      }
    };
    for (model::Line& line : lines) {
      back(line.box);
      for (model::Glyph& glyph : line.glyphs) {
        back(glyph.box);
      }
    }
    return lines;
  }

  PreparedPage page_;
  Engine& engine_;
  EngineSettings settings_;
  std::stop_token stop_;
  std::vector<std::optional<Read>> read_;
};

/// The page prepared so that it is upright: as it lies when that reads well, else the turn that
/// reads by far the best.
Result<AreaReader> upright_reader(const imaging::Image& page, Engine& engine,
                                  const EngineSettings& settings, const std::stop_token& stop) {
  std::vector<TurnTrial> trials;
  std::vector<AreaReader> readers;
  const LineAxis axis = axis_of(measure_turn(page));
  for (const int turns : turns_to_try(axis)) {
    SHIQU_TRY_ASSIGN(PreparedPage prepared, prepare_page(page, PageForm{turns, false}, stop));
    // Level lines without rules are rather horizontal text than a leaf on its side. Turned
    // clockwise, lines stand as columns from right to left.
    if (axis == LineAxis::Level && turns == 1 && !prepared.ruled) {
      SHIQU_TRY_ASSIGN(prepared, prepare_page(page, PageForm{turns, true}, stop));
    }
    readers.emplace_back(std::move(prepared), engine, settings, stop);
    SHIQU_TRY_ASSIGN(const TurnTrial trial, readers.back().trial());
    trials.push_back(trial);
    if (reads_well(trial)) {
      return std::move(readers.back());
    }
  }
  const int chosen = chosen_turn(trials);
  const auto is_chosen = [&](const TurnTrial& one) { return one.quarter_turns == chosen; };
  const auto found = std::find_if(trials.begin(), trials.end(), is_chosen);
  if (found == trials.end()) {
    SHIQU_TRY_ASSIGN(PreparedPage prepared, prepare_page(page, PageForm{chosen, false}, stop));
    return AreaReader(std::move(prepared), engine, settings, stop);
  }
  return std::move(readers[static_cast<std::size_t>(found - trials.begin())]);
}

Result<AreaReader> reader_for(const imaging::Image& page, Engine& engine,
                              const EngineSettings& settings, const std::stop_token& stop) {
  if (settings.vertical) {
    return upright_reader(page, engine, settings, stop);
  }
  PreparedPage whole;
  whole.gray = imaging::to_gray8(page);
  whole.areas.push_back({model::LineKind::Horizontal, {0, 0, page.width(), page.height()}, {}});
  return AreaReader(std::move(whole), engine, settings, stop);
}

}  // namespace

Result<model::PageText> recognise_page(const imaging::Image& page, Engine& engine,
                                       const EngineSettings& settings, std::stop_token stop,
                                       const ReadingProgress& progress) {
  SHIQU_TRY_ASSIGN(AreaReader reader, reader_for(page, engine, settings, stop));
  model::PageText out;
  out.width_px = page.width();
  out.height_px = page.height();
  out.producer = engine.version(settings);
  out.regions = reader.regions();
  const int total = static_cast<int>(reader.count());
  for (int done = 0; done < total; ++done) {
    if (progress) {
      progress(done, total);
    }
    SHIQU_TRY(reader.read(static_cast<std::size_t>(done)));
  }
  SHIQU_TRY(reader.read_together());
  for (std::size_t index = 0; index < reader.count(); ++index) {
    std::vector<model::Line> lines = reader.lines(index);
    std::move(lines.begin(), lines.end(), std::back_inserter(out.lines));
  }
  if (progress) {
    progress(total, total);
  }
  return out;
}

}  // namespace shiqu::ocr
