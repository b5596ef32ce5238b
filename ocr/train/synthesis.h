#pragma once

#include "ocr/train/class_list.h"
#include "ocr/train/glyphs.h"
#include "storage/base/result.h"
#include "storage/imaging/image.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace shiqu::ocr::train {

constexpr int kLineHeightPx = 48;
constexpr int kStepPx = 8;  ///< of a line per step of the network

/// A drawn column turned 90° anticlockwise, as the recogniser takes it.
struct SynthLine {
  imaging::Image image;  ///< Rgb8, kLineHeightPx high; may be shorter than the width asked for
  std::u32string text;   ///< what stands whole in the column; never empty, fits into the steps
  std::vector<double> middles_px;  ///< of its characters, along the line
  double advance_px = 0;           ///< from one to the next, about
};

/// What is drawn.
struct SynthRecipe {
  double new_share = 0.5;   ///< of random characters that are among `wanted`
  std::u32string drawable;  ///< may be drawn: has a class and a font
  std::u32string wanted;    ///< characters that need practice; may be empty
};

/// Draws columns as old books have them: fonts, spacing, woodblock wear, rules and frames, ink of
/// neighbour columns, seals, paper, scanners. A line depends on nothing but recipe, corpus, fonts,
/// seed and number, so runs repeat and can go on anywhere. Not thread-safe.
class LineSynthesiser {
 public:
  /// `corpus` and `fonts` must outlive the synthesiser.
  LineSynthesiser(const Corpus& corpus, TypeCase& fonts, SynthRecipe recipe, std::uint64_t seed);
  LineSynthesiser(LineSynthesiser&&) noexcept;
  LineSynthesiser& operator=(LineSynthesiser&&) noexcept;
  LineSynthesiser(const LineSynthesiser&) = delete;
  LineSynthesiser& operator=(const LineSynthesiser&) = delete;
  ~LineSynthesiser();

  /// Line number `number` at most `width_px` long. `width_px`: at least 160, a multiple of 8.
  /// `random_share`, 0…1: how likely it has random characters instead of text.
  SynthLine draw(std::uint64_t number, int width_px, double random_share);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

/// Characters of `classes` that stand in the corpus or in `extra` and that some font has.
std::u32string drawable_characters(const ClassList& classes, const Corpus& corpus,
                                   std::u32string_view extra, const TypeCase& fonts);

}  // namespace shiqu::ocr::train
