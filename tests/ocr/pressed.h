#pragma once

#include "ocr/press/press.h"
#include "ocr/press/text_source.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <utility>

namespace fixture {

/// A leaf of Tang verse, lightly aged.
inline shiqu::ocr::PressedPage lightly_aged(shiqu::ocr::PressOptions options, std::uint64_t seed) {
  options.seed = seed;
  const auto ageing = shiqu::ocr::ageing_preset("light");
  REQUIRE(ageing);
  options.ageing = *ageing;
  const auto poems = shiqu::ocr::tang_poems();
  REQUIRE(poems);
  auto page = shiqu::ocr::press_page(options, *poems);
  REQUIRE(page);
  return std::move(*page);
}

}  // namespace fixture
