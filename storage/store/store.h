#pragma once

#include "storage/base/clock.h"
#include "storage/base/crypto.h"
#include "storage/base/result.h"
#include "storage/model/agent.h"
#include "storage/model/catalogue.h"
#include "storage/model/text.h"
#include "storage/store/audit.h"
#include "storage/store/fixity.h"
#include "storage/store/heads.h"
#include "storage/store/job_record.h"
#include "storage/store/listing.h"
#include "storage/store/records.h"
#include "storage/store/room.h"
#include "storage/store/search.h"
#include "storage/store/session.h"
#include "storage/store/sidecar.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::store {

/// The archive: SQLite catalogue, write-once objects, journal (DESIGN §4). One connection: use a
/// Store from one thread at a time, and open one per thread. Every changing call is one
/// transaction with its journal event, on the disk (WAL, synchronous=FULL) when it returns success.
/// Errors common to all: NoSpace, Io, Corrupt (catalogue), Denied (the session's role).
class Store {
 public:
  /// Makes a new archive in `folder` (absent, empty, or left by an init that was cut off) with
  /// `title`. `catalogue` names a file elsewhere, best on another disk, that is to be the
  /// catalogue; catalogue.sqlite is then a link to it. Errors: Exists, Denied, NoSpace, Io.
  static Status init(const std::filesystem::path& folder, const std::string& title,
                     const std::filesystem::path& catalogue = {});
  /// The same without its first entry: for a catalogue that is made from sidecars, see replay().
  static Status init_bare(const std::filesystem::path& folder, const std::string& title);
  /// Opens an archive; older catalogues are copied to `backup/` and migrated forward.
  /// Errors: NotFound (no archive, or the disk of its catalogue is not there), Unsupported (written
  /// by a newer Shiqu), Corrupt.
  static Result<Store> open(const std::filesystem::path& folder);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  [[nodiscard]] const std::filesystem::path& folder() const noexcept;
  [[nodiscard]] std::filesystem::path spool() const;
  [[nodiscard]] std::filesystem::path derived() const;
  [[nodiscard]] std::filesystem::path packages() const;
  [[nodiscard]] std::filesystem::path keys() const;
  [[nodiscard]] std::filesystem::path models() const;
  /// Where the object of that digest lies: objects/ab/cdef…
  [[nodiscard]] std::filesystem::path object_path(const std::string& digest) const;
  Result<std::string> title();
  Result<int> schema_version();
  /// Grows with every change of the journal: cheap to poll for "anything new?".
  Result<std::int64_t> last_sequence();
  /// Differs from the last answer when another connection has changed anything, the progress of a
  /// job too. Needs no table: cheaper still.
  Result<std::int64_t> data_version();

  // --- room on the disk (room.cpp)
  /// Holds `bytes` back in reserve.bin beside the catalogue (0: none) as soon as there is room for
  /// that and five captures. A transaction on an all but full disk takes what it needs from it, so
  /// that the catalogue can commit, journal and delete. Not kept: say it after each open.
  Status set_reserve(std::uint64_t bytes);
  /// How many captures there is room for, and the reserve filled up if it can be. A capture is
  /// taken to need `capture_bytes`; 0: a quarter more than the largest of the last twenty.
  Result<Room> room(std::uint64_t capture_bytes = 0);
  /// The same before a capture is taken. Errors: NoSpace, in words, when there is no room to take
  /// it and still finish and delete.
  Result<Room> admit_capture(std::uint64_t capture_bytes = 0);

  // --- people (people.cpp)
  /// The first account is made without a session and must be an administrator; further ones need
  /// an administrator. Errors: Exists, InvalidInput (name, secret shorter than 4), Denied.
  Result<UserId> add_user(const Session& by, const model::User& user, std::string_view secret,
                          SecretCost cost = SecretCost::Full);
  /// Errors: Denied: wrong name or secret, inactive, or too soon after too many tries: from the
  /// fifth wrong one in a row an account waits 1 s, then 2, 4 … up to 5 min. A try counts before it
  /// is evaluated, so that programs side by side get no more of them. The wait is measured by
  /// uptime: setting the clock changes nothing, and after a restart it begins anew. Every refusal
  /// is in the journal.
  Result<Session> login(const std::string& name, std::string_view secret);
  /// Acts for the person who asked for a job, as the journal names him: what the job does stands
  /// under his name and needs his role at that time. Errors: Denied (no person with an active
  /// account asked for it).
  Result<Session> session_of_job(const JobId& id);
  Result<std::int64_t> seconds_to_wait(const std::string& name);  ///< until login() evaluates again
  Result<std::vector<model::User>> users();
  /// A new secret for `name`: one's own, or anybody's by an administrator, which also ends a wait.
  /// Errors: Denied, NotFound, InvalidInput (shorter than 4).
  Status set_secret(const Session& by, const std::string& name, std::string_view secret);
  /// Needs Administrator; open sessions of the account follow at their next action. Errors: Denied,
  /// NotFound, Conflict (the last active administrator).
  Status set_active(const Session& by, const std::string& name, bool active);
  Status set_role(const Session& by, const std::string& name, model::Role role);
  /// Denied, and an entry "action.denied" of the journal, unless the account behind the session is
  /// active and has `role` or one above it at this moment. `what`: the action, in words.
  Status require(const Session& by, model::Role role, const std::string& what);
  /// The same entry and Denied for a rule that is not about roles.
  Error refuse(const Session& by, const std::string& what, const std::string& subject,
               const std::string& why);
  void set_uptime(std::function<Uptime()> source);  ///< another source of it, for tests
  /// Gives a catalogue that has no active administrator one: a new account, or the one of that name
  /// with a new secret. Errors: Denied (there is one), InvalidInput.
  Status reopen_administrator(const std::string& name, std::string_view secret);

  // --- items and pages (catalogue.cpp)
  /// Needs Operator. `item.id` is made. Errors: Exists (identifier), InvalidInput.
  Result<ItemId> add_item(const Session& by, const model::Item& item);
  /// Replaces the descriptive fields. Needs Annotator; grade and rights need Lead.
  Status update_item(const Session& by, const model::Item& item);
  Result<model::Item> item(const ItemId& id);
  /// An item of another archive under the id it has there. Needs Lead. Errors: Exists (id or
  /// identifier), InvalidInput.
  Status adopt_item(const Session& by, const model::Item& item);
  /// By identifier. Errors: NotFound.
  Result<model::Item> item_named(const std::string& identifier);
  /// All pages of one item, in order.
  Result<std::vector<model::Page>> pages(const ItemId& item);
  Result<model::Page> page(const PageId& id);
  /// By its number in the item. Errors: NotFound.
  Result<model::Page> page_at(const ItemId& item, int order);

  // --- lists (listing.cpp): each call does a bounded amount of work, however large the archive
  /// Items in the order they were added, those behind number `after`.
  Result<std::vector<ListedItem>> list_items(std::int64_t after, int limit);
  /// The same of those whose identifier or title contains `part`.
  Result<std::vector<ListedItem>> find_items(const std::string& part, const Variants& variants,
                                             std::int64_t after, int limit);
  Result<ListedItem> listed_item(std::int64_t number);
  Result<std::int64_t> item_number(const ItemId& item);
  Result<PageCounts> page_counts();  ///< of the whole archive
  /// How many pages each item has that has any, in order; of one state, or of all.
  Result<std::vector<ItemCount>> item_counts(std::optional<model::TextState> state);
  /// Pages of an item from the `offset`-th on, of one state or of all.
  Result<std::vector<ListedPage>> pages_of(std::int64_t item_number,
                                           std::optional<model::TextState> state,
                                           std::int64_t offset, int limit);
  /// How many of these stand before `order`.
  Result<std::int64_t> pages_before(const ItemId& item, std::optional<model::TextState> state,
                                    int order);
  /// Pages that pass `filter`, those behind `after`, at most `limit`. A slice may be short or empty
  /// and yet have a `next`: the call has looked at as much as one call may.
  Result<PageSlice> list_pages(const PageFilter& filter, const PageCursor& after, int limit);

  // --- captures and objects (captures.cpp)
  /// The moment of "kept": moves the spooled files into objects/, then one transaction with object
  /// rows, capture, page and event "capture.kept". On failure the files stay in the spool (or as
  /// orphan objects, which fsck names) and nothing is acknowledged. Any session.
  Result<KeptCapture> keep(const Session& by, const NewCapture& fresh);
  /// keep() for a page of another archive, at the end of the item, under the ids it has there; with
  /// `page` as a new frame of that page of ours. An id that is taken here already is made anew. The
  /// master is also what was received. Event "capture.adopted". Needs Lead.
  Result<KeptCapture> adopt_page(const Session& by, const ItemId& item, const ForeignPage& fresh,
                                 const std::optional<PageId>& page = {});
  /// Keeps a file as a write-once object that no page refers to, with the event `action` about
  /// `subject`, whose detail gets its digest as "object". Needs Lead. Returns the digest.
  Result<std::string> keep_evidence(const Session& by, const SpooledFile& file,
                                    const std::string& action, const std::string& subject,
                                    Json detail);
  Result<model::Capture> capture(const CaptureId& id);
  Result<std::vector<model::Capture>> captures(const PageId& page);  ///< oldest first
  /// By digest, those behind digest `after`, at most `limit`.
  Result<std::vector<model::StoredObject>> objects(const std::string& after = {}, int limit = 1000);
  Result<std::int64_t> object_count();
  Result<model::StoredObject> object(const std::string& digest);
  /// Reads every object. `progress(done, total)`. Errors: Cancelled.
  Result<FsckReport> fsck(const std::function<void(std::int64_t, std::int64_t)>& progress = {},
                          const std::stop_token& stop = {});

  // --- sides of data sets (splits.cpp)
  /// Puts items on sides, in one transaction with an event "split.assigned" for each whose side
  /// changes. Needs Lead. Errors: InvalidInput (no such side), NotFound (item), Denied.
  Status assign_splits(const Session& by, const std::vector<SplitRecord>& splits);
  Result<std::vector<SplitRecord>> splits();  ///< by item
  /// All pages that have a capture, by item and order.
  Result<std::vector<PageMaster>> masters_in_force();

  // --- text (texts.cpp)
  /// Stores a machine's reading. It comes into force only where no person has worked: otherwise it
  /// stays a revision beside the person's text. Any session. Returns the revision.
  Result<int> propose_text(const Session& by, const PageId& page, const model::PageText& text);
  /// The same as the result of a job, which has it from then on in JobRecord::result, in the same
  /// transaction: a job that is run again after a cut sees that it has stored its text.
  /// Errors also: Conflict (the row is not Running for `job.runner`, or has a result).
  Result<int> propose_text(const Session& by, const JobRecord& job, const PageId& page,
                           const model::PageText& text);
  /// Stores a person's change as the next revision; state becomes Drafted. Needs Annotator.
  /// Errors: Conflict when `expected_revision` is no longer in force, or the text is accepted.
  Result<int> save_text(const Session& by, const PageId& page, int expected_revision,
                        const model::PageText& text, const std::string& note);
  /// Stores the text that another archive has of a page as the next revision, its author as he is
  /// named there; with `in_force` it replaces what is in force, accepted when it was accepted
  /// there. Event "text.adopted". Needs Lead.
  Result<int> adopt_text(const Session& by, const PageId& page, const ForeignText& text,
                         bool in_force);
  /// Puts the text before the last person's change in force again, as a new revision. Needs
  /// Annotator; only the session's own changes. Errors: NotFound (nothing to undo), Conflict.
  Result<int> undo_text(const Session& by, const PageId& page);
  /// Drafted or Returned (or Proposed, read and found right) → Submitted. Needs Annotator.
  Status submit_text(const Session& by, const PageId& page);
  /// Submitted → Accepted or Returned; Accepted → Returned. Needs Reviewer, and never somebody who
  /// changed this text (Denied: four eyes). A return needs a reason (InvalidInput).
  Status review_text(const Session& by, const PageId& page, bool accept, const std::string& reason);
  /// The text in force. Errors: NotFound (none yet).
  Result<TextRevision> text(const PageId& page);
  Result<TextRevision> text_revision(const PageId& page, int revision);
  Result<std::vector<TextRevision>> text_history(const PageId& page);  ///< without the text bodies
  Result<std::vector<model::Review>> reviews(const PageId& page);

  // --- search (search.cpp)
  /// Places in the texts in force where the needle stands. The index changes in the transaction
  /// that puts a text in force. A call looks at a bounded number of pages: `next` goes on.
  Result<SearchResult> search(const SearchQuery& query);
  /// Reads the whole index: seconds in a large archive.
  Result<TextIndexSize> text_index_size();
  Status rebuild_text_index();  ///< of texts, labels and titles, again from their rows

  // --- journal (journal.cpp)
  /// Writes an event of its own (export, device trouble). Any session.
  Status note_event(const Session& by, const std::string& action, const std::string& subject,
                    const Json& detail);
  Result<std::vector<model::Event>> events(std::int64_t after_sequence = 0, int limit = 1000);
  /// Events whose subject is one of `subjects`, oldest first.
  Result<std::vector<model::Event>> events_about(const std::vector<std::string>& subjects);
  /// All events of these actions, oldest first. Reads the whole journal.
  Result<std::vector<model::Event>> events_of(const std::vector<std::string>& actions);
  /// True if anything but entries about jobs came after entry `after`.
  Result<bool> has_news(std::int64_t after);
  /// The newest event of that action; nullopt: there is none.
  Result<std::optional<model::Event>> last_event(const std::string& action);
  /// Recomputes the chain from entry 1 and compares it with the checkpoints, with `heads.jsonl` of
  /// the archive and with `anchors`. Names the first entry that is altered, missing, out of place,
  /// doubled or cut off, and a catalogue that was put back to an earlier day.
  Result<AuditReport> verify_journal(const AuditAnchors& anchors = {});

  // --- signed heads (checkpoints.cpp)
  /// Length and head of the journal now, not signed. Errors: Corrupt (the journal is empty).
  Result<Head> journal_head();
  /// Signs the head at entry `upto` (0: the last) as a checkpoint, and writes it into the catalogue
  /// and into `heads.jsonl`. What came after the last checkpoint is verified first, and what
  /// `heads.jsonl` knows: nothing that was altered or rolled back is ever signed (Corrupt), nor
  /// anything while the file is missing. The same entry again gives the checkpoint that is there.
  /// Any session.
  Result<Head> add_checkpoint(const HeadSigner& signer, const std::string& reason,
                              std::int64_t upto = 0);
  Result<std::optional<Head>> last_checkpoint();
  [[nodiscard]] std::filesystem::path heads_file() const;
  /// Makes `heads.jsonl` anew from the checkpoints, with an entry in the journal. Without the file
  /// nothing is signed any more, for it may have been taken away to hide a catalogue that was put
  /// back: an administrator decides. Errors: Denied, Exists (the file is there).
  Status renew_heads(const Session& by);
  /// The same for an archive that is just being restored, without role and entry.
  Status write_heads_file();

  // --- sidecars (sidecars.cpp), from which the catalogue can be rebuilt
  [[nodiscard]] std::filesystem::path sidecars() const;
  /// Puts the journal's entries that no segment holds yet into segments of at most `most` entries,
  /// with the texts, reviews, items, pages and accounts that they speak of. Nothing is done while
  /// fewer than `least` entries wait. Returns how many files were written.
  Result<int> seal_journal(std::int64_t least = 1, std::int64_t most = 500);
  /// Writes the sidecars of captures that have none: of archives of earlier versions.
  Result<int> write_missing_sidecars();
  /// The last entry that a segment holds; 0: none.
  Result<std::int64_t> sealed_entries();
  /// Takes over what sidecars know and this catalogue does not: all of it in a bare one, what came
  /// later in a snapshot. `paths` are below `folder`. Entries are taken as far as their chain fits;
  /// what cannot be taken is named in the report. One transaction. Any session.
  Result<ReplayReport> replay(const Session& by, const std::filesystem::path& folder,
                              const std::vector<std::string>& paths);

  // --- fixity and the second disk (fixity.cpp)
  /// The round that is open, or a new one.
  Result<std::int64_t> open_fixity_round();
  /// Files of the round that have not been read, oldest check first.
  Result<std::vector<FixityFile>> files_to_check(std::int64_t round, int limit);
  Result<FixityAge> fixity_age();
  /// Files whose last check is older than `before_ms`, oldest first; those never checked are.
  Result<std::vector<FixityFile>> files_due(std::int64_t before_ms, int limit);
  Result<std::int64_t> count_files_due(std::int64_t before_ms);
  /// Stores verdicts of `round` (or kLastRound), each new fault with an event. One transaction.
  Status note_fixity(const Session& by, std::int64_t round,
                     const std::vector<FixityVerdict>& verdicts);
  /// Ends the round if nothing of it is left. Returns whether it has ended.
  Result<bool> close_fixity_round(std::int64_t round);
  Result<FixityState> fixity_state();
  Result<std::vector<FixityFinding>> fixity_findings(int limit = 1000);
  /// Files that the second disk does not have, in order of path behind `after`.
  Result<std::vector<FixityFile>> files_to_mirror(const std::string& after, int limit);
  Status note_mirrored(const std::vector<std::string>& paths);
  /// Another second disk: everything has to be copied.
  Status forget_mirrored();
  Result<MirrorCount> mirror_count();
  /// No file counts as checked or copied any more: after a restore they lie on another disk.
  Status forget_fixity();
  /// SQLite's own checks of the catalogue: "ok" or its words.
  Result<std::string> check_catalogue();
  /// Writes the catalogue as it is now into `file`, which must be absent, and fsyncs it. Other
  /// programs may write meanwhile.
  Status copy_catalogue(const std::filesystem::path& file);
  /// A fact about this archive that is no record: "backup_state". Empty: never set.
  Result<std::string> fact(const std::string& name);
  Status set_fact(const std::string& name, const std::string& value);

  // --- job rows (job_rows.cpp); the queue's behaviour is in storage/jobs
  Result<JobId> add_job(const Session& by, const JobRecord& job);
  /// The same unless one of that kind is Queued, or, without `also_beside_running`, Running: false.
  Result<bool> add_job_once(const Session& by, const JobRecord& job, bool also_beside_running);
  /// Takes the next Queued job of one of `kinds` that no pause keeps back, and marks it Running for
  /// `runner`; nullopt when there is none.
  Result<std::optional<JobRecord>> claim_job(const std::vector<std::string>& kinds,
                                             const RunnerId& runner = {});
  Status set_job_progress(const JobId& id, std::int64_t done, std::int64_t total);
  /// Ends (or requeues) a running job and stores error and took_ms; a terminal state is journalled.
  /// One that was cancelled meanwhile is not queued again but Cancelled. Returns the state it has.
  /// Errors: Conflict (the row is not Running for `job.runner`: somebody else has it).
  Result<JobState> finish_job(const Session& by, const JobRecord& job);
  /// Queued → Cancelled; Running → the runner sees job_cancelled(). Needs Operator.
  Status cancel_job(const Session& by, const JobId& id);
  Result<bool> job_cancelled(const JobId& id);
  Result<JobRecord> job(const JobId& id);
  /// Newest first; those older than job `before`, or the newest.
  Result<std::vector<JobRecord>> jobs(int limit = 1000, const JobId& before = {});
  /// Oldest first; those behind job `after`, or the oldest.
  Result<std::vector<JobRecord>> jobs_of(const BatchId& batch, int limit = 1000,
                                         const JobId& after = {});
  Result<JobCounts> job_counts();

  // --- batches, pauses, order of the queue (job_batches.cpp)
  /// Adds all `jobs` in one transaction under a batch of that label.
  Result<BatchId> add_batch(const Session& by, const std::string& label,
                            const std::vector<JobRecord>& jobs);
  Result<std::vector<BatchRecord>> batches(int limit = 100);  ///< newest first
  /// Errors: NotFound.
  Result<BatchRecord> batch(const BatchId& id);
  /// Holds back what waits, or lets it go on, until told otherwise: in `batch`, or with an empty id
  /// everywhere. What runs may end. Needs Operator. Errors: NotFound.
  Status set_paused(const Session& by, const BatchId& batch, bool paused);
  /// True when everything is held back.
  Result<bool> queue_paused();
  /// cancel_job() for all of a batch. Returns how many have not ended yet and will not be done.
  /// Needs Operator. Errors: NotFound.
  Result<int> cancel_batch(const Session& by, const BatchId& batch);
  /// Another priority for what waits. Returns how many. Needs Operator.
  Result<int> set_priority(const Session& by, const JobSelection& which, int priority);
  /// A person looks at `subject`: what waits for it goes before everything else that waits. Returns
  /// how many have moved. Any program; not journalled, and no write when there is nothing to move.
  Result<int> look_at(const std::string& subject);
  /// Failed, quarantined and cancelled jobs are queued again, their crashes forgotten. Returns how
  /// many. Needs Operator.
  Result<int> retry_jobs(const Session& by, const JobSelection& which);
  /// What has to be done before `batch` is ready, by kind: its own jobs and those before them;
  /// with an empty id all that waits. Paused jobs of others do not count. `sample`: how many of the
  /// last jobs of each kind to tell the times of, those of the batch first.
  Result<std::vector<QueuedWork>> work_before(const BatchId& batch, int sample);

  // --- who works on the queue (job_runners.cpp)
  Status add_runner(const RunnerRecord& runner);
  Status remove_runner(const RunnerId& id);
  Result<std::vector<RunnerRecord>> runners();
  /// Running jobs of runners that do not live, and of nobody, are Queued again (Cancelled when they
  /// were being cancelled), and those runners forgotten. `lives` must not change from false to
  /// true. Returns how many jobs.
  Result<int> requeue_jobs_of_dead(const std::function<bool(const RunnerId&)>& lives);

  /// How SQLite runs each statement that this connection has used: for tests and measurements.
  Result<std::vector<std::string>> query_plans();

 private:
  friend class BulkFill;
  struct State;
  static Status make(const std::filesystem::path& folder, const std::string& title,
                     const std::filesystem::path& catalogue, bool with_entry);
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// `sequence`, time, agent … of an event hashed as the journal does: SHA-256 over the JSON array
/// [sequence, at_ms, agent, action, subject, detail, previous] without white space.
std::string event_hash(const model::Event& event);

}  // namespace shiqu::store
