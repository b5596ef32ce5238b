#include "ui/desk/jobs_panel.h"

#include "storage/base/clock.h"
#include "ui/app/i18n.h"
#include "ui/app/job_words.h"
#include "ui/desk/kit/command_views.h"

#include <fmt/format.h>
#include <imgui.h>

#include <algorithm>

namespace shiqu::desk {
namespace {

constexpr float kWidthEms = 36;
constexpr float kBarEms = 0.55F;
constexpr ImGuiWindowFlags kPanel = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize |
                                    ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                                    ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_AlwaysAutoResize;

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
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  const float width = std::min(display.x * 0.9F, kWidthEms * ui.em());
  ImGui::SetNextWindowPos(ImVec2(display.x / 2, display.y * 0.14F), 0, ImVec2(0.5F, 0));
  ImGui::SetNextWindowSizeConstraints(ImVec2(width, 0), ImVec2(width, display.y * 0.8F));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 6 * ui.scale());
  ImGui::Begin("###jobs", nullptr, kPanel);
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
  const ImVec2 at = ImGui::GetWindowPos();
  const ImVec2 size = ImGui::GetWindowSize();
  ui.tag_rect("jobs", at, ImVec2(at.x + size.x, at.y + size.y));
  ImGui::End();
  ImGui::PopStyleVar(2);
  if (ui.input().take({Key::Escape, {}})) {
    open_ = false;
  }
  if (!open_) {
    asked_ = {};
    ui.request_frames();
  }
}

}  // namespace shiqu::desk
