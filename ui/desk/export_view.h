#pragma once

#include "storage/package/exporter.h"
#include "ui/desk/export_model.h"
#include "ui/desk/kit/commands.h"
#include "ui/desk/kit/key_cursor.h"
#include "ui/desk/kit/text_field.h"
#include "ui/desk/kit/ui.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace shiqu::desk {

/// What was pressed that the desk has to do.
struct ExportEvents {
  std::optional<PageId> page;  ///< to be opened, to set right what is wrong with it
  std::optional<ItemId> item;  ///< its record is to be shown
  bool close = false;
  std::optional<Status> outcome;
  std::string words;  ///< of an outcome that is good
};

/// The lead's place in the desk: objects and settings on the left, the plan in the middle, writing
/// and sending on the right. Tags: docs/how-to/drive-the-desk-in-a-test.md. UI thread only.
class ExportView {
 public:
  ExportView(Ui& ui, DeskModel& desk);

  void open(Ui& ui);
  void close(Ui& ui);
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  [[nodiscard]] bool loading() const noexcept { return model_.planning(); }
  ExportModel& model() noexcept { return model_; }
  /// `covered`: something lies over it, which has the keys.
  ExportEvents draw(Ui& ui, Commands& commands, ImVec2 size, bool covered);

 private:
  // export_view.cpp
  void part(Ui& ui, std::string_view number, std::string_view title);
  bool button(Ui& ui, std::string_view id, std::string_view label, bool enabled = true,
              bool primary = false);
  bool check(Ui& ui, std::string_view id, std::string_view label, bool value, bool enabled = true);
  /// One of several that exclude each other; they stand side by side as far as there is room.
  bool chip(Ui& ui, std::string_view id, std::string_view label, bool chosen, bool enabled = true);
  FieldResult field(Ui& ui, TextField& field, float width, std::string_view hint);
  bool row(Ui& ui, std::string_view id, std::string_view label, bool selected = false);
  /// The next chip begins a line.
  void end_chips() noexcept { chips_on_line_ = false; }
  void coloured(Ui& ui, ImU32 colour, std::string_view words);
  // export_settings.cpp
  void draw_objects(Ui& ui, float height);
  void draw_settings(Ui& ui);
  void draw_receiver(Ui& ui);
  void draw_sides(Ui& ui);
  void draw_making(Ui& ui);
  void draw_formats(Ui& ui);
  // export_plan.cpp
  void draw_plan(Ui& ui, Commands& commands);
  void draw_state(Ui& ui, Commands& commands);
  void draw_totals(Ui& ui, const PlannedExport& planned);
  void draw_bars(Ui& ui, const PlannedExport& planned);
  void draw_gates(Ui& ui, const PlannedExport& planned);
  void draw_gate(Ui& ui, const PlannedExport& planned, const ExportGate& gate);
  void draw_offenders(Ui& ui, const PlannedExport& planned, const ExportGate& gate);
  void draw_noticed(Ui& ui, const PlannedExport& planned);
  void open_place(const package::PackagePlan& plan, const std::string& page_number);
  // export_send.cpp
  void draw_write(Ui& ui, Commands& commands);
  void draw_key(Ui& ui);
  void draw_batch(Ui& ui, const ExportModel::Batch& batch, int number);
  void draw_send(Ui& ui);
  void draw_outgoing(Ui& ui, const app::Outgoing& row, std::size_t number, bool chosen);
  void draw_chosen_package(Ui& ui, const app::Outgoing& row);

  ExportModel model_;
  KeyCursor cursor_;
  Registry<package::Exporter> exporters_;
  ExportEvents events_;  ///< of this frame
  TextField seed_{"export.seed"};
  TextField out_{"export.out"};
  TextField passphrase_{"export.passphrase"};
  TextField to_{"export.to"};
  TextField contact_{"export.contact"};
  TextField receipt_{"export.receipt"};
  TextField receipt_key_{"export.receipt_key"};
  std::string shown_gate_;     ///< whose offenders are listed
  std::string shown_package_;  ///< name of the package in the ledger that is looked at
  bool formats_ = false;       ///< are listed
  bool chips_on_line_ = false;
  bool open_ = false;
};

}  // namespace shiqu::desk
