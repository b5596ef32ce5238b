#include "ui/desk/kit/text_edit.h"

#include <algorithm>

namespace shiqu::desk {
namespace {

bool enters(char32_t c) {
  return c >= 0x20 && c != 0x7F && c <= 0x10FFFF && !(c >= 0xD800 && c <= 0xDFFF);
}

}  // namespace

std::u32string TextEdit::selected() const {
  return text_.substr(selection_begin(), selection_end() - selection_begin());
}

void TextEdit::reset(std::u32string text) {
  text_ = std::move(text);
  caret_ = text_.size();
  anchor_ = caret_;
  group_ = Group::None;
  undo_.clear();
  redo_.clear();
}

void TextEdit::remember(Group group) {
  if (group == Group::None || group != group_) {
    undo_.push_back({text_, caret_});
  }
  group_ = group;
  redo_.clear();
}

void TextEdit::restore(const State& state) {
  text_ = state.text;
  caret_ = std::min(state.caret, text_.size());
  anchor_ = caret_;
  group_ = Group::None;
}

bool TextEdit::insert(std::u32string_view text) {
  std::u32string clean;
  std::copy_if(text.begin(), text.end(), std::back_inserter(clean), enters);
  if (clean.empty()) {
    return false;
  }
  remember(clean.size() == 1 && !has_selection() ? Group::Typing : Group::None);
  text_.replace(selection_begin(), selection_end() - selection_begin(), clean);
  caret_ = selection_begin() + clean.size();
  anchor_ = caret_;
  return true;
}

bool TextEdit::erase_selection() {
  if (!has_selection()) {
    return false;
  }
  remember(Group::None);
  const std::size_t begin = selection_begin();
  text_.erase(begin, selection_end() - begin);
  caret_ = begin;
  anchor_ = begin;
  return true;
}

bool TextEdit::erase_before() {
  if (has_selection()) {
    return erase_selection();
  }
  if (caret_ == 0) {
    return false;
  }
  remember(Group::Erasing);
  text_.erase(--caret_, 1);
  anchor_ = caret_;
  return true;
}

bool TextEdit::erase_after() {
  if (has_selection()) {
    return erase_selection();
  }
  if (caret_ == text_.size()) {
    return false;
  }
  remember(Group::Erasing);
  text_.erase(caret_, 1);
  return true;
}

void TextEdit::move_to(std::size_t position, bool select) {
  caret_ = std::min(position, text_.size());
  if (!select) {
    anchor_ = caret_;
  }
  group_ = Group::None;
}

void TextEdit::move_by(std::ptrdiff_t step, bool select) {
  if (!select && has_selection()) {
    move_to(step < 0 ? selection_begin() : selection_end(), false);
    return;
  }
  const auto target = static_cast<std::ptrdiff_t>(caret_) + step;
  move_to(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, target)), select);
}

void TextEdit::select_all() {
  anchor_ = 0;
  caret_ = text_.size();
  group_ = Group::None;
}

bool TextEdit::undo() {
  if (undo_.empty()) {
    return false;
  }
  redo_.push_back({text_, caret_});
  const State state = std::move(undo_.back());
  undo_.pop_back();
  restore(state);
  return true;
}

bool TextEdit::redo() {
  if (redo_.empty()) {
    return false;
  }
  undo_.push_back({text_, caret_});
  const State state = std::move(redo_.back());
  redo_.pop_back();
  restore(state);
  return true;
}

}  // namespace shiqu::desk
