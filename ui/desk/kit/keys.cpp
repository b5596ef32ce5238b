#include "ui/desk/kit/keys.h"

#include "storage/base/text.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace shiqu::desk {
namespace {

struct Named {
  Key key;
  std::string_view name;
};

constexpr std::array<Named, 26> kNames{{
    {Key::Space, "Space"},
    {Key::Escape, "Esc"},
    {Key::Enter, "Enter"},
    {Key::Tab, "Tab"},
    {Key::Backspace, "Backspace"},
    {Key::Insert, "Insert"},
    {Key::Delete, "Delete"},
    {Key::Right, "Right"},
    {Key::Left, "Left"},
    {Key::Down, "Down"},
    {Key::Up, "Up"},
    {Key::PageUp, "PageUp"},
    {Key::PageDown, "PageDown"},
    {Key::Home, "Home"},
    {Key::End, "End"},
    {Key::KpEnter, "KpEnter"},
    {Key::Apostrophe, "'"},
    {Key::Comma, ","},
    {Key::Minus, "-"},
    {Key::Period, "."},
    {Key::Slash, "/"},
    {Key::Semicolon, ";"},
    {Key::Equal, "="},
    {Key::LeftBracket, "["},
    {Key::RightBracket, "]"},
    {Key::Backtick, "`"},
}};

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

std::string key_name(Key key) {
  const int code = static_cast<int>(key);
  const auto* const found =
      std::find_if(kNames.begin(), kNames.end(), [key](const Named& n) { return n.key == key; });
  if (found != kNames.end()) {
    return std::string(found->name);
  }
  if (key >= Key::F1 && key <= Key::F12) {
    return "F" + std::to_string(code - static_cast<int>(Key::F1) + 1);
  }
  return std::string(1, static_cast<char>(code));
}

Key key_named(std::string_view name) {
  for (const Named& named : kNames) {
    if (same_word(named.name, name)) {
      return named.key;
    }
  }
  if (name.size() == 1 && std::isalnum(static_cast<unsigned char>(name[0])) != 0) {
    return key_of(name[0]);
  }
  for (int i = 0; i < 12; ++i) {
    if (same_word(name, "F" + std::to_string(i + 1))) {
      return static_cast<Key>(static_cast<int>(Key::F1) + i);
    }
  }
  return Key::None;
}

}  // namespace

std::string name_of(const Chord& chord) {
  if (chord.empty()) {
    return {};
  }
  std::string out;
  out += chord.mods.ctrl ? "Ctrl+" : "";
  out += chord.mods.alt ? "Alt+" : "";
  out += chord.mods.shift ? "Shift+" : "";
  return out + key_name(chord.key);
}

std::string shown_name_of(const Chord& chord) {
  const bool arrow = chord.key >= Key::Right && chord.key <= Key::Up;
  if (!arrow) {
    return name_of(chord);
  }
  static constexpr std::array<std::string_view, 4> kArrows{"→", "←", "↓", "↑"};
  const std::string word = key_name(chord.key);
  const std::string whole = name_of(chord);
  const auto index = static_cast<std::size_t>(chord.key) - static_cast<std::size_t>(Key::Right);
  return whole.substr(0, whole.size() - word.size()) + std::string(kArrows[index]);
}

Result<Chord> parse_chord(std::string_view text) {
  Chord chord;
  for (const std::string& word : split(text, '+')) {
    if (same_word(word, "Ctrl")) {
      chord.mods.ctrl = true;
    } else if (same_word(word, "Shift")) {
      chord.mods.shift = true;
    } else if (same_word(word, "Alt")) {
      chord.mods.alt = true;
    } else if (chord.empty()) {
      chord.key = key_named(word);
    } else {
      chord.key = Key::None;
      break;
    }
  }
  if (chord.empty()) {
    return fail(ErrorCode::InvalidInput, "read key chord", std::string(text));
  }
  return chord;
}

}  // namespace shiqu::desk
