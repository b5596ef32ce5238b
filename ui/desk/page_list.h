#pragma once

#include "ui/desk/desk_model.h"
#include "ui/desk/kit/text_field.h"
#include "ui/desk/kit/ui.h"

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace shiqu::desk {

/// Items and their pages with thumbnails, one below the other, and a field that filters them. Only
/// what is in sight is read and drawn, and the place in the list is kept in double precision:
/// ImGui's own scrolling counts pixels in float, which a million rows overflow. Tags:
/// "pages.filter", "item.IDENTIFIER", "page.IDENTIFIER.ORDER", "pages.scroll". UI thread only.
class PageList {
 public:
  /// Which entry was pressed in this frame.
  std::optional<std::size_t> draw(Ui& ui, DeskModel& model, ImVec2 size);
  /// Brings the selected page into sight.
  void reveal() noexcept { reveal_ = true; }
  /// What was wrong with the filter, once; nullopt: nothing new.
  std::optional<Status> take_filter_outcome() { return std::exchange(filtered_, std::nullopt); }

 private:
  struct Thumbnail {
    TextureId texture = 0;
    SizePx size;
  };
  /// Sizes in window px at the present scale.
  struct Measures {
    double row = 0;
    double heading = 0;
    double room = 0;
  };
  void draw_filter(Ui& ui, DeskModel& model, float width);
  [[nodiscard]] Measures measure(const Ui& ui, float room) const;
  void scroll(Ui& ui, const DeskModel& model, const Measures& sizes);
  void draw_scroll_bar(Ui& ui, const DeskModel& model, const Measures& sizes, ImVec2 from,
                       ImVec2 size);
  std::optional<std::size_t> draw_rows(Ui& ui, DeskModel& model, const Measures& sizes, ImVec2 from,
                                       float width);
  bool draw_page(Ui& ui, DeskModel& model, const DeskModel::Entry& entry, bool selected,
                 float width);
  Thumbnail thumbnail(Ui& ui, DeskModel& model, const std::string& master);

  TextField filter_{"pages.filter"};
  std::optional<Status> filtered_;
  std::map<std::string, Thumbnail> thumbnails_;
  double top_ = 0;  ///< px of the list above what is in sight
  bool reveal_ = false;
};

}  // namespace shiqu::desk
