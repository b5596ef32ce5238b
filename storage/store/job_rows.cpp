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
    "created_ms, finished_ms FROM job ";

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
  return job;
}

bool is_terminal(JobState state) { return state != JobState::Queued && state != JobState::Running; }

}  // namespace

std::string_view name_of(JobState state) noexcept { return kStates[static_cast<std::size_t>(state)]; }

JobState job_state_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (kStates[i] == name) {
      return static_cast<JobState>(i);
    }
  }
  return JobState::Failed;
}

Result<JobId> Store::add_job(const Session& by, const JobRecord& job) {
  const JobId id = JobId::make();
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(Query insert,
                   state_->db.query("INSERT INTO job(id, kind, subject, spec, state, priority, attempts, crashes, "
                                    "done, total, error, created_ms, finished_ms) "
                                    "VALUES(?,?,?,?,'queued',?,0,0,0,0,'',?,0)",
                                    "add job"));
  SHIQU_TRY(insert.bind(id.str())
                .bind(job.kind)
                .bind(job.subject)
                .bind(job.spec.is_object() ? job.spec.dump() : "{}")
                .bind(job.priority)
                .bind(now_unix_ms())
                .run());
  SHIQU_TRY(state_->append(by, "job.added", id.str(), {{"kind", job.kind}, {"subject", job.subject}}));
  SHIQU_TRY(transaction.commit());
  return id;
}

Result<std::optional<JobRecord>> Store::claim_job(const std::vector<std::string>& kinds) {
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  std::optional<JobRecord> job;
  {
    SHIQU_TRY_ASSIGN(Query next, db.query(std::string(kColumns) +
                                              "WHERE state = 'queued' AND kind IN (SELECT value FROM json_each(?)) "
                                              "ORDER BY priority DESC, created_ms, id LIMIT 1",
                                          "take job"));
    SHIQU_TRY_ASSIGN(const bool found, next.bind(Json(kinds).dump()).next());
    if (!found) {
      return std::optional<JobRecord>{};
    }
    job = job_of(next);
  }
  job->state = JobState::Running;
  ++job->attempts;
  SHIQU_TRY_ASSIGN(Query update, db.query("UPDATE job SET state = 'running', attempts = ? WHERE id = ?", "take job"));
  SHIQU_TRY(update.bind(job->attempts).bind(job->id.str()).run());
  SHIQU_TRY(transaction.commit());
  return job;
}

Status Store::set_job_progress(const JobId& id, std::int64_t done, std::int64_t total) {
  SHIQU_TRY_ASSIGN(Query update,
                   state_->db.query("UPDATE job SET done = ?, total = ? WHERE id = ?", "note progress of job"));
  return update.bind(done).bind(total).bind(id.str()).run();
}

Status Store::finish_job(const Session& by, const JobRecord& job) {
  const bool terminal = is_terminal(job.state);
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(Query update, state_->db.query("UPDATE job SET state = ?, crashes = ?, error = ?, finished_ms = ? "
                                                  "WHERE id = ?",
                                                  "finish job"));
  SHIQU_TRY(update.bind(name_of(job.state))
                .bind(job.crashes)
                .bind(job.error ? to_json(*job.error).dump() : "")
                .bind(terminal ? now_unix_ms() : 0)
                .bind(job.id.str())
                .run());
  if (terminal) {
    Json detail{{"kind", job.kind}, {"subject", job.subject}, {"attempts", job.attempts}};
    if (job.error) {
      detail["error"] = job.error->text();
    }
    SHIQU_TRY(state_->append(by, "job." + std::string(name_of(job.state)), job.id.str(), detail));
  }
  return transaction.commit();
}

Status Store::cancel_job(const Session& by, const JobId& id) {
  SHIQU_TRY(require(by, model::Role::Operator, "cancel job"));
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(Query update,
                   state_->db.query("UPDATE job SET cancel = 1, state = CASE state WHEN 'queued' THEN 'cancelled' "
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

Result<int> Store::requeue_running_jobs() {
  SHIQU_TRY_ASSIGN(Query update, state_->db.query("UPDATE job SET state = 'queued' WHERE state = 'running'",
                                                  "resume jobs"));
  return update.run_counting();
}

Result<std::vector<JobRecord>> Store::jobs(int limit) {
  SHIQU_TRY_ASSIGN(Query rows, state_->db.query(std::string(kColumns) + "ORDER BY created_ms DESC, id DESC LIMIT ?",
                                                "list jobs"));
  return collect(rows.bind(limit), job_of);
}

Result<JobCounts> Store::job_counts() {
  JobCounts counts;
  SHIQU_TRY_ASSIGN(Query rows, state_->db.query("SELECT state, count(*) FROM job GROUP BY state", "count jobs"));
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
