#pragma once

#include "ui/desk/desk_model.h"
#include "ui/desk/kit/ui.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace shiqu::desk {

/// Items and their pages with thumbnails, one below the other. Tags: "item.IDENTIFIER",
/// "page.IDENTIFIER.ORDER". UI thread only.
class PageList {
 public:
  /// Which entry was pressed in this frame.
  std::optional<std::size_t> draw(Ui& ui, DeskModel& model, ImVec2 size);
  /// Brings the selected page into sight in the next frames.
  void reveal() noexcept { reveal_frames_ = 3; }

 private:
  struct Thumbnail {
    TextureId texture = 0;
    SizePx size;
  };
  bool draw_page(Ui& ui, DeskModel& model, const DeskModel::Entry& entry, bool selected);
  Thumbnail thumbnail(Ui& ui, DeskModel& model, const std::string& master);

  std::map<std::string, Thumbnail> thumbnails_;
  int reveal_frames_ = 0;
};

}  // namespace shiqu::desk
