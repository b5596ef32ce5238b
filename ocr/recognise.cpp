#include "ocr/recognise.h"

#include "ocr/cells.h"

#include "storage/imaging/operations.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr int kLongestPx = 8000;  ///< of a scaled column

/// A column cut out and scaled, with white paper around it.
struct Cutting {
  imaging::Image image;
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

/// Paints the blank rows of an area with its paper: the ghosts of the other side are no text.
void paint_blank(const ReadingArea& area, imaging::Image& piece) {
  for (const RowRange& rows : area.blank) {
    const int first = std::clamp(rows.first - area.box.y, 0, piece.height());
    const int last = std::clamp(rows.last - area.box.y, first, piece.height());
    std::vector<std::uint8_t> levels;
    for (int y = first; y < last; ++y) {
      const auto row = piece.row(y);
      levels.insert(levels.end(), row.begin(), row.end());
    }
    if (levels.empty()) {
      continue;
    }
    const auto paper = levels.begin() + static_cast<std::ptrdiff_t>(levels.size() * 3 / 4);
    std::nth_element(levels.begin(), paper, levels.end());
    for (int y = first; y < last; ++y) {
      const auto row = piece.row(y);
      std::fill(row.begin(), row.end(), *paper);
    }
  }
}

Cutting cut(const imaging::Image& gray, const ReadingArea& area, const ColumnForm& form) {
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
  out.image = framed(piece, form.paper_px);
  return out;
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

void take_lines(std::vector<model::Line>&& lines, const Cutting& cutting, const ReadingArea& area,
                const PreparedPage& page, bool rough, model::PageText& out) {
  for (model::Line& line : lines) {
    line.id = LineId::make();
    line.kind = area.kind;
    line.box = mapped(line.box, cutting, area.box, page);
    if (area.kind != model::LineKind::Horizontal && (rough || line.box.empty())) {
      const std::vector<double> centres =
          rough ? centres_of(line, cutting, area.box) : std::vector<double>();
      place_glyphs(page.gray, area.box, centres, line);
      line.box = page.on_page(line.box);
      for (model::Glyph& glyph : line.glyphs) {
        glyph.box = page.on_page(glyph.box);
      }
      out.lines.push_back(std::move(line));
      continue;
    }
    for (model::Glyph& glyph : line.glyphs) {
      glyph.box = mapped(glyph.box, cutting, area.box, page);
    }
    out.lines.push_back(std::move(line));
  }
}

Result<PreparedPage> areas_to_read(const imaging::Image& page, const EngineSettings& settings,
                                   const std::stop_token& stop) {
  if (settings.vertical) {
    return prepare_page(page, stop);
  }
  PreparedPage whole;
  whole.gray = imaging::to_gray8(page);
  whole.areas.push_back({model::LineKind::Horizontal, {0, 0, page.width(), page.height()}, {}});
  return whole;
}

}  // namespace

Result<model::PageText> recognise_page(const imaging::Image& page, Engine& engine,
                                       const EngineSettings& settings, std::stop_token stop,
                                       const ReadingProgress& progress) {
  SHIQU_TRY_ASSIGN(const PreparedPage prepared, areas_to_read(page, settings, stop));
  model::PageText out;
  out.width_px = page.width();
  out.height_px = page.height();
  out.producer = engine.version(settings);
  const int total = static_cast<int>(prepared.areas.size());
  int done = 0;
  for (const ReadingArea& area : prepared.areas) {
    if (progress) {
      progress(done, total);
    }
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "read page");
    }
    const Cutting cutting = cut(prepared.gray, area, engine.form());
    EngineSettings scaled = settings;
    scaled.dpi = settings.dpi * cutting.scale;
    SHIQU_TRY_ASSIGN(std::vector<model::Line> lines, engine.read(cutting.image, scaled, stop));
    take_lines(std::move(lines), cutting, area, prepared, engine.form().rough_boxes, out);
    ++done;
  }
  if (progress) {
    progress(done, total);
  }
  return out;
}

}  // namespace shiqu::ocr
