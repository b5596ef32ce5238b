#include "ui/desk/kit/key_cursor.h"

#include <algorithm>
#include <utility>

namespace shiqu::desk {

void KeyCursor::begin(Ui& ui, bool covered) {
  last_ = std::exchange(stops_, {});
  part_ = 0;
  pressed_ = false;
  moved_ = false;
  if (covered || ui.focus().typing()) {
    return;
  }
  InputQueue& input = ui.input();
  const bool down = input.take({Key::Down, {}});
  const bool up = input.take({Key::Up, {}});
  const bool tab = input.take({Key::Tab, {}});
  const bool back = input.take({Key::Tab, {false, true, false}});
  if (down || up) {
    step(down ? 1 : -1);
  } else if (input.take({Key::Right, {}}) || tab) {
    go_to_part(1);
  } else if (input.take({Key::Left, {}}) || back) {
    go_to_part(-1);
  } else if (input.take({Key::Home, {}}) && !last_.empty()) {
    give(last_.front().id);
  } else if (input.take({Key::End, {}}) && !last_.empty()) {
    give(last_.back().id);
  }
  pressed_ = input.take({Key::Enter, {}}) || input.take({Key::Space, {}});
}

void KeyCursor::give(std::string_view id) {
  at_ = id;
  moved_ = true;
}

void KeyCursor::step(std::ptrdiff_t by) {
  if (last_.empty()) {
    return;
  }
  const auto now =
      std::find_if(last_.begin(), last_.end(), [this](const Stop& stop) { return stop.id == at_; });
  const auto last = static_cast<std::ptrdiff_t>(last_.size()) - 1;
  const std::ptrdiff_t to =
      now == last_.end() ? 0 : std::clamp<std::ptrdiff_t>(now - last_.begin() + by, 0, last);
  give(last_[static_cast<std::size_t>(to)].id);
}

void KeyCursor::go_to_part(int by) {
  if (last_.empty()) {
    return;
  }
  const auto now =
      std::find_if(last_.begin(), last_.end(), [this](const Stop& stop) { return stop.id == at_; });
  const int parts = last_.back().part + 1;
  int to = now == last_.end() ? last_.front().part : now->part;
  for (int tries = 0; tries < parts; ++tries) {  // parts without a stop are passed over
    to = now == last_.end() && tries == 0 ? to : (to + by + parts) % parts;
    const auto first = std::find_if(last_.begin(), last_.end(),
                                    [to](const Stop& stop) { return stop.part == to; });
    if (first != last_.end()) {
      give(first->id);
      return;
    }
  }
}

bool KeyCursor::stop(Ui& ui, std::string_view id, bool enabled) {
  if (!enabled) {
    return false;
  }
  stops_.push_back({std::string(id), part_});
  if (at_ != id) {
    return false;
  }
  const ImVec2 min = ImGui::GetItemRectMin();
  const ImVec2 max = ImGui::GetItemRectMax();
  const float out = 2 * ui.scale();
  ImGui::GetWindowDrawList()->AddRect({min.x - out, min.y - out}, {max.x + out, max.y + out},
                                      ui.theme().selection, 4 * ui.scale(), 0, 2 * ui.scale());
  if (std::exchange(moved_, false)) {
    ImGui::SetScrollHereY(0.5F);
    ui.request_frames();
  }
  return std::exchange(pressed_, false);
}

}  // namespace shiqu::desk
