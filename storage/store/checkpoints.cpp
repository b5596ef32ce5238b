#include "storage/base/clock.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <fmt/format.h>

namespace shiqu::store {
namespace {

Head head_of(const Query& row, const std::string& archive) {
  Head head = checkpoint_of(row);
  head.archive = archive;
  return head;
}

Result<std::string> hash_at(Database& db, std::int64_t sequence) {
  SHIQU_TRY_ASSIGN(Query row,
                   db.query("SELECT hash FROM event WHERE sequence = ?", "read journal"));
  SHIQU_TRY_ASSIGN(const bool any, row.bind(sequence).next());
  if (!any) {
    return fail(ErrorCode::Corrupt, "read journal", fmt::format("entry {}", sequence),
                "it is missing");
  }
  return row.text(0);
}

Status unfit(const std::string& why) {
  return fail(ErrorCode::Corrupt, "sign the journal", "journal", why);
}

/// Entries after `from` up to `upto` hang together, and hang on `from`.
Status verify_span(Database& db, const Head& from, std::int64_t upto) {
  std::string previous = from.sequence == 0 ? std::string(64, '0') : from.hash;
  std::int64_t expected = from.sequence;
  if (from.sequence > 0) {
    SHIQU_TRY_ASSIGN(const std::string present, hash_at(db, from.sequence));
    if (present != from.hash) {
      return unfit(fmt::format("entry {} is not the one that was signed", from.sequence));
    }
  }
  SHIQU_TRY_ASSIGN(Query rows,
                   db.query(std::string(kEventColumns) +
                                "WHERE sequence > ? AND sequence <= ? ORDER BY sequence",
                            "read journal"));
  rows.bind(from.sequence).bind(upto);
  while (true) {
    SHIQU_TRY_ASSIGN(const bool row, rows.next());
    if (!row) {
      return expected == upto ? Status{} : unfit(fmt::format("entry {} is missing", expected + 1));
    }
    const model::Event event = event_of(rows);
    ++expected;
    if (event.sequence != expected || event.previous != previous ||
        event_hash(event) != event.hash) {
      return unfit(fmt::format("entry {} does not fit", expected));
    }
    previous = event.hash;
  }
}

/// What `heads.jsonl` knows must be in the catalogue: a rolled-back one is not signed.
Status compare_with_file(Database& db, const std::filesystem::path& file,
                         const std::string& archive, std::int64_t after) {
  const auto known = read_heads(file);
  if (!known && known.error().code == ErrorCode::NotFound) {
    return after == 0 ? Status{} : unfit(file.string() + " is missing");
  }
  if (!known) {
    return fail(known.error());
  }
  for (const Head& head : known->heads) {
    if (head.archive != archive) {
      return unfit(file.string() + " has heads of another archive");
    }
    if (head.sequence <= after) {
      continue;  // compared when that one was signed
    }
    SHIQU_TRY_ASSIGN(const std::string present, hash_at(db, head.sequence));
    if (present != head.hash) {
      return unfit(
          fmt::format("entry {} is not the one that {} knows", head.sequence, file.string()));
    }
  }
  return {};
}

Result<std::optional<Head>> newest(Database& db, const std::string& archive) {
  SHIQU_TRY_ASSIGN(Query row,
                   db.query(std::string(kCheckpointColumns) + "ORDER BY sequence DESC LIMIT 1",
                            "read checkpoints"));
  SHIQU_TRY_ASSIGN(const bool any, row.next());
  return any ? std::optional<Head>(head_of(row, archive)) : std::nullopt;
}

Status insert(Database& db, const Head& head) {
  SHIQU_TRY_ASSIGN(Query row,
                   db.query("INSERT INTO checkpoint(sequence, head, at_ms, key, signature, reason) "
                            "VALUES(?,?,?,?,?,?)",
                            "store checkpoint"));
  return row.bind(head.sequence)
      .bind(head.hash)
      .bind(head.at_ms)
      .bind(head.key)
      .bind(head.signature)
      .bind(head.reason)
      .run();
}

}  // namespace

std::filesystem::path Store::heads_file() const {
  return state_->folder / "heads.jsonl";
}

Status Store::write_heads_file() {
  if (std::filesystem::exists(heads_file())) {
    return fail(ErrorCode::Exists, "write heads", heads_file().string());
  }
  SHIQU_TRY_ASSIGN(const std::string archive, hash_at(state_->db, 1));
  SHIQU_TRY_ASSIGN(
      Query rows,
      state_->db.query(std::string(kCheckpointColumns) + "ORDER BY sequence", "read checkpoints"));
  SHIQU_TRY_ASSIGN(const std::vector<Head> heads,
                   collect(rows, [&](const Query& row) { return head_of(row, archive); }));
  for (const Head& head : heads) {
    SHIQU_TRY(append_head(heads_file(), head));
  }
  return {};
}

Status Store::renew_heads(const Session& by) {
  SHIQU_TRY(require(by, model::Role::Administrator, "renew heads"));
  if (std::filesystem::exists(heads_file())) {
    return fail(ErrorCode::Exists, "renew heads", heads_file().string());
  }
  SHIQU_TRY(note_event(by, "heads.renewed", "journal", Json::object()));
  return write_heads_file();
}

Result<Head> Store::journal_head() {
  Head head;
  SHIQU_TRY_ASSIGN(head.archive, hash_at(state_->db, 1));
  SHIQU_TRY_ASSIGN(head.sequence, last_sequence());
  SHIQU_TRY_ASSIGN(head.hash, hash_at(state_->db, head.sequence));
  head.at_ms = now_unix_ms();
  return head;
}

Result<std::optional<Head>> Store::last_checkpoint() {
  SHIQU_TRY_ASSIGN(const std::string archive, hash_at(state_->db, 1));
  return newest(state_->db, archive);
}

Result<Head> Store::add_checkpoint(const HeadSigner& signer, const std::string& reason,
                                   std::int64_t upto) {
  Database& db = state_->db;
  SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
  SHIQU_TRY_ASSIGN(Head head, journal_head());
  if (upto > 0) {
    head.sequence = upto;
    SHIQU_TRY_ASSIGN(head.hash, hash_at(db, upto));
  }
  Head from;
  {
    SHIQU_TRY_ASSIGN(Query row, db.query(std::string(kCheckpointColumns) +
                                             "WHERE sequence <= ? ORDER BY sequence DESC LIMIT 1",
                                         "read checkpoints"));
    SHIQU_TRY_ASSIGN(const bool any, row.bind(head.sequence).next());
    if (any) {
      from = head_of(row, head.archive);
    }
  }
  // The key that signs now knows its own signatures: an altered checkpoint is no ground to stand
  // on.
  const std::vector<HeadKey> own = {{signer.key_id, signer.key.public_key()}};
  if (from.sequence > 0 && from.key == signer.key_id && !head_signed_by(from, own)) {
    return fail(unfit(fmt::format("checkpoint {} was altered", from.sequence)).error());
  }
  SHIQU_TRY(verify_span(db, from, head.sequence));
  SHIQU_TRY(compare_with_file(db, heads_file(), head.archive, from.sequence));
  if (from.sequence == head.sequence) {
    return from;
  }
  head.reason = reason;
  sign_head(head, signer);
  SHIQU_TRY(insert(db, head));
  // The file first: a head that is known outside and not inside is true all the same.
  SHIQU_TRY(append_head(heads_file(), head));
  SHIQU_TRY(transaction.commit());
  return head;
}

}  // namespace shiqu::store
