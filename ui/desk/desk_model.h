#pragma once

#include "storage/jobs/estimate.h"
#include "storage/store/store.h"
#include "ui/app/settings.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::desk {

/// What the desk shows and does, without any drawing: tests and the window share it. UI thread
/// only; it reads and writes the catalogue (rows, not pixels).
class DeskModel {
 public:
  explicit DeskModel(store::Store store, app::Settings settings = {})
      : store_(std::move(store)), settings_(std::move(settings)) {}

  /// Reads items and pages again; the selected page stays selected. Errors: those of the store.
  Status reload();
  /// reload(), and the text of the selected page as well: something else has changed it. The
  /// selected line becomes the one in its place, for a new reading has new lines. While `typing`
  /// and with nothing in that place, the old text stays: what was typed must not lose its line.
  Status refresh(bool typing);
  Status login(const std::string& name, const std::string& pin);
  void logout() { session_.reset(); }
  /// The PIN of who is logged in, asked again. What is open stays as it is. Errors: Denied.
  Status unlock(const std::string& pin);
  [[nodiscard]] const app::Settings& settings() const noexcept { return settings_; }
  Status select_page(std::size_t index);
  /// Next (+1) or previous (-1) page, if there is one.
  Status step_page(int step);
  void select_line(std::size_t index) { line_ = index; }
  /// True if `text` is not what the store has for the selected line.
  [[nodiscard]] bool differs(const std::string& text) const;
  /// Stores the selected line's new text. Success means it is on the disk; a line that is as it
  /// was makes no revision.
  Status save_line(const std::string& text);
  /// Takes back the last stored change and selects the line it was made on.
  Status undo();
  Status submit();
  /// Puts the reading of the selected page into the queue, before all that nobody waits for.
  Status request_reading();
  /// Asks for the reading of all pages of the selected page's item, as one batch.
  Status request_item_reading();

  /// Jobs that were asked for together, and how far they are.
  struct Batch {
    store::BatchId id;
    std::string label;
    std::string agent;  ///< who asked
    std::int64_t created_ms = 0;
    jobs::Progress progress;
  };
  /// Reads the newest batches again. Errors: those of the store.
  Status reload_batches();
  [[nodiscard]] const std::vector<Batch>& batches() const noexcept { return batches_; }
  /// The batch that is being worked on, or waits; nullptr: none.
  [[nodiscard]] const Batch* open_batch() const noexcept;
  [[nodiscard]] bool all_paused() const noexcept { return all_paused_; }
  /// A batch, or with an empty id everything.
  Status set_paused(const store::BatchId& batch, bool paused);
  Status cancel_batch(const store::BatchId& batch);

  struct Entry {
    model::Item item;
    model::Page page;
    std::string master;  ///< digest of the capture in force; empty: none
  };
  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
  [[nodiscard]] std::optional<std::size_t> selected() const noexcept { return selected_; }
  /// The selected page; nullptr: none.
  [[nodiscard]] const Entry* entry() const noexcept {
    return selected_ ? &entries_[*selected_] : nullptr;
  }
  [[nodiscard]] std::optional<std::size_t> line() const noexcept { return line_; }
  [[nodiscard]] const model::PageText& text() const noexcept { return revision_.text; }
  [[nodiscard]] int revision() const noexcept { return revision_.revision; }
  [[nodiscard]] const std::optional<store::Session>& session() const noexcept { return session_; }
  store::Store& store() noexcept { return store_; }

 private:
  Status after_change();
  /// What waits for the selected page goes first.
  void look_at_selected();

  store::Store store_;
  app::Settings settings_;
  std::optional<store::Session> session_;
  std::vector<Entry> entries_;
  std::optional<std::size_t> selected_;
  std::optional<std::size_t> line_;
  store::TextRevision revision_;
  std::vector<Batch> batches_;
  bool all_paused_ = false;
};

}  // namespace shiqu::desk
