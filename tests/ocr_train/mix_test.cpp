#include "ocr/train/mix.h"

#include "ocr/train/learner.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::ocr;

namespace {

/// One value for blank, each character and space in the output layer; `neck` before it.
Weights head(const std::string& characters, std::vector<float> bias, float neck) {
  Weights out;
  out.metadata["characters"] = characters;
  const auto classes = static_cast<std::int64_t>(bias.size());
  out.tensors["neck"] = {{1}, {neck}};
  out.tensors[train::kHeadWeight] = {{1, classes}, bias};
  out.tensors[train::kHeadBias] = {{classes}, std::move(bias)};
  return out;
}

}  // namespace

TEST_CASE("mixing matches rows by character and keeps those the other head lacks") {
  const Weights mine = head("日月龘", {0, 1, 2, 3, 4}, 10);
  const Weights theirs = head("月日", {8, 6, 5, 0}, 20);
  const auto out = train::mixed(mine, theirs, 0.5);
  REQUIRE(out);
  const std::vector<float> expected{4, 3, 4, 3, 2};
  CHECK(out->tensors.at(train::kHeadBias).values == expected);
  CHECK(out->tensors.at(train::kHeadWeight).values == expected);
  CHECK(out->tensors.at("neck").values.front() == doctest::Approx(15));
  CHECK(out->metadata.at("characters") == "日月龘");
}

TEST_CASE("heads of different networks are not mixed") {
  const Weights mine = head("日", {0, 1, 2}, 10);
  Weights other = head("日", {0, 1, 2}, 10);
  other.tensors["neck"] = {{2}, {1, 2}};
  CHECK(train::mixed(mine, other, 0.5).error().code == ErrorCode::Corrupt);
  other = head("日月", {0, 1, 2}, 10);
  CHECK(train::mixed(mine, other, 0.5).error().code == ErrorCode::Corrupt);
  other.metadata.clear();
  CHECK(train::mixed(mine, other, 0.5).error().code == ErrorCode::Corrupt);
}
