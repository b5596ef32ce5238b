#pragma once

#include "storage/base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace shiqu::ocr::train {

/// Ink of one glyph whose em is kGlyphEmPx px; `left`, `top` of its first pixel as seen from the
/// middle of the em (x to the right, y downwards).
struct Glyph {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> coverage;
};
constexpr int kGlyphEmPx = 64;

/// The fonts lines are drawn with: those of Debian packages that are installed. Glyphs are kept, so
/// drawing is fast after the first time. Not thread-safe.
class TypeCase {
 public:
  /// Looks below `folder` for every font of the list that is there.
  /// Errors: NotFound (none at all; names the packages), Corrupt (a font file).
  static Result<TypeCase> open(const std::filesystem::path& folder);
  TypeCase(TypeCase&&) noexcept;
  TypeCase& operator=(TypeCase&&) noexcept;
  TypeCase(const TypeCase&) = delete;
  TypeCase& operator=(const TypeCase&) = delete;
  ~TypeCase();

  [[nodiscard]] std::size_t size() const noexcept;
  /// How often a font is to be the main font of a line, relative to the others; 0: only where the
  /// main font lacks a character.
  [[nodiscard]] double weight(std::size_t font) const noexcept;
  [[nodiscard]] std::string name(std::size_t font) const;
  /// True when the font has the character.
  [[nodiscard]] bool has(std::size_t font, char32_t character) const;
  /// True when any font has it.
  [[nodiscard]] bool has(char32_t character) const;
  /// Null when the font lacks the character or draws nothing for it. Owned by the case.
  const Glyph* glyph(std::size_t font, char32_t character);

 private:
  struct Inside;
  explicit TypeCase(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace shiqu::ocr::train
