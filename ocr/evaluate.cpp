#include "ocr/evaluate.h"

#include "ocr/score/align.h"
#include "ocr/score/normal.h"

#include <algorithm>

namespace shiqu::ocr {

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
  const std::u32string wanted = score::normal_form(truth);
  CharacterErrorRate out;
  out.characters = static_cast<std::int64_t>(wanted.size());
  for (const score::Edit& edit : score::align(wanted, score::normal_form(read))) {
    out.substitutions += edit.step == score::Step::Substitute ? 1 : 0;
    out.insertions += edit.step == score::Step::Insert ? 1 : 0;
    out.deletions += edit.step == score::Step::Delete ? 1 : 0;
  }
  out.errors = out.substitutions + out.insertions + out.deletions;
  return out;
}

}  // namespace shiqu::ocr
