// Jobs that were asked for together, and people's orders about what waits.

#include "storage/base/clock.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <algorithm>
#include <map>

namespace shiqu::store {
namespace {

constexpr std::int64_t kLookedAt = 20;  // more than anything that programs ask for by themselves
constexpr const char* kBatchColumns = "SELECT id, label, agent, paused, created_ms FROM batch ";
// The jobs of a JobSelection; its three parts are bound in this order.
constexpr const char* kSelected =
    "(id = ? OR (batch <> '' AND batch = ?) OR "
    "(subject <> '' AND subject = ?)) ";

BatchRecord batch_of(const Query& row) {
  BatchRecord batch;
  batch.id = BatchId(row.text(0));
  batch.label = row.text(1);
  batch.agent = row.text(2);
  batch.paused = row.integer(3) == 1;
  batch.created_ms = row.integer(4);
  return batch;
}

Query& bind(Query& query, const JobSelection& which) {
  return query.bind(which.job.str()).bind(which.batch.str()).bind(which.subject);
}

/// What the journal names: the one part that is set.
std::string name_of(const JobSelection& which) {
  return !which.job.empty()     ? which.job.str()
         : !which.batch.empty() ? which.batch.str()
                                : which.subject;
}

Result<bool> queue_is_paused(Database& db) {
  SHIQU_TRY_ASSIGN(Query row,
                   db.query("SELECT 1 FROM archive WHERE key = 'jobs_paused'", "read pause"));
  return row.next();
}

Result<std::vector<std::int64_t>> times_of(Database& db, const std::string& kind,
                                           const BatchId& batch, int sample) {
  SHIQU_TRY_ASSIGN(Query rows,
                   db.query("SELECT took_ms FROM job WHERE state = 'done' AND kind = ? AND "
                            "took_ms > 0 ORDER BY batch = ? DESC, finished_ms DESC LIMIT ?",
                            "read times of jobs"));
  return collect(rows.bind(kind).bind(batch.str()).bind(sample),
                 [](const Query& row) { return row.integer(0); });
}

}  // namespace

Result<BatchId> Store::add_batch(const Session& by, const std::string& label,
                                 const std::vector<JobRecord>& jobs) {
  const BatchId id = BatchId::make();
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(Query insert,
                   state_->db.query("INSERT INTO batch(id, label, agent, paused, created_ms) "
                                    "VALUES(?,?,?,0,?)",
                                    "add batch"));
  SHIQU_TRY(
      insert.bind(id.str()).bind(label).bind(model::text_of(by.agent())).bind(now_unix_ms()).run());
  SHIQU_TRY(state_->append(by, "batch.added", id.str(), {{"label", label}, {"jobs", jobs.size()}}));
  for (JobRecord job : jobs) {
    job.batch = id;
    SHIQU_TRY(state_->insert_job(by, job));
  }
  SHIQU_TRY(transaction.commit());
  return id;
}

Result<std::vector<BatchRecord>> Store::batches(int limit) {
  SHIQU_TRY_ASSIGN(const bool all_paused, queue_paused());
  SHIQU_TRY_ASSIGN(Query rows, state_->db.query(std::string(kBatchColumns) +
                                                    "ORDER BY created_ms DESC, id DESC LIMIT ?",
                                                "list batches"));
  SHIQU_TRY_ASSIGN(std::vector<BatchRecord> out, collect(rows.bind(limit), batch_of));
  for (BatchRecord& batch : out) {
    SHIQU_TRY_ASSIGN(batch.counts, state_->count_jobs(batch.id.str()));
    batch.counts.held = batch.paused || all_paused ? batch.counts.queued : 0;
  }
  return out;
}

Result<BatchRecord> Store::batch(const BatchId& id) {
  SHIQU_TRY_ASSIGN(const bool all_paused, queue_paused());
  SHIQU_TRY_ASSIGN(Query row,
                   state_->db.query(std::string(kBatchColumns) + "WHERE id = ?", "read batch"));
  SHIQU_TRY_ASSIGN(BatchRecord batch, one(row.bind(id.str()), batch_of, "read batch", id.str()));
  SHIQU_TRY_ASSIGN(batch.counts, state_->count_jobs(id.str()));
  batch.counts.held = batch.paused || all_paused ? batch.counts.queued : 0;
  return batch;
}

Status Store::set_paused(const Session& by, const BatchId& batch, bool paused) {
  SHIQU_TRY(state_->require(by, model::Role::Operator, paused ? "pause jobs" : "resume jobs"));
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  if (batch.empty()) {
    SHIQU_TRY(
        db.execute(paused ? "INSERT OR REPLACE INTO archive(key, value) VALUES('jobs_paused', '1')"
                          : "DELETE FROM archive WHERE key = 'jobs_paused'",
                   "pause queue"));
  } else {
    SHIQU_TRY_ASSIGN(Query update,
                     db.query("UPDATE batch SET paused = ? WHERE id = ?", "pause batch"));
    SHIQU_TRY_ASSIGN(const int changed,
                     update.bind(paused ? 1 : 0).bind(batch.str()).run_counting());
    if (changed == 0) {
      return fail(ErrorCode::NotFound, "pause batch", batch.str());
    }
  }
  const std::string subject = batch.empty() ? std::string("queue") : batch.str();
  SHIQU_TRY(state_->append(by, paused ? "batch.paused" : "batch.resumed", subject, Json::object()));
  return transaction.commit();
}

Result<bool> Store::queue_paused() {
  return queue_is_paused(state_->db);
}

Result<int> Store::cancel_batch(const Session& by, const BatchId& id) {
  SHIQU_TRY(state_->require(by, model::Role::Operator, "cancel batch"));
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN([[maybe_unused]] const BatchRecord known, batch(id));
  SHIQU_TRY_ASSIGN(
      Query update,
      state_->db.query(
          "UPDATE job SET cancel = 1, state = CASE state WHEN 'queued' THEN 'cancelled' "
          "ELSE state END, finished_ms = CASE state WHEN 'queued' THEN ? ELSE finished_ms "
          "END WHERE batch = ? AND state IN ('queued','running')",
          "cancel batch"));
  SHIQU_TRY_ASSIGN(const int changed, update.bind(now_unix_ms()).bind(id.str()).run_counting());
  SHIQU_TRY(state_->append(by, "batch.cancel", id.str(), {{"jobs", changed}}));
  SHIQU_TRY(transaction.commit());
  return changed;
}

Result<int> Store::set_priority(const Session& by, const JobSelection& which, int priority) {
  SHIQU_TRY(state_->require(by, model::Role::Operator, "change order of jobs"));
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(Query update,
                   state_->db.query(std::string("UPDATE job SET priority = ? WHERE ") + kSelected +
                                        "AND state = 'queued'",
                                    "change order of jobs"));
  SHIQU_TRY_ASSIGN(const int changed, bind(update.bind(priority), which).run_counting());
  SHIQU_TRY(state_->append(by, "job.priority", name_of(which),
                           {{"priority", priority}, {"jobs", changed}}));
  SHIQU_TRY(transaction.commit());
  return changed;
}

Result<int> Store::look_at(const std::string& subject) {
  Database& db = state_->db;
  std::int64_t first = kLookedAt;
  {
    // Before what another person looks at as well: who looked last is still there.
    SHIQU_TRY_ASSIGN(
        Query waiting,
        db.query("SELECT (SELECT min(priority) FROM job WHERE subject = ?1 AND state = 'queued'), "
                 "(SELECT max(priority) FROM job WHERE subject <> ?1 AND state = 'queued')",
                 "look for jobs"));
    SHIQU_TRY(waiting.bind(subject).next());
    if (waiting.is_null(0)) {
      return 0;
    }
    if (!waiting.is_null(1)) {
      first = std::max(first, waiting.integer(1) + 1);
    }
    if (waiting.integer(0) >= first) {
      return 0;
    }
  }
  SHIQU_TRY_ASSIGN(Query update,
                   db.query("UPDATE job SET priority = ? WHERE subject = ? AND state = 'queued'",
                            "put jobs first"));
  return update.bind(first).bind(subject).run_counting();
}

Result<int> Store::retry_jobs(const Session& by, const JobSelection& which) {
  SHIQU_TRY(state_->require(by, model::Role::Operator, "retry jobs"));
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(
      Query update,
      state_->db.query(std::string("UPDATE job SET state = 'queued', crashes = 0, cancel = 0, "
                                   "error = '', finished_ms = 0, done = 0, total = 0 WHERE ") +
                           kSelected + "AND state IN ('failed','quarantined','cancelled')",
                       "retry jobs"));
  SHIQU_TRY_ASSIGN(const int changed, bind(update, which).run_counting());
  SHIQU_TRY(state_->append(by, "job.retry", name_of(which), {{"jobs", changed}}));
  SHIQU_TRY(transaction.commit());
  return changed;
}

Result<std::vector<QueuedWork>> Store::work_before(const BatchId& batch, int sample) {
  Database& db = state_->db;
  std::vector<QueuedWork> out;
  {
    // A job of others comes before the batch when it comes before the batch's last waiting job.
    SHIQU_TRY_ASSIGN(
        Query rows,
        db.query("WITH own AS (SELECT min(priority) AS least, max(created_ms) AS last FROM job "
                 "WHERE batch = ?1 AND batch <> '' AND state = 'queued') "
                 "SELECT kind, sum(state = 'queued'), sum(state = 'running') FROM job, own "
                 "WHERE state IN ('queued','running') AND (batch = ?1 OR ?1 = '' OR "
                 "state = 'running' OR ((priority > least OR (priority = least AND "
                 "created_ms < last)) AND batch NOT IN (SELECT id FROM batch WHERE paused = 1))) "
                 "GROUP BY kind ORDER BY kind",
                 "measure queue"));
    SHIQU_TRY_ASSIGN(out, collect(rows.bind(batch.str()), [](const Query& row) {
                       return QueuedWork{row.text(0), row.integer(1), row.integer(2), {}};
                     }));
  }
  for (QueuedWork& work : out) {
    SHIQU_TRY_ASSIGN(work.took_ms, times_of(db, work.kind, batch, sample));
  }
  return out;
}

}  // namespace shiqu::store
