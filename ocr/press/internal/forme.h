#pragma once

#include "ocr/press/internal/compose.h"
#include "ocr/press/internal/fonts.h"
#include "ocr/press/internal/noise.h"
#include "storage/base/geometry.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace shiqu::ocr::press {

/// 8 bits for each pixel of the flat page.
template <class T>
struct Plane {
  SizePx size;
  std::vector<T> values;

  Plane() = default;
  explicit Plane(SizePx of)
      : size(of),
        values(static_cast<std::size_t>(of.width) * static_cast<std::size_t>(of.height)) {}
  [[nodiscard]] T* row(int y) {
    return values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width);
  }
  [[nodiscard]] const T* row(int y) const {
    return values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width);
  }
};

constexpr std::uint16_t kNobody = 0;
constexpr std::uint16_t kFrame = 0xFFFF;      ///< outer border
constexpr std::uint16_t kFurniture = 0xFFFE;  ///< rules, inner border, fishtails

/// The inked wood block, flat and unworn: coverage 0…255, and for each pixel whose ink it would
/// be: a glyph's number from 1 in order of the lines, or one of the constants.
struct Forme {
  Plane<std::uint8_t> ink;
  Plane<std::uint16_t> owner;
};

/// Cuts frame, rules, fishtails and glyphs. `gaps` 0…1: how broken frame and rules are.
/// Errors: NotFound (a character), Corrupt.
Result<Forme> cut_forme(const Grid& grid, std::span<const LineDraft> lines, Fonts& fonts,
                        Prng& prng, double gaps);

/// Cuts a drawing of hills, trees and water into `area`; its ink is `number`'s.
void cut_figure(Forme& forme, const RectPx& area, std::uint16_t number, double line_px, Prng& prng);

/// A seal: coverage of red on its own plane, and the place of that plane on the flat page.
struct Seal {
  Plane<std::uint8_t> ink;
  PointPx corner;
};

/// Four characters in a square, white on red or red on white.
/// Errors: NotFound (a character), Corrupt.
Result<Seal> cut_seal(std::u32string_view characters, int side_px, Fonts& fonts, Prng& prng);

}  // namespace shiqu::ocr::press
