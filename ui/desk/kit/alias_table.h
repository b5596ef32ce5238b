#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace shiqu::desk {

/// Lends a private-use slot U+E000…U+F8FF to every character that Dear ImGui's 16-bit characters
/// cannot hold: all above U+FFFF, and genuine private-use characters, whose place is taken.
/// 6400 slots; the one unused longest is lent again, so strings made by to_ui are for the frame
/// they were made in. UI thread only.
class AliasTable {
 public:
  static constexpr char32_t kFirst = 0xE000;
  static constexpr char32_t kLast = 0xF8FF;

  [[nodiscard]] static bool needs_alias(char32_t c) noexcept {
    return c > 0xFFFF || (c >= kFirst && c <= kLast);
  }

  /// What stands for `c` inside ImGui; `c` itself where no alias is needed.
  char32_t to_ui(char32_t c);
  std::string to_ui(std::string_view utf8);
  /// The real character behind a slot; U+FFFD for a slot never lent.
  [[nodiscard]] char32_t from_ui(char32_t c) const;
  [[nodiscard]] std::string from_ui(std::string_view utf8) const;

  /// Grows by one whenever a slot changes its owner: caches of aliased strings watch it.
  [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

 private:
  struct Slot {
    char32_t character = 0;
    std::uint64_t used = 0;
  };
  char32_t lend(char32_t c);

  std::vector<Slot> slots_;
  std::unordered_map<char32_t, std::size_t> slot_of_;
  std::uint64_t clock_ = 0;
  std::uint64_t generation_ = 0;
};

}  // namespace shiqu::desk
