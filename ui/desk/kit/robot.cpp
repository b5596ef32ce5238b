#include "ui/desk/kit/robot.h"

#include "storage/base/text.h"
#include "ui/desk/kit/rasterise.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

namespace shiqu::desk {
namespace {

InputEvent key_event(Key key, KeyAction action, const Mods& mods) {
  InputEvent event;
  event.kind = InputKind::Key;
  event.key = key;
  event.action = action;
  event.mods = mods;
  return event;
}

}  // namespace

Robot::Robot(UiOptions options, std::function<void(Ui&)> draw)
    : options_(options), draw_(std::move(draw)) {}

Robot::~Robot() = default;

Result<std::unique_ptr<Robot>> Robot::create(const UiOptions& options,
                                             std::function<void(Ui&)> draw) {
  std::unique_ptr<Robot> robot(new Robot(options, std::move(draw)));
  SHIQU_TRY_ASSIGN(robot->ui_, Ui::create(robot->textures_, options));
  robot->frames(2);
  return robot;
}

void Robot::frames(int count) {
  for (int i = 0; i < count; ++i) {
    ui_->begin_frame(options_.display, 1.0F / 60.0F);
    draw_(*ui_);
    last_ = &ui_->end_frame();
  }
}

Status Robot::settle(int limit) {
  for (int i = 0; i < limit; ++i) {
    if (!ui_->needs_frame()) {
      return {};
    }
    frames();
  }
  return fail(ErrorCode::Timeout, "wait until the view is quiet",
              std::to_string(limit) + " frames");
}

Result<Tagged> Robot::find(std::string_view tag) const {
  const Tagged* tagged = ui_->tags().find(tag);
  if (tagged == nullptr || tagged->frame != ui_->frame()) {
    return fail(ErrorCode::NotFound, "find item on the screen", std::string(tag),
                tagged == nullptr ? "never drawn" : "not drawn in the last frame");
  }
  return *tagged;
}

void Robot::move(ImVec2 to) {
  InputEvent event;
  event.kind = InputKind::MouseMove;
  event.x = to.x;
  event.y = to.y;
  ui_->input().push(event);
  frames();
}

void Robot::button(int which, KeyAction action) {
  InputEvent event;
  event.kind = InputKind::MouseButton;
  event.button = which;
  event.action = action;
  ui_->input().push(event);
  frames();
}

Status Robot::hover(std::string_view tag) {
  SHIQU_TRY_ASSIGN(const Tagged tagged, find(tag));
  if (!tagged.visible) {
    return fail(ErrorCode::NotFound, "point at item", std::string(tag), "scrolled away");
  }
  move(tagged.centre());
  return {};
}

Status Robot::click(std::string_view tag, int which) {
  SHIQU_TRY_ASSIGN(const Tagged tagged, find(tag));
  if (!tagged.enabled) {
    return fail(ErrorCode::Denied, "click item", std::string(tag), "disabled");
  }
  SHIQU_TRY(hover(tag));
  button(which, KeyAction::Press);
  button(which, KeyAction::Release);
  frames();
  return {};
}

Status Robot::double_click(std::string_view tag) {
  SHIQU_TRY(click(tag));
  return click(tag);
}

Status Robot::drag_between(ImVec2 from, ImVec2 to, int which) {
  constexpr int kSteps = 4;
  move(from);
  button(which, KeyAction::Press);
  for (int i = 1; i <= kSteps; ++i) {
    const float t = static_cast<float>(i) / kSteps;
    move(ImVec2(from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t));
  }
  button(which, KeyAction::Release);
  frames();
  return {};
}

Status Robot::drag(std::string_view from, std::string_view to) {
  SHIQU_TRY_ASSIGN(const Tagged start, find(from));
  SHIQU_TRY_ASSIGN(const Tagged end, find(to));
  return drag_between(start.centre(), end.centre(), 0);
}

Status Robot::drag(std::string_view from, ImVec2 by_px, int which) {
  SHIQU_TRY_ASSIGN(const Tagged start, find(from));
  const ImVec2 at = start.centre();
  return drag_between(at, ImVec2(at.x + by_px.x, at.y + by_px.y), which);
}

Status Robot::wheel(std::string_view tag, float steps) {
  SHIQU_TRY(hover(tag));
  InputEvent event;
  event.kind = InputKind::Wheel;
  event.y = steps;
  ui_->input().push(event);
  frames(2);
  return {};
}

Status Robot::key(std::string_view chord) {
  SHIQU_TRY_ASSIGN(const Chord parsed, parse_chord(chord));
  ui_->input().push(key_event(parsed.key, KeyAction::Press, parsed.mods));
  frames();
  ui_->input().push(key_event(parsed.key, KeyAction::Release, {}));
  frames(2);
  return {};
}

void Robot::type(std::string_view utf8) {
  for (const char32_t c : to_utf32(utf8)) {
    InputEvent event;
    event.kind = InputKind::Character;
    event.character = c;
    ui_->input().push(event);
  }
  frames(2);
}

void Robot::set_clipboard(std::string_view utf8) {
  ImGui::SetClipboardText(std::string(utf8).c_str());
}

std::string Robot::clipboard() {
  const char* text = ImGui::GetClipboardText();
  return text == nullptr ? std::string() : std::string(text);
}

Status Robot::wait_until(const std::function<bool()>& done, int limit) {
  for (int i = 0; i < limit; ++i) {
    frames();
    if (done()) {
      return {};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // another thread works on it
  }
  return fail(ErrorCode::Timeout, "wait for the view", std::to_string(limit) + " frames");
}

void Robot::play(const std::vector<LoggedEvent>& log) {
  for (std::size_t i = 0; i < log.size();) {
    const std::uint64_t frame = log[i].frame;
    for (; i < log.size() && log[i].frame == frame; ++i) {
      ui_->input().push(log[i].event);
    }
    frames();
  }
}

imaging::Image Robot::screenshot() {
  return rasterise(*last_, textures_, ui_->theme().ground);
}

}  // namespace shiqu::desk
