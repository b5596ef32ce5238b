#include "ocr/prepare/internal/pieces.h"

#include "ocr/prepare/internal/runs.h"

#include <algorithm>

namespace shiqu::ocr {
namespace {

std::uint8_t* row_of(InkMask& mask, int y) {
  return mask.ink.data() + std::ptrdiff_t{y} * mask.size.width;
}

std::vector<Piece> measured(const InkRuns& ink) {
  std::vector<Piece> out(ink.pieces);
  for (const InkRun& run : ink.runs) {
    Piece& piece = out[run.piece];
    const int px = run.end - run.first;
    piece.box = bounding_box(piece.box, {run.first, run.y, px, 1});
    piece.px += px;
    piece.middle.x += px * (run.first + run.end - 1) / 2.0;
    piece.middle.y += static_cast<double>(px) * run.y;
  }
  for (Piece& piece : out) {
    piece.middle.x /= piece.px;
    piece.middle.y /= piece.px;
  }
  return out;
}

}  // namespace

std::vector<Piece> find_pieces(const InkMask& mask, int least_px, int widest,
                               const std::vector<int>& borders) {
  const InkRuns ink = find_runs(mask);
  const std::vector<Piece> all = measured(ink);
  const auto large = [&](const Piece& piece) { return piece.px >= least_px; };
  const auto wide = [&](const Piece& piece) { return large(piece) && piece.box.width > widest; };
  std::vector<Piece> out;
  std::copy_if(all.begin(), all.end(), std::back_inserter(out),
               [&](const Piece& piece) { return large(piece) && !wide(piece); });
  if (std::none_of(all.begin(), all.end(), wide)) {
    return out;
  }
  InkMask rest{mask.size, std::vector<std::uint8_t>(mask.ink.size(), 0)};
  for (const InkRun& run : ink.runs) {
    if (wide(all[run.piece])) {
      std::fill(row_of(rest, run.y) + run.first, row_of(rest, run.y) + run.end, std::uint8_t{1});
    }
  }
  for (int y = 0; y < mask.size.height; ++y) {
    for (const int border : borders) {
      if (border >= 0 && border < mask.size.width) {
        row_of(rest, y)[border] = 0;
      }
    }
  }
  const std::vector<Piece> parts = measured(find_runs(rest));
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(out), large);
  return out;
}

InkMask despeckled(const InkMask& mask, int least_px) {
  InkMask out = mask;
  if (least_px <= 1) {
    return out;
  }
  const InkRuns ink = find_runs(mask);
  std::vector<int> px(ink.pieces, 0);
  for (const InkRun& run : ink.runs) {
    px[run.piece] += run.end - run.first;
  }
  for (const InkRun& run : ink.runs) {
    if (px[run.piece] < least_px) {
      std::fill(row_of(out, run.y) + run.first, row_of(out, run.y) + run.end, std::uint8_t{0});
    }
  }
  return out;
}

}  // namespace shiqu::ocr
