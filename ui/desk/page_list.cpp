#include "ui/desk/page_list.h"

#include "storage/base/file.h"
#include "storage/derive/derive.h"
#include "storage/imaging/codecs.h"
#include "ui/app/i18n.h"
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

/// Where page `index` begins, px below the head of the list.
double place_of(const PageShelf& shelf, std::size_t index, double row, double heading) {
  const auto& groups = shelf.groups();
  const auto behind = std::upper_bound(
      groups.begin(), groups.end(), index,
      [](std::size_t at, const PageShelf::Group& group) { return at < group.first; });
  return static_cast<double>(index) * row + static_cast<double>(behind - groups.begin()) * heading;
}

/// The group that covers `top`.
std::size_t group_at(const PageShelf& shelf, double top, double row, double heading) {
  const auto& groups = shelf.groups();
  std::size_t low = 0;
  std::size_t high = groups.size();
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    const double place =
        static_cast<double>(groups[middle].first) * row + static_cast<double>(middle) * heading;
    (place <= top ? low : high) = middle;
  }
  return low;
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

bool PageList::draw_page(Ui& ui, DeskModel& model, const DeskModel::Entry& entry, bool selected,
                         float width) {
  const float inset = kInsetPx * ui.scale();
  const float side = kPicturePx * ui.scale();
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const std::string id = fmt::format("page.{}.{}", entry.item.identifier, entry.page.order);
  const bool pressed =
      ImGui::Selectable(("###" + id).c_str(), selected, 0, ImVec2(width, side + 2 * inset));
  ui.tag(id);
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

PageList::Measures PageList::measure(const Ui& ui, float room) const {
  const double row = (kPicturePx + 2 * kInsetPx) * ui.scale() + ImGui::GetStyle().ItemSpacing.y;
  return {row, static_cast<double>(ui.em()) * 3.2, room};
}

void PageList::draw_filter(Ui& ui, DeskModel& model, float width) {
  const FieldResult typed = filter_.draw_line(ui, width, _("text @item #label :state"));
  if (typed.cancelled && !filter_.utf8().empty()) {
    filter_.set_utf8("");
  } else if (!typed.accepted) {
    return;
  }
  filtered_ = model.filter(filter_.utf8());
  top_ = 0;
  reveal_ = model.selected().has_value();
  ui.request_frames();
}

void PageList::scroll(Ui& ui, const DeskModel& model, const Measures& sizes) {
  const PageShelf& shelf = model.shelf();
  if (ImGui::IsWindowHovered() && ImGui::GetIO().MouseWheel != 0) {
    top_ -= static_cast<double>(ImGui::GetIO().MouseWheel) * sizes.row;
    ui.request_frames();
  }
  if (std::exchange(reveal_, false) && model.selected()) {
    const double place = place_of(shelf, *model.selected(), sizes.row, sizes.heading);
    if (place < top_ || place + sizes.row > top_ + sizes.room) {
      top_ = place - (sizes.room - sizes.row) / 2;
    }
  }
  const double all = static_cast<double>(shelf.count()) * sizes.row +
                     static_cast<double>(shelf.groups().size()) * sizes.heading;
  top_ = std::max(0.0, std::min(top_, all - sizes.room));
}

void PageList::draw_scroll_bar(Ui& ui, const DeskModel& model, const Measures& sizes, ImVec2 from,
                               ImVec2 size) {
  const PageShelf& shelf = model.shelf();
  const double all = static_cast<double>(shelf.count()) * sizes.row +
                     static_cast<double>(shelf.groups().size()) * sizes.heading;
  if (all <= sizes.room) {
    return;
  }
  const double least = 2.0 * ui.em();
  const double thumb = std::max(least, sizes.room * sizes.room / all);
  const double way = sizes.room - thumb;
  ImGui::SetCursorScreenPos(from);
  ImGui::InvisibleButton("###pages.scroll", size);
  ui.tag("pages.scroll");
  if (ImGui::IsItemActive()) {
    const double at = static_cast<double>(ImGui::GetIO().MousePos.y - from.y) - thumb / 2;
    top_ = std::clamp(at / way, 0.0, 1.0) * (all - sizes.room);
    ui.request_frames();
  }
  const float y = from.y + static_cast<float>(way * top_ / (all - sizes.room));
  ImGui::GetWindowDrawList()->AddRectFilled(
      ImVec2(from.x, y), ImVec2(from.x + size.x, y + static_cast<float>(thumb)),
      ImGui::IsItemHovered() ? ui.theme().faint : ui.theme().line, size.x / 2);
}

std::optional<std::size_t> PageList::draw_rows(Ui& ui, DeskModel& model, const Measures& sizes,
                                               ImVec2 from, float width) {
  std::optional<std::size_t> pressed;
  const PageShelf& shelf = model.shelf();
  for (std::size_t g = group_at(shelf, top_, sizes.row, sizes.heading); g < shelf.groups().size();
       ++g) {
    const PageShelf::Group group = shelf.groups()[g];
    double y = static_cast<double>(group.first) * sizes.row +
               static_cast<double>(g) * sizes.heading - top_;
    if (y >= sizes.room) {
      break;
    }
    const DeskModel::Entry* head = model.entry_at(group.first);
    if (head != nullptr && y + sizes.heading > 0) {
      ImGui::SetCursorScreenPos(ImVec2(from.x, from.y + static_cast<float>(y)));
      ui.heading(head->item.identifier, 1.1F);
      ui.tag("item." + head->item.identifier);
      ui.faint_text(head->item.title);
    }
    y += sizes.heading;
    const auto above = static_cast<std::size_t>(std::max(0.0, -y / sizes.row));
    for (std::size_t i = above; i < group.pages; ++i) {
      const double row = y + static_cast<double>(i) * sizes.row;
      if (row >= sizes.room) {
        break;
      }
      const DeskModel::Entry* entry = model.entry_at(group.first + i);
      if (entry == nullptr) {
        continue;
      }
      ImGui::SetCursorScreenPos(ImVec2(from.x, from.y + static_cast<float>(row)));
      const bool selected = model.selected() == group.first + i;
      pressed = draw_page(ui, model, *entry, selected, width) ? group.first + i : pressed;
    }
  }
  return pressed;
}

std::optional<std::size_t> PageList::draw(Ui& ui, DeskModel& model, ImVec2 size) {
  ImGui::BeginChild("###pages", size, false,
                    ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  const float bar = 0.6F * ui.em();
  draw_filter(ui, model, size.x - bar);
  const PageShelf& shelf = model.shelf();
  if (!filter_.utf8().empty()) {
    ui.faint_text(fmt::format(fmt::runtime(_("{} pages")), shelf.count()) +
                  (shelf.may_grow() ? "+" : ""));
    ui.tag("pages.count");
  }
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().y;
  const Measures sizes = measure(ui, room);
  scroll(ui, model, sizes);
  ImGui::PushClipRect(from, ImVec2(from.x + size.x, from.y + room), true);
  const auto pressed = draw_rows(ui, model, sizes, from, size.x - bar - 2 * ui.scale());
  ImGui::PopClipRect();
  draw_scroll_bar(ui, model, sizes, ImVec2(from.x + size.x - bar, from.y), ImVec2(bar, room));
  const double below = place_of(shelf, shelf.count(), sizes.row, sizes.heading) - top_;
  ImGui::EndChild();
  if (shelf.may_grow() && below < 2 * sizes.room) {
    if (Status more = model.find_more_pages(); !more) {
      filtered_ = std::move(more);
    }
    ui.request_frames();
  }
  return pressed;
}

}  // namespace shiqu::desk
