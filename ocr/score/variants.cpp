#include "ocr/score/variants.h"

#include "storage/base/file.h"
#include "storage/base/text.h"

namespace shiqu::ocr::score {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out = split(text, '\n');
  for (std::string& line : out) {
    if (line.ends_with('\r')) {
      line.pop_back();
    }
  }
  return out;
}

/// Entries of one character; the table has a few words, which stand for no character.
std::u32string row_of_table(const std::string& line) {
  std::u32string row;
  for (const std::string& entry : split(std::string(trim(line)), ',')) {
    const std::u32string characters = to_utf32(entry);
    if (characters.size() == 1) {
      row += characters;
    }
  }
  if (row.find(U'去') != std::u32string::npos) {
    std::erase_if(row, [](char32_t c) { return c == U'去' || c == U'弆' || c == U'厺'; });
  }
  return row;
}

}  // namespace

char32_t VariantClasses::root(char32_t character) {
  char32_t top = character;
  for (auto found = parent_.emplace(top, top).first; found->second != top;
       found = parent_.find(top)) {
    top = found->second;
  }
  while (character != top) {
    character = std::exchange(parent_[character], top);
  }
  return top;
}

void VariantClasses::join(std::u32string_view row) {
  for (std::size_t i = 1; i < row.size(); ++i) {
    const char32_t first = root(row[0]);
    const char32_t other = root(row[i]);
    parent_[other] = first;
  }
}

void VariantClasses::flatten() {
  std::u32string all;
  for (const auto& one : parent_) {
    all += one.first;
  }
  for (const char32_t character : all) {
    root(character);
  }
}

Result<VariantClasses> VariantClasses::read(const std::filesystem::path& folder) {
  VariantClasses out;
  SHIQU_TRY_ASSIGN(const std::string table, read_file(folder / "variants-table.txt"));
  SHIQU_TRY_ASSIGN(const std::string simplified, read_file(folder / "t2s.tsv"));
  SHIQU_TRY_ASSIGN(const std::string extra, read_file(folder / "extra.txt"));
  for (const std::string& line : lines_of(table)) {
    out.join(row_of_table(line));
  }
  for (const std::string& line : lines_of(simplified)) {
    const std::vector<std::string> pair = split(line, '\t');
    if (pair.size() == 2) {
      const std::u32string row = to_utf32(pair[0]) + to_utf32(pair[1]);
      out.join(row.size() == 2 ? row : std::u32string());
    }
  }
  for (const std::string& line : lines_of(extra)) {
    out.join(to_utf32(trim(line)));
  }
  out.flatten();
  out.source_ = (std::filesystem::absolute(folder) / "").parent_path().filename().string();
  out.source_ = "tables of the folder " + out.source_;
  return out;
}

char32_t VariantClasses::of(char32_t character) const {
  const auto found = parent_.find(character);
  if (found == parent_.end()) {
    return character;
  }
  char32_t top = found->second;
  for (auto next = parent_.find(top); next->second != top; next = parent_.find(top)) {
    top = next->second;
  }
  return top;
}

std::u32string VariantClasses::folded(std::u32string_view text) const {
  std::u32string out;
  for (const char32_t character : text) {
    out += of(character);
  }
  return out;
}

std::vector<std::u32string> VariantClasses::classes() const {
  std::unordered_map<char32_t, std::u32string> by_root;
  for (const auto& one : parent_) {
    by_root[of(one.first)] += one.first;
  }
  std::vector<std::u32string> out;
  for (auto& [root, row] : by_root) {
    if (row.size() > 1) {
      out.push_back(std::move(row));
    }
  }
  return out;
}

}  // namespace shiqu::ocr::score
