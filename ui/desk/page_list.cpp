#include "ui/desk/page_list.h"

#include "storage/base/file.h"
#include "storage/derive/derive.h"
#include "storage/imaging/codecs.h"
#include "ui/desk/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace shiqu::desk {
namespace {

constexpr float kPicturePx = 64;  // both sides: pictures of every shape stand in one column
constexpr float kInsetPx = 4;

/// Where a picture of `size` stands in the middle of the square at `from`.
void draw_picture(ImDrawList& list, TextureId texture, SizePx size, ImVec2 from, float side) {
  const auto width = static_cast<float>(size.width);
  const auto height = static_cast<float>(size.height);
  const float scale = side / std::max(width, height);
  const ImVec2 at(from.x + (side - width * scale) / 2, from.y + (side - height * scale) / 2);
  list.AddImage(im_texture(texture), at, ImVec2(at.x + width * scale, at.y + height * scale));
}

}  // namespace

PageList::Thumbnail PageList::thumbnail(Ui& ui, DeskModel& model, const std::string& master) {
  const auto found = thumbnails_.find(master);
  if (found != thumbnails_.end() || master.empty()) {
    return master.empty() ? Thumbnail{} : found->second;
  }
  // Our own small JPEG, made by the decode worker.
  const auto bytes = read_file(derive::thumbnail_path(model.store(), master), 1U << 20U);
  if (!bytes) {
    return {};  // not derived yet: asked again at the next frame
  }
  const auto decoded =
      imaging::decode_jpeg({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()});
  if (!decoded) {
    return {};
  }
  const Thumbnail made{ui.textures().create(decoded->image), decoded->image.size()};
  thumbnails_[master] = made;
  return made;
}

bool PageList::draw_page(Ui& ui, DeskModel& model, const DeskModel::Entry& entry, bool selected) {
  const float inset = kInsetPx * ui.scale();
  const float side = kPicturePx * ui.scale();
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const std::string id = fmt::format("page.{}.{}", entry.item.identifier, entry.page.order);
  const bool pressed =
      ImGui::Selectable(("###" + id).c_str(), selected, 0, ImVec2(0, side + 2 * inset));
  ui.tag(id);
  if (selected && reveal_frames_ > 0) {
    ImGui::SetScrollHereY();
  }
  if (!ImGui::IsItemVisible()) {
    return pressed;
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 picture(from.x + inset, from.y + inset);
  if (const Thumbnail shown = thumbnail(ui, model, entry.master); shown.texture != 0) {
    draw_picture(list, shown.texture, shown.size, picture, side);
  } else {
    list.AddRect(picture, ImVec2(picture.x + side, picture.y + side), ui.theme().line);
  }
  const float line = ui.glyphs().line_height();
  const ImVec2 words(picture.x + side + 3 * inset, picture.y + (side - 2 * line) / 2);
  list.AddText(words, ui.theme().text, ui(page_words(entry.page)));
  list.AddText(ImVec2(words.x, words.y + line), selected ? ui.theme().text : ui.theme().faint,
               ui(state_words(entry.page.text_state)));
  return pressed;
}

std::optional<std::size_t> PageList::draw(Ui& ui, DeskModel& model, ImVec2 size) {
  std::optional<std::size_t> pressed;
  ImGui::BeginChild("###pages", size);
  ItemId last;
  const std::vector<DeskModel::Entry>& entries = model.entries();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].item.id != last) {
      if (i > 0) {
        ImGui::Spacing();
      }
      ui.heading(entries[i].item.identifier, 1.1F);
      ui.tag("item." + entries[i].item.identifier);
      ui.faint_text(entries[i].item.title);
      last = entries[i].item.id;
    }
    if (draw_page(ui, model, entries[i], model.selected() == i)) {
      pressed = i;
    }
  }
  reveal_frames_ = std::max(0, reveal_frames_ - 1);
  ImGui::EndChild();
  return pressed;
}

}  // namespace shiqu::desk
