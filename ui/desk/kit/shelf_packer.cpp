#include "ui/desk/kit/shelf_packer.h"

#include <algorithm>

namespace shiqu::desk {

std::optional<RectPx> ShelfPacker::place(SizePx size) {
  if (size.width > area_.width) {
    return std::nullopt;
  }
  if (x_ + size.width > area_.right()) {
    y_ += shelf_height_ + 1;
    x_ = area_.x;
    shelf_height_ = 0;
  }
  if (y_ + size.height > area_.bottom()) {
    return std::nullopt;
  }
  const RectPx placed{x_, y_, size.width, size.height};
  x_ += size.width + 1;
  shelf_height_ = std::max(shelf_height_, size.height);
  return placed;
}

}  // namespace shiqu::desk
