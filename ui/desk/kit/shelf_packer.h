#pragma once

#include "storage/base/geometry.h"

#include <optional>

namespace shiqu::desk {

/// Packs small rectangles into rows ("shelves") of one area, 1 px apart. Never frees single ones.
class ShelfPacker {
 public:
  explicit ShelfPacker(RectPx area = {}) : area_(area), x_(area.x), y_(area.y) {}

  /// A free place of `size`, or nothing when the area is full.
  std::optional<RectPx> place(SizePx size);

 private:
  RectPx area_;
  int x_ = 0;
  int y_ = 0;
  int shelf_height_ = 0;
};

}  // namespace shiqu::desk
