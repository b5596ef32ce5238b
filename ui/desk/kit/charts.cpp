#include "ui/desk/kit/charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace shiqu::desk {
namespace {

constexpr float kBarEms = 0.9F;
constexpr float kMarkEms = 0.36F;  // radius
constexpr float kTrackEms = 0.26F;

ImVec2 operator+(ImVec2 a, ImVec2 b) {
  return {a.x + b.x, a.y + b.y};
}

void draw_parts(Ui& ui, ImVec2 from, ImVec2 size, const std::vector<BarPart>& parts) {
  const double sum =
      std::accumulate(parts.begin(), parts.end(), 0.0,
                      [](double all, const BarPart& one) { return all + one.value; });
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(from, from + size, ui.theme().raised, 3 * ui.scale());
  float x = 0;
  for (const BarPart& part : parts) {
    const float width = sum > 0 ? size.x * static_cast<float>(part.value / sum) : 0;
    const float gap = std::min(width / 2, 1.5F * ui.scale());  // neighbours stay apart
    list.AddRectFilled(from + ImVec2(x, 0), from + ImVec2(x + width - gap, size.y), part.colour,
                       3 * ui.scale());
    x += width;
  }
}

}  // namespace

void stacked_bar(Ui& ui, std::string_view id, float width_px, const std::vector<BarPart>& parts) {
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const ImVec2 size(width_px, kBarEms * ui.em());
  draw_parts(ui, from, size, parts);
  ImGui::Dummy(size);
  ui.tag(id);
  const float line = ui.glyphs().line_height();
  const float patch = 0.55F * ui.em();
  float left = 0;  // of the line
  int number = 0;
  for (const BarPart& part : parts) {
    const char* label = ui(part.label);
    const char* figure = ui(part.figure);
    const float label_width = ImGui::CalcTextSize(label).x;
    const float wide = 2.1F * patch + label_width + ImGui::CalcTextSize(figure).x;
    if (left > 0 && left + wide <= width_px) {
      ImGui::SameLine(0, 0);
    } else {
      left = 0;
    }
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const ImVec2 corner = at + ImVec2(0, (line - patch) / 2);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(corner, corner + ImVec2(patch, patch), part.colour, 2 * ui.scale());
    list.AddText(at + ImVec2(1.5F * patch, 0), ui.theme().text, label);
    list.AddText(at + ImVec2(2.1F * patch + label_width, 0), ui.theme().faint, figure);
    ImGui::Dummy({wide + 1.4F * ui.em(), line});
    ui.tag(fmt::format("{}.{}", id, ++number));
    left += wide + 1.4F * ui.em();
  }
}

void draw_mark(Ui& ui, Mark mark) {
  const float line = ImGui::GetTextLineHeight();
  const float r = kMarkEms * ui.em();
  const ImVec2 c = ImGui::GetCursorScreenPos() + ImVec2(r + ui.scale(), line / 2);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Theme& theme = ui.theme();
  const float stroke = 2 * ui.scale();
  switch (mark) {
    case Mark::Good:
      list.AddCircleFilled(c, r, theme.good);
      list.AddLine(c + ImVec2(-0.45F * r, 0.05F * r), c + ImVec2(-0.1F * r, 0.4F * r), theme.ground,
                   stroke);
      list.AddLine(c + ImVec2(-0.1F * r, 0.4F * r), c + ImVec2(0.5F * r, -0.35F * r), theme.ground,
                   stroke);
      break;
    case Mark::Warning:
      list.AddTriangleFilled(c + ImVec2(0, -r), c + ImVec2(-r, 0.8F * r), c + ImVec2(r, 0.8F * r),
                             theme.doubt);
      break;
    case Mark::Alarm:
      list.AddRectFilled(c + ImVec2(-0.85F * r, -0.85F * r), c + ImVec2(0.85F * r, 0.85F * r),
                         theme.alarm, 2 * ui.scale());
      break;
    case Mark::Open:
      list.AddCircle(c, 0.8F * r, theme.faint, 0, stroke);
      break;
    case Mark::Busy:
      for (int i = -1; i <= 1; ++i) {
        list.AddCircleFilled(c + ImVec2(0.75F * r * static_cast<float>(i), 0), 0.25F * r,
                             theme.active);
      }
      break;
  }
  ImGui::Dummy({2 * r + 2 * ui.scale(), line});
}

void draw_track(Ui& ui, int steps, int reached, ImU32 colour) {
  const float line = ImGui::GetTextLineHeight();
  const float r = kTrackEms * ui.em();
  const float pitch = 4.2F * r;
  const ImVec2 from = ImGui::GetCursorScreenPos() + ImVec2(r, line / 2);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (int i = 0; i < steps; ++i) {
    const ImVec2 at = from + ImVec2(pitch * static_cast<float>(i), 0);
    const bool done = i <= reached;
    if (i + 1 < steps) {
      list.AddLine(at + ImVec2(r, 0), at + ImVec2(pitch - r, 0),
                   i < reached ? colour : ui.theme().line, 2 * ui.scale());
    }
    if (done) {
      list.AddCircleFilled(at, r, colour);
    } else {
      list.AddCircle(at, r, ui.theme().line, 0, 1.5F * ui.scale());
    }
  }
  ImGui::Dummy({pitch * static_cast<float>(steps - 1) + 2 * r, line});
}

}  // namespace shiqu::desk
