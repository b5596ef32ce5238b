#include "ocr/onnx/weights.h"
#include "ocr/train/class_list.h"
#include "ocr/train/glyph_batches.h"
#include "ocr/train/glyph_learner.h"
#include "ocr/train/glyphs.h"
#include "ocr/train/internal/commands.h"
#include "ocr/train/made_ahead.h"
#include "ocr/train/synthesis.h"
#include "storage/base/file.h"
#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <span>
#include <utility>

namespace shiqu::ocr::train {
namespace {

constexpr std::size_t kAhead = 8;
constexpr std::uint64_t kHeldBack = 1U << 16U;  ///< number of the batches that are only measured
constexpr std::uint64_t kMeasured = 8;
/// Of the characters of lines that are no text: all that can be drawn, alike. The others come from
/// the text, so that half of what is seen is common.
constexpr double kEvenShare = 0.75;

Result<std::u32string> characters_of_head(const std::string& file) {
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(file));
  SHIQU_TRY_ASSIGN(
      const Weights head,
      from_safetensors({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
  return characters_of(head, file);
}

/// Share of held-back glyphs that are read right.
double accuracy(GlyphLearner& learner, std::span<const GlyphBatch> batches) {
  std::size_t right = 0;
  std::size_t all = 0;
  for (const GlyphBatch& batch : batches) {
    const Tensor scores = learner.scores(batch.windows);
    const auto classes = scores.shape[1];
    for (std::size_t i = 0; i < batch.truth.size(); ++i) {
      const auto row = scores.values.begin() + static_cast<std::ptrdiff_t>(i) * classes;
      right += std::max_element(row, row + classes) - row == batch.truth[i] ? 1 : 0;
      ++all;
    }
  }
  return static_cast<double>(right) / static_cast<double>(all);
}

Status save(const GlyphLearner& learner, const Arguments& a,
            std::map<std::string, std::string> metadata) {
  SHIQU_TRY(replace_file(a.plan.folder / "checkpoint.pt", learner.state()));
  Weights weights = learner.weights();
  metadata["steps"] = std::to_string(learner.steps());
  weights.metadata = std::move(metadata);
  const std::vector<std::uint8_t> bytes = to_safetensors(weights, WeightFormat::Float16);
  return replace_file(a.plan.folder / "glyphs.safetensors",
                      {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace

Status learn_glyphs(Arguments a, const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(TypeCase fonts, TypeCase::open(a.fonts));
  SHIQU_TRY_ASSIGN(const Corpus corpus, read_corpus(a.text));
  SHIQU_TRY_ASSIGN(const std::u32string wanted, characters_of_head(a.head));
  const std::u32string drawable = drawable_characters(ClassList(wanted), corpus, {}, fonts);
  const ClassList classes(drawable);
  const std::map<std::string, std::string> metadata{
      {"format", "shiqu-glyphs/1"},
      {"characters", to_utf8(classes.characters())},
      {"seed", std::to_string(a.seed)},
      {"planned_steps", std::to_string(a.plan.steps)},
      {"recipe", fmt::format("characters of synthetic columns, {} a step, {:.2f} of the columns of "
                             "random characters; AdamW, rate {}, cosine",
                             a.glyphs, a.batches.random_begin, a.glyph_learner.rate)},
      {"text",
       a.text_name.empty() ? std::filesystem::path(a.text).filename().string() : a.text_name},
      {"fonts", names_of(fonts)}};
  SHIQU_TRY(make_folders(a.out));
  a.plan.folder = a.out;
  GlyphLearner learner(static_cast<std::int64_t>(drawable.size()), a.glyph_learner, a.seed);
  if (a.resume) {
    SHIQU_TRY_ASSIGN(const std::string state,
                     read_file(a.plan.folder / "checkpoint.pt", 1U << 30U));
    SHIQU_TRY(learner.restore(state));
  }
  LineSynthesiser lines(corpus, fonts, SynthRecipe{kEvenShare, drawable, drawable}, a.seed);
  GlyphMaker maker(lines, classes, a.seed, a.glyphs, a.batches.random_begin);
  std::vector<GlyphBatch> held_back;
  for (std::uint64_t i = 0; i < kMeasured; ++i) {
    held_back.push_back(maker.make(kHeldBack + i));
  }
  say(fmt::format("{} characters, {} fonts; from step {}", drawable.size(), fonts.size(),
                  learner.steps()));
  MadeAhead<GlyphBatch> queue(
      [&](std::uint64_t number) -> Result<GlyphBatch> { return maker.make(number); },
      static_cast<std::uint64_t>(learner.steps()), kAhead);
  Course course;
  course.steps = [&] { return learner.steps(); };
  course.step = [&](double rate) -> Result<StepOutcome> {
    SHIQU_TRY_ASSIGN(const GlyphBatch batch, queue.next(stop));
    return learner.step(batch, rate);
  };
  course.save = [&] { return save(learner, a, metadata); };
  course.score = [&] {
    return fmt::format("{:.2f} % of glyphs held back", 100 * accuracy(learner, held_back));
  };
  course.waiting = [&] { return queue.waiting(); };
  return take(course, a.plan, say, stop);
}

}  // namespace shiqu::ocr::train
