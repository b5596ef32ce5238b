#include "storage/store/internal/text_index.h"

#include "storage/base/channel.h"
#include "storage/base/text.h"
#include "storage/model/text_codec.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace shiqu::store {
namespace {

constexpr std::size_t kMostPairs = 12;   // of a needle: more narrow the pages down no further
constexpr std::size_t kMostForms = 128;  // of a pair: above that its characters are asked for
constexpr char32_t kPlane15 = 0xF0000;

bool counts_for_nothing(char32_t c) {
  return c <= 0x20 || c == 0x7F || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) || c == 0x3000 ||
         c == 0xFEFF;
}

char32_t lower(char32_t c) {
  return c >= U'A' && c <= U'Z' ? c + (U'a' - U'A') : c;
}

/// FTS5's tokenizer takes ASCII marks as gaps: they go under another name.
void add_term(std::string& out, std::u32string_view characters) {
  for (const char32_t c : characters) {
    const bool plain = c >= 0x80 || (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z');
    out += to_utf8(plain ? c : kPlane15 + c);
  }
}

std::u32string forms_of(char32_t c, const Variants& variants) {
  std::u32string out(1, c);
  if (variants) {
    for (const char32_t other : variants(c)) {
      if (out.find(other) == std::u32string::npos) {
        out += other;
      }
    }
  }
  return out;
}

std::string any_of(const std::vector<std::u32string>& terms) {
  std::string out;
  for (const std::u32string& term : terms) {
    out += out.empty() ? "(\"" : " OR \"";
    add_term(out, term);
    out += '"';
  }
  return out + ")";
}

std::string any_of(const std::u32string& characters) {
  std::vector<std::u32string> terms;
  for (const char32_t c : characters) {
    terms.emplace_back(1, c);
  }
  return any_of(terms);
}

std::string any_pair(const std::u32string& first, const std::u32string& second) {
  if (first.size() * second.size() > kMostForms) {
    return any_of(first) + " AND " + any_of(second);
  }
  std::vector<std::u32string> terms;
  for (const char32_t a : first) {
    for (const char32_t b : second) {
      terms.push_back({a, b});
    }
  }
  return any_of(terms);
}

std::string_view blob_of(sqlite3_value* value) {
  const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
  return bytes == nullptr ? std::string_view() : std::string_view(bytes, size);
}

void sql_pack(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  const std::string_view body = blob_of(values[0]);
  std::string packed(body);  // what cannot be read stays as it is: nothing is lost
  if (const auto json = parse_json(body, "text")) {
    if (const auto text = model::page_text_from_json(*json)) {
      if (auto bytes = pack_body(*text)) {
        packed = std::move(*bytes);
      }
    }
  }
  sqlite3_result_blob64(context, packed.data(), packed.size(), SQLITE_TRANSIENT);
}

void sql_terms(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  const auto text = unpack_body(blob_of(values[0]), "text");
  const std::string terms = text ? terms_of(row_of(*text).characters) : std::string();
  sqlite3_result_text64(context, terms.data(), terms.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void sql_words(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  const std::string terms = terms_of(row_of(blob_of(values[0])));
  sqlite3_result_text64(context, terms.data(), terms.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace

Row row_of(const model::PageText& text) {
  Row out;
  for (std::size_t i = 0; i < text.lines.size(); ++i) {
    const std::u32string characters = to_utf32(text.lines[i].text);
    for (std::size_t k = 0; k < characters.size(); ++k) {
      if (!counts_for_nothing(characters[k])) {
        out.characters += lower(characters[k]);
        out.line.push_back(static_cast<std::uint32_t>(i));
        out.character.push_back(static_cast<std::uint32_t>(k));
      }
    }
  }
  return out;
}

std::u32string row_of(std::string_view needle) {
  std::u32string out;
  for (const char32_t c : to_utf32(needle)) {
    if (!counts_for_nothing(c)) {
      out += lower(c);
    }
  }
  return out;
}

std::string terms_of(const std::u32string& row) {
  std::vector<std::u32string_view> terms;
  terms.reserve(2 * row.size());
  const std::u32string_view all(row);
  for (std::size_t i = 0; i < row.size(); ++i) {
    terms.push_back(all.substr(i, 1));
    if (i + 1 < row.size()) {
      terms.push_back(all.substr(i, 2));
    }
  }
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  std::string out;
  for (const std::u32string_view term : terms) {
    out += out.empty() ? "" : " ";
    add_term(out, term);
  }
  return out;
}

Status add_to_index(Database& db, IndexTable table, std::int64_t row, std::string terms) {
  if (db.late_index()) {
    db.late_index()->push_back({table, row, std::move(terms)});
    return {};
  }
  SHIQU_TRY_ASSIGN(Query insert, db.query(table == IndexTable::Texts
                                              ? "INSERT INTO text_gram(rowid, gram) VALUES(?, ?)"
                                              : "INSERT INTO name_gram(rowid, gram) VALUES(?, ?)",
                                          "add to index"));
  return insert.bind(row).bind(terms).run();
}

Status write_late_index(Database& db) {
  if (!db.late_index()) {
    return {};
  }
  std::vector<IndexRow> rows;
  rows.swap(*db.late_index());
  db.late_index().reset();
  // Rows of a segment in their order, which FTS5 takes without sorting into further ones.
  std::stable_sort(rows.begin(), rows.end(), [](const IndexRow& a, const IndexRow& b) {
    return std::tie(a.table, a.row) < std::tie(b.table, b.row);
  });
  for (IndexRow& row : rows) {
    SHIQU_TRY(add_to_index(db, row.table, row.row, std::move(row.terms)));
  }
  db.late_index().emplace();
  return {};
}

std::string expression_for(const std::u32string& needle, const Variants& variants) {
  if (needle.size() == 1) {
    return any_of(forms_of(needle[0], variants));
  }
  const std::size_t pairs = needle.size() - 1;
  const std::size_t asked = std::min(pairs, kMostPairs);
  std::string out;
  for (std::size_t i = 0; i < asked; ++i) {
    const std::size_t at = i * pairs / asked;
    out += out.empty() ? "" : " AND ";
    out += any_pair(forms_of(needle[at], variants), forms_of(needle[at + 1], variants));
  }
  return out;
}

std::vector<std::size_t> places_of(const std::u32string& needle, const Row& row,
                                   const Variants& variants) {
  std::vector<std::u32string> forms;
  for (const char32_t c : needle) {
    forms.push_back(forms_of(c, variants));
  }
  std::vector<std::size_t> out;
  for (std::size_t at = 0; at + needle.size() <= row.characters.size(); ++at) {
    std::size_t same = 0;
    while (same < needle.size() &&
           forms[same].find(row.characters[at + same]) != std::u32string::npos) {
      ++same;
    }
    if (same == needle.size() && same > 0) {
      out.push_back(at);
      at += same - 1;
    }
  }
  return out;
}

Result<std::string> pack_body(const model::PageText& text) {
  return model::pack_text(text);
}

Result<model::PageText> unpack_body(std::string_view body, const std::string& subject) {
  if (!body.starts_with('{')) {
    auto text = model::unpack_text(body);
    if (!text) {
      return fail(text.error().code, "read text", subject);
    }
    return text;
  }
  SHIQU_TRY_ASSIGN(const Json json, parse_json(body, "text of " + subject));
  return model::page_text_from_json(json);
}

Status register_text_functions(Database& db) {
  const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
  const auto add = [&](const char* name, void (*function)(sqlite3_context*, int, sqlite3_value**)) {
    return sqlite3_create_function_v2(db.native(), name, 1, flags, nullptr, function, nullptr,
                                      nullptr, nullptr) == SQLITE_OK;
  };
  if (!add("shiqu_pack", sql_pack) || !add("shiqu_terms", sql_terms) ||
      !add("shiqu_words", sql_words)) {
    return fail_sqlite(db.native(), "migrate texts");
  }
  return {};
}

}  // namespace shiqu::store
