#include "storage/base/clock.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/internal/text_index.h"
#include "storage/store/store.h"

#include <fmt/format.h>

#include <algorithm>

namespace shiqu::store {
namespace {

using model::TextState;

constexpr const char* kHeadColumns =
    "SELECT page, revision, author, by_person, at_ms, note, base FROM text_revision ";

TextRevision head_of(const Query& row) {
  TextRevision out;
  out.page = PageId(row.text(0));
  out.revision = static_cast<int>(row.integer(1));
  out.author = row.text(2);
  out.by_person = row.integer(3) == 1;
  out.at_ms = row.integer(4);
  out.note = row.text(5);
  return out;
}

/// What is needed to write one revision.
struct Draft {
  const PageId& page;
  int base = 0;  ///< the revision it was made from; 0: none
  const model::PageText& text;
  const std::string& note;
  std::string author;  ///< text_of(Agent)
  bool by_person = false;
  std::int64_t at_ms = 0;
};

Draft draft_by(const Session& by, const PageId& page, int base, const model::PageText& text,
               const std::string& note) {
  return {page, base, text, note, model::text_of(by.agent()), by.is_person(), now_unix_ms()};
}

Result<int> insert_revision(Database& db, const Draft& draft) {
  SHIQU_TRY_ASSIGN(Query last,
                   db.query("SELECT coalesce(max(revision), 0) FROM text_revision WHERE page = ?",
                            "number revision"));
  SHIQU_TRY(last.bind(draft.page.str()).next());
  const int revision = static_cast<int>(last.integer(0)) + 1;
  SHIQU_TRY_ASSIGN(const std::string body, pack_body(draft.text));
  SHIQU_TRY_ASSIGN(Query insert,
                   db.query("INSERT INTO text_revision VALUES(?,?,?,?,?,?,?,?)", "store text"));
  SHIQU_TRY(insert.bind(draft.page.str())
                .bind(revision)
                .bind(draft.author)
                .bind(draft.by_person ? 1 : 0)
                .bind(draft.at_ms)
                .bind(draft.note)
                .bind(draft.base)
                .bind_bytes(body)
                .run());
  return revision;
}

/// Makes `revision` the text in force, and search looks at it from then on.
Status put_in_force(Database& db, const model::Page& page, int revision, TextState state,
                    const model::PageText& text) {
  SHIQU_TRY_ASSIGN(Query update,
                   db.query("UPDATE page SET text_revision = ?, text_state = ? WHERE id = ?",
                            "put text in force"));
  SHIQU_TRY(update.bind(revision).bind(model::name_of(state)).bind(page.id.str()).run());
  return renew_index(db, page, revision, text);
}

Status insert_review(Database& db, const model::Review& review) {
  SHIQU_TRY_ASSIGN(Query insert,
                   db.query("INSERT INTO review VALUES(?,?,?,?,?,?)", "store review"));
  return insert.bind(review.page.str())
      .bind(review.revision)
      .bind(review.accepted ? 1 : 0)
      .bind(review.reviewer)
      .bind(review.reason)
      .bind(review.at_ms)
      .run();
}

Status set_state(Database& db, const PageId& page, TextState state) {
  SHIQU_TRY_ASSIGN(Query update,
                   db.query("UPDATE page SET text_state = ? WHERE id = ?", "change text state"));
  return update.bind(model::name_of(state)).bind(page.str()).run();
}

bool is_editable(TextState state) {
  return state == TextState::None || state == TextState::Proposed || state == TextState::Drafted ||
         state == TextState::Returned;
}

/// The one place that knows which steps a text may take.
Status transition(const model::Page& page, TextState to) {
  const TextState from = page.text_state;
  bool allowed = false;
  switch (to) {
    case TextState::Proposed:
      allowed = from == TextState::None || from == TextState::Proposed;
      break;
    case TextState::Drafted:
      allowed = is_editable(from);
      break;
    case TextState::Submitted:
      allowed = page.text_revision > 0 && is_editable(from);
      break;
    case TextState::Accepted:
      allowed = from == TextState::Submitted;
      break;
    case TextState::Returned:  // also what was accepted and turns out to be wrong
      allowed = from == TextState::Submitted || from == TextState::Accepted;
      break;
    case TextState::None:
      break;
  }
  if (allowed) {
    return {};
  }
  return fail(ErrorCode::Conflict,
              fmt::format("change text from {} to {}", model::name_of(from), model::name_of(to)),
              fmt::format("page {}", page.order));
}

Status check_lines(const model::PageText& text) {
  for (const model::Line& line : text.lines) {
    if (!is_uuid(line.id.str())) {
      return fail(ErrorCode::InvalidInput, "store text", "line without id");
    }
  }
  return {};
}

/// A job stores one result, and only while it is its runner's.
Status note_result(Database& db, const JobRecord& job, int revision) {
  SHIQU_TRY_ASSIGN(Query update, db.query("UPDATE job SET result = ? WHERE id = ? AND runner = ? "
                                          "AND state = 'running' AND result = 0",
                                          "store result of job"));
  SHIQU_TRY_ASSIGN(const int changed,
                   update.bind(revision).bind(job.id.str()).bind(job.runner.str()).run_counting());
  if (changed == 0) {
    return fail(ErrorCode::Conflict, "store result of job", job.id.str(),
                "another runner has it, or it has its result");
  }
  return {};
}

}  // namespace

Result<int> Store::propose_text(const Session& by, const PageId& page,
                                const model::PageText& text) {
  return propose_text(by, JobRecord{}, page, text);
}

Result<int> Store::propose_text(const Session& by, const JobRecord& job, const PageId& page_id,
                                const model::PageText& text) {
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY_ASSIGN(const int revision, state_->record_proposal(by, job, page_id, text));
  SHIQU_TRY(transaction.commit());
  return revision;
}

Result<int> Store::State::record_proposal(const Session& by, const JobRecord& job,
                                          const PageId& page_id, const model::PageText& text) {
  SHIQU_TRY(check_lines(text));
  SHIQU_TRY_ASSIGN(const model::Page page, this->page(page_id));
  const bool in_force = transition(page, TextState::Proposed).has_value();
  SHIQU_TRY_ASSIGN(const int revision,
                   insert_revision(db, draft_by(by, page_id, 0, text, "recognised")));
  if (!job.id.empty()) {
    SHIQU_TRY(note_result(db, job, revision));
  }
  if (in_force) {
    SHIQU_TRY(put_in_force(db, page, revision, TextState::Proposed, text));
  }
  SHIQU_TRY(append(by, "text.proposed", page_id.str(),
                   {{"revision", revision},
                    {"producer", text.producer},
                    {"lines", text.lines.size()},
                    {"in_force", in_force}}));
  return revision;
}

Result<int> Store::save_text(const Session& by, const PageId& page_id, int expected_revision,
                             const model::PageText& text, const std::string& note) {
  SHIQU_TRY(state_->require(by, model::Role::Annotator, "correct text"));
  SHIQU_TRY(check_lines(text));
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY_ASSIGN(const model::Page page, this->page(page_id));
  SHIQU_TRY(transition(page, TextState::Drafted));
  if (page.text_revision != expected_revision) {
    return fail(
        ErrorCode::Conflict, "correct text", fmt::format("page {}", page.order),
        fmt::format("revision {} is in force, not {}", page.text_revision, expected_revision));
  }
  SHIQU_TRY_ASSIGN(const int revision,
                   insert_revision(db, draft_by(by, page_id, expected_revision, text, note)));
  SHIQU_TRY(put_in_force(db, page, revision, TextState::Drafted, text));
  SHIQU_TRY(state_->append(by, "text.edited", page_id.str(),
                           {{"revision", revision}, {"base", expected_revision}, {"note", note}}));
  SHIQU_TRY(transaction.commit());
  return revision;
}

Result<int> Store::adopt_text(const Session& by, const PageId& page_id, const ForeignText& foreign,
                              bool in_force) {
  SHIQU_TRY(state_->require(by, model::Role::Lead, "import text"));
  SHIQU_TRY(check_lines(foreign.text));
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY_ASSIGN(const model::Page page, this->page(page_id));
  SHIQU_TRY_ASSIGN(
      const int revision,
      insert_revision(db, {page_id, in_force ? page.text_revision : 0, foreign.text, foreign.note,
                           foreign.author, foreign.by_person, foreign.at_ms}));
  const bool accepted = in_force && !foreign.accepted_by.empty();
  if (accepted) {
    SHIQU_TRY(insert_review(
        db, {page_id, revision, true, foreign.accepted_by, foreign.note, now_unix_ms()}));
  }
  if (in_force) {
    const TextState unreviewed = foreign.by_person ? TextState::Drafted : TextState::Proposed;
    SHIQU_TRY(put_in_force(db, page, revision, accepted ? TextState::Accepted : unreviewed,
                           foreign.text));
  }
  SHIQU_TRY(state_->append(by, "text.adopted", page_id.str(),
                           {{"revision", revision},
                            {"author", foreign.author},
                            {"accepted_by", foreign.accepted_by},
                            {"note", foreign.note},
                            {"in_force", in_force}}));
  SHIQU_TRY(transaction.commit());
  return revision;
}

Result<int> Store::undo_text(const Session& by, const PageId& page_id) {
  SHIQU_TRY(state_->require(by, model::Role::Annotator, "undo"));
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY_ASSIGN(const model::Page page, this->page(page_id));
  SHIQU_TRY(transition(page, TextState::Drafted));
  SHIQU_TRY_ASSIGN(Query row,
                   db.query(std::string(kHeadColumns) + "WHERE page = ? AND revision = ?", "undo"));
  SHIQU_TRY_ASSIGN(const bool found, row.bind(page_id.str()).bind(page.text_revision).next());
  const int base = found ? static_cast<int>(row.integer(6)) : 0;
  if (base == 0 || row.integer(3) == 0) {
    return fail(ErrorCode::NotFound, "undo", fmt::format("page {}", page.order), "nothing to undo");
  }
  if (row.text(2) != model::text_of(by.agent())) {
    return fail(state_->refuse(by, "undo", page_id.str(), "the change is another person's"));
  }
  // `base` of the restored text is that of the text it restores: undo again goes further back.
  SHIQU_TRY_ASSIGN(const TextRevision before, text_revision(page_id, base));
  SHIQU_TRY_ASSIGN(
      Query deeper,
      db.query("SELECT base FROM text_revision WHERE page = ? AND revision = ?", "undo"));
  SHIQU_TRY(deeper.bind(page_id.str()).bind(base).next());
  const int further = static_cast<int>(deeper.integer(0));
  const std::string note = fmt::format("undo of {}", page.text_revision);
  SHIQU_TRY_ASSIGN(const int revision,
                   insert_revision(db, draft_by(by, page_id, further, before.text, note)));
  const TextState state =
      before.by_person || further > 0 ? TextState::Drafted : TextState::Proposed;
  SHIQU_TRY(put_in_force(db, page, revision, state, before.text));
  SHIQU_TRY(
      state_->append(by, "text.undone", page_id.str(),
                     {{"revision", revision}, {"undone", page.text_revision}, {"restored", base}}));
  SHIQU_TRY(transaction.commit());
  return revision;
}

Status Store::submit_text(const Session& by, const PageId& page_id) {
  SHIQU_TRY(state_->require(by, model::Role::Annotator, "submit text"));
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(state_->db));
  SHIQU_TRY(state_->record_submission(by, page_id));
  return transaction.commit();
}

Status Store::State::record_submission(const Session& by, const PageId& page_id) {
  SHIQU_TRY_ASSIGN(const model::Page page, this->page(page_id));
  SHIQU_TRY(transition(page, TextState::Submitted));
  SHIQU_TRY(set_state(db, page_id, TextState::Submitted));
  return append(by, "text.submitted", page_id.str(), {{"revision", page.text_revision}});
}

Status Store::review_text(const Session& by, const PageId& page_id, bool accept,
                          const std::string& reason) {
  SHIQU_TRY(state_->require(by, model::Role::Reviewer, "review text"));
  if (!accept && reason.empty()) {
    return fail(ErrorCode::InvalidInput, "return text", page_id.str(), "a reason is needed");
  }
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY_ASSIGN(const model::Page page, this->page(page_id));
  SHIQU_TRY(transition(page, accept ? TextState::Accepted : TextState::Returned));
  // Four eyes: whoever changed or submitted this text does not decide about it.
  SHIQU_TRY_ASSIGN(
      Query own,
      db.query("SELECT count(*) FROM event WHERE subject = ? AND agent = ? AND action IN "
               "('text.edited','text.undone','text.submitted')",
               "review text"));
  SHIQU_TRY(own.bind(page_id.str()).bind(model::text_of(by.agent())).next());
  if (own.integer(0) > 0) {
    return fail(state_->refuse(by, "review text", page_id.str(),
                               "a second person must review: this one worked on it"));
  }
  SHIQU_TRY(insert_review(
      db, {page_id, page.text_revision, accept, by.user().name, reason, now_unix_ms()}));
  SHIQU_TRY(set_state(db, page_id, accept ? TextState::Accepted : TextState::Returned));
  SHIQU_TRY(state_->append(by, accept ? "text.accepted" : "text.returned", page_id.str(),
                           {{"revision", page.text_revision}, {"reason", reason}}));
  return transaction.commit();
}

Result<TextRevision> Store::text(const PageId& page_id) {
  SHIQU_TRY_ASSIGN(const model::Page page, this->page(page_id));
  return text_revision(page_id, page.text_revision);
}

Result<TextRevision> Store::text_revision(const PageId& page, int revision) {
  SHIQU_TRY_ASSIGN(
      Query row,
      state_->db.query("SELECT page, revision, author, by_person, at_ms, note, base, body "
                       "FROM text_revision WHERE page = ? AND revision = ?",
                       "read text"));
  SHIQU_TRY_ASSIGN(const bool found, row.bind(page.str()).bind(revision).next());
  if (!found) {
    return fail(ErrorCode::NotFound, "read text", page.str(), "no text yet");
  }
  TextRevision out = head_of(row);
  SHIQU_TRY_ASSIGN(out.text, unpack_body(row.bytes(7), "page " + page.str()));
  return out;
}

Result<std::vector<TextRevision>> Store::text_history(const PageId& page) {
  SHIQU_TRY_ASSIGN(Query rows,
                   state_->db.query(std::string(kHeadColumns) + "WHERE page = ? ORDER BY revision",
                                    "list revisions"));
  return collect(rows.bind(page.str()), head_of);
}

Result<std::vector<model::Review>> Store::reviews(const PageId& page) {
  SHIQU_TRY_ASSIGN(
      Query rows,
      state_->db.query("SELECT page, revision, accepted, reviewer, reason, at_ms FROM review "
                       "WHERE page = ? ORDER BY at_ms, rowid",
                       "list reviews"));
  return collect(rows.bind(page.str()), [](const Query& row) {
    return model::Review{PageId(row.text(0)), static_cast<int>(row.integer(1)),
                         row.integer(2) == 1, row.text(3),
                         row.text(4),         row.integer(5)};
  });
}

}  // namespace shiqu::store
