#include "ocr/train/batches.h"

#include "ocr/train/internal/random.h"

#include <algorithm>

namespace shiqu::ocr::train {
namespace {

/// Planes B, G, R of value ÷ 127.5 − 1 into one line of the batch.
void fill_line(const imaging::Image& line, int width_px, float* out) {
  const auto channels = static_cast<std::size_t>(line.channels());
  for (std::size_t c = 0; c < 3; ++c) {
    const std::size_t from = channels == 3 ? 2 - c : 0;
    for (int y = 0; y < kLineHeightPx; ++y) {
      const auto row = line.row(y);
      float* const to = out + (static_cast<std::ptrdiff_t>(c) * kLineHeightPx + y) * width_px;
      for (int x = 0; x < line.width(); ++x) {
        to[x] = static_cast<float>(row[static_cast<std::size_t>(x) * channels + from]) / 127.5F - 1;
      }
    }
  }
}

int choose_width(Random& random) {
  const double choice = random.unit();
  return choice < 0.35 ? 320 : choice < 0.85 ? 480 : 640;
}

constexpr std::uint64_t kNumbersPerStep = 4096;
constexpr std::uint64_t kSamples = 1ULL << 48U;  // numbers no step of a run reaches

}  // namespace

Backbone::Backbone(OnnxSession session) : session_(std::move(session)) {}

Result<Backbone> Backbone::open(std::span<const std::uint8_t> base, int threads) {
  SHIQU_TRY_ASSIGN(OnnxGraph graph, OnnxGraph::parse(base));
  SHIQU_TRY(graph.cut_after(kFeatureTensor));
  SHIQU_TRY_ASSIGN(OnnxSession session, OnnxSession::open(graph.bytes(), threads));
  return Backbone(std::move(session));
}

Result<Tensor> Backbone::features(std::span<const imaging::Image* const> lines, int width_px) {
  const std::size_t per_line =
      static_cast<std::size_t>(3 * kLineHeightPx) * static_cast<std::size_t>(width_px);
  Tensor input;
  input.shape = {static_cast<std::int64_t>(lines.size()), 3, kLineHeightPx, width_px};
  input.values.assign(per_line * lines.size(), 0.0F);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    fill_line(*lines[i], width_px, input.values.data() + i * per_line);
  }
  return session_.run(std::move(input));
}

BatchMaker::BatchMaker(LineSynthesiser& lines, const ClassList& classes, Backbone backbone,
                       std::uint64_t seed, const BatchPlan& plan)
    : lines_(&lines),
      classes_(&classes),
      backbone_(std::move(backbone)),
      seed_(seed),
      plan_(plan) {}

Result<Batch> BatchMaker::make(std::uint64_t step) {
  Random random(seed_, step * 2 + 1);
  const int width = choose_width(random);
  const int count = std::max(1, plan_.pixels / width);
  const double done = std::min(1.0, static_cast<double>(step) / static_cast<double>(plan_.batches));
  const double share = plan_.random_begin + (plan_.random_end - plan_.random_begin) * done;
  std::vector<SynthLine> drawn;
  std::vector<const imaging::Image*> images;
  Batch out;
  for (int i = 0; i < count; ++i) {
    drawn.push_back(
        lines_->draw(step * kNumbersPerStep + static_cast<std::uint64_t>(i), width, share));
    std::vector<std::int64_t> truth;
    for (const char32_t character : drawn.back().text) {
      truth.push_back(classes_->of(character));
    }
    out.truth.push_back(std::move(truth));
  }
  for (const SynthLine& line : drawn) {
    images.push_back(&line.image);
  }
  SHIQU_TRY_ASSIGN(out.features, backbone_.features(images, width));
  return out;
}

Result<BatchMaker::Sample> BatchMaker::sample(std::uint64_t number, int lines) {
  constexpr int kWidth = 480;
  Sample out;
  std::vector<SynthLine> drawn;
  for (int i = 0; i < lines; ++i) {
    const std::uint64_t line = kSamples + number * kNumbersPerStep + static_cast<std::uint64_t>(i);
    drawn.push_back(lines_->draw(line, kWidth, 1));
    std::vector<Learner::Place> places;
    const SynthLine& one = drawn.back();
    for (std::size_t k = 0; k < one.text.size(); ++k) {
      places.push_back({classes_->of(one.text[k]), one.middles_px[k] / kStepPx,
                        std::max(1.0, 0.3 * one.advance_px / kStepPx)});
    }
    out.places.push_back(std::move(places));
  }
  std::vector<const imaging::Image*> images;
  for (const SynthLine& line : drawn) {
    images.push_back(&line.image);
  }
  SHIQU_TRY_ASSIGN(out.features, backbone_.features(images, kWidth));
  return out;
}

}  // namespace shiqu::ocr::train
