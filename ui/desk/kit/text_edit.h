#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::desk {

/// One line of text being edited: characters of every plane, caret, selection, unlimited undo.
/// Positions count characters. Line breaks and other control characters never enter.
class TextEdit {
 public:
  TextEdit() = default;
  explicit TextEdit(std::u32string text)
      : text_(std::move(text)), caret_(text_.size()), anchor_(caret_) {}

  [[nodiscard]] const std::u32string& text() const noexcept { return text_; }
  [[nodiscard]] std::size_t caret() const noexcept { return caret_; }
  [[nodiscard]] std::size_t selection_begin() const noexcept {
    return caret_ < anchor_ ? caret_ : anchor_;
  }
  [[nodiscard]] std::size_t selection_end() const noexcept {
    return caret_ < anchor_ ? anchor_ : caret_;
  }
  [[nodiscard]] bool has_selection() const noexcept { return caret_ != anchor_; }
  [[nodiscard]] std::u32string selected() const;
  [[nodiscard]] bool can_undo() const noexcept { return !undo_.empty(); }

  /// Replaces everything and forgets the history: another record is shown now.
  void reset(std::u32string text);

  /// Replaces the selection. Returns true if the text changed.
  bool insert(std::u32string_view text);
  bool erase_before();
  bool erase_after();
  bool erase_selection();
  /// Moves the caret, cut at the ends; `select` keeps the other end of the selection.
  void move_to(std::size_t position, bool select);
  void move_by(std::ptrdiff_t step, bool select);
  void select_all();

  bool undo();
  bool redo();
  /// What is typed next will be undone on its own.
  void end_group() noexcept { group_ = Group::None; }

 private:
  enum class Group { None, Typing, Erasing };
  struct State {
    std::u32string text;
    std::size_t caret = 0;
  };
  void remember(Group group);
  void restore(const State& state);

  std::u32string text_;
  std::size_t caret_ = 0;
  std::size_t anchor_ = 0;
  Group group_ = Group::None;
  std::vector<State> undo_;
  std::vector<State> redo_;
};

}  // namespace shiqu::desk
