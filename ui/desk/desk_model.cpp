#include "ui/desk/desk_model.h"

#include "labeler/correct.h"
#include "storage/base/clock.h"
#include "storage/base/log.h"
#include "ui/app/upkeep.h"
#include "ui/app/workflow.h"

#include <algorithm>

namespace shiqu::desk {
namespace {

constexpr int kShownBatches = 8;
constexpr std::int64_t kStateMs = 10'000;  // counting a million files takes a moment

/// Which of `lines` is `line`, or lies in its place.
std::optional<std::size_t> counterpart(const std::vector<model::Line>& lines,
                                       const model::Line& line) {
  std::optional<std::size_t> best;
  double most = 0.1;  // less is another line that only touches this one
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].id == line.id) {
      return i;
    }
    const double shared = intersection_over_union(lines[i].box, line.box);
    if (shared > most) {
      best = i;
      most = shared;
    }
  }
  return best;
}

}  // namespace

Status DeskModel::reload() {
  SHIQU_TRY(shelf_.reload(store_));
  SHIQU_TRY(read_entry());
  look_at_archive();
  return reload_batches();
}

/// Reads the row of the selected page again. The selection is a page, not a place in the list:
/// pages may have come in before it, and a filter may hide it.
Status DeskModel::read_entry() {
  selected_.reset();
  if (!entry_) {
    return {};
  }
  auto page = store_.page(entry_->page.id);
  if (!page) {
    entry_.reset();
    return page.error().code == ErrorCode::NotFound ? Status{} : fail(page.error());
  }
  SHIQU_TRY_ASSIGN(model::Item item, store_.item(page->item));
  const auto capture = store_.capture(page->capture);
  entry_ = Entry{std::move(item), std::move(*page), capture ? capture->master : ""};
  selected_ = shelf_.index_of(store_, entry_->page);
  return {};
}

Status DeskModel::filter(const std::string& words) {
  SHIQU_TRY_ASSIGN(store::PageFilter wanted, filter_from(store_, words));
  wanted.variants = variants_;
  SHIQU_TRY(shelf_.show(store_, std::move(wanted)));
  return read_entry();
}

Result<store::SearchResult> DeskModel::search(const std::string& needle, std::int64_t after) {
  store::SearchQuery query;
  query.needle = needle;
  query.variants = variants_;
  query.after = after;
  return store_.search(query);
}

Status DeskModel::open_page(const PageId& id) {
  SHIQU_TRY_ASSIGN(model::Page page, store_.page(id));
  if (!shelf_.index_of(store_, page)) {
    SHIQU_TRY(shelf_.show(store_, {}));
  }
  SHIQU_TRY_ASSIGN(model::Item item, store_.item(page.item));
  const auto capture = store_.capture(page.capture);
  return show_entry({std::move(item), std::move(page), capture ? capture->master : ""});
}

Status DeskModel::select_hit(const store::SearchHit& hit) {
  SHIQU_TRY(open_page(hit.page));
  line_.reset();
  for (std::size_t i = 0; i < revision_.text.lines.size(); ++i) {
    if (revision_.text.lines[i].id == hit.line) {
      line_ = i;
    }
  }
  for (const store::TextSpan& span : hit.spans) {
    found_.insert(found_.end(), span.boxes.begin(), span.boxes.end());
  }
  return {};
}

void DeskModel::look_at_archive() {
  if (state_ && now_monotonic_ms() - state_ms_ < kStateMs) {
    if (auto head = store_.journal_head()) {
      state_->head = std::move(*head);
    }
    return;
  }
  auto state = app::archive_state(store_, settings_, false);
  if (!state) {
    log::warning("desk", "{}", state.error().text());
    state_.reset();  // what is not known is not shown as good
    return;
  }
  state_ = std::move(*state);
  state_ms_ = now_monotonic_ms();
}

Status DeskModel::refresh(bool typing) {
  SHIQU_TRY(reload());
  if (!entry_) {
    return {};
  }
  auto fresh = store_.text(entry_->page.id);
  if (!fresh) {
    return fresh.error().code == ErrorCode::NotFound ? Status{} : fail(fresh.error());
  }
  if (fresh->revision == revision_.revision) {
    return {};
  }
  std::optional<std::size_t> line;
  if (line_ && *line_ < revision_.text.lines.size()) {
    line = counterpart(fresh->text.lines, revision_.text.lines[*line_]);
    if (typing && !line) {
      return {};
    }
  }
  revision_ = std::move(*fresh);
  line_ = line;
  return {};
}

bool DeskModel::differs(const std::string& text) const {
  return line_ && *line_ < revision_.text.lines.size() && revision_.text.lines[*line_].text != text;
}

Status DeskModel::login(const std::string& name, const std::string& pin) {
  SHIQU_TRY_ASSIGN(session_, store_.login(name, pin));
  app::upkeep(store_, settings_);
  return {};
}

Status DeskModel::unlock(const std::string& pin) {
  if (!session_) {
    return fail(ErrorCode::Conflict, "unlock", "nobody is logged in");
  }
  SHIQU_TRY_ASSIGN(session_, store_.login(session_->user().name, pin));
  return {};
}

Status DeskModel::select_page(std::size_t index) {
  const Entry* entry = entry_at(index);
  if (entry == nullptr) {
    return fail(ErrorCode::NotFound, "show page", std::to_string(index));
  }
  return show_entry(*entry);
}

Status DeskModel::show_entry(Entry entry) {
  if (!entry_ || entry_->page.id != entry.page.id) {
    line_.reset();
  }
  found_.clear();
  entry_ = std::move(entry);
  selected_ = shelf_.index_of(store_, entry_->page);
  auto text = store_.text(entry_->page.id);
  if (!text && text.error().code != ErrorCode::NotFound) {
    return fail(text.error());
  }
  revision_ = text ? std::move(*text) : store::TextRevision{};
  returned_.reset();
  if (entry_->page.text_state == model::TextState::Returned) {
    SHIQU_TRY_ASSIGN(std::vector<model::Review> reviews, store_.reviews(entry_->page.id));
    if (!reviews.empty()) {
      returned_ = std::move(reviews.back());
    }
  }
  look_at_selected();
  return {};
}

void DeskModel::look_at_selected() {
  // A full disk must not keep anybody from looking at a page.
  if (const auto moved = store_.look_at(entry_->page.id.str()); !moved) {
    log::warning("desk", "{}", moved.error().text());
  }
}

Status DeskModel::step_page(int step) {
  // From a page that the filter hides one comes back to the head of the list.
  const auto at = selected_ ? static_cast<std::ptrdiff_t>(*selected_) + step : 0;
  if (at < 0 || at >= static_cast<std::ptrdiff_t>(page_count())) {
    return {};
  }
  return select_page(static_cast<std::size_t>(at));
}

Status DeskModel::save_line(const std::string& text) {
  if (!session_) {
    return fail(ErrorCode::Denied, "save", "nobody is logged in");
  }
  if (!entry_ || !line_ || *line_ >= revision_.text.lines.size()) {
    return fail(ErrorCode::NotFound, "save", "no line is selected");
  }
  if (!differs(text)) {
    return {};
  }
  SHIQU_TRY(labeler::correct_line(store_, *session_, entry_->page.id, revision_.revision,
                                  revision_.text.lines[*line_].id, text));
  return after_change();
}

Status DeskModel::undo() {
  if (!session_ || !entry_) {
    return fail(ErrorCode::Denied, "undo", "nobody is logged in");
  }
  SHIQU_TRY(store_.undo_text(*session_, entry_->page.id));
  const std::vector<model::Line> before = revision_.text.lines;
  SHIQU_TRY(after_change());
  const std::vector<model::Line>& now = revision_.text.lines;
  for (std::size_t i = 0; i < std::min(before.size(), now.size()); ++i) {
    if (before[i].text != now[i].text) {
      line_ = i;
      break;
    }
  }
  return {};
}

Status DeskModel::submit() {
  if (!session_ || !entry_) {
    return fail(ErrorCode::Denied, "submit", "nobody is logged in");
  }
  SHIQU_TRY(store_.submit_text(*session_, entry_->page.id));
  return after_change();
}

bool DeskModel::may_review() const {
  return session_ && entry_ && session_->may(model::Role::Reviewer) &&
         entry_->page.text_state == model::TextState::Submitted;
}

Status DeskModel::review(bool accept, const std::string& reason) {
  if (!session_ || !entry_) {
    return fail(ErrorCode::Denied, "review text", "nobody is logged in");
  }
  PageShelf waiting;
  store::PageFilter filter = shelf_.filter();
  filter.state = model::TextState::Submitted;
  SHIQU_TRY(waiting.show(store_, std::move(filter)));
  const std::size_t place = waiting.index_of(store_, entry_->page).value_or(0);
  SHIQU_TRY(store_.review_text(*session_, entry_->page.id, accept, reason));
  SHIQU_TRY(after_change());
  SHIQU_TRY(waiting.reload(store_));
  const Entry* next = waiting.count() == 0 ? nullptr : waiting.at(store_, place % waiting.count());
  return next == nullptr ? Status{} : open_page(PageId(next->page.id));
}

Status DeskModel::request_reading() {
  constexpr int kWatched = 20;
  if (!session_ || !entry_) {
    return fail(ErrorCode::Denied, "recognise text", "nobody is logged in");
  }
  SHIQU_TRY(app::request_ocr(store_, *session_, settings_, entry_->page.id, kWatched));
  look_at_selected();
  return {};
}

Status DeskModel::request_item_reading() {
  if (!session_ || !entry_) {
    return fail(ErrorCode::Denied, "read item", "nobody is logged in");
  }
  const Entry& entry = *entry_;
  SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store_.pages(entry.item.id));
  SHIQU_TRY(app::request_ocr(store_, *session_, settings_, "OCR " + entry.item.identifier, pages));
  look_at_selected();
  return reload_batches();
}

Status DeskModel::reload_batches() {
  SHIQU_TRY_ASSIGN(all_paused_, store_.queue_paused());
  SHIQU_TRY_ASSIGN(const std::vector<store::BatchRecord> records, store_.batches(kShownBatches));
  std::vector<Batch> fresh;
  for (const store::BatchRecord& record : records) {
    SHIQU_TRY_ASSIGN(const jobs::Progress progress, jobs::progress_of(store_, record.id));
    fresh.push_back({record.id, record.label, record.agent, record.created_ms, progress});
  }
  batches_ = std::move(fresh);
  return {};
}

const DeskModel::Batch* DeskModel::open_batch() const noexcept {
  const Batch* waits = nullptr;
  for (const Batch& batch : batches_) {
    if (batch.progress.counts.running > 0) {
      return &batch;
    }
    waits = batch.progress.counts.queued > 0 ? &batch : waits;  // the oldest is next
  }
  return waits;
}

Status DeskModel::set_paused(const store::BatchId& batch, bool paused) {
  if (!session_) {
    return fail(ErrorCode::Denied, "pause jobs", "nobody is logged in");
  }
  SHIQU_TRY(store_.set_paused(*session_, batch, paused));
  return reload_batches();
}

Status DeskModel::cancel_batch(const store::BatchId& batch) {
  if (!session_) {
    return fail(ErrorCode::Denied, "cancel batch", "nobody is logged in");
  }
  SHIQU_TRY(store_.cancel_batch(*session_, batch));
  return reload_batches();
}

Status DeskModel::after_change() {
  app::upkeep(store_, settings_);
  SHIQU_TRY(reload());
  return entry_ ? show_entry(*entry_) : Status{};
}

}  // namespace shiqu::desk
