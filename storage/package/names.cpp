#include "storage/package/names.h"

#include "storage/base/digest.h"

#include <fmt/format.h>

#include <algorithm>

namespace shiqu::package {
namespace {

bool is_letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// The card of a data set has a fixed name with capitals; its twin in lower case is refused, so
/// that the two never meet where case does not count.
constexpr std::string_view kCard = "README.md";
constexpr std::string_view kCardTwin = "readme.md";

bool is_safe_part(std::string_view part) noexcept {
  return part != kCardTwin && !part.empty() && is_letter_or_digit(part.front()) &&
         part.back() != '.' && std::all_of(part.begin(), part.end(), [](char c) {
           return is_letter_or_digit(c) || c == '.' || c == '_' || c == '-';
         });
}

}  // namespace

bool is_safe_path(std::string_view path) noexcept {
  if (path.size() > kLongestPath) {
    return false;
  }
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/')) {
    if (!is_safe_part(path.substr(0, slash))) {
      return false;
    }
    path.remove_prefix(slash + 1);
  }
  return path == kCard || is_safe_part(path);
}

std::string package_name(std::string_view identifier, int version) {
  constexpr std::size_t kLongestStem = 100;
  std::string stem;
  bool replaced = identifier.size() > kLongestStem;
  for (char c : identifier.substr(0, kLongestStem)) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (is_letter_or_digit(lower) ||
        (!stem.empty() && (lower == '.' || lower == '_' || lower == '-'))) {
      stem += lower;
      continue;
    }
    replaced = true;
    if (!stem.empty() && stem.back() != '-') {
      stem += '-';
    }
  }
  if (replaced || stem.empty()) {
    if (!stem.empty() && stem.back() != '-') {
      stem += '-';
    }
    stem += sha256_hex(identifier).substr(0, 8);
  }
  return fmt::format("{}-v{}", stem, version);
}

std::string page_number(int order) {
  return fmt::format("{:04}", order);
}

}  // namespace shiqu::package
