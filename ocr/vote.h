#pragma once

#include "ocr/engine.h"

#include <memory>

namespace shiqu::ocr {

/// How much more often a second reader gives its answer about a character that was read right than
/// about one that was read wrong (likelihood ratios).
struct VoteRatios {
  double agrees = 1;   ///< it reads the same
  double differs = 1;  ///< another character
  double silent = 1;   ///< nothing there
};

/// Weighs the glyphs of `first` with what a second reader made of the same line: agreement raises
/// the confidence, disagreement lowers it (odds × ratio), and the other reading stands first among
/// the alternatives. The text stays as it is: people decide. Lines are matched by edit distance.
/// The confidence of the line becomes the mean again.
void vote(model::Line& first, const model::Line& second, const VoteRatios& ratios);

/// A line with a glyph below this confidence is read a second time.
constexpr double kDoubtful = 0.8;

/// Reads with `first`, and doubtful lines with `second` too ("first+second"). `ratios` belong to
/// this pair of readers and this kind of text. Both engines are borrowed and must live as long.
std::unique_ptr<Engine> make_voting_engine(Engine& first, Engine& second, const VoteRatios& ratios);

/// Tesseract's HanT_vert beside the neural reader, measured on the doubtful characters of one half
/// of the shared pages (docs/reading.md); too few were silent to say anything.
constexpr VoteRatios kTesseractOnColumns{4.5, 0.8, 1};

}  // namespace shiqu::ocr
