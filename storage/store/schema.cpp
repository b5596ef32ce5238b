#include "storage/store/internal/schema.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/store/internal/database.h"
#include "storage/store/internal/schema_rules.h"
#include "storage/store/internal/text_index.h"

#include <fmt/format.h>

#include <array>

namespace shiqu::store {
namespace {

// Steps are only ever added at the end; a step that has been released is never edited.
// docs/data-model.md explains the tables.
constexpr std::array<const char*, 9> kSteps{
    // 1: the archive
    R"sql(
CREATE TABLE archive(key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE user(
  id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE CHECK(length(name) BETWEEN 2 AND 32),
  display_name TEXT NOT NULL, role TEXT NOT NULL CHECK(role IN
    ('operator','annotator','reviewer','lead','administrator')),
  secret TEXT NOT NULL CHECK(secret LIKE '$argon2id$%'), active INTEGER NOT NULL CHECK(active IN (0,1)),
  failures INTEGER NOT NULL DEFAULT 0 CHECK(failures >= 0), last_failure_ms INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE item(
  id TEXT PRIMARY KEY NOT NULL, identifier TEXT NOT NULL UNIQUE CHECK(length(identifier) > 0),
  title TEXT NOT NULL CHECK(length(title) > 0), creator TEXT NOT NULL, date TEXT NOT NULL,
  description TEXT NOT NULL, rights TEXT NOT NULL, grade TEXT NOT NULL CHECK(grade IN
    ('ungraded','public','internal','sensitive','restricted')),
  created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE page(
  id TEXT PRIMARY KEY NOT NULL, item TEXT NOT NULL REFERENCES item(id),
  ord INTEGER NOT NULL CHECK(ord > 0), label TEXT NOT NULL,
  capture TEXT NOT NULL DEFAULT '', text_state TEXT NOT NULL DEFAULT 'none' CHECK(text_state IN
    ('none','proposed','drafted','submitted','accepted','returned')),
  text_revision INTEGER NOT NULL DEFAULT 0 CHECK(text_revision >= 0),
  UNIQUE(item, ord)
) STRICT;

CREATE TABLE object(
  digest TEXT PRIMARY KEY NOT NULL CHECK(length(digest) = 64), size INTEGER NOT NULL CHECK(size >= 0),
  media_type TEXT NOT NULL, kept_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE capture(
  id TEXT PRIMARY KEY NOT NULL, page TEXT NOT NULL REFERENCES page(id),
  source TEXT NOT NULL CHECK(source IN ('camera','scanner','import')),
  master TEXT NOT NULL REFERENCES object(digest), received TEXT NOT NULL REFERENCES object(digest),
  raw TEXT REFERENCES object(digest), received_name TEXT NOT NULL, device TEXT NOT NULL,
  width INTEGER NOT NULL CHECK(width > 0), height INTEGER NOT NULL CHECK(height > 0),
  dpi REAL NOT NULL CHECK(dpi >= 0), taken_ms INTEGER NOT NULL, quality TEXT NOT NULL,
  superseded INTEGER NOT NULL DEFAULT 0 CHECK(superseded IN (0,1))
) STRICT;
CREATE INDEX capture_by_page ON capture(page);

CREATE TABLE text_revision(
  page TEXT NOT NULL REFERENCES page(id), revision INTEGER NOT NULL CHECK(revision > 0),
  author TEXT NOT NULL, by_person INTEGER NOT NULL CHECK(by_person IN (0,1)), at_ms INTEGER NOT NULL,
  note TEXT NOT NULL, base INTEGER NOT NULL, body TEXT NOT NULL CHECK(json_valid(body)),
  PRIMARY KEY(page, revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE review(
  page TEXT NOT NULL, revision INTEGER NOT NULL, accepted INTEGER NOT NULL CHECK(accepted IN (0,1)),
  reviewer TEXT NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL,
  FOREIGN KEY(page, revision) REFERENCES text_revision(page, revision)
) STRICT;
CREATE INDEX review_by_page ON review(page);

CREATE TABLE event(
  sequence INTEGER PRIMARY KEY NOT NULL, at_ms INTEGER NOT NULL, agent TEXT NOT NULL,
  action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL CHECK(json_valid(detail)),
  previous TEXT NOT NULL CHECK(length(previous) = 64), hash TEXT NOT NULL CHECK(length(hash) = 64)
) STRICT;
CREATE INDEX event_by_subject ON event(subject);
CREATE TRIGGER event_is_final BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER text_is_final BEFORE UPDATE ON text_revision BEGIN SELECT RAISE(ABORT, 'revisions never change'); END;
CREATE TRIGGER text_stays BEFORE DELETE ON text_revision BEGIN SELECT RAISE(ABORT, 'revisions never change'); END;
CREATE TRIGGER object_is_final BEFORE UPDATE ON object BEGIN SELECT RAISE(ABORT, 'objects never change'); END;

CREATE TABLE job(
  id TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
  spec TEXT NOT NULL CHECK(json_valid(spec)), state TEXT NOT NULL CHECK(state IN
    ('queued','running','done','failed','cancelled','quarantined')),
  priority INTEGER NOT NULL, attempts INTEGER NOT NULL CHECK(attempts >= 0),
  crashes INTEGER NOT NULL CHECK(crashes >= 0), done INTEGER NOT NULL, total INTEGER NOT NULL,
  error TEXT NOT NULL, cancel INTEGER NOT NULL DEFAULT 0 CHECK(cancel IN (0,1)),
  created_ms INTEGER NOT NULL, finished_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX job_queue ON job(state, priority DESC, created_ms);
)sql",
    // 2: search by line, of the text in force only
    R"sql(
CREATE TABLE line_text(
  page TEXT NOT NULL REFERENCES page(id), ord INTEGER NOT NULL, line TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY(page, ord)
) STRICT, WITHOUT ROWID;
INSERT INTO line_text(page, ord, line, text)
  SELECT p.id, l.key, json_extract(l.value, '$.id'), json_extract(l.value, '$.text')
  FROM page p JOIN text_revision t ON t.page = p.id AND t.revision = p.text_revision,
       json_each(t.body, '$.lines') l;
)sql",
    // 3: batches of jobs, and which runner has which job
    R"sql(
CREATE TABLE batch(
  id TEXT PRIMARY KEY NOT NULL, label TEXT NOT NULL, agent TEXT NOT NULL,
  paused INTEGER NOT NULL DEFAULT 0 CHECK(paused IN (0,1)), created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE runner(
  id TEXT PRIMARY KEY NOT NULL, pid INTEGER NOT NULL, threads INTEGER NOT NULL CHECK(threads > 0),
  started_ms INTEGER NOT NULL
) STRICT;
ALTER TABLE job ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN runner TEXT NOT NULL DEFAULT '';
ALTER TABLE job ADD COLUMN took_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN result INTEGER NOT NULL DEFAULT 0;
CREATE INDEX job_by_batch ON job(batch, state);
CREATE INDEX job_by_subject ON job(subject, state);
)sql",
    // 4: the delay after wrong PINs counts uptime
    R"sql(
ALTER TABLE user ADD COLUMN failed_boot TEXT NOT NULL DEFAULT '';
ALTER TABLE user ADD COLUMN failed_up_ms INTEGER NOT NULL DEFAULT 0;
)sql",
    // 5: signed checkpoints, fixity, sidecars
    R"sql(
CREATE TABLE checkpoint(
  sequence INTEGER PRIMARY KEY NOT NULL CHECK(sequence > 0), head TEXT NOT NULL CHECK(length(head) = 64),
  at_ms INTEGER NOT NULL, key TEXT NOT NULL CHECK(length(key) = 16),
  signature TEXT NOT NULL CHECK(length(signature) = 128), reason TEXT NOT NULL
) STRICT;
CREATE TRIGGER checkpoint_is_final BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints never change'); END;
CREATE TRIGGER checkpoint_stays BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints never change'); END;

CREATE TABLE fixity(
  path TEXT PRIMARY KEY NOT NULL CHECK(length(path) > 0), digest TEXT NOT NULL CHECK(length(digest) = 64),
  size INTEGER NOT NULL CHECK(size >= 0), round INTEGER NOT NULL DEFAULT 0 CHECK(round >= 0),
  checked_ms INTEGER NOT NULL DEFAULT 0, verdict TEXT NOT NULL DEFAULT 'unchecked' CHECK(verdict IN
    ('unchecked','whole','missing','altered','unreadable','unparsable')),
  detail TEXT NOT NULL DEFAULT '', mirrored_ms INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX fixity_by_age ON fixity(checked_ms, path, round);
CREATE INDEX fixity_by_round ON fixity(round);
CREATE INDEX fixity_found ON fixity(verdict) WHERE verdict <> 'whole';
CREATE INDEX fixity_to_mirror ON fixity(path) WHERE mirrored_ms = 0;
CREATE INDEX capture_by_master ON capture(master);
CREATE INDEX capture_by_received ON capture(received);
CREATE INDEX capture_by_raw ON capture(raw);
INSERT INTO fixity(path, digest, size)
  SELECT 'objects/' || substr(digest, 1, 2) || '/' || substr(digest, 3), digest, size FROM object;
CREATE TRIGGER object_is_watched AFTER INSERT ON object BEGIN
  INSERT INTO fixity(path, digest, size)
  VALUES('objects/' || substr(new.digest, 1, 2) || '/' || substr(new.digest, 3), new.digest, new.size);
END;

CREATE TABLE sidecar(
  path TEXT PRIMARY KEY NOT NULL REFERENCES fixity(path), kind TEXT NOT NULL CHECK(kind IN ('capture','journal')),
  capture TEXT NOT NULL DEFAULT '', last_entry INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX sidecar_by_capture ON sidecar(capture);
CREATE INDEX sidecar_by_entry ON sidecar(kind, last_entry);
)sql",
    // 6: a million pages: order, counts, packed texts, search
    R"sql(
CREATE TABLE item_place(number INTEGER PRIMARY KEY NOT NULL, item TEXT NOT NULL UNIQUE REFERENCES item(id)) STRICT;
INSERT INTO item_place(item) SELECT id FROM item ORDER BY created_ms, identifier;
CREATE TRIGGER item_has_place AFTER INSERT ON item BEGIN INSERT INTO item_place(item) VALUES(new.id); END;

CREATE TABLE page_count(
  state TEXT NOT NULL, number INTEGER NOT NULL, pages INTEGER NOT NULL CHECK(pages >= 0),
  PRIMARY KEY(state, number)
) STRICT, WITHOUT ROWID;
INSERT INTO page_count SELECT p.text_state, n.number, count(*) FROM page p JOIN item_place n ON n.item = p.item GROUP BY 1, 2;
INSERT INTO page_count SELECT '', number, sum(pages) FROM page_count GROUP BY number;
INSERT INTO page_count SELECT state, 0, sum(pages) FROM page_count GROUP BY state;
CREATE TRIGGER page_is_counted AFTER INSERT ON page BEGIN
  INSERT INTO page_count SELECT '', 0, 1 WHERE true ON CONFLICT DO UPDATE SET pages = pages + 1;
  INSERT INTO page_count SELECT new.text_state, 0, 1 WHERE true ON CONFLICT DO UPDATE SET pages = pages + 1;
  INSERT INTO page_count SELECT '', number, 1 FROM item_place WHERE item = new.item ON CONFLICT DO UPDATE SET pages = pages + 1;
  INSERT INTO page_count SELECT new.text_state, number, 1 FROM item_place WHERE item = new.item ON CONFLICT DO UPDATE SET pages = pages + 1;
END;
CREATE TRIGGER page_changes_count AFTER UPDATE OF text_state ON page WHEN old.text_state <> new.text_state BEGIN
  UPDATE page_count SET pages = pages - 1 WHERE state = old.text_state
    AND number IN (0, (SELECT number FROM item_place WHERE item = old.item));
  INSERT INTO page_count SELECT new.text_state, 0, 1 WHERE true ON CONFLICT DO UPDATE SET pages = pages + 1;
  INSERT INTO page_count SELECT new.text_state, number, 1 FROM item_place WHERE item = new.item ON CONFLICT DO UPDATE SET pages = pages + 1;
END;
CREATE TRIGGER page_leaves_count AFTER DELETE ON page BEGIN
  UPDATE page_count SET pages = pages - 1 WHERE state IN ('', old.text_state)
    AND number IN (0, (SELECT number FROM item_place WHERE item = old.item));
END;
CREATE INDEX page_by_state ON page(item, text_state, ord);
CREATE INDEX page_by_label ON page(label, item, ord) WHERE label <> '';
CREATE INDEX job_by_time ON job(created_ms, id);
CREATE INDEX job_in_batch ON job(batch, created_ms, id);

CREATE TABLE text_packed(
  page TEXT NOT NULL REFERENCES page(id), revision INTEGER NOT NULL CHECK(revision > 0),
  author TEXT NOT NULL, by_person INTEGER NOT NULL CHECK(by_person IN (0,1)), at_ms INTEGER NOT NULL,
  note TEXT NOT NULL, base INTEGER NOT NULL, body BLOB NOT NULL CHECK(length(body) > 0),
  PRIMARY KEY(page, revision)
) STRICT, WITHOUT ROWID;
INSERT INTO text_packed SELECT page, revision, author, by_person, at_ms, note, base, shiqu_pack(body)
  FROM text_revision ORDER BY page, revision;
DROP TRIGGER text_is_final;
DROP TRIGGER text_stays;
DROP TABLE text_revision;
ALTER TABLE text_packed RENAME TO text_revision;
CREATE TRIGGER text_is_final BEFORE UPDATE ON text_revision BEGIN SELECT RAISE(ABORT, 'revisions never change'); END;
CREATE TRIGGER text_stays BEFORE DELETE ON text_revision BEGIN SELECT RAISE(ABORT, 'revisions never change'); END;

DROP TABLE line_text;
CREATE VIRTUAL TABLE text_gram USING fts5(gram, content='', columnsize=0, detail=none, tokenize='ascii');
CREATE TABLE text_indexed(place INTEGER PRIMARY KEY NOT NULL, revision INTEGER NOT NULL) STRICT;
INSERT INTO text_indexed SELECT (n.number << 20) | p.ord, p.text_revision
  FROM item_place n JOIN page p ON p.item = n.item WHERE p.text_revision > 0;
INSERT INTO text_gram(rowid, gram) SELECT (n.number << 20) | p.ord, shiqu_terms(t.body)
  FROM item_place n JOIN page p ON p.item = n.item
  JOIN text_revision t ON t.page = p.id AND t.revision = p.text_revision ORDER BY 1;
)sql",
    // 7: sides of data sets
    R"sql(
CREATE TABLE split(
  item TEXT PRIMARY KEY NOT NULL REFERENCES item(id),
  side TEXT NOT NULL CHECK(side IN ('train','validation','test')),
  grp TEXT NOT NULL, seed INTEGER NOT NULL, at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
    // 8: parts of labels and titles, jobs counted as they change
    R"sql(
CREATE VIRTUAL TABLE name_gram USING fts5(gram, content='', columnsize=0, detail=none, tokenize='ascii');
INSERT INTO name_gram(rowid, gram) SELECT -n.number, shiqu_words(i.identifier || ' ' || i.title)
  FROM item_place n JOIN item i ON i.id = n.item ORDER BY 1;
INSERT INTO name_gram(rowid, gram) SELECT (n.number << 20) | p.ord, shiqu_words(p.label)
  FROM item_place n JOIN page p ON p.item = n.item WHERE p.label <> '' ORDER BY 1;
DROP INDEX page_by_label;

CREATE TABLE job_count(
  batch TEXT NOT NULL CHECK(length(batch) IN (0, 1, 36)), state TEXT NOT NULL CHECK(state IN
    ('queued','running','done','failed','cancelled','quarantined')),
  jobs INTEGER NOT NULL CHECK(jobs >= 0), PRIMARY KEY(batch, state)
) STRICT, WITHOUT ROWID;
INSERT INTO job_count SELECT batch, state, count(*) FROM job GROUP BY 1, 2;
INSERT INTO job_count SELECT '*', state, sum(jobs) FROM job_count GROUP BY state;
CREATE TRIGGER job_is_counted AFTER INSERT ON job BEGIN
  INSERT INTO job_count VALUES('*', new.state, 1), (new.batch, new.state, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;
CREATE TRIGGER job_changes_count AFTER UPDATE OF state ON job WHEN old.state <> new.state BEGIN
  UPDATE job_count SET jobs = jobs - 1 WHERE batch IN ('*', old.batch) AND state = old.state;
  INSERT INTO job_count VALUES('*', new.state, 1), (new.batch, new.state, 1)
    ON CONFLICT DO UPDATE SET jobs = jobs + 1;
END;
CREATE TRIGGER job_leaves_count AFTER DELETE ON job BEGIN
  UPDATE job_count SET jobs = jobs - 1 WHERE batch IN ('*', old.batch) AND state = old.state;
END;
CREATE INDEX batch_paused ON batch(id) WHERE paused = 1;
CREATE INDEX job_by_kind ON job(kind, state);
)sql",
    // 9: what a row must be like
    kRulesStep};

/// Moving the rows of a table that others refer to needs foreign keys that rest; they are all
/// checked before the step counts.
Status check_references(Database& db) {
  SHIQU_TRY_ASSIGN(Query keys, db.query("PRAGMA foreign_key_check", "check references"));
  SHIQU_TRY_ASSIGN(const bool dangling, keys.next());
  if (dangling) {
    return fail(ErrorCode::Corrupt, "migrate catalogue", "catalogue",
                "dangling reference in table " + keys.text(0));
  }
  return {};
}

}  // namespace

int newest_schema() {
  return static_cast<int>(kSteps.size());
}

Result<int> schema_of(Database& db) {
  SHIQU_TRY_ASSIGN(const std::int64_t version,
                   db.integer("PRAGMA user_version", "read schema version"));
  return static_cast<int>(version);
}

Status migrate(Database& db, int target) {
  SHIQU_TRY_ASSIGN(const int present, schema_of(db));
  if (present > target) {
    return fail(ErrorCode::Unsupported, "open catalogue", fmt::format("schema version {}", present),
                fmt::format("this Shiqu knows versions up to {}", target));
  }
  SHIQU_TRY(register_text_functions(db));
  SHIQU_TRY(db.execute("PRAGMA foreign_keys=OFF", "migrate catalogue"));
  for (int step = present; step < target; ++step) {
    SHIQU_TRY_ASSIGN(Transaction transaction, Transaction::begin(db));
    SHIQU_TRY(db.execute(kSteps.at(static_cast<std::size_t>(step)),
                         fmt::format("migrate to schema {}", step + 1)));
    SHIQU_TRY(
        db.execute(fmt::format("PRAGMA user_version = {}", step + 1), "record schema version"));
    SHIQU_TRY(check_references(db));
    SHIQU_TRY(transaction.commit());
  }
  return db.execute("PRAGMA foreign_keys=ON", "migrate catalogue");
}

Status backup_catalogue(Database& db, const std::filesystem::path& folder) {
  SHIQU_TRY(make_folders(folder));
  SHIQU_TRY_ASSIGN(const int version, schema_of(db));
  const auto file = folder / fmt::format("catalogue-v{}-{}.sqlite", version, now_unix_ms());
  const std::filesystem::path fresh = file.string() + ".part";
  SHIQU_TRY_ASSIGN(Query copy, db.query("VACUUM INTO ?", "back up catalogue"));
  SHIQU_TRY(copy.bind(fresh.string()).run());
  return move_into_place(fresh, file);
}

}  // namespace shiqu::store
