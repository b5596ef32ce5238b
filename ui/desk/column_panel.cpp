#include "ui/desk/column_panel.h"

#include "labeler/correct.h"
#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace shiqu::desk {
namespace {

constexpr double kSure = 0.9;
constexpr double kUnsure = 0.6;
constexpr float kLeastPitchPx = 26;
constexpr float kMostPitchPx = 42;
constexpr float kEmShare = 0.86F;  // of the pitch
constexpr float kDoubtPx = 20;     // room beside the character for the mark of doubt

bool is_row(const model::Line& line) {
  return line.kind == model::LineKind::Horizontal;
}

std::vector<Doubt> doubts_of(const model::Line& line) {
  std::vector<Doubt> out;
  for (const model::Glyph& glyph : line.glyphs) {
    const double sure = glyph.confidence;
    out.push_back(sure < 0 || sure >= kSure ? Doubt::None
                  : sure >= kUnsure         ? Doubt::Some
                                            : Doubt::Much);
  }
  return out;
}

/// The number above a column, in the middle of its strip.
void draw_number(Ui& ui, ImVec2 from, float width, std::size_t number, ImU32 colour) {
  const char* text = ui(std::to_string(number));
  const float x = from.x + (width - ImGui::CalcTextSize(text).x) / 2;
  ImGui::GetWindowDrawList()->AddText(ImVec2(x, from.y), colour, text);
}

}  // namespace

void ColumnPanel::show(const model::Line* line) {
  line_ = line == nullptr ? std::nullopt : std::optional(*line);
  typed_ = line_;
  field_.set_utf8(line_ ? line_->text : "");
  reveal();
}

void ColumnPanel::rebase(const model::Line& line) {
  line_ = line;
  typed_ = line;
}

const model::Line* ColumnPanel::typed() {
  if (!line_) {
    return nullptr;
  }
  if (const std::string text = field_.utf8(); typed_->text != text) {
    typed_ = labeler::with_text(*line_, text);
  }
  return &*typed_;
}

std::optional<model::Box> ColumnPanel::caret_box() {
  const model::Line* line = typed();
  if (line == nullptr || line->glyphs.empty()) {
    return std::nullopt;
  }
  const std::size_t at = std::min(field_.edit().caret(), line->glyphs.size() - 1);
  const model::Box box = line->glyphs[at].box;
  return box.empty() ? std::nullopt : std::optional(box);
}

ColumnPanel::Measures ColumnPanel::measure(const Ui& ui, const std::vector<model::Line>& lines,
                                           std::size_t columns, ImVec2 room) const {
  std::size_t longest = std::max<std::size_t>(8, field_.edit().text().size());
  for (const model::Line& line : lines) {
    longest = is_row(line) ? longest : std::max(longest, to_utf32(line.text).size());
  }
  Measures out;
  out.header_px = ui.em() * 1.5F;
  const float count = static_cast<float>(columns);
  const float room_px = room.y - out.header_px - cell_top({}, 0) * 2;
  const float mark = kDoubtPx * ui.scale();
  // As large as the longest column and the number of columns allow, but always readable.
  const float high = room_px / static_cast<float>(longest + 1);
  const float wide = (room.x / count - mark) / kEmShare;
  out.layout.pitch_px = std::clamp(std::floor(std::min(high, wide)), kLeastPitchPx * ui.scale(),
                                   kMostPitchPx * ui.scale());
  out.layout.em_px = std::floor(out.layout.pitch_px * kEmShare);
  out.strip_px =
      std::floor(std::clamp(room.x / count, out.layout.em_px + mark, out.layout.em_px * 2.2F));
  out.height_px = std::max(room.y - out.header_px, cell_top(out.layout, longest + 1));
  return out;
}

ColumnEvents ColumnPanel::draw(Ui& ui, const std::vector<model::Line>& lines,
                               std::optional<std::size_t> selected, bool editable, ImVec2 size) {
  ColumnEvents events;
  const auto rows = static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), is_row));
  float rows_px = 0;
  if (rows > 0) {
    const float wanted = static_cast<float>(rows) * ImGui::GetFrameHeightWithSpacing();
    rows_px = rows == lines.size() ? size.y : std::min(wanted, size.y / 3);
  }
  if (rows < lines.size()) {
    draw_columns(ui, lines, selected, editable, ImVec2(size.x, size.y - rows_px), events);
  }
  if (rows > 0) {
    ImGui::BeginChild("###rows", ImVec2(size.x, rows_px));
    draw_rows(ui, lines, selected, editable, events);
    ImGui::EndChild();
  }
  return events;
}

void ColumnPanel::draw_columns(Ui& ui, const std::vector<model::Line>& lines,
                               std::optional<std::size_t> selected, bool editable, ImVec2 size,
                               ColumnEvents& events) {
  ImGui::BeginChild("###columns", size, false, ImGuiWindowFlags_HorizontalScrollbar);
  const ImVec2 base = ImGui::GetCursorScreenPos();
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const auto columns = static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(), [](const model::Line& line) { return !is_row(line); }));
  const Measures measures = measure(ui, lines, columns, room);
  const float width = std::max(room.x, measures.strip_px * static_cast<float>(columns));
  float right = base.x + width;  // the first column of a leaf is the one at the right
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (is_row(lines[i])) {
      continue;
    }
    right -= measures.strip_px;
    draw_strip(ui, lines[i], i, selected == i, editable, measures, ImVec2(right, base.y), events);
    if (selected == i) {
      const float y = measures.header_px + cell_top(measures.layout, field_.edit().caret());
      scroll_to(ImVec2(right - base.x, y - measures.layout.pitch_px * 2),
                ImVec2(right - base.x + measures.strip_px, y + measures.layout.pitch_px * 2));
    }
  }
  if (reveal_frames_ > 0 && !selected) {
    ImGui::SetScrollX(ImGui::GetScrollMaxX());
    ImGui::SetScrollY(0);
  }
  reveal_frames_ = std::max(0, reveal_frames_ - 1);
  ImGui::SetCursorScreenPos(base);
  ImGui::Dummy(ImVec2(width, measures.header_px + measures.height_px));
  ImGui::EndChild();
}

/// Only after the selection or the caret has moved: whoever scrolls by hand may look elsewhere.
void ColumnPanel::scroll_to(ImVec2 least, ImVec2 most) {
  if (seen_caret_ != field_.edit().caret()) {
    seen_caret_ = field_.edit().caret();
    reveal();
  }
  if (reveal_frames_ == 0) {
    return;
  }
  const ImVec2 size = ImGui::GetWindowSize();
  const float x = ImGui::GetScrollX();
  const float y = ImGui::GetScrollY();
  if (least.x < x || most.x > x + size.x) {
    ImGui::SetScrollX(std::clamp(x, std::max(0.0F, most.x - size.x), std::max(0.0F, least.x)));
  }
  if (least.y < y || most.y > y + size.y) {
    ImGui::SetScrollY(std::clamp(y, std::max(0.0F, most.y - size.y), std::max(0.0F, least.y)));
  }
}

void ColumnPanel::draw_strip(Ui& ui, const model::Line& line, std::size_t index, bool is_selected,
                             bool editable, const Measures& measures, ImVec2 from,
                             ColumnEvents& events) {
  const std::string tag = fmt::format("column.{}", index + 1);
  const ImVec2 top(from.x, from.y + measures.header_px);
  const ImVec2 size(measures.strip_px - 2, measures.height_px);
  const ImVec2 end(top.x + size.x, top.y + size.y);
  const model::Line* edited = is_selected && editable ? typed() : nullptr;
  const std::vector<Doubt> doubts = doubts_of(edited == nullptr ? line : *edited);
  ColumnLayout layout = measures.layout;
  layout.doubts = doubts;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  draw_number(ui, from, size.x, index + 1, is_selected ? ui.theme().doubt : ui.theme().faint);
  if (is_selected && editable) {
    ImGui::SetCursorScreenPos(top);
    events.field = field_.draw_column(ui, size, layout);
    events.step += events.field.column_step;
    ui.tag(tag);
    return;
  }
  ImGui::SetCursorScreenPos(from);
  ImGui::InvisibleButton(tag.c_str(), ImVec2(size.x, measures.header_px + size.y));
  ui.tag(tag);
  const std::u32string text = to_utf32(line.text);
  if (ImGui::IsItemActivated()) {
    events.chosen = index;
    events.caret = cell_at(layout, text.size(), ImGui::GetMousePos().y - top.y);
  }
  const bool hovered = ImGui::IsItemHovered();
  list.AddRectFilled(
      top, end,
      is_selected ? ui.theme().raised : with_alpha(ui.theme().raised, hovered ? 0.8F : 0.35F),
      4 * ui.scale());
  if (is_selected) {
    list.AddRect(top, end, ui.theme().doubt, 4 * ui.scale());
  }
  draw_cells(ui, list, top, end, layout, text, ui.theme().text);
}

void ColumnPanel::draw_rows(Ui& ui, const std::vector<model::Line>& lines,
                            std::optional<std::size_t> selected, bool editable,
                            ColumnEvents& events) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!is_row(lines[i])) {
      continue;
    }
    const std::string tag = fmt::format("column.{}", i + 1);
    if (selected == i && editable) {
      events.field = field_.draw_line(ui, ImGui::GetContentRegionAvail().x);
      ui.tag(tag);
      const bool typing = events.field.focused;
      events.step += typing && ui.input().take({Key::Down, {}}) ? 1 : 0;
      events.step -= typing && ui.input().take({Key::Up, {}}) ? 1 : 0;
      if (reveal_frames_ > 0) {
        ImGui::SetScrollHereY();
      }
    } else if (ui.row(tag, fmt::format("{:>2}  {}", i + 1, lines[i].text), selected == i)) {
      events.chosen = i;
      events.caret = to_utf32(lines[i].text).size();
    }
  }
  if (lines.size() == static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), is_row))) {
    reveal_frames_ = std::max(0, reveal_frames_ - 1);
  }
}

}  // namespace shiqu::desk
