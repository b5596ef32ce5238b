#pragma once

#include "storage/base/threads.h"
#include "ui/app/outbox.h"
#include "ui/desk/desk_model.h"
#include "ui/desk/planned_export.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::desk {

/// The lead's place: choosing, planning, writing and sending packages, without any drawing. The
/// catalogue is read and orders are given here; plans, ledger and keys come from a thread with a
/// connection of its own. All members are for the UI thread and return at once.
class ExportModel {
 public:
  /// `wake` is called from the thread when something has come; take_news() then has it.
  ExportModel(DeskModel& desk, std::function<void()> wake);

  /// Items to choose from, as far as they are known; more_items() reads on.
  [[nodiscard]] const std::vector<store::ListedItem>& items() const noexcept { return items_; }
  [[nodiscard]] bool has_more_items() const noexcept { return !items_end_; }
  Status more_items();
  [[nodiscard]] bool is_chosen(const std::string& identifier) const;
  /// Chooses an item or leaves it out, and plans.
  void toggle(const std::string& identifier);

  /// Changed by the view, which then calls plan().
  ExportChoice& choice() noexcept { return choice_; }
  /// Exporters by name: with what is always in a package.
  [[nodiscard]] bool has_exporter(const package::Exporter& exporter) const;
  void toggle_exporter(const package::Exporter& exporter);
  void toggle_waiver(std::string_view gate);

  /// Reads everything anew: items, keys, ledger; and plans.
  void refresh();
  /// Makes the plan again; one that is being made is given up.
  void plan();
  [[nodiscard]] bool planning() const noexcept { return planning_; }
  /// The newest plan; nullptr: none yet, or nothing is chosen.
  [[nodiscard]] const PlannedExport* planned() const noexcept {
    return planned_ ? &*planned_ : nullptr;
  }
  /// Why there is no plan, in words; empty: nothing went wrong.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  /// Something of what the plan would send has changed since, or it was written.
  [[nodiscard]] bool outdated() const noexcept { return outdated_; }
  /// The packages of the plan were all written.
  [[nodiscard]] bool written() const;

  [[nodiscard]] const ExportKeyState& keys() const noexcept { return keys_; }
  [[nodiscard]] bool key_is_open() const { return !keys_.sealed || desk_.vault().has(); }
  /// Tries a passphrase on the key; open from then on when it fits.
  void unlock(const std::string& passphrase);

  /// The session is a lead's: gates may be left open, sides assigned.
  [[nodiscard]] bool may_waive() const noexcept {
    return desk_.session() && desk_.session()->may(model::Role::Lead);
  }
  [[nodiscard]] bool may_send() const noexcept {
    return desk_.session() && desk_.session()->may(model::Role::Operator);
  }
  /// Why nothing can be written now, in words; empty: it can.
  [[nodiscard]] std::string obstacle() const;
  /// Has the packages of the plan written, in the background.
  Status write();
  /// Puts the chosen objects on the sides that the plan shows. Needs Lead.
  Status assign_sides();

  /// Jobs that write or carry packages, newest batch first.
  struct Batch {
    store::BatchRecord record;
    std::vector<store::JobRecord> jobs;
  };
  [[nodiscard]] const std::vector<Batch>& batches() const noexcept { return batches_; }
  Status cancel(const store::BatchId& batch);
  /// Item or parcel that a job is about.
  [[nodiscard]] std::string name_of(const store::JobRecord& job) const;

  /// What was written, newest first.
  [[nodiscard]] const std::vector<app::Outgoing>& outbox() const noexcept { return outbox_; }
  Status deliver(const std::filesystem::path& parcel, const std::string& to,
                 const std::string& contact);
  /// Writes the sheet of a parcel beside it; message() tells when it is there.
  void write_sheet(const std::filesystem::path& parcel, const std::string& contact);
  /// Checks a receiver's receipt; `key`: his public key file, needed the first time.
  void take_receipt(const std::filesystem::path& file, const std::filesystem::path& key);

  /// Some program has changed the archive: is the plan still true, how far are the jobs?
  Status archive_changed();
  /// Takes over what the thread has brought. True when there was anything.
  bool take_news();
  /// What the thread has to say, once.
  std::optional<Status> take_outcome(std::string& words);

 private:
  struct News {
    std::optional<Result<PlannedExport>> planned;
    std::optional<ExportKeyState> keys;
    std::optional<std::vector<app::Outgoing>> outbox;
    std::optional<Status> outcome;
    std::string words;  ///< of an outcome that is good
  };
  using Work = std::function<void(store::Store&, const std::stop_token&)>;
  void post(Work work);
  void read_outbox();
  void read_keys();
  void tell(const std::function<void(News&)>& put);
  Status follow_jobs();
  /// The batches and how much of each is left: another one means news for the ledger.
  [[nodiscard]] std::string state_of_batches() const;

  DeskModel& desk_;
  std::function<void()> wake_;
  std::vector<store::ListedItem> items_;
  bool items_end_ = false;
  ExportChoice choice_;
  std::optional<PlannedExport> planned_;
  std::string problem_;
  bool planning_ = false;
  bool outdated_ = false;
  ExportKeyState keys_;
  std::vector<Batch> batches_;
  std::vector<app::Outgoing> outbox_;
  std::string outbox_of_;  ///< state_of_batches() when it was read
  std::optional<Status> outcome_;
  std::string words_;
  std::stop_source plan_stop_;
  std::uint64_t plan_number_ = 0;  ///< of the newest plan asked for

  Mutex mutex_;
  News news_ SHIQU_GUARDED_BY(mutex_);
  std::uint64_t wanted_plan_ SHIQU_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<store::Store> store_;  ///< of the thread alone
  SerialThread thread_;                  ///< last: joined before the others die
};

}  // namespace shiqu::desk
