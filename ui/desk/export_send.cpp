// The right side of the export view: writing packages, and what became of them.

#include "storage/base/clock.h"
#include "ui/app/export_words.h"
#include "ui/app/i18n.h"
#include "ui/app/messages.h"
#include "ui/desk/export_view.h"
#include "ui/desk/kit/charts.h"
#include "ui/desk/kit/command_views.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

namespace shiqu::desk {
namespace {

constexpr float kBarEms = 0.55F;
constexpr std::size_t kShownPackages = 12;
constexpr int kSteps = 3;  // written, sent, delivered

/// Place on the way: written 0, sent 1, delivered 2.
int step_of(transfer::DeliveryState state) {
  return std::max(0, static_cast<int>(state) - 1);
}

const char* job_words(store::JobState state) {
  switch (state) {
    case store::JobState::Queued:
      return _("waits");
    case store::JobState::Running:
      return _("at work");
    case store::JobState::Done:
      return _("done");
    case store::JobState::Cancelled:
      return _("cancelled");
    case store::JobState::Failed:
    case store::JobState::Quarantined:
      break;
  }
  return _("failed");
}

float share_of(const store::JobRecord& job) {
  if (job.state == store::JobState::Done) {
    return 1;
  }
  return job.total > 0 ? static_cast<float>(job.done) / static_cast<float>(job.total) : 0;
}

}  // namespace

void ExportView::draw_write(Ui& ui, Commands& commands) {
  part(ui, "4", _("Write"));
  draw_key(ui);
  const Command* write = commands.find("export.write");
  const std::string label = fmt::format("{}  {}", write->label(), shown_name_of(write->key));
  const bool enabled = write->is_enabled();
  if (button(ui, "export.write", label, enabled, true)) {
    (void)commands.run("export.write");  // reports itself
  }
  if (const std::string obstacle = model_.obstacle(); !obstacle.empty()) {
    coloured(ui, ui.theme().faint, obstacle);
    ui.tag("export.obstacle");
  }
  int number = 0;
  for (const ExportModel::Batch& batch : model_.batches()) {
    draw_batch(ui, batch, ++number);
  }
  ImGui::Dummy({0, 0.5F * ui.em()});
}

void ExportView::draw_key(Ui& ui) {
  const ExportKeyState& keys = model_.keys();
  if (!keys.exists) {
    return;
  }
  if (model_.key_is_open()) {
    ui.faint_text(fmt::format(fmt::runtime(_("Signed by key {}")), keys.id));
    return;
  }
  const float width = ImGui::GetContentRegionAvail().x - 7 * ui.em();
  const FieldResult typed = field(ui, passphrase_, width, _("passphrase of the signing key"));
  ImGui::SameLine();
  if (button(ui, "export.unlock", _("Open key"), !passphrase_.utf8().empty()) || typed.accepted) {
    model_.unlock(passphrase_.utf8());
    passphrase_.set_utf8("");
    ui.focus().clear();
  }
}

void ExportView::draw_batch(Ui& ui, const ExportModel::Batch& batch, int number) {
  ImGui::Dummy({0, 0.2F * ui.em()});
  for (const store::JobRecord& job : batch.jobs) {
    const bool bad =
        job.state == store::JobState::Failed || job.state == store::JobState::Quarantined;
    draw_mark(ui, bad                                     ? Mark::Alarm
                  : job.state == store::JobState::Done    ? Mark::Good
                  : job.state == store::JobState::Running ? Mark::Busy
                                                          : Mark::Open);
    ImGui::SameLine();
    ui.text(fmt::format("{} · {}",
                        batch.jobs.size() == 1 ? batch.record.label : model_.name_of(job),
                        job_words(job.state)));
    if (job.state == store::JobState::Running || job.state == store::JobState::Queued) {
      ImGui::PushStyleColor(ImGuiCol_PlotHistogram, ui.theme().active);
      ImGui::ProgressBar(share_of(job), ImVec2(-1, kBarEms * ui.em()), "");
      ui.tag(fmt::format("export.progress.{}", number));
      ImGui::PopStyleColor();
    }
    if (job.error && bad) {
      coloured(ui, ui.theme().alarm, app::message(*job.error));
      ui.tag(fmt::format("export.failure.{}", number));
    }
  }
  if (batch.record.counts.left() > 0 &&
      button(ui, fmt::format("export.cancel.{}", number), _("Cancel"))) {
    events_.outcome = model_.cancel(batch.record.id);
    events_.words = _("Cancelled.");
  }
}

void ExportView::draw_send(Ui& ui) {
  part(ui, "5", _("Send"));
  const auto& rows = model_.outbox();
  if (rows.empty()) {
    ui.faint_text(_("Nothing has been written yet."));
    return;
  }
  const auto shown = std::find_if(rows.begin(), rows.end(), [this](const app::Outgoing& one) {
    return one.name == shown_package_;
  });
  const app::Outgoing& chosen = shown == rows.end() ? rows.front() : *shown;
  coloured(ui, ui.theme().faint,
           _("written – sent – delivered: only a receiver's signed receipt makes the last point."));
  for (std::size_t i = 0; i < std::min(rows.size(), kShownPackages); ++i) {
    draw_outgoing(ui, rows[i], i + 1, &rows[i] == &chosen);
  }
  ImGui::Dummy({0, 0.3F * ui.em()});
  draw_chosen_package(ui, chosen);
}

void ExportView::draw_outgoing(Ui& ui, const app::Outgoing& row, std::size_t number, bool chosen) {
  const transfer::DeliveryState state = row.state();
  draw_track(ui, kSteps, step_of(state),
             state == transfer::DeliveryState::Delivered ? ui.theme().good : ui.theme().doubt);
  ImGui::SameLine();
  const std::string label = fmt::format("{}   {}", row.name, app::delivery_words(state));
  if (this->row(ui, fmt::format("export.package.{}", number), label, chosen)) {
    shown_package_ = row.name;
  }
}

/// The result of writing one package, and the ways on.
void ExportView::draw_chosen_package(Ui& ui, const app::Outgoing& row) {
  ui.heading(row.name, 1.15F);
  if (row.sound) {
    draw_mark(ui, *row.sound ? Mark::Good : Mark::Alarm);
    ImGui::SameLine();
    coloured(ui, *row.sound ? ui.theme().good : ui.theme().alarm,
             *row.sound ? std::string(_("Verified: the package is whole."))
                        : fmt::format("{} {}", _("NOT ACCEPTED: do not send."), row.finding));
    ui.tag("export.verdict");
  } else {
    ui.faint_text(_("Not verified by this view."));
  }
  if (!row.folder.empty()) {
    coloured(ui, ui.theme().text, row.folder.string());
    ui.tag("export.folder");
  }
  ui.faint_text(fmt::format(fmt::runtime(_("{} files, {}, number {} of the station")), row.files,
                            app::size_words(row.bytes), row.sequence));
  ui.tag("export.number");
  if (row.head_entries > 0) {
    ui.faint_text(fmt::format(fmt::runtime(_("journal: {} entries, head {}")), row.head_entries,
                              row.head_hash.substr(0, 16)));
    ui.tag("export.head");
  }
  for (const transfer::Delivery& one : row.deliveries) {
    coloured(ui, ui.theme().faint,
             fmt::format("{} · {} · {}{}", iso_date(one.changed_ms), app::delivery_words(one.state),
                         one.to, one.receiver.empty() ? "" : " · " + one.receiver));
  }
  if (row.parcels.empty()) {
    ui.faint_text(_("It is not here any more."));
    return;
  }
  const std::filesystem::path& parcel = row.parcels.front();
  const float width = ImGui::GetContentRegionAvail().x;
  ui.faint_text(fmt::format(fmt::runtime(_("Carry {}")), parcel.filename().string()));
  field(ui, to_, width, _("folder of the disk, or its device /dev/…"));
  field(ui, contact_, width, _("contact: person and telephone"));
  if (button(ui, "export.deliver", _("Copy to the disk"),
             model_.may_send() && row.sound.value_or(true) && !to_.utf8().empty())) {
    events_.outcome = model_.deliver(parcel, to_.utf8(), contact_.utf8());
    events_.words = _("It is copied and read back; see above.");
  }
  ImGui::SameLine();
  if (button(ui, "export.sheet", _("Courier sheet"))) {
    model_.write_sheet(parcel, contact_.utf8());
  }
  field(ui, receipt_, width, _("receipt that has come back: NAME.receipt"));
  field(ui, receipt_key_, width, _("the receiver's public key, the first time"));
  if (button(ui, "export.receive", _("Take receipt"),
             model_.may_send() && !receipt_.utf8().empty())) {
    model_.take_receipt(receipt_.utf8(), receipt_key_.utf8());
  }
}

}  // namespace shiqu::desk
