#include "ocr/prepare/internal/asides.h"
#include "ocr/prepare/internal/pieces.h"

#include <algorithm>

namespace shiqu::ocr {
namespace {

constexpr double kSmall = 0.62;     ///< pitches: glyphs of notes are no wider or higher
constexpr double kNear = 0.2;       ///< parts of one block are no farther apart
constexpr double kLeastHigh = 0.6;  ///< of a block: two glyphs, one below the other
constexpr double kAtFrame = 0.3;    ///< closer to it stands a raised heading
constexpr std::size_t kPieces = 6;  ///< of ink in a block: fewer are dirt

struct Block {
  RectPx box;
  std::vector<RectPx> pieces;
};

/// Blocks of small pieces above the frame.
std::vector<Block> blocks_of(const std::vector<Piece>& pieces, int foot, int near, int small) {
  std::vector<Block> out;
  for (const Piece& piece : pieces) {
    if (piece.box.bottom() > foot || piece.box.width > small || piece.box.height > small) {
      continue;
    }
    Block joined{piece.box, {piece.box}};
    const RectPx around{piece.box.x - near, piece.box.y - near, piece.box.width + 2 * near,
                        piece.box.height + 2 * near};
    for (std::size_t i = out.size(); i-- > 0;) {
      const auto& parts = out[i].pieces;
      if (std::any_of(parts.begin(), parts.end(),
                      [&](const RectPx& part) { return !intersection(around, part).empty(); })) {
        joined.box = bounding_box(joined.box, out[i].box);
        joined.pieces.insert(joined.pieces.end(), parts.begin(), parts.end());
        out.erase(out.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    out.push_back(std::move(joined));
  }
  return out;
}

/// Pieces that stand below each other, right to left.
std::vector<RectPx> columns_of(const Block& block) {
  std::vector<RectPx> pieces = block.pieces;
  std::sort(pieces.begin(), pieces.end(),
            [](const RectPx& a, const RectPx& b) { return a.right() > b.right(); });
  std::vector<RectPx> out;
  for (const RectPx& piece : pieces) {
    if (!out.empty() && piece.right() > out.back().x) {
      out.back() = bounding_box(out.back(), piece);
    } else {
      out.push_back(piece);
    }
  }
  return out;
}

}  // namespace

HeadNotes find_head_notes(const LayerMasks& layers, const std::vector<Register>& registers,
                          double pitch) {
  if (registers.empty() || !registers.front().line_above) {
    return {};
  }
  const SizePx size = layers.text.size;
  const auto px = [&](double pitches) { return static_cast<int>(pitches * pitch); };
  const int foot = registers.front().outer_top - 1;
  const auto pieces = find_pieces(layers.text, std::max(3, px(0.0012 * pitch)), size.width, {});
  HeadNotes out;
  for (const Block& block : blocks_of(pieces, foot, px(kNear), px(kSmall))) {
    const RectPx& box = block.box;
    const bool at_edge = box.x <= 1 || box.y <= 1 || box.right() + 1 >= size.width;
    const bool raised = foot - box.bottom() < px(kAtFrame) && box.width <= px(1.1);
    if (at_edge || raised || block.pieces.size() < kPieces || box.height < px(kLeastHigh)) {
      continue;
    }
    const std::vector<RectPx> columns = columns_of(block);
    const bool small = std::all_of(columns.begin(), columns.end(),
                                   [&](const RectPx& one) { return one.width <= px(kSmall); });
    const bool long_one = std::any_of(columns.begin(), columns.end(), [&](const RectPx& one) {
      return one.height >= px(kLeastHigh) && one.height * 10 >= one.width * 16;
    });
    if (!small || !long_one) {
      continue;
    }
    out.box = bounding_box(out.box, box);
    out.columns.insert(out.columns.end(), columns.begin(), columns.end());
  }
  std::sort(out.columns.begin(), out.columns.end(),
            [](const RectPx& a, const RectPx& b) { return a.right() > b.right(); });
  return out;
}

}  // namespace shiqu::ocr
