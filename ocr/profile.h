#pragma once

#include "ocr/engine.h"

#include <span>
#include <string_view>

namespace shiqu::ocr {

/// How a kind of text is read: chosen by a person for a collection, by name. The engine is
/// the first registered one that reads it (Engine::reads), or the one named.
struct ReadingProfile {
  std::string_view name;       ///< "classical-chinese"
  std::string_view languages;  ///< Tesseract's names; empty: the best engine that reads columns
  bool vertical = true;
  bool early_umlauts = false;  ///< EngineSettings::early_umlauts
  std::string_view engine{};   ///< registered name; empty: the first that reads it
  bool language = true;        ///< EngineSettings::language
};

/// The first is the default.
std::span<const ReadingProfile> reading_profiles() noexcept;

/// nullptr when no profile has that name.
const ReadingProfile* find_profile(std::string_view name) noexcept;

}  // namespace shiqu::ocr
