#pragma once

#include "storage/base/result.h"

#include <doctest/doctest.h>

/// Requires success and, on failure, shows the error's own words.
#define REQUIRE_OK(...)                                                    \
  do {                                                                     \
    const auto& shiqu_outcome = (__VA_ARGS__);                             \
    const std::string shiqu_words =                                        \
        shiqu_outcome ? std::string() : shiqu_outcome.error().text();      \
    INFO(shiqu_words);                                                     \
    REQUIRE(shiqu_outcome.has_value());                                    \
  } while (false)
