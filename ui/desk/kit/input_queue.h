#pragma once

#include "storage/base/result.h"
#include "ui/desk/kit/keys.h"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

struct ImGuiIO;

namespace shiqu::desk {

enum class InputKind { Key, Character, MouseMove, MouseButton, Wheel, Focus };
enum class KeyAction { Release, Press, Repeat };

/// One event as the window system (or the robot) delivered it.
struct InputEvent {
  InputKind kind = InputKind::Key;
  Key key = Key::None;                  ///< Key
  KeyAction action = KeyAction::Press;  ///< Key, MouseButton; Focus: Release = lost
  Mods mods;                            ///< Key, MouseButton
  char32_t character = 0;               ///< Character: any plane
  int button = 0;                       ///< MouseButton: 0 left, 1 right, 2 middle
  float x = 0;                          ///< MouseMove: px; Wheel: horizontal steps
  float y = 0;
  bool consumed = false;  ///< someone has acted on it in this frame
};

/// An event and the number of the frame that took it.
struct LoggedEvent {
  std::uint64_t frame = 0;
  InputEvent event;
};

/// Keeps events until a frame can take them. Dear ImGui 1.86 sees only the state of keys and
/// buttons at the start of a frame, so a key that goes down and up between two frames would be
/// lost: replay() lets no key and no button change twice in one frame and leaves the rest.
/// UI thread only.
class InputQueue {
 public:
  void push(const InputEvent& event) { waiting_.push_back(event); }
  [[nodiscard]] bool pending() const noexcept { return !waiting_.empty(); }

  /// Applies what one frame may take to `io`. Returns how many events that were.
  std::size_t replay(ImGuiIO& io);

  /// The events of this frame in their order; fields and commands read them from here and mark
  /// what they use as consumed.
  std::vector<InputEvent>& events() noexcept { return current_; }

  /// True if `key` went down (or repeats) in this frame with exactly `mods` and nobody has used it;
  /// marks it, and the character it produced, as consumed.
  bool take(const Chord& chord);

  /// Consumes the event at `index` and the character event that follows it.
  void consume(std::size_t index);

  void start_log() { logging_ = true; }
  [[nodiscard]] const std::vector<LoggedEvent>& log() const noexcept { return log_; }

 private:
  static void apply(const InputEvent& event, ImGuiIO& io);

  std::deque<InputEvent> waiting_;
  std::vector<InputEvent> current_;
  std::vector<LoggedEvent> log_;
  std::uint64_t frame_ = 0;
  bool logging_ = false;
};

/// One event per line: frame, kind, key, action, modifiers, character, button, x, y.
std::string log_to_text(const std::vector<LoggedEvent>& log);

/// Inverse of log_to_text. Errors: InvalidInput with the line.
Result<std::vector<LoggedEvent>> log_from_text(std::string_view text);

}  // namespace shiqu::desk
