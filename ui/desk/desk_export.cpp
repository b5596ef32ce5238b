// The export view in the desk: its commands, and what the desk does for it.

#include "ui/app/i18n.h"
#include "ui/desk/desk_view.h"

namespace shiqu::desk {

void DeskView::add_export_commands(Ui& ui) {
  const auto here = [this] {
    return export_.is_open() && !card_.is_open() && !palette_.is_open() && !help_.is_open();
  };
  add(
      "export.open", "Ctrl+E",
      [this] { return export_.is_open() ? _("Back to the pages") : _("Export"); },
      [this] { return !card_.is_open(); }, [this, &ui] { toggle_export(ui); });
  add(
      "export.plan", "F5", [] { return _("Plan again"); }, here,
      [this] { export_.model().plan(); });
  add(
      "export.write", "Ctrl+W", [] { return _("Write packages"); },
      [this, here] { return here() && export_.model().obstacle().empty(); },
      [this] { write_packages(); });
}

void DeskView::toggle_export(Ui& ui) {
  if (export_.is_open()) {
    close_export(ui);
    return;
  }
  if (!leave_line()) {
    return;
  }
  jobs_.close();
  const DeskModel::Entry* entry = model_.entry();
  if (entry != nullptr && export_.model().choice().order.items.empty()) {
    export_.model().choice().order.items = {entry->item.identifier};
  }
  message_.clear();
  commands_.set_context("export");
  export_.open(ui);
}

void DeskView::close_export(Ui& ui) {
  commands_.set_context("pages");
  export_.close(ui);
}

void DeskView::write_packages() {
  say(export_.model().write(), _("The packages are being written."));
  wake_jobs();
}

void DeskView::draw_export(Ui& ui, ImVec2 size) {
  const bool covered = card_.is_open() || palette_.is_open() || help_.is_open() ||
                       jobs_.is_open() || search_.is_open();
  const ExportEvents events = export_.draw(ui, commands_, size, covered);
  if (events.outcome) {
    say(*events.outcome, events.words.c_str());
    wake_jobs();
  }
  if (events.item) {
    if (const Status opened = card_.open(ui, model_, *events.item); !opened) {
      say(opened, "");
    }
  }
  if (events.page) {
    close_export(ui);
    show_place(ui, *events.page);
  } else if (events.close) {
    close_export(ui);
  }
}

void DeskView::draw_card(Ui& ui) {
  const ItemCard::Events events = card_.draw(ui, model_);
  if (events.saved) {
    say(*events.saved, _("Saved."));
    if (*events.saved) {
      say(model_.reload(), _("Saved."));
      export_.model().plan();
    }
  }
  if (events.pages) {
    const auto pages = model_.store().pages(*events.pages);
    if (pages && !pages->empty()) {
      close_export(ui);
      show_place(ui, pages->front().id);
    }
  }
}

void DeskView::show_place(Ui& ui, const PageId& page) {
  say(model_.open_page(page), _("Ctrl+E goes back to the plan."));
  refill_line();
  if (!failed_) {
    open_selected();
    list_.reveal();
  }
  ui.request_frames();
}

}  // namespace shiqu::desk
