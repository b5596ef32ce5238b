#include "ui/desk/kit/focus.h"

#include <algorithm>

namespace shiqu::desk {

void Focus::end_frame() {
  const auto at = std::find(order_.begin(), order_.end(), field_);
  if (at == order_.end()) {
    if (!fresh_) {
      field_.clear();
    }
  } else if (step_ != 0) {
    const auto count = static_cast<std::ptrdiff_t>(order_.size());
    const std::ptrdiff_t next = (at - order_.begin() + step_ + count) % count;
    field_ = order_[static_cast<std::size_t>(next)];
  }
  fresh_ = false;
  step_ = 0;
  order_.clear();
}

}  // namespace shiqu::desk
