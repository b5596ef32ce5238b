#pragma once

#include "ocr/ctc.h"
#include "ocr/onnx/session.h"
#include "ocr/onnx/weights.h"
#include "storage/base/result.h"
#include "storage/imaging/image.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace shiqu::ocr {

/// Reads one column (or note half) of text with a PP-OCR recogniser (Du et al. 2020; SVTR, Du et
/// al. 2022): the base network of the registry, with our own neck and output layer put in place of
/// its own when a head is given. Not thread-safe.
class LineReader {
 public:
  static constexpr int kHeightPx = 48;  ///< of the line the network takes
  static constexpr int kStepPx = 8;     ///< of that line per step

  /// `base`: an ONNX file. `head`: weights named as in `base`, and in its metadata under
  /// "characters" all its classes but the blank and the last (space), in order, as one string;
  /// empty: the base's own classes, which `base_characters` lists one a line.
  /// Errors: Corrupt (does not fit), NotFound.
  static Result<LineReader> open(std::span<const std::uint8_t> base, const Weights& head,
                                 std::string_view base_characters);

  /// What the network sees along `column` (Gray8 or Rgb8, upright, cut close to the text; grey
  /// levels, not binarised). Step t stands for the pixels around y = (t + ½) · step_px() of it.
  /// Guesses below 1e-4 are left out, blank always there.
  Result<Steps> read(const imaging::Image& column);

  /// Height in pixels of a column of this size that one step covers.
  [[nodiscard]] static double step_px(SizePx column) noexcept;

  [[nodiscard]] std::size_t classes() const noexcept { return characters_.size(); }

 private:
  LineReader(OnnxSession session, std::u32string characters);
  OnnxSession session_;
  std::u32string characters_;  ///< by class; [0] is the blank
};

/// `column` as the network takes it: turned 90° anticlockwise, kHeightPx high, a tenth shorter than
/// its aspect asks for and at least 320 px long, B, G, R planes of value ÷ 127.5 − 1, padded with
/// 0.
Tensor line_tensor(const imaging::Image& column);

}  // namespace shiqu::ocr
