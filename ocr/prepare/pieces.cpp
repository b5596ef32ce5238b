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

InkMask grown(const InkMask& mask, int reach) {
  InkMask level = mask;
  for (int y = 0; y < mask.size.height; ++y) {
    int until = -1;
    for (int x = 0; x < mask.size.width + reach; ++x) {
      until = x < mask.size.width && mask.at(x, y) ? x + 2 * reach : until;
      if (x >= reach && x <= until) {
        row_of(level, y)[x - reach] = 1;
      }
    }
  }
  InkMask out = level;
  std::vector<int> until(static_cast<std::size_t>(mask.size.width), -1);
  for (int y = 0; y < mask.size.height + reach; ++y) {
    for (int x = 0; x < mask.size.width; ++x) {
      int& last = until[static_cast<std::size_t>(x)];
      last = y < mask.size.height && level.at(x, y) ? y + 2 * reach : last;
      if (y >= reach && y <= last) {
        row_of(out, y - reach)[x] = 1;
      }
    }
  }
  return out;
}

InkMask touching(const InkMask& mask, const InkMask& where) {
  InkMask out{mask.size, std::vector<std::uint8_t>(mask.ink.size(), 0)};
  std::vector<std::size_t> open;
  const auto width = static_cast<std::size_t>(mask.size.width);
  const auto add = [&](std::size_t index) {
    if (mask.ink[index] != 0 && out.ink[index] == 0) {
      out.ink[index] = 1;
      open.push_back(index);
    }
  };
  for (std::size_t i = 0; i < mask.ink.size(); ++i) {
    if (where.ink[i] != 0) {
      add(i);
    }
  }
  while (!open.empty()) {
    const auto x = static_cast<int>(open.back() % width);
    const auto y = static_cast<int>(open.back() / width);
    open.pop_back();
    for (int ny = std::max(0, y - 1); ny <= std::min(mask.size.height - 1, y + 1); ++ny) {
      for (int nx = std::max(0, x - 1); nx <= std::min(mask.size.width - 1, x + 1); ++nx) {
        add(static_cast<std::size_t>(ny) * width + static_cast<std::size_t>(nx));
      }
    }
  }
  return out;
}

}  // namespace shiqu::ocr
