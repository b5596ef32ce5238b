#include "ui/desk/jobs_panel.h"

#include "storage/base/clock.h"
#include "ui/app/i18n.h"
#include "ui/app/job_words.h"
#include "ui/desk/kit/command_views.h"
#include "ui/desk/kit/overlay.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

namespace shiqu::desk {
namespace {

constexpr float kWidthEms = 36;
constexpr float kTop = 0.14F;  // of the window
constexpr float kBarEms = 0.55F;

ImU32 bar_colour(const Theme& theme, const jobs::Progress& progress) {
  if (progress.counts.failed + progress.counts.quarantined > 0) {
    return theme.alarm;
  }
  if (progress.counts.left() == 0) {
    return progress.counts.cancelled > 0 ? theme.faint : theme.good;
  }
  return progress.paused ? theme.faint : theme.active;
}

float share_done(const store::JobCounts& counts) {
  const std::int64_t all = std::max<std::int64_t>(1, counts.all());
  return static_cast<float>(all - counts.left()) / static_cast<float>(all);
}

}  // namespace

const DeskModel::Batch* JobsPanel::chosen(const DeskModel& model) const noexcept {
  const auto& batches = model.batches();
  const auto found = std::find_if(batches.begin(), batches.end(),
                                  [&](const auto& batch) { return batch.id == chosen_; });
  if (found != batches.end()) {
    return &*found;
  }
  const DeskModel::Batch* open = model.open_batch();
  return open != nullptr || batches.empty() ? open : &batches.front();
}

void JobsPanel::step(const DeskModel& model, int step) {
  const DeskModel::Batch* now = chosen(model);
  if (now == nullptr) {
    return;
  }
  const auto& batches = model.batches();
  const auto last = static_cast<std::ptrdiff_t>(batches.size()) - 1;
  const auto to = std::clamp<std::ptrdiff_t>(now - batches.data() + step, 0, last);
  chosen_ = batches[static_cast<std::size_t>(to)].id;
  asked_ = {};
}

bool JobsPanel::confirm_cancel(const store::BatchId& batch) {
  const bool meant = asks_for(batch);
  asked_ = meant ? store::BatchId() : batch;
  return meant;
}

void JobsPanel::draw_batch(Ui& ui, const DeskModel::Batch& batch, std::size_t number,
                           bool selected) {
  if (ui.row(fmt::format("jobs.batch.{}", number), app::progress_words(batch.label, batch.progress),
             selected)) {
    chosen_ = batch.id;
    asked_ = {};
  }
  ImGui::PushStyleColor(ImGuiCol_PlotHistogram, bar_colour(ui.theme(), batch.progress));
  ImGui::ProgressBar(share_done(batch.progress.counts), ImVec2(-1, kBarEms * ui.em()), "");
  ui.tag(fmt::format("jobs.bar.{}", number));
  ImGui::PopStyleColor();
}

void JobsPanel::draw(Ui& ui, Commands& commands, const DeskModel& model) {
  if (!open_) {
    return;
  }
  {
    const Overlay overlay(ui, "jobs", kWidthEms, kTop, false);
    draw_inside(ui, commands, model);
  }
  if (ui.input().take({Key::Escape, {}})) {
    open_ = false;
  }
  if (!open_) {
    asked_ = {};
    ui.request_frames();
  }
}

void JobsPanel::draw_inside(Ui& ui, Commands& commands, const DeskModel& model) {
  ui.heading(_("Jobs"));
  if (model.batches().empty()) {
    ui.faint_text(_("Nothing has been asked for together yet."));
  }
  const DeskModel::Batch* now = chosen(model);
  std::size_t number = 0;
  for (const DeskModel::Batch& batch : model.batches()) {
    draw_batch(ui, batch, ++number, &batch == now);
  }
  if (now != nullptr) {
    ui.faint_text(
        fmt::format(fmt::runtime(_("asked for by {}, {}")), now->agent, iso8601(now->created_ms)));
    ui.tag("jobs.origin");
  }
  ImGui::Separator();
  for (const char* id : {"jobs.pause", "jobs.resume", "jobs.cancel", "jobs.pause_all"}) {
    command_button(ui, commands, id);
    ImGui::SameLine();
  }
  if (ui.button("jobs.close", _("Close"))) {
    open_ = false;
  }
}

}  // namespace shiqu::desk
