#include "ocr/train/mix.h"

#include "ocr/train/class_list.h"
#include "ocr/train/learner.h"
#include "storage/base/text.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace shiqu::ocr::train {
namespace {

Result<ClassList> classes_of(const Weights& head) {
  SHIQU_TRY_ASSIGN(std::u32string characters, characters_of(head, "head to mix"));
  return ClassList(std::move(characters));
}

/// For each class of `mine` the class of `theirs` for the same character; -1: none.
std::vector<std::int64_t> matched(const ClassList& mine, const ClassList& theirs) {
  std::vector<std::int64_t> out{0};  // the blank
  for (const char32_t character : mine.characters()) {
    const std::int64_t there = theirs.of(character);
    out.push_back(there == 0 ? -1 : there);
  }
  out.push_back(static_cast<std::int64_t>(theirs.size()) - 1);  // the space
  return out;
}

float between(float from, float to, double share) {
  return static_cast<float>((1 - share) * from + share * to);
}

Status mix_plain(Tensor& mine, const Tensor& theirs, double share) {
  if (mine.shape != theirs.shape) {
    return fail(ErrorCode::Corrupt, "mix heads", {}, "they are of different networks");
  }
  for (std::size_t i = 0; i < mine.values.size(); ++i) {
    mine.values[i] = between(mine.values[i], theirs.values[i], share);
  }
  return {};
}

/// `mine`, `theirs`: rows of one value for each class.
Status mix_by_class(Tensor& mine, const Tensor& theirs, const std::vector<std::int64_t>& match,
                    std::size_t their_classes, double share) {
  const std::size_t classes = match.size();
  const std::size_t rows = mine.values.size() / classes;
  if (mine.values.size() != rows * classes || theirs.values.size() != rows * their_classes) {
    return fail(ErrorCode::Corrupt, "mix heads", {}, "the characters do not fit the weights");
  }
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < classes; ++i) {
      if (match[i] >= 0) {
        float& value = mine.values[row * classes + i];
        value = between(
            value, theirs.values[row * their_classes + static_cast<std::size_t>(match[i])], share);
      }
    }
  }
  return {};
}

}  // namespace

Result<Weights> mixed(const Weights& head, const Weights& other, double share) {
  SHIQU_TRY_ASSIGN(const ClassList mine, classes_of(head));
  SHIQU_TRY_ASSIGN(const ClassList theirs, classes_of(other));
  const std::vector<std::int64_t> match = matched(mine, theirs);
  Weights out = head;
  for (auto& [name, tensor] : out.tensors) {
    const auto found = other.tensors.find(name);
    if (found == other.tensors.end()) {
      return fail(ErrorCode::Corrupt, "mix heads", name, "the other head lacks it");
    }
    if (name == kHeadWeight || name == kHeadBias) {
      SHIQU_TRY(mix_by_class(tensor, found->second, match, theirs.size(), share));
    } else {
      SHIQU_TRY(mix_plain(tensor, found->second, share));
    }
  }
  return out;
}

}  // namespace shiqu::ocr::train
