#include "ocr/onnx/glyph_reader.h"
#include "ocr/onnx/glyph_window.h"
#include "ocr/onnx/internal/glyph_graph.h"
#include "ocr/train/glyph_batches.h"
#include "ocr/train/glyph_learner.h"
#include "tests/ocr_train/drawn_text.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace shiqu;
using namespace shiqu::ocr;
using namespace shiqu::ocr::train;

namespace {

/// Glyphs of two kinds: bars along, bars across.
GlyphBatch bars() {
  GlyphBatch out;
  out.windows.shape = {16, 1, kGlyphSidePx, kGlyphSidePx};
  for (int i = 0; i < 16; ++i) {
    imaging::Image column(imaging::PixelFormat::Gray8, {kGlyphSidePx, kGlyphSidePx});
    for (int y = 0; y < column.height(); ++y) {
      for (int x = 0; x < column.width(); ++x) {
        const int along = i % 2 == 0 ? x : y;
        column.row(y)[static_cast<std::size_t>(x)] = (along + i) / 6 % 2 == 0 ? 30 : 230;
      }
    }
    add_glyph_window(column, kGlyphSidePx / 2.0, kGlyphSidePx / 1.25, out.windows.values);
    out.truth.push_back(i % 2);
  }
  return out;
}

double difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape == b.shape);
  double most = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    most = std::max(most, static_cast<double>(std::abs(a.values[i] - b.values[i])));
  }
  return most;
}

Tensor run(const Weights& weights, const Tensor& windows, std::int64_t classes) {
  const auto graph = glyph_graph(weights, classes);
  REQUIRE_OK(graph);
  auto session = OnnxSession::open(*graph);
  REQUIRE_OK(session);
  auto scores = session->run(windows);
  REQUIRE_OK(scores);
  return std::move(*scores);
}

}  // namespace

TEST_CASE("a window shows the character in its middle, whatever the paper's level") {
  imaging::Image column(imaging::PixelFormat::Gray8, {kGlyphSidePx, 200});
  std::fill(column.bytes().begin(), column.bytes().end(), std::uint8_t{200});
  for (int y = 95; y < 105; ++y) {
    std::fill(column.row(y).begin(), column.row(y).end(), std::uint8_t{40});
  }
  std::vector<float> window;
  add_glyph_window(column, 100, 40, window);
  REQUIRE(window.size() == static_cast<std::size_t>(kGlyphSidePx) * kGlyphSidePx);
  CHECK(std::accumulate(window.begin(), window.end(), 0.0) == doctest::Approx(0).epsilon(0.01));
  CHECK(window[24 * kGlyphSidePx + 10] < -1);
  CHECK(window[2 * kGlyphSidePx + 10] > 0);
  window.clear();
  add_glyph_window(column, 20, 20, window);  // paper alone
  CHECK(std::all_of(window.begin(), window.end(), [](float v) { return std::abs(v) < 1e-4F; }));
}

TEST_CASE("a batch of glyphs depends on its number alone") {
  fixture::DrawnText shop;
  LineSynthesiser lines = shop.synthesiser(5);
  LineSynthesiser again = shop.synthesiser(5);
  GlyphMaker one(lines, shop.classes, 3, 8, 0.5);
  GlyphMaker other(again, shop.classes, 3, 8, 0.5);
  (void)other.make(40);
  const GlyphBatch first = one.make(17);
  const GlyphBatch second = other.make(17);
  CHECK(first.truth == second.truth);
  CHECK(first.windows.values == second.windows.values);
  CHECK(first.windows.shape == std::vector<std::int64_t>{8, 1, kGlyphSidePx, kGlyphSidePx});
  CHECK(one.make(18).truth != first.truth);
  for (const std::int64_t truth : first.truth) {
    CHECK(truth >= 0);
    CHECK(truth < static_cast<std::int64_t>(shop.recipe.drawable.size()));
  }
}

TEST_CASE("the glyph network learns, and the reader computes what was learnt") {
  GlyphLearnerSettings settings;
  GlyphLearner learner(2, settings, 7);
  const GlyphBatch batch = bars();
  const double before = learner.step(batch, 1).loss;
  double after = before;
  for (int i = 0; i < 12; ++i) {
    after = learner.step(batch, 1).loss;
  }
  CHECK(after < before / 2);
  CHECK(learner.steps() == 13);
  // Normalisation works with the statistics it has seen, which take a while to settle.
  CHECK(difference(run(learner.weights(), batch.windows, 2), learner.scores(batch.windows)) < 1e-3);
}

TEST_CASE("a run of the glyph network goes on where it stopped") {
  const GlyphBatch batch = bars();
  GlyphLearner one(2, {}, 7);
  (void)one.step(batch, 1);
  GlyphLearner other(2, {}, 8);
  REQUIRE_OK(other.restore(one.state()));
  CHECK(other.steps() == 1);
  CHECK(difference(one.scores(batch.windows), other.scores(batch.windows)) == 0);
  CHECK(other.restore("no state").error().code == ErrorCode::Corrupt);
  GlyphLearner larger(3, {}, 8);
  CHECK(larger.restore(one.state()).error().code == ErrorCode::Corrupt);
}

TEST_CASE("glyph networks that lack something are refused") {
  GlyphLearner learner(2, {}, 7);
  Weights weights = learner.weights();
  CHECK(GlyphReader::open(weights).error().code == ErrorCode::Corrupt);  // no characters
  weights.metadata["characters"] = "日曰";
  const auto reader = GlyphReader::open(weights);
  REQUIRE_OK(reader);
  CHECK(reader->classes() == 2);
  weights.metadata["characters"] = "日曰目";
  CHECK(GlyphReader::open(weights).error().code == ErrorCode::Corrupt);
  weights.metadata["characters"] = "日曰";
  weights.tensors.erase("conv3.bias");
  CHECK(GlyphReader::open(weights).error().code == ErrorCode::Corrupt);
}

TEST_CASE("only doubtful places of a column are looked at again") {
  GlyphLearner learner(2, {}, 7);
  Weights weights = learner.weights();
  weights.metadata["characters"] = "日曰";
  auto reader = GlyphReader::open(weights);
  REQUIRE_OK(reader);
  imaging::Image column(imaging::PixelFormat::Rgb8, {60, 300});
  Places places{{1, 1, {{U'日', 0.98}, {U'曰', 0.01}}, 0.01},
                {7, 8, {{U'日', 0.5}, {U'曰', 0.49}}, 0.01}};
  REQUIRE_OK(reader->look_again(column, 10, {}, places));
  CHECK(places[0].guesses.front().p == 0.98);
  CHECK(places[1].guesses[1].p != 0.49);
  Places none;
  REQUIRE_OK(reader->look_again(column, 10, {}, none));
}
