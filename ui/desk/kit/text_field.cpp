#include "ui/desk/kit/text_field.h"

#include "storage/base/text.h"

#include <algorithm>
#include <cmath>

namespace shiqu::desk {
namespace {

constexpr float kPaddingPx = 8;

ImVec2 operator+(ImVec2 a, ImVec2 b) {
  return {a.x + b.x, a.y + b.y};
}

void draw_frame(const Ui& ui, ImDrawList& list, ImVec2 from, ImVec2 to, bool focused) {
  const float rounding = 4 * ui.scale();
  list.AddRectFilled(from, to, ui.theme().raised, rounding);
  list.AddRect(from, to, focused ? ui.theme().selection : ui.theme().line, rounding, 0,
               focused ? 2.0F : 1.0F);
}

/// A wave (much doubt) or dots (some) to the right of a cell, after its kind of doubt.
void draw_doubt(const Ui& ui, ImDrawList& list, ImVec2 top, float height, Doubt doubt) {
  const float step = 4 * ui.scale();
  const ImU32 colour = doubt == Doubt::Much ? ui.theme().alarm : ui.theme().doubt;
  for (float y = step / 2; y < height; y += step) {
    const ImVec2 at(top.x, top.y + y);
    if (doubt == Doubt::Some) {
      list.AddRectFilled(at, at + ImVec2(2, 2), colour);
    } else {
      const float side = std::fmod(y / step, 2.0F) < 1 ? 2.0F : -2.0F;
      list.AddLine(at + ImVec2(side, -step / 2), at + ImVec2(-side, step / 2), colour, 1.5F);
    }
  }
}

}  // namespace

std::string TextField::utf8() const {
  return to_utf8(edit_.text());
}

void TextField::set_utf8(std::string_view text) {
  edit_.reset(to_utf32(text));
}

bool TextField::handle_control(Key key, FieldResult& result) {
  switch (key) {
    case Key::A:
      edit_.select_all();
      return true;
    case Key::C:
    case Key::X:
      if (edit_.has_selection() && !masked_) {
        ImGui::SetClipboardText(to_utf8(edit_.selected()).c_str());
        result.changed |= key == Key::X && edit_.erase_selection();
      }
      return true;
    case Key::V:
      if (const char* pasted = ImGui::GetClipboardText(); pasted != nullptr) {
        result.changed |= edit_.insert(to_utf32(pasted));
      }
      return true;
    case Key::Z:
      result.changed |= edit_.undo();
      return true;
    case Key::Y:
      result.changed |= edit_.redo();
      return true;
    default:
      return false;
  }
}

bool TextField::handle_movement(Key key, bool select, bool word, bool vertical,
                                FieldResult& result) {
  const Key back = vertical ? Key::Up : Key::Left;
  const Key forth = vertical ? Key::Down : Key::Right;
  const std::ptrdiff_t far = word ? 5 : 1;  // Chinese text has no spaces to stop at
  if (key == back) {
    edit_.move_by(-far, select);
  } else if (key == forth) {
    edit_.move_by(far, select);
  } else if (key == Key::Home) {
    edit_.move_to(0, select);
  } else if (key == Key::End) {
    edit_.move_to(edit_.text().size(), select);
  } else if (vertical && (key == Key::Left || key == Key::Right) && !select) {
    result.column_step = key == Key::Left ? 1 : -1;
  } else {
    return false;
  }
  return true;
}

bool TextField::handle_key(Ui& ui, const InputEvent& event, bool vertical, FieldResult& result) {
  const Mods& mods = event.mods;
  if (mods.alt) {
    return false;
  }
  if (handle_movement(event.key, mods.shift, mods.ctrl, vertical, result)) {
    return true;
  }
  if (mods.ctrl) {
    if (mods.shift && event.key == Key::Z) {
      result.changed |= edit_.redo();
      return true;
    }
    return !mods.shift && handle_control(event.key, result);
  }
  switch (event.key) {
    case Key::Backspace:
      result.changed |= edit_.erase_before();
      return true;
    case Key::Delete:
      result.changed |= edit_.erase_after();
      return true;
    case Key::Enter:
    case Key::KpEnter:
      result.accepted |= !mods.shift;
      return !mods.shift;  // Shift+Enter belongs to the view around
    case Key::Escape:
      result.cancelled = true;
      ui.focus().clear();
      return true;
    case Key::Tab:
      ui.focus().move(mods.shift ? -1 : 1);
      return true;
    default:
      return false;
  }
}

FieldResult TextField::handle_events(Ui& ui, bool vertical) {
  FieldResult result;
  ui.focus().drawn(id_);
  auto& events = ui.input().events();
  for (std::size_t i = 0; i < events.size() && ui.focus().has(id_); ++i) {
    InputEvent& event = events[i];
    if (event.consumed) {
      continue;
    }
    if (event.kind == InputKind::Character) {
      result.changed |= edit_.insert(std::u32string_view(&event.character, 1));
      event.consumed = true;
    } else if (event.kind == InputKind::Key && event.action != KeyAction::Release) {
      event.consumed = handle_key(ui, event, vertical, result);
    }
  }
  result.focused = ui.focus().has(id_);
  if (result.changed && changed_) {
    changed_(edit_.text());
  }
  return result;
}

void TextField::handle_mouse(Ui& ui, const std::function<std::size_t(ImVec2)>& position_at) {
  if (ImGui::IsItemHovered()) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
  }
  const bool shift = ImGui::GetIO().KeyShift;
  if (ImGui::IsItemActivated()) {
    ui.focus().give(id_);
    edit_.move_to(position_at(ImGui::GetMousePos()), shift);
    selecting_ = true;
    if (ImGui::IsMouseDoubleClicked(0)) {
      edit_.select_all();
      selecting_ = false;
    }
  } else if (ImGui::IsItemActive() && selecting_) {
    edit_.move_to(position_at(ImGui::GetMousePos()), true);
  } else if (!ImGui::IsItemActive()) {
    selecting_ = false;
    if (ui.focus().has(id_) && ImGui::IsMouseClicked(0) && !ImGui::IsItemHovered()) {
      ui.focus().clear();
    }
  }
}

FieldResult TextField::draw_line(Ui& ui, float width_px, std::string_view hint) {
  const float height = ui.glyphs().line_height() + 8 * ui.scale();
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const ImVec2 to = from + ImVec2(std::max(width_px, height), height);
  ImGui::InvisibleButton(id_.c_str(), ImVec2(to.x - from.x, height));
  ui.tag(id_);
  const float text_x = from.x + kPaddingPx - scroll_px_;
  handle_mouse(ui, [&](ImVec2 mouse) {
    float x = text_x;
    std::size_t i = 0;
    const std::u32string text = shown();
    for (; i < text.size(); ++i) {
      const float advance = ui.glyphs().advance(text[i]);
      if (mouse.x < x + advance / 2) {
        break;
      }
      x += advance;
    }
    return i;
  });
  const FieldResult result = handle_events(ui, false);
  if (ImGui::IsItemVisible()) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_frame(ui, list, from, to, result.focused);
    list.PushClipRect(from + ImVec2(2, 0), to + ImVec2(-2, 0), true);
    draw_line_text(ui, list, from, to, hint, result.focused);
    list.PopClipRect();
  }
  return result;
}

std::u32string TextField::shown() const {
  constexpr char32_t kDot = U'\u2022';
  return masked_ ? std::u32string(edit_.text().size(), kDot) : edit_.text();
}

void TextField::draw_line_text(Ui& ui, ImDrawList& list, ImVec2 from, ImVec2 to,
                               std::string_view hint, bool focused) {
  const float y = from.y + (to.y - from.y - ui.glyphs().line_height()) / 2;
  const std::u32string text = shown();
  std::vector<float> x(text.size() + 1, 0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    x[i + 1] = x[i] + ui.glyphs().advance(text[i]);
  }
  const float room = to.x - from.x - 2 * kPaddingPx;
  const float caret = x[std::min(edit_.caret(), text.size())];
  scroll_px_ = std::clamp(scroll_px_, std::max(0.0F, caret - room), caret);
  scroll_px_ = std::min(scroll_px_, std::max(0.0F, x.back() - room));
  const float left = std::round(from.x + kPaddingPx - scroll_px_);
  if (edit_.has_selection()) {
    list.AddRectFilled(ImVec2(left + x[edit_.selection_begin()], y),
                       ImVec2(left + x[edit_.selection_end()], y + ui.glyphs().line_height()),
                       with_alpha(ui.theme().selection, 0.4F));
  }
  if (text.empty()) {
    list.AddText(ImVec2(left, y), ui.theme().faint, ui(hint));
  } else {
    list.AddText(ImVec2(left, y), ui.theme().text, ui(to_utf8(text)));
  }
  if (focused) {
    list.AddRectFilled(ImVec2(left + caret - 1, y + 2),
                       ImVec2(left + caret + 1, y + ui.glyphs().line_height() - 2),
                       ui.theme().text);
  }
}

float cell_top(const ColumnLayout& layout, std::size_t index) {
  if (index < layout.tops.size()) {
    return layout.tops[index];
  }
  const float start = layout.tops.empty() ? kPaddingPx : layout.tops.back() + layout.pitch_px;
  return start + static_cast<float>(index - layout.tops.size()) * layout.pitch_px;
}

std::size_t cell_at(const ColumnLayout& layout, std::size_t length, float y_px) {
  std::size_t i = 0;
  while (i < length && y_px > (cell_top(layout, i) + cell_top(layout, i + 1)) / 2) {
    ++i;
  }
  return i;
}

FieldResult TextField::draw_column(Ui& ui, ImVec2 size, const ColumnLayout& layout) {
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const ImVec2 to = from + size;
  ImGui::InvisibleButton(id_.c_str(), size);
  ui.tag(id_);
  handle_mouse(ui, [&](ImVec2 mouse) {
    return cell_at(layout, edit_.text().size(), mouse.y - from.y + scroll_px_);
  });
  const FieldResult result = handle_events(ui, true);
  if (ImGui::IsItemVisible()) {
    const float caret = cell_top(layout, edit_.caret());
    const float end = cell_top(layout, edit_.text().size()) + layout.pitch_px;
    if (result.focused) {
      scroll_px_ = std::clamp(scroll_px_, std::max(0.0F, caret + layout.pitch_px - size.y),
                              std::max(0.0F, caret - kPaddingPx));
    }
    scroll_px_ = std::min(scroll_px_, std::max(0.0F, end - size.y));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_frame(ui, list, from, to, result.focused);
    list.PushClipRect(from + ImVec2(1, 2), to + ImVec2(-1, -2), true);
    draw_column_text(ui, list, from, to, layout, result.focused);
    list.PopClipRect();
  }
  return result;
}

void draw_cells(Ui& ui, ImDrawList& list, ImVec2 from, ImVec2 to, const ColumnLayout& layout,
                std::u32string_view text, ImU32 colour, float scroll_px) {
  const float centre = std::round((from.x + to.x) / 2);
  const float half = layout.em_px / 2 + 3;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const float cell = from.y + cell_top(layout, i) - scroll_px;
    const float height = cell_top(layout, i + 1) - cell_top(layout, i);
    if (cell + height < from.y || cell > to.y) {
      continue;
    }
    const float top = cell + std::max(0.0F, (height - layout.em_px) / 2);
    ui.page_glyphs().draw_cell(list, ImVec2(centre, top), layout.em_px, text[i], colour);
    if (i < layout.doubts.size() && layout.doubts[i] != Doubt::None) {
      draw_doubt(ui, list, ImVec2(centre + half + 1, top), layout.em_px, layout.doubts[i]);
    }
  }
}

void TextField::draw_column_text(Ui& ui, ImDrawList& list, ImVec2 from, ImVec2 to,
                                 const ColumnLayout& layout, bool focused) {
  const float centre = std::round((from.x + to.x) / 2);
  const float half = layout.em_px / 2 + 3;
  const float top = from.y - scroll_px_;
  if (edit_.has_selection()) {
    list.AddRectFilled(ImVec2(centre - half, top + cell_top(layout, edit_.selection_begin())),
                       ImVec2(centre + half, top + cell_top(layout, edit_.selection_end())),
                       with_alpha(ui.theme().selection, 0.4F));
  }
  draw_cells(ui, list, from, to, layout, edit_.text(), ui.theme().text, scroll_px_);
  if (focused) {
    const float y = top + cell_top(layout, edit_.caret());
    list.AddRectFilled(ImVec2(centre - half, y - 1), ImVec2(centre + half, y + 1),
                       ui.theme().selection);
  }
}

}  // namespace shiqu::desk
