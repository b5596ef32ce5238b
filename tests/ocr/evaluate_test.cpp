#include "ocr/evaluate.h"

#include <doctest/doctest.h>

using shiqu::ocr::character_error_rate;
using shiqu::ocr::CharacterErrorRate;

TEST_CASE("a text read without a mistake has no errors") {
  const auto found = character_error_rate("子曰學而時習之", "子曰學而時習之");
  CHECK(found.errors == 0);
  CHECK(found.characters == 7);
  CHECK(found.rate() == 0);
}

TEST_CASE("each kind of error is counted as such") {
  const auto wrong = character_error_rate("子曰學而", "子日學而");
  CHECK(wrong.substitutions == 1);
  CHECK(wrong.errors == 1);

  const auto missed = character_error_rate("子曰學而", "子學而");
  CHECK(missed.deletions == 1);
  CHECK(missed.errors == 1);

  const auto invented = character_error_rate("子曰學而", "子曰學學而");
  CHECK(invented.insertions == 1);
  CHECK(invented.errors == 1);
}

TEST_CASE("kitten becomes sitting by two substitutions and one insertion") {
  const auto found = character_error_rate("kitten", "sitting");
  CHECK(found.substitutions == 2);
  CHECK(found.insertions == 1);
  CHECK(found.deletions == 0);
  CHECK(found.rate() == doctest::Approx(0.5));
}

TEST_CASE("white space and punctuation do not count") {
  const auto found = character_error_rate("子曰：\n「學而」", "子曰 學而。");
  CHECK(found.errors == 0);
  CHECK(found.characters == 4);
}

TEST_CASE("characters beyond the basic plane count as one each") {
  const auto found = character_error_rate("𠀀𠀁", "𠀀𪜀");
  CHECK(found.characters == 2);
  CHECK(found.substitutions == 1);
}

TEST_CASE("text read where there is none counts as an error each") {
  const auto found = character_error_rate("", "子曰");
  CHECK(found.insertions == 2);
  CHECK(found.rate() == doctest::Approx(2.0));
}

TEST_CASE("a rate over pages weighs each page by its characters") {
  CharacterErrorRate sum = character_error_rate("子曰學而時習之不亦", "子曰學而時習之不亦");
  sum += character_error_rate("說", "悅");
  CHECK(sum.characters == 10);
  CHECK(sum.errors == 1);
  CHECK(sum.rate() == doctest::Approx(0.1));
}
