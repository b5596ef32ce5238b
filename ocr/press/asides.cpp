#include "ocr/press/internal/compose.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <utility>

namespace shiqu::ocr::press {
namespace {

constexpr char32_t kBlank = 0x3000;
constexpr double kGlossMiddle = 0.845;  ///< shares of a column's width
constexpr double kGlossSize = 0.25;
constexpr double kBandSize = 0.75;  ///< of a band's characters, in columns' widths
constexpr double kBandStep = 1.25;  ///< from one to the next, in their size
constexpr double kBandPitch = 1.2;  ///< from one line to the next, in columns' widths

/// All that is printed, one after the other.
std::u32string characters_of(std::span<const Paragraph> paragraphs) {
  std::u32string out;
  for (const Paragraph& paragraph : paragraphs) {
    for (const Sign& sign : signs_of(paragraph.text)) {
      out += sign.character == kBlank ? std::u32string() : std::u32string(1, sign.character);
    }
  }
  return out;
}

std::vector<std::u32string> band_lines(const PressOptions& options) {
  std::vector<std::u32string> out;
  std::istringstream lines(options.band);
  for (std::string line; std::getline(lines, line);) {
    out.emplace_back();
    for (const Sign& sign : signs_of(line)) {
      out.back() += sign.character;
    }
  }
  return out;
}

/// A small character with room for itself alone.
Cell small_cell(char32_t character, PointPx middle, double size, Hand hand) {
  return {character, middle, size, size, 1.15 * size, hand};
}

}  // namespace

std::vector<LineDraft> compose_head_notes(const PressOptions& options, const Grid& grid,
                                          std::span<const Paragraph> paragraphs, Hand hand,
                                          Prng& prng) {
  const std::u32string text = characters_of(paragraphs);
  const double size = 0.4 * grid.column_width;
  const double foot = grid.border.y - 0.45 * grid.column_width;
  const int most = static_cast<int>((foot - 0.2 * grid.border.y) / (1.08 * size));
  std::vector<LineDraft> out;
  if (options.head_notes == 0 || most < 2 || text.empty()) {
    return out;
  }
  double x = grid.columns.front() + grid.column_width * prng.between(-2.5, 0.5);
  std::size_t at = prng.below(text.size());
  for (int i = 0; i < options.head_notes; ++i, x -= 1.2 * size) {
    LineDraft line;
    line.kind = model::LineKind::Marginalia;
    const int count = i + 1 < options.head_notes ? most : std::max(2, most - 1);
    for (int row = 0; row < count; ++row) {
      const PointPx middle{x, foot - (most - row - 0.5) * 1.08 * size};
      line.cells.push_back(small_cell(text[at++ % text.size()], middle, size, hand));
    }
    out.push_back(std::move(line));
  }
  return out;
}

LineDraft compose_head_line(const PressOptions& options, const Grid& grid, Hand hand) {
  LineDraft line;
  line.kind = model::LineKind::Horizontal;
  const std::vector<Sign> signs = signs_of(options.head_line);
  const double size = std::min(0.75 * grid.column_width, 0.5 * grid.border.y);
  const double pitch = 1.3 * size;
  double x = grid.page.width / 2.0 + pitch * (static_cast<double>(signs.size()) - 1) / 2;
  for (const Sign& sign : signs) {
    line.cells.push_back(small_cell(sign.character, {x, 0.5 * grid.border.y}, size, hand));
    x -= pitch;
  }
  return line;
}

int band_rows(const PressOptions& options, const Grid& grid) {
  const auto lines = static_cast<double>(band_lines(options).size());
  return static_cast<int>(
      std::ceil((lines + 0.4) * kBandPitch * grid.column_width / grid.row_height));
}

bool band_fits(const PressOptions& options, const Grid& grid) {
  const std::vector<std::u32string> lines = band_lines(options);
  const double most =
      static_cast<double>(grid.columns.size() - grid.beside_band) / (kBandSize * kBandStep);
  return (lines.empty() || options.band_row + band_rows(options, grid) <= options.rows) &&
         std::all_of(lines.begin(), lines.end(), [&](const std::u32string& line) {
           return static_cast<double>(line.size()) <= most;
         });
}

std::vector<LineDraft> compose_band(const PressOptions& options, const Grid& grid, Hand hand) {
  const double size = kBandSize * grid.column_width;
  const double middle =
      (grid.columns.back() + grid.columns[grid.beside_band] + grid.column_width) / 2;
  const std::vector<std::u32string> lines = band_lines(options);
  double y = (grid.band_top + grid.band_bottom) / 2 -
             kBandPitch * grid.column_width * (static_cast<double>(lines.size()) - 1) / 2;
  std::vector<LineDraft> out;
  for (const std::u32string& text : lines) {
    LineDraft line;
    line.kind = model::LineKind::Horizontal;
    double x = middle + kBandStep * size * (static_cast<double>(text.size()) - 1) / 2;
    for (const char32_t character : text) {
      line.cells.push_back(small_cell(character, {x, y}, size, hand));
      x -= kBandStep * size;
    }
    out.push_back(std::move(line));
    y += kBandPitch * grid.column_width;
  }
  return out;
}

std::vector<LineDraft> compose_glosses(const PressOptions& options, const Grid& grid,
                                       std::span<const LineDraft> body,
                                       std::span<const Paragraph> paragraphs, Hand hand,
                                       Prng& prng) {
  const std::u32string text = characters_of(paragraphs);
  const double size = kGlossSize * grid.column_width;
  std::vector<const LineDraft*> free;
  for (const LineDraft& line : body) {
    if (line.kind == model::LineKind::Column && line.cells.size() >= 5) {
      free.push_back(&line);
    }
  }
  std::vector<LineDraft> out;
  for (int i = 0; i < options.glosses && !free.empty(); ++i) {
    const std::size_t chosen = prng.below(free.size());
    const std::vector<Cell>& cells = free[chosen]->cells;
    free.erase(free.begin() + static_cast<std::ptrdiff_t>(chosen));
    const Cell& first = cells[prng.below(cells.size() - 3)];
    const double top = first.middle.y - first.em_height_px / 2;
    const double end = cells.back().middle.y + cells.back().em_height_px / 2;
    const auto room = static_cast<std::size_t>((end - top) / (1.08 * size));
    const std::size_t count = std::min<std::size_t>(room, 4 + prng.below(5));
    const double column = first.middle.x - kGlossedMiddle * grid.column_width;
    const std::size_t from = prng.below(text.size());
    LineDraft line;
    line.kind = model::LineKind::Marginalia;
    for (std::size_t k = 0; k < count; ++k) {
      const PointPx middle{column + kGlossMiddle * grid.column_width,
                           top + (static_cast<double>(k) + 0.5) * 1.08 * size};
      line.cells.push_back(small_cell(text[(from + k) % text.size()], middle, size, hand));
    }
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace shiqu::ocr::press
