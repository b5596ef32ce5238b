#include "ocr/ctc.h"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

using namespace shiqu::ocr;

namespace {

std::vector<StepGuess> step(std::initializer_list<std::pair<char32_t, double>> guesses) {
  std::vector<StepGuess> out;
  for (const auto& [character, p] : guesses) {
    out.push_back({character, static_cast<float>(std::log(p))});
  }
  return out;
}

std::vector<ReadCharacter> decode(const Steps& steps, const CtcSettings& settings) {
  return shiqu::ocr::decode(find_places(steps), settings);
}

std::vector<ReadCharacter> decode_either_way(const Steps& steps, const CtcSettings& settings) {
  return shiqu::ocr::decode_either_way(find_places(steps), settings);
}

std::vector<std::vector<ReadCharacter>> decode_together(std::span<const Steps* const> columns,
                                                        const CtcSettings& settings) {
  std::vector<Places> places;
  std::vector<const Places*> borrowed;
  for (const Steps* const column : columns) {
    places.push_back(find_places(*column));
  }
  for (const Places& column : places) {
    borrowed.push_back(&column);
  }
  return shiqu::ocr::decode_together(borrowed, settings);
}

std::u32string text_of(const std::vector<ReadCharacter>& read) {
  std::u32string out;
  for (const ReadCharacter& character : read) {
    out.push_back(character.character);
  }
  return out;
}

const Steps kTwoSuns = {step({{kBlank, 0.9}, {U'日', 0.1}}),
                        step({{U'日', 0.6}, {U'曰', 0.39}, {kBlank, 0.01}}),
                        step({{U'日', 0.7}, {U'曰', 0.2}, {kBlank, 0.1}}),
                        step({{kBlank, 0.99}, {U'日', 0.01}}), step({{U'日', 0.9}, {U'曰', 0.1}})};

}  // namespace

TEST_CASE("one character over several steps is read once, and twice when a blank stands between") {
  const auto read = decode(kTwoSuns, {});
  REQUIRE(text_of(read) == U"日日");
  CHECK(read[0].first_step == 1);
  CHECK(read[0].last_step == 2);
  CHECK(read[1].first_step == 4);
  CHECK(read[1].last_step == 4);
}

TEST_CASE("a character keeps what else the network saw there, best first") {
  const auto read = decode(kTwoSuns, {});
  REQUIRE(read.size() == 2);
  CHECK(read[0].confidence == doctest::Approx(0.985 * 0.999 * 0.7 / (0.7 + 0.39)));
  REQUIRE(read[0].others.size() == 1);
  CHECK(read[0].others[0].character == U'曰');
  CHECK(read[0].others[0].confidence == doctest::Approx(0.985 * 0.999 * 0.39 / (0.7 + 0.39)));
}

TEST_CASE("what a second look does not trust is read with less confidence") {
  Places places = find_places(kTwoSuns);
  const double before = shiqu::ocr::decode(places, {}).front().confidence;
  places.front().trust = 0.25;
  const auto read = shiqu::ocr::decode(places, {});
  REQUIRE(text_of(read) == U"日日");
  CHECK(read.front().confidence == doctest::Approx(before / 2));
}

TEST_CASE("many weak paths of one text win over one strong path of another") {
  // Each step prefers blank, but "一" by any of the three paths together is more probable.
  const Steps steps = {step({{kBlank, 0.6}, {U'一', 0.4}}), step({{kBlank, 0.6}, {U'一', 0.4}})};
  CHECK(text_of(decode(steps, {})) == U"一");
}

TEST_CASE("the language decides where the ink does not, and never where the ink is clear") {
  const std::vector<std::string> lines(40, "子曰學而時習之");
  const LanguageModel language = LanguageModel::learn(lines);
  CtcSettings settings;
  settings.language.general = &language;
  const Steps doubtful = {step({{U'子', 1.0}}), step({{kBlank, 1.0}}),
                          step({{U'日', 0.55}, {U'曰', 0.44}, {kBlank, 0.01}})};
  CHECK(text_of(decode(doubtful, {})) == U"子日");
  CHECK(text_of(decode(doubtful, settings)) == U"子曰");
  const Steps clear = {step({{U'子', 1.0}}), step({{kBlank, 1.0}}),
                       step({{U'日', 0.9991}, {U'曰', 0.0008}, {kBlank, 0.0001}})};
  CHECK(text_of(decode(clear, settings)) == U"子日");
}

TEST_CASE("a station's own texts decide where the general language would decide otherwise") {
  const LanguageModel general =
      LanguageModel::learn(std::vector<std::string>(40, "子日學而時習之"));
  const LanguageModel station =
      LanguageModel::learn(std::vector<std::string>(40, "子曰學而時習之"));
  CtcSettings settings;
  settings.language = {&general, &station, 0.7};
  const Steps doubtful = {step({{U'子', 1.0}}), step({{kBlank, 1.0}}),
                          step({{U'日', 0.5}, {U'曰', 0.49}, {kBlank, 0.01}})};
  CHECK(text_of(decode(doubtful, settings)) == U"子曰");
  settings.language.share = 0.1;
  CHECK(text_of(decode(doubtful, settings)) == U"子日");
}

TEST_CASE("the language never adds a character and leaves one out only where ink is weak") {
  const LanguageModel language =
      LanguageModel::learn(std::vector<std::string>(40, "子曰學而時習之"));
  CtcSettings settings;
  settings.language.general = &language;
  const Steps faint = {step({{U'子', 1.0}}), step({{kBlank, 0.8}, {U'日', 0.2}}),
                       step({{kBlank, 1.0}}), step({{U'曰', 1.0}})};
  CHECK(text_of(decode(faint, settings)) == U"子曰");
  const Steps unlikely = {step({{U'子', 1.0}}), step({{kBlank, 1.0}}), step({{U'鼎', 1.0}}),
                          step({{kBlank, 1.0}}), step({{U'曰', 1.0}})};
  CHECK(text_of(decode(unlikely, settings)) == U"子鼎曰");
}

TEST_CASE("a reading that the language finds odd is less sure than one it knows") {
  std::vector<std::string> lines(40, "子曰學而時習之");
  lines.insert(lines.end(), 40, "日月星辰繫焉");
  const LanguageModel language = LanguageModel::learn(lines);
  CtcSettings settings;
  settings.language.general = &language;
  const auto last_of = [&](char32_t character) {
    const Steps steps = {step({{U'子', 1.0}}), step({{kBlank, 1.0}}),
                         step({{character, 0.98}, {U'學', 0.01}, {kBlank, 0.01}})};
    return decode(steps, settings).back();
  };
  CHECK(last_of(U'曰').character == U'曰');
  CHECK(last_of(U'日').character == U'日');
  CHECK(last_of(U'曰').confidence > last_of(U'日').confidence);
}

TEST_CASE("columns read together know what stands at the ends of their neighbours") {
  std::vector<std::string> lines(40, "子曰學而時習之");
  lines.insert(lines.end(), 60, "日月星辰繫焉");  // a column begins more often with 日
  const LanguageModel language = LanguageModel::learn(lines);
  CtcSettings settings;
  settings.language.general = &language;
  const Steps foot = {step({{U'鼎', 1.0}}), step({{kBlank, 1.0}}), step({{U'子', 1.0}})};
  const Steps head = {step({{U'日', 0.55}, {U'曰', 0.44}, {kBlank, 0.01}})};
  const Steps* const columns[] = {&foot, &head};
  CHECK(text_of(decode(head, settings)) == U"日");
  const auto together = decode_together(columns, settings);
  REQUIRE(together.size() == 2);
  CHECK(text_of(together[0]) == U"鼎子");
  CHECK(text_of(together[1]) == U"曰");

  SUBCASE("the foot of a column is read with the head of the next in view") {
    const Steps doubtful = {step({{U'于', 0.55}, {U'子', 0.44}, {kBlank, 0.01}})};
    const Steps next = {step({{U'曰', 1.0}}), step({{kBlank, 1.0}}), step({{U'學', 1.0}})};
    const Steps* const two[] = {&doubtful, &next};
    CHECK(text_of(decode_together(two, settings)[0]) == U"子");
    CHECK(decode_together(two, settings)[0][0].confidence >
          decode(doubtful, settings)[0].confidence);
  }
  SUBCASE("a column that begins something new is read as one that stands alone") {
    settings.fresh = 1;
    CHECK(text_of(decode_together(columns, settings)[1]) == U"日");
  }
  SUBCASE("an empty column between them changes nothing") {
    const Steps nothing = {step({{kBlank, 1.0}})};
    const Steps* const three[] = {&foot, &nothing, &head};
    const auto read = decode_together(three, settings);
    REQUIRE(read.size() == 3);
    CHECK(read[1].empty());
    CHECK(text_of(read[2]) == U"曰");
  }
}

TEST_CASE("a line that may run either way is read in the order that the language holds probable") {
  const LanguageModel language =
      LanguageModel::learn(std::vector<std::string>(40, "子曰學而時習之"));
  CtcSettings settings;
  settings.language.general = &language;
  const Steps forward = {step({{U'子', 1.0}}), step({{U'曰', 1.0}}), step({{kBlank, 1.0}}),
                         step({{U'學', 1.0}})};
  const Steps backward(forward.rbegin(), forward.rend());
  const auto left = decode_either_way(forward, settings);
  const auto right = decode_either_way(backward, settings);
  CHECK(text_of(left) == U"子曰學");
  CHECK(text_of(right) == U"子曰學");
  CHECK(left.front().first_step == 0);
  CHECK(right.front().first_step == 3);
  CHECK(right.back().last_step == 0);
  // Without a language from the right, as old prints have it.
  CHECK(text_of(decode_either_way(forward, {})) == U"學曰子");
}

TEST_CASE("a line without steps, or of blanks alone, is empty") {
  CHECK(decode(Steps{}, {}).empty());
  CHECK(decode(Steps{step({{kBlank, 1.0}}), step({{kBlank, 1.0}})}, {}).empty());
}
