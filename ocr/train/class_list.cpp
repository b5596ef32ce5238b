#include "ocr/train/class_list.h"

#include "storage/base/file.h"
#include "storage/base/text.h"

#include <algorithm>
#include <unordered_set>

namespace shiqu::ocr::train {

Result<Corpus> read_corpus(const std::filesystem::path& file) {
  SHIQU_TRY_ASSIGN(const std::string text, read_file(file, 1U << 30U));
  if (!is_utf8(text)) {
    return fail(ErrorCode::InvalidInput, "read text to learn from", file.string(), "not UTF-8");
  }
  Corpus out;
  for (const std::string& one : split(text, '\n')) {
    std::u32string line = without_space_and_punctuation(to_utf32(one));
    if (line.empty()) {
      continue;
    }
    for (const char32_t character : line) {
      ++out.counts[character];
    }
    out.lines.push_back(std::move(line));
  }
  if (out.lines.empty()) {
    return fail(ErrorCode::InvalidInput, "read text to learn from", file.string(), "no text");
  }
  return out;
}

ClassList::ClassList(std::u32string characters) : characters_(std::move(characters)) {
  for (std::size_t i = 0; i < characters_.size(); ++i) {
    classes_.emplace(characters_[i], static_cast<std::int64_t>(i) + 1);
  }
}

std::int64_t ClassList::of(char32_t character) const noexcept {
  const auto found = classes_.find(character);
  return found == classes_.end() ? 0 : found->second;
}

char32_t ClassList::character(std::int64_t of_class) const noexcept {
  const auto index = static_cast<std::size_t>(of_class);
  if (index == 0 || index > characters_.size() + 1) {
    return 0;
  }
  return index > characters_.size() ? U' ' : characters_[index - 1];
}

Result<std::u32string> characters_of_keys(std::string_view keys) {
  std::u32string out;
  for (const std::string& line : split(keys, '\n')) {
    const std::u32string one =
        to_utf32(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    if (one.size() > 1) {
      return fail(ErrorCode::Corrupt, "read key list", line, "one character a line is wanted");
    }
    out += one;
  }
  return out;
}

std::u32string merged_characters(std::u32string_view base, std::u32string_view more,
                                 const Corpus& corpus, std::int64_t min_count,
                                 std::u32string_view extra) {
  std::u32string out(base);
  std::unordered_set<char32_t> known(base.begin(), base.end());
  const auto add = [&](char32_t character) {
    if (known.insert(character).second) {
      out.push_back(character);
    }
  };
  std::for_each(more.begin(), more.end(), add);
  std::vector<std::pair<std::int64_t, char32_t>> frequent;
  for (const auto& [character, count] : corpus.counts) {
    if (count >= min_count) {
      frequent.emplace_back(-count, character);
    }
  }
  std::sort(frequent.begin(), frequent.end());
  for (const auto& one : frequent) {
    add(one.second);
  }
  std::for_each(extra.begin(), extra.end(), add);
  return out;
}

}  // namespace shiqu::ocr::train
