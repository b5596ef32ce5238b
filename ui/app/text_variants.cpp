#include "ui/app/text_variants.h"

#include "ocr/score/variants.h"
#include "storage/base/file.h"
#include "storage/base/log.h"
#include "storage/base/text.h"

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace shiqu::app {
namespace {

namespace fs = std::filesystem;
using ocr::score::VariantClasses;

using Rows = std::vector<std::u32string>;
constexpr const char* kHead = "variants 1 ";

store::Variants function_of(const Rows& rows) {
  struct Table {
    std::unordered_map<char32_t, std::size_t> place;
    Rows rows;
  };
  // Shared by the copies of the function alone.
  auto table = std::make_shared<Table>();
  table->rows = rows;
  table->place.reserve(3 * rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const char32_t one : rows[i]) {
      table->place[one] = i;
    }
  }
  return [table](char32_t character) {
    const auto found = table->place.find(character);
    return found == table->place.end() ? std::u32string() : table->rows[found->second];
  };
}

/// A first line that says of which tables, then a class a line, and "end".
std::optional<Rows> read_kept(const fs::path& kept, const std::string& state) {
  const auto text = read_file(kept);
  if (!text) {
    return std::nullopt;
  }
  const std::vector<std::string> lines = split(*text, '\n');
  if (lines.size() < 3 || lines.front() != kHead + state || lines[lines.size() - 2] != "end") {
    return std::nullopt;
  }
  Rows rows;
  rows.reserve(lines.size());
  for (std::size_t i = 1; i + 2 < lines.size(); ++i) {
    rows.push_back(to_utf32(lines[i]));
  }
  return rows;
}

void keep(const fs::path& kept, const std::string& state, const Rows& rows) {
  std::string text = kHead + state + '\n';
  for (const std::u32string& row : rows) {
    text += to_utf8(row) + '\n';
  }
  if (const Status written = replace_file(kept, text + "end\n"); !written) {
    log::warning("search", "{}", written.error().text());
  }
}

}  // namespace

Result<store::Variants> text_variants(const fs::path& kept) {
  const std::string state = VariantClasses::system_state();
  if (const auto rows = read_kept(kept, state)) {
    return function_of(*rows);
  }
  SHIQU_TRY_ASSIGN(const VariantClasses classes, VariantClasses::of_system());
  const Rows rows = classes.classes();
  keep(kept, state, rows);
  return function_of(rows);
}

Result<store::Variants> text_variants_of(const fs::path& folder) {
  SHIQU_TRY_ASSIGN(const VariantClasses classes, VariantClasses::read(folder));
  return function_of(classes.classes());
}

fs::path variants_file(const store::Store& store) {
  return store.derived() / "variants.txt";
}

}  // namespace shiqu::app
