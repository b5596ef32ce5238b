#pragma once

#include "storage/jobs/estimate.h"
#include "storage/store/store.h"
#include "ui/app/key_vault.h"
#include "ui/app/settings.h"
#include "ui/app/upkeep_words.h"
#include "ui/desk/page_shelf.h"

#include <cstdint>
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
  /// Shows only pages that pass the filter in `words` (filter_from()). The selected page stays.
  Status filter(const std::string& words);
  /// Which characters search and filter take for the same.
  void set_variants(store::Variants variants) { variants_ = std::move(variants); }
  /// One slice of the places where `needle` stands.
  Result<store::SearchResult> search(const std::string& needle, std::int64_t after = 0);
  /// Selects the page, and the line where the hit begins, if it is there still; the filter goes
  /// when it hides the page.
  Status select_hit(const store::SearchHit& hit);
  /// What was found on the selected page, in pixels of the master.
  [[nodiscard]] const std::vector<model::Box>& found() const noexcept { return found_; }
  /// Selects a page wherever it stands; the filter goes when it hides the page.
  Status open_page(const PageId& id);
  void forget_found() { found_.clear(); }
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
  /// True if who is logged in may decide about the selected page, which waits for that.
  [[nodiscard]] bool may_review() const;
  /// Accepts the selected page's text, or returns it with a reason, and selects the next page that
  /// waits for review, of those the filter asks for; with none left the page stays selected.
  /// Errors: Denied (one's own work), InvalidInput (no reason), Conflict.
  Status review(bool accept, const std::string& reason = {});
  /// Why the selected page went back to whoever wrote it; nullopt: it did not.
  [[nodiscard]] const std::optional<model::Review>& returned() const noexcept { return returned_; }
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
  /// Journal, fixity and second disk, as the catalogue knows them: never waits for a disk. At most
  /// ten seconds old; nullopt when it could not be read.
  [[nodiscard]] const std::optional<app::ArchiveState>& archive_state() const noexcept {
    return state_;
  }
  [[nodiscard]] bool all_paused() const noexcept { return all_paused_; }
  /// A batch, or with an empty id everything.
  Status set_paused(const store::BatchId& batch, bool paused);
  Status cancel_batch(const store::BatchId& batch);

  using Entry = PageShelf::Entry;
  /// The pages of the list; entry_at() is valid until the next call of a member.
  [[nodiscard]] const PageShelf& shelf() const noexcept { return shelf_; }
  [[nodiscard]] std::size_t page_count() const noexcept { return shelf_.count(); }
  const Entry* entry_at(std::size_t index) { return shelf_.at(store_, index); }
  /// More of a list that is not known to its end.
  Status find_more_pages() { return shelf_.grow(store_); }
  /// Where the selected page stands in the list; nullopt: nowhere, or none is selected.
  [[nodiscard]] std::optional<std::size_t> selected() const noexcept { return selected_; }
  /// The selected page; nullptr: none.
  [[nodiscard]] const Entry* entry() const noexcept { return entry_ ? &*entry_ : nullptr; }
  [[nodiscard]] std::optional<std::size_t> line() const noexcept { return line_; }
  [[nodiscard]] const model::PageText& text() const noexcept { return revision_.text; }
  [[nodiscard]] int revision() const noexcept { return revision_.revision; }
  [[nodiscard]] const std::optional<store::Session>& session() const noexcept { return session_; }
  store::Store& store() noexcept { return store_; }
  /// What a person has said of the station's keys, for the jobs that sign.
  app::KeyVault& vault() noexcept { return vault_; }

 private:
  Status after_change();
  Status read_entry();
  Status show_entry(Entry entry);
  /// What waits for the selected page goes first.
  void look_at_selected();
  void look_at_archive();

  store::Store store_;
  app::Settings settings_;
  app::KeyVault vault_;
  std::optional<store::Session> session_;
  store::Variants variants_;
  PageShelf shelf_;
  std::optional<Entry> entry_;
  std::optional<std::size_t> selected_;
  std::vector<model::Box> found_;
  std::optional<std::size_t> line_;
  store::TextRevision revision_;
  std::optional<model::Review> returned_;
  std::vector<Batch> batches_;
  bool all_paused_ = false;
  std::optional<app::ArchiveState> state_;
  std::int64_t state_ms_ = 0;  ///< monotonic; when it was read
};

}  // namespace shiqu::desk
