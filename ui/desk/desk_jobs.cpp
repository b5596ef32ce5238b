// The commands of the desk about jobs; jobs_panel.cpp draws them.

#include "ui/app/i18n.h"
#include "ui/desk/desk_view.h"

namespace shiqu::desk {

void DeskView::add_job_commands(Ui& ui) {
  const auto open = [this] { return jobs_.is_open() && !palette_.is_open() && !help_.is_open(); };
  const auto order = [this, open](bool paused) {
    const DeskModel::Batch* batch = jobs_.chosen(model_);
    return open() && model_.session() && batch != nullptr && batch->progress.counts.left() > 0 &&
           batch->progress.paused == paused;
  };
  add(
      "jobs.panel", "Ctrl+J", [] { return _("Jobs"); }, {}, [this, &ui] { toggle_jobs(ui); });
  add(
      "jobs.pause", "P", [] { return _("Pause"); }, [order] { return order(false); },
      [this] { pause_batch(true); });
  add(
      "jobs.resume", "R", [] { return _("Go on"); },
      [this, order] { return order(true) && !model_.all_paused(); },
      [this] { pause_batch(false); });
  add(
      "jobs.cancel", "Delete",
      [this] {
        const DeskModel::Batch* batch = jobs_.chosen(model_);
        const bool asks = batch != nullptr && jobs_.asks_for(batch->id);
        return asks ? _("Really cancel?") : _("Cancel");
      },
      [order] { return order(false) || order(true); }, [this] { cancel_batch(); });
  add(
      "jobs.pause_all", "Shift+P",
      [this] { return model_.all_paused() ? _("Everything goes on") : _("Pause everything"); },
      [this, open] { return open() && model_.session().has_value(); },
      [this] { pause_all(!model_.all_paused()); });
  add(
      "jobs.next", "Down", [] { return _("Next batch"); }, open, [this] { jobs_.step(model_, 1); });
  add(
      "jobs.previous", "Up", [] { return _("Previous batch"); }, open,
      [this] { jobs_.step(model_, -1); });
  add(
      "text.recognise_item", "Ctrl+Shift+R", [] { return _("Recognise all pages of the item"); },
      [this] { return model_.session() && model_.entry() != nullptr; },
      [this] { recognise_item(); });
}

void DeskView::toggle_jobs(Ui& ui) {
  jobs_.toggle();
  ui.focus().clear();  // the panel's keys are letters
  ui.request_frames();
  if (const Status read = model_.reload_batches(); !read) {
    say(read, "");
  }
}

void DeskView::pause_batch(bool paused) {
  const store::BatchId id = jobs_.chosen(model_)->id;
  say(model_.set_paused(id, paused), paused ? _("Paused; what runs may end.") : _("It goes on."));
  wake_jobs();
}

void DeskView::pause_all(bool paused) {
  say(model_.set_paused({}, paused), paused ? _("Paused; what runs may end.") : _("It goes on."));
  wake_jobs();
}

/// At the second press: pages that were read stay, but thousands may still wait.
void DeskView::cancel_batch() {
  const store::BatchId id = jobs_.chosen(model_)->id;
  if (jobs_.confirm_cancel(id)) {
    say(model_.cancel_batch(id), _("Cancelled."));
  }
}

void DeskView::recognise_item() {
  say(model_.request_item_reading(), _("The machine reads all pages of the item …"));
  wake_jobs();
}

void DeskView::wake_jobs() {
  if (!failed_ && jobs_added_) {
    jobs_added_();
  }
}

void DeskView::jobs_changed(Ui& ui) {
  if (const Status read = model_.reload_batches(); !read) {
    say(read, "");
  }
  if (export_.is_open()) {
    if (const Status looked = export_.model().archive_changed(); !looked) {
      say(looked, "");
    }
  }
  ui.request_frames();
}

}  // namespace shiqu::desk
