#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace shiqu::ocr {

/// How probable a character is after the two before it: an interpolated trigram model with
/// absolute discounting (Ney, Essen and Kneser 1994, eq. 7), learnt from plain text. A gentle
/// prior for the recogniser: it knows which of 曰 and 日 is likely here, and nothing of the ink.
/// Immutable once made; any thread.
class LanguageModel {
 public:
  /// Of the start of a line and of anything not seen.
  static constexpr char32_t kStart = 0;

  /// What is not worth its place in the file.
  struct Pruning {
    int min_bigram = 2;   ///< bigrams seen less often are forgotten
    int min_trigram = 3;  ///< so are trigrams
    int min_history = 1;  ///< and trigrams seen once whose first two were seen less often
  };

  /// Counts `lines` (UTF-8, each a text of its own; only letters count, see
  /// without_space_and_punctuation).
  static LanguageModel learn(std::span<const std::string> lines, const Pruning& pruning);
  static LanguageModel learn(std::span<const std::string> lines) { return learn(lines, Pruning()); }

  /// Errors: NotFound, Corrupt.
  static Result<LanguageModel> load(const std::filesystem::path& file);
  [[nodiscard]] std::string bytes() const;
  static Result<LanguageModel> from_bytes(std::string_view bytes);

  /// Natural logarithm of p(next | before, last); never below that of an unseen character.
  [[nodiscard]] double log_p(char32_t before, char32_t last, char32_t next) const noexcept;
  /// p(next | before, last) from what was seen here after these two and after `last`; the mass that
  /// leaves goes to `next` as `base` says, its probability by somebody else.
  [[nodiscard]] double p_over(double base, char32_t before, char32_t last,
                              char32_t next) const noexcept;

  [[nodiscard]] bool knows(char32_t character) const noexcept { return id_of(character) != 0; }

  [[nodiscard]] std::size_t characters() const noexcept { return known_.size(); }
  [[nodiscard]] std::size_t bigrams() const noexcept { return pairs_.next.size(); }
  [[nodiscard]] std::size_t trigrams() const noexcept { return triples_.next.size(); }

 private:
  using Id = std::uint16_t;  ///< 0: start or unknown; else 1 + place in known_
  /// Followers of a history, sorted by history, then by follower.
  struct Followers {
    std::vector<std::uint32_t> history;  ///< sorted, each once
    std::vector<std::uint32_t> first;    ///< into next; one more than history
    std::vector<Id> next;                ///< sorted within a history
    std::vector<std::uint32_t> count;    ///< of the whole n-gram
    std::vector<std::uint32_t> total;    ///< of the history, forgotten n-grams included
    std::vector<std::uint32_t> held;     ///< of the history: sum of the counts that are here
    void add_up();                       ///< fills `held`
    /// Discounted probability of `follower`, and the mass left for shorter histories.
    struct Answer {
      double seen = 0;
      double left = 1;
    };
    [[nodiscard]] Answer look_up(std::uint32_t key, Id follower) const noexcept;
    [[nodiscard]] bool sound(std::uint64_t known) const noexcept;
  };

  void index();
  [[nodiscard]] Id id_of(char32_t character) const noexcept;

  std::u32string known_;               ///< by falling count
  std::vector<std::uint32_t> counts_;  ///< of known_
  double total_ = 1;
  std::unordered_map<char32_t, Id> ids_;
  Followers pairs_;    ///< history = id of the last character
  Followers triples_;  ///< history = (id before << 16) | id of the last
};

/// A general model and one of a station beside it: p = (1 − share) · general + share · station.
/// Where the station has seen too little to tell, it says what the general one says: its own counts
/// of single characters, a small text's, would blunt what the general one knows. Borrows both.
struct LanguageMix {
  const LanguageModel* general = nullptr;
  const LanguageModel* station = nullptr;  ///< none: the general one alone
  double share = 0;                        ///< 0…1, less than 1

  /// As LanguageModel::log_p. Needs `general`.
  [[nodiscard]] double log_p(char32_t before, char32_t last, char32_t next) const noexcept;
};

}  // namespace shiqu::ocr
