#pragma once

#include "storage/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace shiqu::ocr::train {

/// Printed text to learn from, one column a line, and how often each character stands in it.
struct Corpus {
  std::vector<std::u32string> lines;
  std::map<char32_t, std::int64_t> counts;
};

/// Reads UTF-8 text; empty lines are left out. Errors: NotFound, Io, InvalidInput (not UTF-8, or
/// no text).
Result<Corpus> read_corpus(const std::filesystem::path& file);

/// The classes of a recogniser: 0 is the CTC blank, then one for each character, last the space.
class ClassList {
 public:
  /// `characters`: all but blank and space, in order; a repeated one keeps its first class.
  explicit ClassList(std::u32string characters);

  [[nodiscard]] const std::u32string& characters() const noexcept { return characters_; }
  [[nodiscard]] std::size_t size() const noexcept { return characters_.size() + 2; }
  /// 0 when the character has no class.
  [[nodiscard]] std::int64_t of(char32_t character) const noexcept;
  /// 0 for the blank.
  [[nodiscard]] char32_t character(std::int64_t of_class) const noexcept;

 private:
  std::u32string characters_;
  std::unordered_map<char32_t, std::int64_t> classes_;
};

/// The characters of a PaddleOCR key file: one a line. Errors: Corrupt (a line with several).
Result<std::u32string> characters_of_keys(std::string_view keys);

/// `base`, then what `more` has beyond, then the characters seen at least `min_count` times in the
/// corpus, most frequent first, then those of `extra`; each once.
std::u32string merged_characters(std::u32string_view base, std::u32string_view more,
                                 const Corpus& corpus, std::int64_t min_count,
                                 std::u32string_view extra);

}  // namespace shiqu::ocr::train
