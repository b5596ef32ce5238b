#include "storage/store/audit.h"

#include "storage/base/text.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/state.h"
#include "storage/store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace shiqu::store {
namespace {

const std::string kNoPrevious(64, '0');
constexpr std::array<std::string_view, 11> kFaultNames = {
    "none", "empty",     "altered",        "dropped",     "swapped",         "doubled",
    "cut",  "rewritten", "bad_checkpoint", "unknown_key", "nothing_compared"};

/// A head that the chain has to meet at its sequence.
struct Expected {
  std::string hash;
  std::string source;
};

bool texts_whole(const model::Event& event) {
  for (const std::string* text :
       {&event.agent, &event.action, &event.subject, &event.detail, &event.previous, &event.hash}) {
    if (!is_utf8(*text)) {
      return false;
    }
  }
  return true;
}

/// Walks the chain and keeps the first thing that is wrong with it.
class Auditor {
 public:
  Auditor(AuditReport& report, Database& db) : report_(report), db_(db) {
    report_.head = kNoPrevious;
  }

  void expect(const Head& head, const std::string& source) {
    expected_[head.sequence].push_back({head.hash, source});
  }
  Status walk(Query& rows);
  void finish();
  /// What is wrong with a head itself; told only when the chain has no fault of its own.
  void doubt(AuditFault fault, std::int64_t first_bad, std::string words) {
    if (doubt_.fault == AuditFault::None) {
      doubt_ = {fault, first_bad, std::move(words)};
    }
  }

 private:
  struct Problem {
    AuditFault fault = AuditFault::None;
    std::int64_t first_bad = 0;
    std::string words;
  };
  void problem(AuditFault fault, std::int64_t first_bad, std::string words) {
    if (report_.intact) {
      report_.intact = false;
      report_.fault = fault;
      report_.first_bad = first_bad;
      report_.problem = std::move(words);
    }
  }
  void judge(const model::Event& event, const std::optional<model::Event>& next);
  void judge_link(const model::Event& event, const std::optional<model::Event>& next);
  /// Number of an earlier entry with the same hash; 0: none.
  std::int64_t twin_of(const model::Event& event);
  void meet(const model::Event& event);

  AuditReport& report_;
  Database& db_;
  Problem doubt_;
  std::map<std::int64_t, std::vector<Expected>> expected_;
};

Status Auditor::walk(Query& rows) {
  std::optional<model::Event> current;
  while (true) {
    SHIQU_TRY_ASSIGN(const bool row, rows.next());
    std::optional<model::Event> next;
    if (row) {
      next = event_of(rows);
    }
    if (current) {
      judge(*current, next);
    }
    if (!next) {
      return {};
    }
    current = std::move(next);
  }
}

/// `next` helps to tell what was done to `event`; only the first fault is told.
void Auditor::judge(const model::Event& event, const std::optional<model::Event>& next) {
  if (report_.intact) {
    judge_link(event, next);
  }
  if (report_.intact) {
    meet(event);
  }
  ++report_.entries;
  report_.head = event.hash;
}

std::int64_t Auditor::twin_of(const model::Event& event) {
  auto twin = db_.query("SELECT min(sequence) FROM event WHERE hash = ? AND sequence < ?",
                        "look for a doubled entry");
  if (!twin || !twin->bind(event.hash).bind(event.sequence).next()) {
    return 0;
  }
  return twin->integer(0);
}

void Auditor::judge_link(const model::Event& event, const std::optional<model::Event>& next) {
  const std::int64_t expected = report_.entries + 1;
  if (event.sequence != expected) {
    problem(AuditFault::Dropped, expected,
            fmt::format("entry {} is missing: entry {} follows entry {}", expected, event.sequence,
                        report_.entries));
    return;
  }
  const bool follows = event.previous == report_.head;
  const bool whole = texts_whole(event) && event_hash(event) == event.hash;
  if (follows && whole) {
    return;
  }
  if (const std::int64_t twin = follows ? 0 : twin_of(event); twin > 0) {
    problem(AuditFault::Doubled, expected,
            fmt::format("entry {} is entry {} a second time", expected, twin));
    return;
  }
  if (!follows && next && next->hash == event.previous) {
    problem(AuditFault::Swapped, expected,
            fmt::format("entries {} and {} stand in each other's place", expected, expected + 1));
    return;
  }
  model::Event moved = event;  // as it was before the numbers were closed up
  ++moved.sequence;
  if (!follows && event_hash(moved) == event.hash) {
    problem(AuditFault::Dropped, expected,
            fmt::format("entry {} is missing: the one behind it has taken its number", expected));
    return;
  }
  problem(AuditFault::Altered, expected,
          whole ? fmt::format("entry {} does not follow the entry before it", expected)
                : fmt::format("entry {} was altered", expected));
}

/// Compares an entry with the heads that were written down for it.
void Auditor::meet(const model::Event& event) {
  const auto found = expected_.find(event.sequence);
  if (found == expected_.end()) {
    return;
  }
  for (const Expected& one : found->second) {
    if (one.hash != event.hash) {
      problem(AuditFault::Rewritten, report_.anchored + 1,
              fmt::format("the journal is not the one that was written down: entry {} has another "
                          "hash in {}, so entries from {} on were replaced (a catalogue of an "
                          "earlier day that was written on, or another archive)",
                          event.sequence, one.source, report_.anchored + 1));
      return;
    }
    ++report_.heads_compared;
  }
  report_.anchored = event.sequence;
}

void Auditor::finish() {
  if (report_.entries == 0) {
    problem(AuditFault::Empty, 1, "the journal is empty: even a new archive has one entry");
  }
  if (!expected_.empty() && expected_.rbegin()->first > report_.entries) {
    const auto& [sequence, known] = *expected_.rbegin();
    problem(AuditFault::Cut, report_.entries + 1,
            fmt::format("entry {} was cut off, or the catalogue is one of an earlier day: {} knows "
                        "{} entries, the catalogue has {}",
                        report_.entries + 1, known.front().source, sequence, report_.entries));
  }
  if (doubt_.fault != AuditFault::None) {
    problem(doubt_.fault, doubt_.first_bad, doubt_.words);
  }
}

/// Checks one signed head; unsigned ones are only compared. False: it says nothing.
bool take_signature(Auditor& auditor, AuditReport& report, const Head& head,
                    const std::string& source, const std::vector<HeadKey>& keys) {
  if (head.signature.empty() || keys.empty()) {
    return true;
  }
  if (!key_known(head.key, keys)) {
    auditor.doubt(
        AuditFault::UnknownKey, head.sequence,
        fmt::format("the head of entry {} in {} is signed by key {}, which is not known here",
                    head.sequence, source, head.key));
    return true;
  }
  if (!head_signed_by(head, keys)) {
    auditor.doubt(
        AuditFault::BadCheckpoint, head.sequence,
        fmt::format("the head of entry {} in {} is not what was signed", head.sequence, source));
    return false;
  }
  ++report.signatures_checked;
  return true;
}

void take_source(Auditor& auditor, AuditReport& report, const HeadSource& source,
                 const std::string& archive, const std::vector<HeadKey>& keys) {
  std::int64_t ours = 0;
  for (const Head& head : source.heads) {
    // A package does not say which archive its head is of: it is compared all the same.
    if (!head.archive.empty() && head.archive != archive) {
      if (source.own) {
        auditor.doubt(AuditFault::Rewritten, 1,
                      fmt::format("{} has heads of another archive", source.name));
      }
      continue;
    }
    ++ours;
    if (take_signature(auditor, report, head, source.name, keys)) {
      auditor.expect(head, source.name);
    }
  }
  if (!source.damaged_lines.empty()) {
    auditor.doubt(
        AuditFault::BadCheckpoint, 1,
        fmt::format("line {} of {} is damaged", source.damaged_lines.front(), source.name));
  }
  if (ours == 0 && !source.own) {
    auditor.doubt(AuditFault::NothingCompared, 1,
                  fmt::format("{} has no head of this archive", source.name));
  }
  report.compared.push_back(source.name);
}

}  // namespace

std::string_view name_of(AuditFault fault) noexcept {
  return kFaultNames.at(static_cast<std::size_t>(fault));
}

Result<AuditReport> Store::verify_journal(const AuditAnchors& anchors) {
  AuditReport report;
  Database& db = state_->db;
  Auditor auditor(report, db);
  // One look at everything: nobody may write between the journal and its checkpoints.
  SHIQU_TRY(db.execute("SAVEPOINT audit", "read journal"));
  const auto look = [&]() -> Status {
    std::string archive;
    {
      SHIQU_TRY_ASSIGN(Query first,
                       db.query(std::string(kEventColumns) + "WHERE sequence = 1", "read journal"));
      SHIQU_TRY_ASSIGN(const bool any, first.next());
      archive = any ? first.text(7) : "";
    }
    {
      SHIQU_TRY_ASSIGN(Query rows,
                       db.query("SELECT sequence, head, at_ms, key, signature, reason FROM "
                                "checkpoint ORDER BY sequence",
                                "read checkpoints"));
      SHIQU_TRY_ASSIGN(const std::vector<Head> checkpoints, collect(rows, checkpoint_of));
      for (Head head : checkpoints) {
        head.archive = archive;
        ++report.checkpoints;
        if (take_signature(auditor, report, head, "the catalogue", anchors.keys)) {
          auditor.expect(head, "a checkpoint of the catalogue");
        }
      }
    }
    if (auto own = read_heads(heads_file())) {
      own->own = true;
      take_source(auditor, report, *own, archive, anchors.keys);
    } else if (own.error().code != ErrorCode::NotFound || report.checkpoints > 0) {
      report.not_compared.push_back(own.error().text());
      auditor.doubt(
          AuditFault::BadCheckpoint, 1,
          fmt::format("the heads beside the catalogue cannot be read: {}", own.error().text()));
    }
    for (const HeadSource& source : anchors.sources) {
      take_source(auditor, report, source, archive, anchors.keys);
    }
    SHIQU_TRY_ASSIGN(Query rows,
                     db.query(std::string(kEventColumns) + "ORDER BY sequence", "read journal"));
    return auditor.walk(rows);
  };
  const Status looked = look();
  SHIQU_TRY(db.execute("RELEASE audit", "read journal"));
  SHIQU_TRY(looked);
  auditor.finish();
  return report;
}

}  // namespace shiqu::store
