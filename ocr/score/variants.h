#pragma once

#include "storage/base/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace shiqu::ocr::score {

/// Which characters count as the same when variants are folded. Only ever for comparing: a text is
/// never changed by it, and classes are joined transitively, so that a few hold characters that are
/// no variants of each other.
class VariantClasses {
 public:
  VariantClasses() = default;  ///< folds nothing

  /// Tables of `folder`: variants-table.txt (a row of characters with commas; a row with 去 loses
  /// 去, 弆 and 厺, which would join 去 and 棄), t2s.tsv (two characters and a tab), extra.txt (a
  /// row of characters). Errors: NotFound, Io.
  static Result<VariantClasses> read(const std::filesystem::path& folder);

  /// From the data of Debian that a station has: OpenCC's tables of simplified, Taiwanese, Hong
  /// Kong and Japanese forms, and Unihan's kSimplified-, kTraditional-, kSemantic- and kZVariant.
  /// Takes some tenths of a second. Errors: NotFound (a package is missing), Corrupt, Io.
  static Result<VariantClasses> of_system();

  /// Differs when of_system() would read other files: their names, sizes and times.
  static std::string system_state();

  /// Joins the characters of `row` into one class.
  void join(std::u32string_view row);
  /// What stands for the class of `character`.
  [[nodiscard]] char32_t of(char32_t character) const;
  [[nodiscard]] std::u32string folded(std::u32string_view text) const;
  [[nodiscard]] bool same(char32_t a, char32_t b) const { return of(a) == of(b); }
  /// All classes of two characters or more.
  [[nodiscard]] std::vector<std::u32string> classes() const;
  /// Where the tables come from, for reports.
  [[nodiscard]] const std::string& source() const noexcept { return source_; }
  [[nodiscard]] std::size_t characters() const noexcept { return parent_.size(); }

 private:
  char32_t root(char32_t character);
  void flatten();
  std::unordered_map<char32_t, char32_t> parent_;
  std::string source_ = "none";
};

}  // namespace shiqu::ocr::score
