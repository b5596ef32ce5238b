#pragma once

#include "ui/desk/desk_model.h"
#include "ui/desk/kit/commands.h"
#include "ui/desk/kit/ui.h"

#include <optional>

namespace shiqu::desk {

/// Batches of jobs with their bars, time left and orders, over the desk. Tags: "jobs" (the panel),
/// "jobs.batch.N", "jobs.bar.N" from 1, newest first. UI thread only.
class JobsPanel {
 public:
  void toggle() noexcept { open_ = !open_; }
  void close() noexcept { open_ = false; }
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  /// The chosen one of the model's batches; nullptr: none. The choice is a batch, not a place.
  [[nodiscard]] const DeskModel::Batch* chosen(const DeskModel& model) const noexcept;
  void step(const DeskModel& model, int step);
  /// True if somebody has asked for this batch's end once already: the next time it is meant.
  bool confirm_cancel(const store::BatchId& batch);
  [[nodiscard]] bool asks_for(const store::BatchId& batch) const noexcept {
    return asked_ == batch && !batch.empty();
  }
  void draw(Ui& ui, Commands& commands, const DeskModel& model);

 private:
  void draw_inside(Ui& ui, Commands& commands, const DeskModel& model);
  void draw_batch(Ui& ui, const DeskModel::Batch& batch, std::size_t number, bool selected);

  bool open_ = false;
  store::BatchId chosen_;
  store::BatchId asked_;
};

}  // namespace shiqu::desk
