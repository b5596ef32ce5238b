#include "storage/base/clock.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <array>

namespace shiqu::store {
namespace {

constexpr std::array<std::string_view, 6> kStates{"queued", "running",   "done",
                                                  "failed", "cancelled", "quarantined"};
constexpr const char* kColumns =
    "SELECT id, kind, subject, spec, state, priority, attempts, crashes, done, total, error, "
    "created_ms, finished_ms, batch, runner, took_ms, result FROM job ";
// What a pause keeps back; `job` is the row in question.
constexpr const char* kFree =
    "NOT EXISTS(SELECT 1 FROM archive WHERE key = 'jobs_paused') "
    "AND batch NOT IN (SELECT id FROM batch WHERE paused = 1) ";

JobRecord job_of(const Query& row) {
  JobRecord job;
  job.id = JobId(row.text(0));
  job.kind = row.text(1);
  job.subject = row.text(2);
  job.spec = Json::parse(row.text(3), nullptr, false);
  job.state = job_state_from(row.text(4));
  job.priority = static_cast<int>(row.integer(5));
  job.attempts = static_cast<int>(row.integer(6));
  job.crashes = static_cast<int>(row.integer(7));
  job.done = row.integer(8);
  job.total = row.integer(9);
  if (const std::string error = row.text(10); !error.empty()) {
    job.error = error_from_json(Json::parse(error, nullptr, false));
  }
  job.created_ms = row.integer(11);
  job.finished_ms = row.integer(12);
  job.batch = BatchId(row.text(13));
  job.runner = RunnerId(row.text(14));
  job.took_ms = row.integer(15);
  job.result = static_cast<int>(row.integer(16));
  return job;
}

bool is_terminal(JobState state) {
  return state != JobState::Queued && state != JobState::Running;
}

}  // namespace

std::string_view name_of(JobState state) noexcept {
  return kStates[static_cast<std::size_t>(state)];
}

JobState job_state_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == name) {
      return static_cast<JobState>(i);
    }
  }
  return JobState::Failed;
}

Result<JobId> Store::State::insert_job(const Session& by, const JobRecord& job) {
  const JobId id = JobId::make();
  SHIQU_TRY_ASSIGN(
      Query insert,
      db.query("INSERT INTO job(id, kind, subject, spec, state, priority, attempts, crashes, "
               "done, total, error, created_ms, finished_ms, batch) "
               "VALUES(?,?,?,?,'queued',?,0,0,0,0,'',?,0,?)",
               "add job"));
  SHIQU_TRY(insert.bind(id.str())
                .bind(job.kind)
                .bind(job.subject)
                .bind(job.spec.is_object() ? job.spec.dump() : "{}")
                .bind(job.priority)
                .bind(now_unix_ms())
                .bind(job.batch.str())
                .run());
  SHIQU_TRY(append(by, "job.added", id.str(), {{"kind", job.kind}, {"subject", job.subject}}));
  return id;
}

Result<JobId> Store::add_job(const Session& by, const JobRecord& job) {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(const JobId id, state_->insert_job(by, job));
  SHIQU_TRY(transaction.commit());
  return id;
}

Result<bool> Store::add_job_once(const Session& by, const JobRecord& job,
                                 bool also_beside_running) {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(Query present,
                   state_->db.query("SELECT EXISTS(SELECT 1 FROM job WHERE kind = ?1 AND state = "
                                    "'queued') OR (?2 = 0 AND EXISTS(SELECT 1 FROM job WHERE "
                                    "kind = ?1 AND state = 'running'))",
                                    "look for job"));
  SHIQU_TRY(present.bind(job.kind).bind(also_beside_running ? 1 : 0).next());
  if (present.integer(0) == 1) {
    return false;
  }
  SHIQU_TRY(state_->insert_job(by, job));
  SHIQU_TRY(transaction.commit());
  return true;
}

Result<std::optional<JobRecord>> Store::claim_job(const std::vector<std::string>& kinds,
                                                  const RunnerId& runner) {
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  std::optional<JobRecord> job;
  {
    // The + keeps SQLite to the order of the queue: by kind it would sort all that waits.
    SHIQU_TRY_ASSIGN(
        Query next,
        db.query(std::string(kColumns) +
                     "WHERE state = 'queued' AND +kind IN (SELECT value FROM json_each(?)) AND " +
                     kFree + "ORDER BY priority DESC, created_ms, id LIMIT 1",
                 "take job"));
    SHIQU_TRY_ASSIGN(const bool found, next.bind(Json(kinds).dump()).next());
    if (!found) {
      return std::optional<JobRecord>{};
    }
    job = job_of(next);
  }
  job->state = JobState::Running;
  ++job->attempts;
  job->runner = runner;
  SHIQU_TRY_ASSIGN(
      Query update,
      db.query("UPDATE job SET state = 'running', attempts = ?, runner = ? WHERE id = ?",
               "take job"));
  SHIQU_TRY(update.bind(job->attempts).bind(runner.str()).bind(job->id.str()).run());
  SHIQU_TRY(transaction.commit());
  return job;
}

Status Store::set_job_progress(const JobId& id, std::int64_t done, std::int64_t total) {
  SHIQU_TRY_ASSIGN(Query update, state_->db.query("UPDATE job SET done = ?, total = ? WHERE id = ?",
                                                  "note progress of job"));
  return update.bind(done).bind(total).bind(id.str()).run();
}

Result<JobState> Store::finish_job(const Session& by, const JobRecord& job) {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(const bool cancelled, job_cancelled(job.id));
  const JobState state =
      job.state == JobState::Queued && cancelled ? JobState::Cancelled : job.state;
  const bool terminal = is_terminal(state);
  SHIQU_TRY_ASSIGN(
      Query update,
      state_->db.query("UPDATE job SET state = ?, crashes = ?, error = ?, finished_ms = ?, "
                       "took_ms = ? WHERE id = ? AND state = 'running' AND runner = ?",
                       "finish job"));
  SHIQU_TRY_ASSIGN(const int changed, update.bind(name_of(state))
                                          .bind(job.crashes)
                                          .bind(job.error ? to_json(*job.error).dump() : "")
                                          .bind(terminal ? now_unix_ms() : 0)
                                          .bind(job.took_ms)
                                          .bind(job.id.str())
                                          .bind(job.runner.str())
                                          .run_counting());
  if (changed == 0) {
    return fail(ErrorCode::Conflict, "finish job", job.id.str(), "another runner has it");
  }
  if (terminal) {
    Json detail{{"kind", job.kind}, {"subject", job.subject}, {"attempts", job.attempts}};
    if (job.error) {
      detail["error"] = job.error->text();
    }
    SHIQU_TRY(state_->append(by, "job." + std::string(name_of(state)), job.id.str(), detail));
  }
  SHIQU_TRY(transaction.commit());
  return state;
}

Status Store::cancel_job(const Session& by, const JobId& id) {
  SHIQU_TRY(state_->require(by, model::Role::Operator, "cancel job"));
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(
      Query update,
      state_->db.query(
          "UPDATE job SET cancel = 1, state = CASE state WHEN 'queued' THEN 'cancelled' "
          "ELSE state END, finished_ms = CASE state WHEN 'queued' THEN ? ELSE finished_ms "
          "END WHERE id = ? AND state IN ('queued','running')",
          "cancel job"));
  SHIQU_TRY_ASSIGN(const int changed, update.bind(now_unix_ms()).bind(id.str()).run_counting());
  if (changed == 0) {
    return fail(ErrorCode::NotFound, "cancel job", id.str(), "no such job, or it has ended");
  }
  SHIQU_TRY(state_->append(by, "job.cancel", id.str(), Json::object()));
  return transaction.commit();
}

Result<bool> Store::job_cancelled(const JobId& id) {
  SHIQU_TRY_ASSIGN(Query row, state_->db.query("SELECT cancel FROM job WHERE id = ?", "read job"));
  SHIQU_TRY_ASSIGN(const bool found, row.bind(id.str()).next());
  return found && row.integer(0) == 1;
}

Result<JobRecord> Store::job(const JobId& id) {
  SHIQU_TRY_ASSIGN(Query row, state_->db.query(std::string(kColumns) + "WHERE id = ?", "read job"));
  return one(row.bind(id.str()), job_of, "read job", id.str());
}

Result<std::vector<JobRecord>> Store::jobs_of(const BatchId& batch, int limit, const JobId& after) {
  std::int64_t from_ms = 0;
  if (!after.empty()) {
    SHIQU_TRY_ASSIGN(const JobRecord last, job(after));
    from_ms = last.created_ms;
  }
  SHIQU_TRY_ASSIGN(Query rows, state_->db.query(std::string(kColumns) +
                                                    "WHERE batch = ? AND (created_ms, id) > (?, ?) "
                                                    "ORDER BY created_ms, id LIMIT ?",
                                                "list jobs"));
  return collect(rows.bind(batch.str()).bind(from_ms).bind(after.str()).bind(limit), job_of);
}

Result<std::vector<JobRecord>> Store::jobs(int limit, const JobId& before) {
  if (before.empty()) {
    SHIQU_TRY_ASSIGN(Query rows, state_->db.query(std::string(kColumns) +
                                                      "ORDER BY created_ms DESC, id DESC LIMIT ?",
                                                  "list jobs"));
    return collect(rows.bind(limit), job_of);
  }
  SHIQU_TRY_ASSIGN(const JobRecord first, job(before));
  SHIQU_TRY_ASSIGN(Query rows, state_->db.query(std::string(kColumns) +
                                                    "WHERE (created_ms, id) < (?, ?) "
                                                    "ORDER BY created_ms DESC, id DESC LIMIT ?",
                                                "list jobs"));
  return collect(rows.bind(first.created_ms).bind(before.str()).bind(limit), job_of);
}

Result<JobCounts> Store::job_counts() {
  SHIQU_TRY_ASSIGN(JobCounts counts, state_->count_jobs("*"));
  SHIQU_TRY_ASSIGN(const bool paused, queue_paused());
  SHIQU_TRY_ASSIGN(
      counts.held,
      paused ? Result<std::int64_t>(counts.queued)
             : state_->db.integer("SELECT coalesce(sum(jobs), 0) FROM job_count WHERE state = "
                                  "'queued' AND batch IN (SELECT id FROM batch WHERE paused = 1)",
                                  "count jobs"));
  SHIQU_TRY_ASSIGN(counts.idle_queued,
                   state_->db.integer("SELECT count(*) FROM job WHERE state = 'queued' AND "
                                      "priority < 0",
                                      "count jobs"));
  SHIQU_TRY_ASSIGN(counts.idle_running,
                   state_->db.integer("SELECT count(*) FROM job WHERE state = 'running' AND "
                                      "priority < 0",
                                      "count jobs"));
  return counts;
}

Result<JobCounts> Store::State::count_jobs(const std::string& batch) {
  JobCounts counts;
  SHIQU_TRY_ASSIGN(Query rows,
                   db.query("SELECT state, jobs FROM job_count WHERE batch = ?", "count jobs"));
  rows.bind(batch);
  const std::array<std::int64_t*, 6> places{&counts.queued, &counts.running,   &counts.done,
                                            &counts.failed, &counts.cancelled, &counts.quarantined};
  while (true) {
    SHIQU_TRY_ASSIGN(const bool row, rows.next());
    if (!row) {
      return counts;
    }
    *places.at(static_cast<std::size_t>(job_state_from(rows.text(0)))) = rows.integer(1);
  }
}

}  // namespace shiqu::store
