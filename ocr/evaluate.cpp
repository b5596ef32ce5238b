#include "ocr/evaluate.h"

#include "storage/base/text.h"

#include <algorithm>
#include <string>
#include <vector>

namespace shiqu::ocr {
namespace {

/// The cheapest way to one cell of the distance table.
struct Way {
  std::int32_t substitutions = 0;
  std::int32_t insertions = 0;
  std::int32_t deletions = 0;

  [[nodiscard]] std::int32_t errors() const noexcept {
    return substitutions + insertions + deletions;
  }
  [[nodiscard]] bool better_than(const Way& other) const noexcept {
    return errors() != other.errors() ? errors() < other.errors()
                                      : substitutions > other.substitutions;
  }
};

/// One row of the table at a time: the counts travel with the way, nothing is traced back.
Way shortest_way(std::u32string_view truth, std::u32string_view read) {
  std::vector<Way> row(read.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) {
    row[j].insertions = static_cast<std::int32_t>(j);
  }
  for (const char32_t wanted : truth) {
    Way diagonal = row[0];
    ++row[0].deletions;
    for (std::size_t j = 1; j < row.size(); ++j) {
      Way way = diagonal;
      way.substitutions += read[j - 1] == wanted ? 0 : 1;
      Way deleted = row[j];
      ++deleted.deletions;
      Way inserted = row[j - 1];
      ++inserted.insertions;
      diagonal = row[j];
      for (const Way& other : {deleted, inserted}) {
        way = other.better_than(way) ? other : way;
      }
      row[j] = way;
    }
  }
  return row.back();
}

}  // namespace

double CharacterErrorRate::rate() const noexcept {
  return static_cast<double>(errors) / static_cast<double>(std::max<std::int64_t>(1, characters));
}

CharacterErrorRate& CharacterErrorRate::operator+=(const CharacterErrorRate& other) noexcept {
  errors += other.errors;
  characters += other.characters;
  substitutions += other.substitutions;
  insertions += other.insertions;
  deletions += other.deletions;
  return *this;
}

CharacterErrorRate character_error_rate(std::string_view truth, std::string_view read) {
  const std::u32string wanted = without_space_and_punctuation(to_utf32(truth));
  const std::u32string got = without_space_and_punctuation(to_utf32(read));
  const Way way = shortest_way(wanted, got);
  return {way.errors(), static_cast<std::int64_t>(wanted.size()), way.substitutions, way.insertions,
          way.deletions};
}

}  // namespace shiqu::ocr
