#include "ocr/language.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

using namespace shiqu::ocr;

namespace {

std::vector<std::string> corpus() {
  std::vector<std::string> out;
  for (int i = 0; i < 20; ++i) {
    out.emplace_back("子曰：學而時習之，不亦說乎");
    out.emplace_back("有朋自遠方來，不亦樂乎");
    out.emplace_back("𠀀日月");
  }
  return out;
}

}  // namespace

TEST_CASE("a language prefers what it has often seen after two characters") {
  const LanguageModel language = LanguageModel::learn(corpus());
  CHECK(language.log_p(U'不', U'亦', U'樂') > language.log_p(U'不', U'亦', U'來'));
  CHECK(language.log_p(0, U'子', U'曰') > language.log_p(0, U'子', U'日') + 1);
  CHECK(language.log_p(0, U'𠀀', U'日') > language.log_p(0, U'𠀀', U'曰'));
}

TEST_CASE("probabilities of all that may follow sum to one") {
  const LanguageModel language = LanguageModel::learn(corpus());
  std::u32string characters = U"子曰學而時習之不亦說乎有朋自遠方來樂𠀀日月";
  REQUIRE(characters.size() == language.characters());
  characters.push_back(U'鑫');  // stands for all that was never seen
  for (const auto& [before, last] :
       {std::pair{U'不', U'亦'}, {char32_t{0}, char32_t{0}}, {U'鑫', U'樂'}}) {
    double sum = 0;
    for (const char32_t next : characters) {
      sum += std::exp(language.log_p(before, last, next));
    }
    CHECK(sum == doctest::Approx(1.0).epsilon(0.01));
  }
}

TEST_CASE("a language written and read again answers the same") {
  const LanguageModel language = LanguageModel::learn(corpus());
  const auto read = LanguageModel::from_bytes(language.bytes());
  REQUIRE_OK(read);
  CHECK(read->bigrams() == language.bigrams());
  CHECK(read->trigrams() == language.trigrams());
  for (const char32_t next : std::u32string(U"樂說乎鑫")) {
    CHECK(read->log_p(U'不', U'亦', next) == language.log_p(U'不', U'亦', next));
  }
}

TEST_CASE("a language file cut short is refused") {
  const std::string whole = LanguageModel::learn(corpus()).bytes();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CHECK_FALSE(LanguageModel::from_bytes(whole.substr(0, length)).has_value());
  }
  CHECK_FALSE(LanguageModel::from_bytes(whole + "x").has_value());
}

TEST_CASE("a mix weighs two languages by the share, and sums to one") {
  const LanguageModel general = LanguageModel::learn(corpus());
  const LanguageModel station =
      LanguageModel::learn(std::vector<std::string>(9, "子日學而時習之"), {1, 1, 1});
  const LanguageMix mix{&general, &station, 0.3};
  const double p = std::exp(general.log_p(0, U'子', U'日'));
  const double expected = 0.7 * p + 0.3 * station.p_over(p, 0, U'子', U'日');
  CHECK(std::exp(mix.log_p(0, U'子', U'日')) == doctest::Approx(expected));
  CHECK(mix.log_p(0, U'子', U'日') > general.log_p(0, U'子', U'日') + 1);
  CHECK(LanguageMix{&general}.log_p(0, U'子', U'日') == general.log_p(0, U'子', U'日'));
  double sum = 0;
  for (const char32_t next : std::u32string(U"子曰學而時習之不亦說乎有朋自遠方來樂𠀀日月鑫")) {
    sum += std::exp(mix.log_p(0, U'子', next));
  }
  CHECK(sum == doctest::Approx(1.0).epsilon(0.01));
}

TEST_CASE("where the station has never been, the mix says what the general language says") {
  const LanguageModel general = LanguageModel::learn(corpus());
  const LanguageModel station =
      LanguageModel::learn(std::vector<std::string>(9, "天地玄黃宇宙洪荒"), {1, 1, 1});
  const LanguageMix mix{&general, &station, 0.5};
  for (const char32_t next : std::u32string(U"曰日天鑫")) {
    CHECK(mix.log_p(0, U'子', next) == general.log_p(0, U'子', next));
  }
}

TEST_CASE("a model whose counts are no probabilities is refused, not used") {
  // No character known; after the start of a line one follower, seen 9 times of 1.
  const std::string bytes = std::string("SHIQULM1") + std::string("\0\1\0\1\1\0\11\0", 8);
  CHECK(shiqu::ocr::LanguageModel::from_bytes(bytes).error().code == shiqu::ErrorCode::Corrupt);
}
