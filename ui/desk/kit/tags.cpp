#include "ui/desk/kit/tags.h"

#include <imgui_internal.h>

namespace shiqu::desk {

void Tags::mark_item(std::string_view id, std::uint64_t frame) {
  const ImGuiLastItemData& item = ImGui::GetCurrentContext()->LastItemData;
  tags_[std::string(id)] = {ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                            (item.InFlags & ImGuiItemFlags_Disabled) == 0, ImGui::IsItemVisible(),
                            frame};
}

void Tags::mark(std::string_view id, ImVec2 min, ImVec2 max, std::uint64_t frame, bool enabled) {
  tags_[std::string(id)] = {min, max, enabled, ImGui::IsRectVisible(min, max), frame};
}

const Tagged* Tags::find(std::string_view id) const {
  const auto found = tags_.find(std::string(id));
  return found == tags_.end() ? nullptr : &found->second;
}

void Tags::begin_frame(std::uint64_t frame) {
  constexpr std::size_t kMany = 4096;
  if (tags_.size() > kMany) {
    std::erase_if(tags_, [frame](const auto& entry) { return entry.second.frame + 2 < frame; });
  }
}

}  // namespace shiqu::desk
