#include "ui/desk/desk_model.h"

#include "labeler/correct.h"
#include "storage/base/log.h"
#include "ui/app/workflow.h"

#include <algorithm>

namespace shiqu::desk {
namespace {

constexpr int kShownBatches = 8;

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
  std::vector<Entry> fresh;
  SHIQU_TRY_ASSIGN(const std::vector<model::Item> items, store_.items());
  for (const model::Item& item : items) {
    SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store_.pages(item.id));
    for (const model::Page& page : pages) {
      const auto capture = store_.capture(page.capture);
      fresh.push_back({item, page, capture ? capture->master : ""});
    }
  }
  // The selection is a page, not a place in the list: pages may have come in before it.
  if (selected_) {
    const PageId page = entries_[*selected_].page.id;
    const auto found = std::find_if(fresh.begin(), fresh.end(),
                                    [&](const Entry& entry) { return entry.page.id == page; });
    selected_.reset();
    if (found != fresh.end()) {
      selected_ = static_cast<std::size_t>(found - fresh.begin());
    }
  }
  entries_ = std::move(fresh);
  return reload_batches();
}

Status DeskModel::refresh(bool typing) {
  SHIQU_TRY(reload());
  if (!selected_) {
    return {};
  }
  auto fresh = store_.text(entries_[*selected_].page.id);
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
  if (index >= entries_.size()) {
    return fail(ErrorCode::NotFound, "show page", std::to_string(index));
  }
  if (selected_ != index) {
    line_.reset();
  }
  selected_ = index;
  auto text = store_.text(entries_[index].page.id);
  if (!text && text.error().code != ErrorCode::NotFound) {
    return fail(text.error());
  }
  revision_ = text ? std::move(*text) : store::TextRevision{};
  look_at_selected();
  return {};
}

void DeskModel::look_at_selected() {
  // A full disk must not keep anybody from looking at a page.
  if (const auto moved = store_.look_at(entries_[*selected_].page.id.str()); !moved) {
    log::warning("desk", "{}", moved.error().text());
  }
}

Status DeskModel::step_page(int step) {
  const auto at = static_cast<std::ptrdiff_t>(selected_.value_or(0)) + step;
  if (at < 0 || at >= static_cast<std::ptrdiff_t>(entries_.size())) {
    return {};
  }
  return select_page(static_cast<std::size_t>(at));
}

Status DeskModel::save_line(const std::string& text) {
  if (!session_) {
    return fail(ErrorCode::Denied, "save", "nobody is logged in");
  }
  if (!selected_ || !line_ || *line_ >= revision_.text.lines.size()) {
    return fail(ErrorCode::NotFound, "save", "no line is selected");
  }
  if (!differs(text)) {
    return {};
  }
  SHIQU_TRY(labeler::correct_line(store_, *session_, entries_[*selected_].page.id,
                                  revision_.revision, revision_.text.lines[*line_].id, text));
  return after_change();
}

Status DeskModel::undo() {
  if (!session_ || !selected_) {
    return fail(ErrorCode::Denied, "undo", "nobody is logged in");
  }
  SHIQU_TRY(store_.undo_text(*session_, entries_[*selected_].page.id));
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
  if (!session_ || !selected_) {
    return fail(ErrorCode::Denied, "submit", "nobody is logged in");
  }
  SHIQU_TRY(store_.submit_text(*session_, entries_[*selected_].page.id));
  return after_change();
}

Status DeskModel::request_reading() {
  constexpr int kWatched = 20;
  if (!session_ || !selected_) {
    return fail(ErrorCode::Denied, "recognise text", "nobody is logged in");
  }
  SHIQU_TRY(app::request_ocr(store_, *session_, settings_, entries_[*selected_].page.id, kWatched));
  look_at_selected();
  return {};
}

Status DeskModel::request_item_reading() {
  if (!session_ || !selected_) {
    return fail(ErrorCode::Denied, "read item", "nobody is logged in");
  }
  const Entry& entry = entries_[*selected_];
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
  SHIQU_TRY(reload());
  return selected_ ? select_page(*selected_) : Status{};
}

}  // namespace shiqu::desk
