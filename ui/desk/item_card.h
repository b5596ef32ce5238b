#pragma once

#include "ui/desk/desk_model.h"
#include "ui/desk/kit/key_cursor.h"
#include "ui/desk/kit/text_field.h"
#include "ui/desk/kit/ui.h"

#include <optional>

namespace shiqu::desk {

/// Grade and rights of one item, over the desk: what a lead decides before it may leave. Tags:
/// "card", "card.grade.NAME", "card.rights", "card.save", "card.pages", "card.close". UI thread.
class ItemCard {
 public:
  /// Errors: those of the store.
  Status open(Ui& ui, DeskModel& model, const ItemId& id);
  [[nodiscard]] bool is_open() const noexcept { return item_.has_value(); }
  struct Events {
    std::optional<Status> saved;  ///< how saving went
    std::optional<ItemId> pages;  ///< its pages are to be shown
  };
  Events draw(Ui& ui, DeskModel& model);

 private:
  void close(Ui& ui);
  bool draw_inside(Ui& ui, DeskModel& model, bool may, Events& events);
  void draw_fields(Ui& ui, bool may);

  std::optional<model::Item> item_;
  TextField rights_{"card.rights"};
  KeyCursor cursor_;
};

}  // namespace shiqu::desk
