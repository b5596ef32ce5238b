#include "ocr/train/synthesis.h"

#include "tests/ocr_train/drawn_text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace shiqu;
using namespace shiqu::ocr::train;

namespace {

double darkest(const imaging::Image& image) {
  const auto bytes = image.bytes();
  return *std::min_element(bytes.begin(), bytes.end());
}

}  // namespace

TEST_CASE("a line depends on seed and number alone") {
  fixture::DrawnText shop;
  LineSynthesiser one = shop.synthesiser(7);
  LineSynthesiser other = shop.synthesiser(7);
  LineSynthesiser stranger = shop.synthesiser(8);
  (void)other.draw(1, 320, 0.5);  // another history

  const SynthLine first = one.draw(4, 320, 0.5);
  const SynthLine again = other.draw(4, 320, 0.5);
  const SynthLine different = stranger.draw(4, 320, 0.5);

  CHECK(first.text == again.text);
  CHECK(first.image == again.image);
  CHECK_FALSE(first.image == different.image);
}

TEST_CASE("the truth of a drawn line fits into the steps of the network") {
  fixture::DrawnText shop;
  LineSynthesiser lines = shop.synthesiser(3);
  for (std::uint64_t number = 0; number < 60; ++number) {
    const SynthLine line = lines.draw(number, 480, 0.5);
    CAPTURE(number);
    REQUIRE_FALSE(line.text.empty());
    CHECK(line.image.height() == kLineHeightPx);
    CHECK(line.image.width() <= 480);
    REQUIRE(line.middles_px.size() == line.text.size());
    std::size_t needed = line.text.size();  // CTC wants a blank between equal neighbours
    for (std::size_t i = 1; i < line.text.size(); ++i) {
      needed += line.text[i] == line.text[i - 1] ? 1U : 0U;
      CHECK(line.middles_px[i] > line.middles_px[i - 1]);
    }
    CHECK(needed <= static_cast<std::size_t>(line.image.width() / kStepPx));
    CHECK(line.middles_px.back() < line.image.width());
    for (const char32_t character : line.text) {
      CHECK(shop.classes.of(character) > 0);
    }
  }
}

TEST_CASE("drawn lines have ink, many hands and many lengths") {
  fixture::DrawnText shop;
  LineSynthesiser lines = shop.synthesiser(5);
  std::set<std::size_t> lengths;
  int dark = 0;
  for (std::uint64_t number = 0; number < 40; ++number) {
    const SynthLine line = lines.draw(number, 320, 0.5);
    lengths.insert(line.text.size());
    dark += darkest(line.image) < 130 ? 1 : 0;
  }
  CHECK(lengths.size() >= 5);
  CHECK(dark >= 36);
}

TEST_CASE("without any font the packages to install are named") {
  const auto none = TypeCase::open("/nonexistent");

  REQUIRE_FALSE(none);
  CHECK(none.error().code == ErrorCode::NotFound);
  CHECK(none.error().native.find("fonts-cns11643-kai") != std::string::npos);
}
