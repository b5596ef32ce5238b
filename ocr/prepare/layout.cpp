#include "ocr/prepare/internal/layout.h"

#include "ocr/prepare/internal/figures.h"
#include "ocr/prepare/internal/pieces.h"
#include "ocr/prepare/internal/seals.h"

#include <algorithm>
#include <iterator>
#include <optional>

namespace shiqu::ocr {
namespace {

constexpr double kNearSeal = 0.1;  ///< pitches above and below a seal: its own ink
constexpr double kFarFromSeal = 0.9;
constexpr double kWritten = 0.02;  ///< share of ink there that is text
constexpr double kMerged = 0.4;    ///< of a figure that is a seal grown together with glyphs
constexpr double kFramed = 0.5;    ///< of a seal that is part of a figure

Layout layout_for_pitch(const InkMask& mask, double pitch, double least, double most,
                        std::optional<bool> ruled = {}) {
  Layout out{
      split_layers(despeckled(mask, std::max(2, static_cast<int>(0.0012 * pitch * pitch))), pitch),
      {},
      {}};
  out.registers = find_registers(out.layers, pitch);
  if (out.registers.empty()) {
    return out;
  }
  const BorderEvidence evidence =
      border_evidence(out.layers, out.registers.front().top, out.registers.back().bottom, pitch);
  out.grid = find_columns(evidence, least, most, ruled);
  return out;
}

/// Does nothing of the text stand above or below a seal? Then none runs under it.
bool stands_alone(const InkMask& text, const RectPx& seal, double pitch) {
  const int near = static_cast<int>(kNearSeal * pitch);
  const int far = static_cast<int>(kFarFromSeal * pitch);
  const auto written = [&](int first, int last) {
    int ink = 0;
    for (int y = std::max(0, first); y < std::min(last, text.size.height); ++y) {
      ink += text.in_row(y, seal.x, seal.right());
    }
    return ink > kWritten * seal.width * (far - near);
  };
  return !written(seal.y - far, seal.y - near) &&
         !written(seal.bottom() + near, seal.bottom() + far);
}

/// The share of a box that lies in any of `others`.
double share_in(const RectPx& box, const std::vector<RectPx>& others) {
  double most = 0;
  for (const RectPx& other : others) {
    const RectPx both = intersection(box, other);
    most = std::max(most, static_cast<double>(both.width) * both.height);
  }
  return most / (static_cast<double>(box.width) * box.height);
}

Pictures find_pictures(const InkMask& mask, const Layout& layout, bool square_seals) {
  Pictures out;
  out.figures = find_figures(layout.layers, layout.registers, layout.grid);
  if (square_seals) {
    out.seals = find_square_seals(mask, layout.grid.pitch);
  }
  std::erase_if(out.figures, [&](const RectPx& box) { return share_in(box, out.seals) > kMerged; });
  std::erase_if(out.seals, [&](const RectPx& box) { return share_in(box, out.figures) > kFramed; });
  out.taken_out = out.figures;
  std::copy_if(out.seals.begin(), out.seals.end(), std::back_inserter(out.taken_out),
               [&](const RectPx& seal) {
                 return stands_alone(layout.layers.text, seal, layout.grid.pitch);
               });
  return out;
}

}  // namespace

Layout settled_layout(const InkMask& mask, double pitch, bool ruled) {
  Layout out = layout_for_pitch(mask, pitch, 0.85 * pitch, 1.18 * pitch, ruled);
  settle_rules(out.layers, out.grid.borders, out.grid.ruled, out.grid.pitch);
  return out;
}

Layout find_layout(InkMask& mask, bool square_seals, Pictures& pictures) {
  const double guess = std::max(mask.size.width, mask.size.height) / 16.0;
  const double widest = mask.size.width / 2.5;
  Layout rough = layout_for_pitch(mask, guess, mask.size.width / 70.0, widest);
  if (rough.grid.borders.empty()) {
    if (square_seals) {  // all there is on a flyleaf
      pictures.seals = find_square_seals(mask, guess);
    }
    return rough;
  }
  Layout out = settled_layout(mask, rough.grid.pitch, rough.grid.ruled);
  pictures = find_pictures(mask, out, square_seals);
  if (pictures.taken_out.empty()) {
    return out;
  }
  for (const RectPx& box : pictures.taken_out) {
    clear(mask, box);
  }
  Layout again = layout_for_pitch(mask, guess, mask.size.width / 70.0, widest);
  return again.grid.borders.empty() ? again
                                    : settled_layout(mask, again.grid.pitch, again.grid.ruled);
}

}  // namespace shiqu::ocr
