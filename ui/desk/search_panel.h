#pragma once

#include "ui/desk/desk_model.h"
#include "ui/desk/kit/text_field.h"
#include "ui/desk/kit/ui.h"

#include <cstddef>
#include <optional>
#include <string>

namespace shiqu::desk {

/// Search over the texts of the archive: a field and the places found, each with its page and what
/// stands around it. Searches while one types; Up and Down choose, Enter opens. Tags: "search",
/// "search.query", "search.hit.N" from 1. UI thread only.
class SearchPanel {
 public:
  void open(Ui& ui);
  void close(Ui& ui);
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  /// The place that was asked for in this frame; the panel has closed itself then. Call each frame.
  std::optional<store::SearchHit> draw(Ui& ui, DeskModel& model);

 private:
  std::optional<std::size_t> draw_inside(Ui& ui, DeskModel& model, float inner, bool& ended);
  void search(DeskModel& model);
  void search_more(DeskModel& model);
  std::optional<std::size_t> draw_hits(Ui& ui, float width);
  void draw_hit(Ui& ui, const store::SearchHit& hit);

  TextField query_{"search.query"};
  store::SearchResult result_;
  std::string problem_;
  std::size_t selected_ = 0;
  bool open_ = false;
};

}  // namespace shiqu::desk
