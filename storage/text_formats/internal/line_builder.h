#pragma once

#include "storage/model/text.h"
#include "storage/text_formats/text_format.h"

#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// What the readers of all formats share: from what a file says to lines of our model.
namespace shiqu::text_formats {

/// All numbers of a list like "1,2 3.5,4" in order; what is no number separates.
std::vector<double> numbers_in(std::string_view text);

/// -1 when `text` is no number; otherwise the number ÷ `full`, within 0…1.
double confidence_from(std::string_view text, double full = 1);

/// Rounded to whole pixels; empty when it is no rectangle.
model::Box box_between(double left, double top, double right, double bottom);
/// Around points that are corner pixels: the last ones are inside.
model::Box box_around(const std::vector<double>& points);

/// White space at the ends goes, each run of line breaks and tabs inside becomes one space.
std::string one_line(std::string_view text);

/// MaybeVertical: not said, but the language is one that is written both ways.
enum class Direction { Unknown, MaybeVertical, Vertical, Horizontal };

/// `inherited`, or MaybeVertical where that is Unknown and one of the names, codes or scripts is
/// Chinese, Japanese or Mongolian ("zh-Hant", "Classical Chinese", "jpn").
Direction direction_by_language(const std::vector<std::string>& languages, Direction inherited);

enum class Role { Text, Heading, Running, Margin };  ///< Running: titles and numbers of pages

/// Role by the words that programs use for kinds of regions ("MarginTextZone", "heading").
Role role_from(std::string_view label);

/// By direction, or by shape where it is not known: a column is taller than wide, and more than
/// twice so where nothing speaks for one.
model::LineKind kind_of(Role role, Direction direction, const model::Line& line);
/// The kind Shiqu wrote under that name, if it is one.
std::optional<model::LineKind> known_kind(std::string_view name);

/// Collects what a file says about one line.
class LineBuilder {
 public:
  /// A symbol with its own place; several code points become as many glyphs with one box.
  void add_symbol(std::string_view text, const model::Box& box, double confidence,
                  std::vector<std::string> alternatives = {});
  /// A word without symbols. Where all words of a line are single characters, as in Chinese, their
  /// boxes are those of glyphs.
  void add_word(std::string_view text, const model::Box& box, double confidence);
  void add_space();
  /// A space, unless it would stand between characters of scripts that have none.
  void add_word_gap(std::string_view next_word);

  /// The hyphen at the end of a line, with the confidence of what stands before it.
  void add_hyphen(std::string_view text, const model::Box& box);
  /// All that `word` collected.
  void append(LineBuilder word, const model::Box& box);
  [[nodiscard]] bool empty() const noexcept { return glyphs_.empty(); }
  [[nodiscard]] std::string text() const;

  /// The line. `declared`: what the file says the whole line reads, which wins where it differs
  /// (the glyphs then go, unless only spaces differ). `confidence`: of the line, if it has one.
  model::Line finish(const std::optional<std::string>& declared, std::optional<double> confidence,
                     const model::Box& box);

 private:
  void follow(const std::u32string& declared);
  [[nodiscard]] double mean_confidence() const;

  std::vector<model::Glyph> glyphs_;
  std::vector<double> word_confidences_;
  model::Box around_;
  bool has_symbols_ = false;
};

/// Lines with their place in the reading order.
class PageBuilder {
 public:
  static constexpr int kUnordered = std::numeric_limits<int>::max();

  explicit PageBuilder(SizePx size) : size_(size) {}
  /// `given_id`: of the line in the file, kept when it ends in a UUID that no line before had.
  void add(model::Line line, std::string_view given_id, int rank = kUnordered);
  /// Sorted by rank, otherwise as added; boxes clipped to the page. Lines without text go.
  void finish(PageFile& file);

 private:
  struct Ranked {
    model::Line line;
    int rank;
  };
  SizePx size_;
  std::vector<Ranked> lines_;
  std::set<std::string> used_;
};

/// Width and height as a file gives them: 0 × 0 when one is absent or below 1.
/// Errors: InvalidInput (beyond what an image can be).
Result<SizePx> size_from(double width, double height, const std::string& what);

/// Chooses one of `count` pages: its index. Errors: InvalidInput, NotFound.
Result<std::size_t> chosen_page(std::size_t count, const ReadOptions& options,
                                const std::string& what);

}  // namespace shiqu::text_formats
