#include "labeler/regions.h"

#include <fmt/format.h>

namespace shiqu::labeler {
namespace {

/// Text in force with its revision; a page without text gives an empty one of the master's size.
Result<store::TextRevision> text_or_none(store::Store& store, const model::Page& page) {
  if (page.text_revision > 0) {
    return store.text(page.id);
  }
  if (page.capture.empty()) {
    return fail(ErrorCode::InvalidInput, "mark region", fmt::format("page {}", page.order),
                "the page has no picture");
  }
  SHIQU_TRY_ASSIGN(const model::Capture capture, store.capture(page.capture));
  store::TextRevision none;
  none.page = page.id;
  none.text.width_px = capture.width_px;
  none.text.height_px = capture.height_px;
  return none;
}

}  // namespace

Result<int> add_region(store::Store& store, const store::Session& by, const PageId& page_id,
                       const model::Region& region) {
  SHIQU_TRY_ASSIGN(const model::Page page, store.page(page_id));
  SHIQU_TRY_ASSIGN(store::TextRevision now, text_or_none(store, page));
  const model::Box inside = intersection(region.box, {0, 0, now.text.width_px, now.text.height_px});
  if (region.box.empty() || inside.empty()) {
    return fail(
        ErrorCode::InvalidInput, "mark region", fmt::format("page {}", page.order),
        fmt::format("outside the page of {} x {} px", now.text.width_px, now.text.height_px));
  }
  now.text.regions.push_back({region.kind, inside});
  return store.save_text(by, page_id, now.revision, now.text,
                         fmt::format("region marked: {}", name_of(region.kind)));
}

Result<int> remove_region(store::Store& store, const store::Session& by, const PageId& page_id,
                          int number) {
  SHIQU_TRY_ASSIGN(store::TextRevision now, store.text(page_id));
  if (number < 1 || static_cast<std::size_t>(number) > now.text.regions.size()) {
    return fail(ErrorCode::NotFound, "remove region", std::to_string(number));
  }
  const auto at = now.text.regions.begin() + (number - 1);
  const std::string note = fmt::format("region removed: {}", name_of(at->kind));
  now.text.regions.erase(at);
  return store.save_text(by, page_id, now.revision, now.text, note);
}

}  // namespace shiqu::labeler
