#pragma once

namespace shiqu::store {

/// Step 9 of the schema: what a row must be like beyond the CHECKs its table was made with. As
/// triggers, because SQLite adds no CHECK to a table that is there, and moving millions of rows
/// (the journal among them) to say so would put them at a risk that the rules do not outweigh; rows
/// of before are left alone. Tables whose rows never change need no rule for UPDATE.
inline constexpr const char* kRulesStep = R"sql(
CREATE TRIGGER archive_rule BEFORE INSERT ON archive WHEN new.key = ''
  BEGIN SELECT RAISE(ABORT, 'archive: not a sound row'); END;

CREATE TRIGGER user_rule BEFORE INSERT ON user WHEN length(new.id) <> 36
    OR new.last_failure_ms < 0 OR new.failed_up_ms < 0
  BEGIN SELECT RAISE(ABORT, 'user: not a sound row'); END;
CREATE TRIGGER user_rule_2 BEFORE UPDATE ON user WHEN new.id <> old.id
    OR new.last_failure_ms < 0 OR new.failed_up_ms < 0
  BEGIN SELECT RAISE(ABORT, 'user: not a sound row'); END;

CREATE TRIGGER item_rule BEFORE INSERT ON item WHEN length(new.id) <> 36 OR new.created_ms < 0
  BEGIN SELECT RAISE(ABORT, 'item: not a sound row'); END;
CREATE TRIGGER item_rule_2 BEFORE UPDATE ON item WHEN new.id <> old.id
    OR new.identifier <> old.identifier OR new.created_ms < 0
  BEGIN SELECT RAISE(ABORT, 'item: not a sound row'); END;

CREATE TRIGGER page_rule BEFORE INSERT ON page WHEN length(new.id) <> 36
    OR length(new.capture) NOT IN (0, 36)
  BEGIN SELECT RAISE(ABORT, 'page: not a sound row'); END;
CREATE TRIGGER page_rule_2 BEFORE UPDATE ON page WHEN new.id <> old.id
    OR length(new.capture) NOT IN (0, 36) OR (new.text_revision = 0) <> (new.text_state = 'none')
  BEGIN SELECT RAISE(ABORT, 'page: not a sound row'); END;

CREATE TRIGGER object_rule BEFORE INSERT ON object WHEN new.digest GLOB '*[^0-9a-f]*'
    OR new.media_type = '' OR new.kept_ms < 0
  BEGIN SELECT RAISE(ABORT, 'object: not a sound row'); END;

CREATE TRIGGER capture_rule BEFORE INSERT ON capture WHEN length(new.id) <> 36 OR new.taken_ms < 0
    OR NOT json_valid(new.quality)
  BEGIN SELECT RAISE(ABORT, 'capture: not a sound row'); END;
CREATE TRIGGER capture_rule_2 BEFORE UPDATE ON capture WHEN new.id <> old.id
    OR new.page <> old.page OR new.master <> old.master OR new.received <> old.received
    OR new.raw IS NOT old.raw OR new.taken_ms <> old.taken_ms OR new.quality <> old.quality
  BEGIN SELECT RAISE(ABORT, 'capture: only what is in force changes'); END;

CREATE TRIGGER text_rule BEFORE INSERT ON text_revision WHEN new.author = '' OR new.at_ms < 0
    OR new.base < 0
  BEGIN SELECT RAISE(ABORT, 'text_revision: not a sound row'); END;

CREATE TRIGGER review_rule BEFORE INSERT ON review WHEN new.revision < 1 OR new.reviewer = ''
    OR new.at_ms < 0 OR (new.accepted = 0 AND new.reason = '')
  BEGIN SELECT RAISE(ABORT, 'review: not a sound row'); END;
CREATE TRIGGER review_rule_2 BEFORE UPDATE ON review
  BEGIN SELECT RAISE(ABORT, 'reviews never change'); END;

CREATE TRIGGER event_rule BEFORE INSERT ON event WHEN new.sequence < 1 OR new.at_ms < 0
    OR new.agent = '' OR new.action = '' OR new.previous GLOB '*[^0-9a-f]*'
    OR new.hash GLOB '*[^0-9a-f]*'
  BEGIN SELECT RAISE(ABORT, 'event: not a sound row'); END;

CREATE TRIGGER checkpoint_rule BEFORE INSERT ON checkpoint WHEN new.at_ms < 0
    OR new.head GLOB '*[^0-9a-f]*' OR new.key GLOB '*[^0-9a-fA-F]*'
    OR new.signature GLOB '*[^0-9a-f]*'
  BEGIN SELECT RAISE(ABORT, 'checkpoint: not a sound row'); END;

CREATE TRIGGER job_rule BEFORE INSERT ON job WHEN length(new.id) <> 36 OR new.kind = ''
    OR new.done < 0 OR new.total < 0 OR new.created_ms < 0 OR new.finished_ms < 0
    OR new.took_ms < 0 OR new.result < 0 OR length(new.batch) NOT IN (0, 36)
    OR (new.error <> '' AND NOT json_valid(new.error))
  BEGIN SELECT RAISE(ABORT, 'job: not a sound row'); END;
CREATE TRIGGER job_rule_2 BEFORE UPDATE ON job WHEN new.id <> old.id OR new.kind <> old.kind
    OR new.batch <> old.batch OR new.done < 0 OR new.total < 0 OR new.finished_ms < 0
    OR new.took_ms < 0 OR new.result < 0
    OR (new.error <> '' AND NOT json_valid(new.error))
  BEGIN SELECT RAISE(ABORT, 'job: not a sound row'); END;

CREATE TRIGGER batch_rule BEFORE INSERT ON batch WHEN length(new.id) <> 36 OR new.agent = ''
    OR new.created_ms < 0
  BEGIN SELECT RAISE(ABORT, 'batch: not a sound row'); END;
CREATE TRIGGER runner_rule BEFORE INSERT ON runner WHEN length(new.id) <> 36 OR new.pid < 1
    OR new.started_ms < 0
  BEGIN SELECT RAISE(ABORT, 'runner: not a sound row'); END;

CREATE TRIGGER fixity_rule BEFORE INSERT ON fixity WHEN new.digest GLOB '*[^0-9a-f]*'
    OR new.checked_ms < 0 OR new.mirrored_ms < 0
  BEGIN SELECT RAISE(ABORT, 'fixity: not a sound row'); END;
CREATE TRIGGER fixity_rule_2 BEFORE UPDATE ON fixity WHEN new.path <> old.path
    OR new.digest <> old.digest OR new.size <> old.size OR new.checked_ms < 0
    OR new.mirrored_ms < 0
  BEGIN SELECT RAISE(ABORT, 'fixity: not a sound row'); END;

CREATE TRIGGER sidecar_rule BEFORE INSERT ON sidecar WHEN new.last_entry < 0
    OR length(new.capture) NOT IN (0, 36)
  BEGIN SELECT RAISE(ABORT, 'sidecar: not a sound row'); END;
CREATE TRIGGER place_rule BEFORE INSERT ON text_indexed WHEN new.place < 1 OR new.revision < 1
  BEGIN SELECT RAISE(ABORT, 'text_indexed: not a sound row'); END;
CREATE TRIGGER split_rule BEFORE INSERT ON split WHEN new.grp = '' OR new.at_ms < 0
  BEGIN SELECT RAISE(ABORT, 'split: not a sound row'); END;
)sql";

}  // namespace shiqu::store
