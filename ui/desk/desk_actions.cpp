// What the commands of the desk do; desk_view.cpp draws it.

#include "storage/derive/derive.h"
#include "ui/app/i18n.h"
#include "ui/app/messages.h"
#include "ui/desk/desk_view.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace shiqu::desk {
namespace {

/// Where a command is offered: what works on pages and columns not beside the export view.
const char* context_of(std::string_view id) {
  for (const std::string_view of_pages : {"page.", "text.", "column."}) {
    if (id.starts_with(of_pages)) {
      return "pages";
    }
  }
  return "";
}

}  // namespace

void DeskView::add(const char* id, const char* chord, std::function<std::string()> label,
                   std::function<bool()> enabled, std::function<void()> run) {
  Command command;
  command.id = id;
  command.label = std::move(label);
  command.key = parse_chord(chord).value_or(Chord{});
  command.context = context_of(id);
  command.enabled = std::move(enabled);
  command.run = std::move(run);
  if (const Status added = commands_.add(std::move(command)); !added) {
    say(added, "");
  }
}

void DeskView::add_commands(Ui& ui) {
  const auto page = [this] { return model_.entry() != nullptr; };
  add(
      "page.next", "PageDown", [] { return _("Next page"); }, page, [this] { step_page(1); });
  add(
      "page.previous", "PageUp", [] { return _("Previous page"); }, page,
      [this] { step_page(-1); });
  add(
      "page.fit", "F", [] { return _("Fit page"); }, page, [this] { page_.fit(); });
  add(
      "page.one_to_one", "Ctrl+1", [] { return _("One to one"); }, page,
      [this] { page_.one_to_one(); });
  add(
      "desk.search", "Ctrl+F", [] { return _("Search the archive"); },
      [this] { return !palette_.is_open() && !help_.is_open(); },
      [this, &ui] {
        jobs_.close();
        search_.open(ui);
      });
  add(
      "page.forget_found", "Ctrl+Shift+F", [] { return _("Remove the marks of the search"); },
      [this] { return !model_.found().empty(); }, [this] { model_.forget_found(); });
  add(
      "desk.palette", "Ctrl+K", [] { return _("Find a command"); }, {},
      [this, &ui] { palette_.open(ui); });
  add(
      "desk.lock", "Ctrl+L", [] { return _("Lock the desk"); },
      [this] { return model_.session().has_value(); }, [this, &ui] { lock_.lock(ui, model_); });
  add(
      "desk.help", "F1", [] { return _("Keys"); }, {}, [this] { help_.toggle(); });
}

void DeskView::add_text_commands(Ui& ui) {
  const auto lines = [this] { return !model_.text().lines.empty(); };
  const auto line = [this] { return model_.session() && model_.line(); };
  add(
      "text.save", "Ctrl+S", [] { return _("Save and go on"); }, line,
      [this, &ui] { save_and_step(ui); });
  add(
      "text.drop", "Esc", [] { return _("Drop changes"); },
      [this] {
        return typing() && !help_.is_open() && !palette_.is_open() && !jobs_.is_open() &&
               !search_.is_open() && !reason_.is_open();
      },
      [this] { drop(); });
  add(
      "text.undo", "Ctrl+Z", [] { return _("Undo"); },
      [this] { return model_.session() && model_.entry() != nullptr; }, [this] { undo(); });
  add(
      "text.submit", "Ctrl+Enter", [] { return _("Submit"); },
      [this] { return model_.session() && model_.revision() > 0; }, [this] { submit(); });
  const auto review = [this] { return model_.may_review() && !typing(); };
  add(
      "review.accept", "Ctrl+Shift+Enter", [] { return _("Accept the text, go to the next"); },
      review, [this, &ui] { this->review(ui, true, {}); });
  add(
      "review.return", "Ctrl+Shift+Backspace", [] { return _("Return the text with a reason"); },
      review, [this, &ui] { reason_.open(ui); });
  add(
      "text.recognise", "Ctrl+R", [] { return _("Recognise text"); },
      [this] { return model_.session() && model_.entry() && !model_.entry()->master.empty(); },
      [this] { recognise(); });
  add(
      "column.next", "Left", [] { return _("Next column"); }, lines,
      [this, &ui] { step_line(ui, 1); });
  add(
      "column.previous", "Right", [] { return _("Previous column"); }, lines,
      [this, &ui] { step_line(ui, -1); });
  add(
      "column.edit", "Enter", [] { return _("Edit column"); }, line,
      [this, &ui] { ui.focus().give(columns_.field().id()); });
}

bool DeskView::typing() const {
  return model_.session() && model_.differs(columns_.utf8());
}

bool DeskView::save() {
  say(model_.save_line(columns_.utf8()), _("Saved."));
  if (!failed_) {
    refill_line();
  }
  return !failed_;
}

void DeskView::save_and_step(Ui& ui) {
  const std::size_t next = *model_.line() + 1;
  if (!save()) {
    ui.focus().give(columns_.field().id());
  } else if (next < model_.text().lines.size()) {
    choose_line(ui, next, 0);
  }
}

void DeskView::drop() {
  const char* words = typing() ? _("Changes dropped.") : "";
  say(model_.refresh(false), words);
  refill_line();
}

/// First what was typed and not stored, then the last stored change.
void DeskView::undo() {
  say(typing() ? Status{} : model_.undo(), _("Undone."));
  refill_line();
}

void DeskView::submit() {
  if (leave_line()) {
    say(model_.submit(), _("Submitted for review."));
  }
}

void DeskView::review(Ui& ui, bool accept, const std::string& reason) {
  if (typing()) {
    say(fail(ErrorCode::Conflict, "review text", "what was typed is not stored"), "");
    return;
  }
  say(model_.review(accept, reason), accept ? _("Accepted.") : _("Returned."));
  refill_line();
  open_selected();
  list_.reveal();
  ui.request_frames();
}

void DeskView::recognise() {
  say(model_.request_reading(), _("The machine reads this page …"));
  wake_jobs();
}

bool DeskView::leave_line() {
  return !typing() || save();
}

void DeskView::refill_line() {
  const bool line = model_.line() && *model_.line() < model_.text().lines.size();
  const std::size_t caret = columns_.field().edit().caret();
  columns_.show(line ? &model_.text().lines[*model_.line()] : nullptr);
  columns_.field().edit().move_to(caret, false);  // cut to the text's length
}

void DeskView::say(const Status& status, const char* success) {
  failed_ = !status;
  message_ = status ? std::string(success) : app::message(status.error());
}

void DeskView::show_page(std::size_t index) {
  if (leave_line()) {
    say(model_.select_page(index), "");
    refill_line();
    open_selected();
  }
}

void DeskView::step_page(int step) {
  if (leave_line()) {
    say(model_.step_page(step), "");
    refill_line();
    open_selected();
    list_.reveal();
  }
}

void DeskView::show_hit(Ui& ui, const store::SearchHit& hit) {
  if (!leave_line()) {
    return;
  }
  if (export_.is_open()) {
    close_export(ui);
  }
  say(model_.select_hit(hit), "");
  refill_line();
  open_selected();
  list_.reveal();
  if (model_.line()) {
    columns_.field().edit().move_to(hit.spans.front().first, false);
  }
  ui.request_frames();
}

void DeskView::open_selected() {
  const DeskModel::Entry* entry = model_.entry();
  const auto pyramid = derive::pyramid_path(model_.store(), entry->master);
  if (entry->master.empty() || !std::filesystem::exists(pyramid)) {
    opened_.clear();
  } else if (opened_ != entry->master) {
    page_.open(pyramid);
    opened_ = entry->master;
  }
}

void DeskView::choose_line(Ui& ui, std::size_t index, std::size_t caret) {
  if (model_.line() != index) {
    if (!leave_line()) {
      return;
    }
    model_.select_line(index);
    refill_line();
  }
  columns_.field().edit().move_to(caret, false);
  if (model_.session()) {
    ui.focus().give(columns_.field().id());
  }
}

void DeskView::step_line(Ui& ui, int step) {
  const std::size_t count = model_.text().lines.size();
  const std::size_t now = model_.line().value_or(0);
  const auto next = static_cast<std::ptrdiff_t>(now) + (model_.line() ? step : 0);
  if (next >= 0 && next < static_cast<std::ptrdiff_t>(count)) {
    choose_line(ui, static_cast<std::size_t>(next), columns_.field().edit().caret());
  }
}

void DeskView::job_ended(Ui& ui, const store::JobRecord& job) {
  const bool was_typing = typing();
  const int revision = model_.revision();
  const Status read = model_.refresh(was_typing);
  ui.request_frames();  // thumbnails and states of other pages as well
  if (!read) {
    say(read, "");
    return;
  }
  const DeskModel::Entry* entry = model_.entry();
  if (entry == nullptr || entry->page.id.str() != job.subject) {
    return;
  }
  if (job.error && job.state != store::JobState::Queued) {
    say(fail(*job.error), "");
    return;
  }
  open_selected();
  if (model_.revision() == revision && entry->page.text_revision == revision) {
    return;  // the picture of the page only
  }
  if (was_typing) {
    columns_.rebase(model_.text().lines[*model_.line()]);
    say({}, _("The page has been read; what you typed is kept."));
  } else {
    refill_line();
    say({}, _("The page has been read."));
  }
}

}  // namespace shiqu::desk
