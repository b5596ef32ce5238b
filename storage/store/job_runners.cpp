// Which programs work on the queue, and what becomes of the jobs of those that died.

#include "storage/base/clock.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

namespace shiqu::store {
namespace {

/// Runners that may have left something behind: of running jobs, and registered ones.
Result<std::vector<std::string>> known_runners(Database& db) {
  SHIQU_TRY_ASSIGN(Query rows, db.query("SELECT DISTINCT runner FROM job WHERE state = 'running' "
                                        "UNION SELECT id FROM runner",
                                        "look for runners"));
  return collect(rows, [](const Query& row) { return row.text(0); });
}

}  // namespace

Status Store::add_runner(const RunnerRecord& runner) {
  SHIQU_TRY_ASSIGN(Query insert,
                   state_->db.query("INSERT INTO runner(id, pid, threads, started_ms) "
                                    "VALUES(?,?,?,?)",
                                    "register runner"));
  return insert.bind(runner.id.str())
      .bind(runner.pid)
      .bind(runner.threads)
      .bind(now_unix_ms())
      .run();
}

Status Store::remove_runner(const RunnerId& id) {
  SHIQU_TRY_ASSIGN(Query row,
                   state_->db.query("DELETE FROM runner WHERE id = ?", "sign runner off"));
  return row.bind(id.str()).run();
}

Result<std::vector<RunnerRecord>> Store::runners() {
  SHIQU_TRY_ASSIGN(Query rows, state_->db.query("SELECT id, pid, threads, started_ms FROM runner "
                                                "ORDER BY started_ms, id",
                                                "list runners"));
  return collect(rows, [](const Query& row) {
    return RunnerRecord{RunnerId(row.text(0)), static_cast<int>(row.integer(1)),
                        static_cast<int>(row.integer(2)), row.integer(3)};
  });
}

Result<int> Store::requeue_jobs_of_dead(const std::function<bool(const RunnerId&)>& lives) {
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(const std::vector<std::string> known, known_runners(db));
  int queued = 0;
  for (const std::string& name : known) {
    const RunnerId runner(name);
    if (!runner.empty() && lives(runner)) {
      continue;
    }
    SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
    SHIQU_TRY_ASSIGN(
        Query update,
        db.query("UPDATE job SET state = CASE cancel WHEN 1 THEN 'cancelled' ELSE 'queued' END, "
                 "finished_ms = CASE cancel WHEN 1 THEN ? ELSE 0 END "
                 "WHERE state = 'running' AND runner = ?",
                 "resume jobs"));
    SHIQU_TRY_ASSIGN(const int changed, update.bind(now_unix_ms()).bind(name).run_counting());
    SHIQU_TRY(remove_runner(runner));
    SHIQU_TRY(transaction.commit());
    queued += changed;
  }
  return queued;
}

}  // namespace shiqu::store
