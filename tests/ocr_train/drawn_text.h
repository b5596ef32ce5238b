#pragma once

#include "ocr/train/synthesis.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace shiqu::fixture {

/// Two lines of text and the fonts of the system: what drawing needs.
struct DrawnText {
  ocr::train::Corpus corpus;
  ocr::train::ClassList classes{U"天地玄黃宇宙洪荒日月盈昃辰宿列張"};
  std::optional<ocr::train::TypeCase> fonts;
  ocr::train::SynthRecipe recipe;

  DrawnText() {
    corpus.lines = {U"天地玄黃宇宙洪荒", U"日月盈昃辰宿列張"};
    for (const std::u32string& line : corpus.lines) {
      for (const char32_t character : line) {
        ++corpus.counts[character];
      }
    }
    auto opened = ocr::train::TypeCase::open("/usr/share/fonts");
    REQUIRE(opened);
    fonts.emplace(std::move(*opened));
    recipe.drawable = ocr::train::drawable_characters(classes, corpus, U"", *fonts);
    recipe.wanted = U"荒昃";
  }

  ocr::train::LineSynthesiser synthesiser(std::uint64_t seed) {
    return {corpus, *fonts, recipe, seed};
  }
};

}  // namespace shiqu::fixture
