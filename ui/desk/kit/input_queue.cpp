#include "ui/desk/kit/input_queue.h"

#include "storage/base/text.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <sstream>

namespace shiqu::desk {
namespace {

constexpr std::size_t kKeys = 512;

/// What one frame has changed so far.
struct Changed {
  std::bitset<kKeys> keys;
  std::bitset<5> buttons;
  bool wheel = false;
};

std::size_t index_of(Key key) {
  return std::min(static_cast<std::size_t>(std::max(0, static_cast<int>(key))), kKeys - 1);
}

std::size_t button_of(const InputEvent& event) {
  return static_cast<std::size_t>(std::clamp(event.button, 0, 4));
}

/// True if `event` has to wait for the next frame; otherwise notes what it changes.
bool must_wait(const InputEvent& event, Changed& changed) {
  switch (event.kind) {
    case InputKind::Key:
      if (changed.keys.test(index_of(event.key)) && event.action != KeyAction::Repeat) {
        return true;
      }
      // A click and a later key in one frame would lose their order for the widgets.
      if (changed.buttons.any()) {
        return true;
      }
      changed.keys.set(index_of(event.key));
      return false;
    case InputKind::MouseButton:
      if (changed.buttons.any() || changed.keys.any()) {
        return true;
      }
      changed.buttons.set(button_of(event));
      return false;
    case InputKind::MouseMove:
      return changed.buttons.any() || changed.wheel;  // the click or zoom belongs to the old place
    case InputKind::Wheel:
      changed.wheel = true;
      return changed.buttons.any();
    case InputKind::Character:
      return changed.buttons.any();
    case InputKind::Focus:
      return false;
  }
  return false;
}

void apply_mods(const Mods& mods, ImGuiIO& io) {
  io.KeyCtrl = mods.ctrl;
  io.KeyShift = mods.shift;
  io.KeyAlt = mods.alt;
}

}  // namespace

void InputQueue::apply(const InputEvent& event, ImGuiIO& io) {
  switch (event.kind) {
    case InputKind::Key:
      io.KeysDown[index_of(event.key)] = event.action != KeyAction::Release;
      apply_mods(event.mods, io);
      break;
    case InputKind::Character:
      if (event.character < 0x10000) {
        io.AddInputCharacter(static_cast<unsigned>(event.character));
      }
      break;
    case InputKind::MouseMove:
      io.MousePos = ImVec2(event.x, event.y);
      break;
    case InputKind::MouseButton:
      io.MouseDown[button_of(event)] = event.action != KeyAction::Release;
      apply_mods(event.mods, io);
      break;
    case InputKind::Wheel:
      io.MouseWheelH += event.x;
      io.MouseWheel += event.y;
      break;
    case InputKind::Focus:
      if (event.action == KeyAction::Release) {  // keys let go elsewhere never tell us
        std::fill(std::begin(io.KeysDown), std::end(io.KeysDown), false);
        apply_mods({}, io);
      }
      break;
  }
}

std::size_t InputQueue::replay(ImGuiIO& io) {
  current_.clear();
  ++frame_;
  Changed changed;
  while (!waiting_.empty() && !must_wait(waiting_.front(), changed)) {
    const InputEvent event = waiting_.front();
    waiting_.pop_front();
    apply(event, io);
    current_.push_back(event);
    if (logging_) {
      log_.push_back({frame_, event});
    }
  }
  return current_.size();
}

void InputQueue::consume(std::size_t index) {
  current_[index].consumed = true;
  // A command that opens a text field must not have its own letter typed into it.
  for (std::size_t i = index + 1; i < current_.size(); ++i) {
    if (current_[i].kind == InputKind::Key) {
      return;
    }
    if (current_[i].kind == InputKind::Character) {
      current_[i].consumed = true;
      return;
    }
  }
}

bool InputQueue::take(const Chord& chord) {
  for (std::size_t i = 0; i < current_.size(); ++i) {
    const InputEvent& event = current_[i];
    if (event.kind == InputKind::Key && event.action != KeyAction::Release && !event.consumed &&
        event.key == chord.key && event.mods == chord.mods) {
      consume(i);
      return true;
    }
  }
  return false;
}

std::string log_to_text(const std::vector<LoggedEvent>& log) {
  std::string out;
  for (const auto& [frame, e] : log) {
    out += fmt::format("{} {} {} {} {}{}{} {} {} {} {}\n", frame, static_cast<int>(e.kind),
                       static_cast<int>(e.key), static_cast<int>(e.action), e.mods.ctrl ? 1 : 0,
                       e.mods.shift ? 1 : 0, e.mods.alt ? 1 : 0,
                       static_cast<std::uint32_t>(e.character), e.button, e.x, e.y);
  }
  return out;
}

Result<std::vector<LoggedEvent>> log_from_text(std::string_view text) {
  std::vector<LoggedEvent> log;
  for (const std::string& line : split(text, '\n')) {
    if (line.empty()) {
      continue;
    }
    std::istringstream in(line);
    LoggedEvent logged;
    int kind = 0;
    int key = 0;
    int action = 0;
    std::string mods;
    std::uint32_t character = 0;
    InputEvent& e = logged.event;
    in >> logged.frame >> kind >> key >> action >> mods >> character >> e.button >> e.x >> e.y;
    if (!in || mods.size() != 3 || kind < 0 || kind > 5 || action < 0 || action > 2) {
      return fail(ErrorCode::InvalidInput, "read input log", line);
    }
    e.kind = static_cast<InputKind>(kind);
    e.key = static_cast<Key>(key);
    e.action = static_cast<KeyAction>(action);
    e.mods = {mods[0] == '1', mods[1] == '1', mods[2] == '1'};
    e.character = static_cast<char32_t>(character);
    log.push_back(logged);
  }
  return log;
}

}  // namespace shiqu::desk
