#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace shiqu::ocr::press {

enum class Hand { Ming, Kai };

/// How to draw one glyph, in px and degrees.
struct GlyphShape {
  double em_width_px = 64;
  double em_height_px = 64;
  double bolder_px = 0;
  double turn_deg = 0;
};

/// Ink of one glyph; `left`, `top`: of its first pixel, measured from the middle of the em square
/// (x to the right, y downwards).
struct GlyphInk {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> coverage;
};

/// The fonts of Debian packages, with substitutes in a fixed order where a glyph is missing.
/// Not thread-safe.
class Fonts {
 public:
  /// `choice` picks the main font among those of a hand. Errors: NotFound (names the package).
  static Result<Fonts> open(const std::filesystem::path& folder, bool need_ming, bool need_kai,
                            std::size_t choice);
  Fonts(Fonts&&) noexcept;
  Fonts& operator=(Fonts&&) noexcept;
  ~Fonts();

  /// True when a font of the chain has `character` with ink.
  bool has(char32_t character, Hand hand);
  /// Errors: NotFound (no font has it; names the packages that are not installed), Corrupt.
  Result<GlyphInk> draw(char32_t character, Hand hand, const GlyphShape& shape);

 private:
  struct State;
  explicit Fonts(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace shiqu::ocr::press
