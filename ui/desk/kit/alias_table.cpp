#include "ui/desk/kit/alias_table.h"

#include "storage/base/text.h"

#include <algorithm>

namespace shiqu::desk {

char32_t AliasTable::lend(char32_t c) {
  constexpr std::size_t kSlots = kLast - kFirst + 1;
  std::size_t index = slots_.size();
  if (index < kSlots) {
    slots_.push_back({});
  } else {
    const auto oldest = std::min_element(
        slots_.begin(), slots_.end(), [](const Slot& a, const Slot& b) { return a.used < b.used; });
    index = static_cast<std::size_t>(oldest - slots_.begin());
    slot_of_.erase(oldest->character);
    ++generation_;
  }
  slots_[index] = {c, ++clock_};
  slot_of_[c] = index;
  return kFirst + static_cast<char32_t>(index);
}

char32_t AliasTable::to_ui(char32_t c) {
  if (!needs_alias(c)) {
    return c;
  }
  const auto found = slot_of_.find(c);
  if (found == slot_of_.end()) {
    return lend(c);
  }
  slots_[found->second].used = ++clock_;
  return kFirst + static_cast<char32_t>(found->second);
}

std::string AliasTable::to_ui(std::string_view utf8) {
  std::u32string text = shiqu::to_utf32(utf8);
  for (char32_t& c : text) {
    c = to_ui(c);
  }
  return to_utf8(text);
}

char32_t AliasTable::from_ui(char32_t c) const {
  if (c < kFirst || c > kLast) {
    return c;
  }
  const std::size_t index = c - kFirst;
  return index < slots_.size() ? slots_[index].character : char32_t{0xFFFD};
}

std::string AliasTable::from_ui(std::string_view utf8) const {
  std::u32string text = shiqu::to_utf32(utf8);
  for (char32_t& c : text) {
    c = from_ui(c);
  }
  return to_utf8(text);
}

}  // namespace shiqu::desk
