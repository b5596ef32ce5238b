#pragma once

#include "ocr/score/page_score.h"
#include "ocr/score/statistics.h"

#include <array>
#include <map>
#include <string>
#include <vector>

namespace shiqu::ocr::score {

/// Fewer pages than this say nothing about each other: then lines are drawn.
constexpr std::size_t kPagesToDraw = 10;

/// A rate with its 95 % interval.
struct Measured {
  std::int64_t errors = 0;
  std::int64_t characters = 0;
  Interval interval;
  [[nodiscard]] double rate() const noexcept;
};

/// Pages of one set, or all.
struct SetScore {
  std::string name;
  std::size_t pages = 0;
  std::size_t missing = 0;    ///< without a reading
  CharacterErrorRate counts;  ///< strict
  Measured strict;
  Measured folded;
  bool over_pages = false;  ///< what the intervals draw: pages; else lines, whose likeness within a
                            ///< page makes the interval too narrow
  std::array<std::int64_t, kErrorClasses> errors{};
};

/// Lines of one kind of the truth: columns, or halves of notes. Intervals draw lines.
struct KindScore {
  bool notes = false;
  std::size_t lines = 0;
  Measured strict;
  Measured folded;
};

/// Characters read in lines that the reading says to be of one kind, and how many of them are wrong
/// (substituted or surplus).
struct ReadKind {
  std::int64_t characters = 0;
  std::int64_t wrong = 0;
};

/// How often the right character stands among the first n that the reader offers.
struct TopN {
  std::int64_t characters = 0;            ///< of the truth, on pages whose readings have details
  std::int64_t beside = 0;                ///< of these: with a glyph beside them
  std::array<std::int64_t, 10> within{};  ///< [n - 1]: among the first n
};

struct Confidences {
  Calibration strict;
  Calibration folded;
  std::int64_t left_aside = 0;  ///< glyphs of surplus or moved pieces: not the recogniser's fault
};

SetScore score_of_set(const std::string& name, const std::vector<const PageScore*>& pages,
                      const BootstrapSettings& settings);
std::vector<KindScore> score_of_kinds(const std::vector<const PageScore*>& pages,
                                      const BootstrapSettings& settings);
std::map<model::LineKind, ReadKind> count_read_kinds(const std::vector<const PageScore*>& pages);
TopN count_top(const std::vector<const PageScore*>& pages);
Confidences judge_confidences(const std::vector<const PageScore*>& pages,
                              const VariantClasses& variants);
/// By falling strict rate; no more than `most`.
std::vector<const PageScore*> worst_pages(std::vector<const PageScore*> pages, std::size_t most);

/// (truth, read) with how often it happened, most frequent first; 0 stands for nothing.
struct Confusion {
  char32_t truth = 0;
  char32_t read = 0;
  std::int64_t count = 0;
};
/// Two readings of the same pages.
struct Comparison {
  SetScore a;
  SetScore b;
  Interval strict_difference;  ///< of rate a − rate b
  Interval folded_difference;
  std::int64_t both_wrong = 0;  ///< characters of the truth
  std::int64_t only_a = 0;      ///< wrong in a, right in b
  std::int64_t only_b = 0;
  std::int64_t surplus_a = 0;  ///< characters that the truth does not have
  std::int64_t surplus_b = 0;
  std::vector<Confusion> confusions_a;  ///< of only_a
  std::vector<Confusion> confusions_b;
};
/// `a[i]` and `b[i]` are of the same page.
Comparison compare(const std::vector<const PageScore*>& a, const std::vector<const PageScore*>& b,
                   const std::string& name, const BootstrapSettings& settings);

}  // namespace shiqu::ocr::score
