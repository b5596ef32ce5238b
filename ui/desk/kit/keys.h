#pragma once

#include "storage/base/result.h"

#include <compare>
#include <string>
#include <string_view>

namespace shiqu::desk {

/// Physical keys, numbered as GLFW numbers them (shell.cpp checks that); letters and digits have
/// the value of their upper-case ASCII character.
enum class Key : int {
  None = 0,
  Space = 32,
  Apostrophe = 39,
  Comma = 44,
  Minus = 45,
  Period = 46,
  Slash = 47,
  Num0 = 48,
  Num1 = 49,
  Num2 = 50,
  Num9 = 57,
  Semicolon = 59,
  Equal = 61,
  A = 65,
  C = 67,
  K = 75,
  V = 86,
  X = 88,
  Y = 89,
  Z = 90,
  LeftBracket = 91,
  Backslash = 92,
  RightBracket = 93,
  Backtick = 96,
  Escape = 256,
  Enter = 257,
  Tab = 258,
  Backspace = 259,
  Insert = 260,
  Delete = 261,
  Right = 262,
  Left = 263,
  Down = 264,
  Up = 265,
  PageUp = 266,
  PageDown = 267,
  Home = 268,
  End = 269,
  F1 = 290,
  F11 = 300,
  F12 = 301,
  KpEnter = 335,
  LeftShift = 340,
  LeftControl = 341,
  LeftAlt = 342,
  LeftSuper = 343,
  RightShift = 344,
  RightSuper = 347
};

/// The key of an ASCII letter or digit, whatever its case.
constexpr Key key_of(char c) noexcept {
  return static_cast<Key>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

/// Modifiers held while a key went down.
struct Mods {
  bool ctrl = false;
  bool shift = false;
  bool alt = false;
  auto operator<=>(const Mods&) const = default;
};

/// A key with its modifiers: what a command is bound to.
struct Chord {
  Key key = Key::None;
  Mods mods;
  auto operator<=>(const Chord&) const = default;

  [[nodiscard]] bool empty() const noexcept { return key == Key::None; }
};

/// "Ctrl+Shift+K", as shown in menus and stored in a keymap; empty for an empty chord.
std::string name_of(const Chord& chord);

/// The same for the eye: arrows instead of "Left", "Up" and so on.
std::string shown_name_of(const Chord& chord);

/// Inverse of name_of; modifiers in any order and case. Errors: InvalidInput.
Result<Chord> parse_chord(std::string_view text);

}  // namespace shiqu::desk
