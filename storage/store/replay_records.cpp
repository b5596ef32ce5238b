#include "storage/base/crypto.h"
#include "storage/base/random.h"
#include "storage/base/text.h"
#include "storage/store/internal/replayer.h"
#include "storage/store/internal/rows.h"
#include "storage/store/internal/text_index.h"

#include <fmt/format.h>

// The records of a segment: items, pages, accounts, texts, reviews.
namespace shiqu::store {

Status Replayer::take_item(const Json& item) {
  SHIQU_TRY_ASSIGN(const int known,
                   count("SELECT count(*) FROM item WHERE id = ?", word(item, "id")));
  SHIQU_TRY_ASSIGN(
      Query insert,
      db_.query("INSERT INTO item(id, identifier, title, creator, date, description, rights, "
                "grade, created_ms) VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET "
                "title = excluded.title, creator = excluded.creator, date = excluded.date, "
                "description = excluded.description, rights = excluded.rights, "
                "grade = excluded.grade",
                "rebuild item"));
  for (const char* key :
       {"id", "identifier", "title", "creator", "date", "description", "rights", "grade"}) {
    insert.bind(word(item, key));
  }
  SHIQU_TRY(insert.bind(get_or<std::int64_t>(item, "created_ms", 0)).run());
  report.items += known == 0 ? 1 : 0;
  return {};
}

/// `in_force`: the record says where the text stands, a capture's only where its page belongs.
Status Replayer::take_page(const Json& page, bool in_force) {
  const std::string id = word(page, "id");
  int order = get_or<int>(page, "order", 0);
  SHIQU_TRY_ASSIGN(const int known, count("SELECT count(*) FROM page WHERE id = ?", id));
  if (known == 0) {
    SHIQU_TRY_ASSIGN(Query taken, db_.query("SELECT count(*), (SELECT coalesce(max(ord), 0) FROM "
                                            "page WHERE item = ?1) FROM page WHERE item = ?1 AND "
                                            "ord = ?2",
                                            "rebuild page"));
    SHIQU_TRY(taken.bind(word(page, "item")).bind(order).next());
    if (taken.integer(0) > 0) {
      lose("page order", id,
           fmt::format("page {} of its item is another page: it stands last", order));
      order = static_cast<int>(taken.integer(1)) + 1;
    }
    SHIQU_TRY_ASSIGN(
        Query insert,
        db_.query("INSERT INTO page(id, item, ord, label) VALUES(?,?,?,?)", "rebuild page"));
    SHIQU_TRY(insert.bind(id).bind(word(page, "item")).bind(order).bind(word(page, "label")).run());
    ++report.pages;
  }
  if (!in_force) {
    return {};
  }
  SHIQU_TRY_ASSIGN(Query update, db_.query("UPDATE page SET label = ?, text_state = ?, "
                                           "text_revision = ? WHERE id = ?",
                                           "rebuild page"));
  return update.bind(word(page, "label"))
      .bind(word(page, "text_state"))
      .bind(get_or<int>(page, "text_revision", 0))
      .bind(id)
      .run();
}

Status Replayer::take_account(const Json& account) {
  if (secret_.empty()) {
    std::array<std::uint8_t, 32> random{};
    fill_random(random);
    SHIQU_TRY_ASSIGN(secret_, hash_secret(to_hex(random)));
  }
  SHIQU_TRY_ASSIGN(Query insert,
                   db_.query("INSERT INTO user(id, name, display_name, role, secret, active) "
                             "VALUES(?,?,?,?,?,0) ON CONFLICT DO NOTHING",
                             "rebuild account"));
  SHIQU_TRY_ASSIGN(const int added, insert.bind(word(account, "id"))
                                        .bind(word(account, "name"))
                                        .bind(word(account, "display_name"))
                                        .bind(word(account, "role"))
                                        .bind(secret_)
                                        .run_counting());
  if (added > 0) {
    ++report.accounts;
    lose("secret", word(account, "name"),
         "secrets are in no sidecar: the account is closed until it gets a new one");
  }
  return {};
}

Status Replayer::take_text(const Json& text) {
  SHIQU_TRY_ASSIGN(Query insert,
                   db_.query("INSERT INTO text_revision(page, revision, author, by_person, at_ms, "
                             "note, base, body) VALUES(?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
                             "rebuild text"));
  const auto body = text.find("body");
  const auto read = model::page_text_from_json(body == text.end() ? Json::object() : Json(*body));
  if (!read) {
    lose("text", word(text, "page"), read.error().text());
    return {};
  }
  SHIQU_TRY_ASSIGN(const std::string packed, pack_body(*read));
  SHIQU_TRY_ASSIGN(const int added, insert.bind(word(text, "page"))
                                        .bind(get_or<int>(text, "revision", 0))
                                        .bind(word(text, "author"))
                                        .bind(get_or<bool>(text, "by_person", false) ? 1 : 0)
                                        .bind(get_or<std::int64_t>(text, "at_ms", 0))
                                        .bind(word(text, "note"))
                                        .bind(get_or<int>(text, "base", 0))
                                        .bind_bytes(packed)
                                        .run_counting());
  report.texts += added;
  return {};
}

Status Replayer::take_review(const Json& review) {
  SHIQU_TRY_ASSIGN(
      Query insert,
      db_.query("INSERT INTO review(page, revision, accepted, reviewer, reason, at_ms) SELECT "
                "?1, ?2, ?3, ?4, ?5, ?6 WHERE NOT EXISTS(SELECT 1 FROM review WHERE page = ?1 AND "
                "revision = ?2 AND at_ms = ?6) AND EXISTS(SELECT 1 FROM text_revision WHERE "
                "page = ?1 AND revision = ?2)",
                "rebuild review"));
  SHIQU_TRY_ASSIGN(const int added, insert.bind(word(review, "page"))
                                        .bind(get_or<int>(review, "revision", 0))
                                        .bind(get_or<bool>(review, "accepted", false) ? 1 : 0)
                                        .bind(word(review, "reviewer"))
                                        .bind(word(review, "reason"))
                                        .bind(get_or<std::int64_t>(review, "at_ms", 0))
                                        .run_counting());
  report.reviews += added;
  return {};
}

Status Replayer::take_records(const Json& content) {
  for (const Json& item : list_of(content, "items")) {
    SHIQU_TRY(take_item(item));
  }
  for (const Json& page : list_of(content, "pages")) {
    SHIQU_TRY(take_page(page, true));
  }
  for (const Json& account : list_of(content, "accounts")) {
    SHIQU_TRY(take_account(account));
  }
  for (const Json& text : list_of(content, "texts")) {
    SHIQU_TRY(take_text(text));
  }
  for (const Json& review : list_of(content, "reviews")) {
    SHIQU_TRY(take_review(review));
  }
  return {};
}

}  // namespace shiqu::store
