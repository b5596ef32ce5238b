#include "ocr/onnx/graph.h"
#include "ocr/onnx/session.h"
#include "storage/base/file.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

using namespace shiqu;
using namespace shiqu::ocr;

namespace {

/// The registry's recogniser, or empty (and a word about it) where set-up could not fetch it.
std::vector<std::uint8_t> recogniser() {
  const std::filesystem::path file = std::filesystem::path(SHIQU_SOURCE_DIR) /
                                     "build/registry/ocr-models/ch_PP-OCRv4_rec_infer.onnx";
  const auto text = read_file(file, 64U << 20U);
  if (!text) {
    MESSAGE("SKIPPED: ", file.string(), " is not there; ./run sets it up");
    return {};
  }
  return {text->begin(), text->end()};
}

Tensor grey_line() {
  Tensor line{{1, 3, 48, 320}, std::vector<float>(std::size_t{3} * 48 * 320)};
  for (std::size_t i = 0; i < line.values.size(); ++i) {
    line.values[i] = std::sin(static_cast<float>(i % 977));
  }
  return line;
}

float largest_difference(const Tensor& a, const Tensor& b) {
  float out = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    out = std::max(out, std::abs(a.values[i] - b.values[i]));
  }
  return out;
}

/// What a network answers to the grey line as it is in its file, and as it was changed.
struct Answers {
  Tensor before;
  Tensor after;

  Answers(const std::vector<std::uint8_t>& file, const OnnxGraph& changed) {
    auto from_file = OnnxSession::open(file);
    auto from_graph = OnnxSession::open(changed.bytes());
    REQUIRE_OK(from_file);
    REQUIRE_OK(from_graph);
    auto expected = from_file->run(grey_line());
    auto found = from_graph->run(grey_line());
    REQUIRE_OK(expected);
    REQUIRE_OK(found);
    before = std::move(*expected);
    after = std::move(*found);
  }
};

}  // namespace

TEST_CASE("a network with one weight replaced by itself answers as before") {
  const auto file = recogniser();
  if (file.empty()) {
    return;
  }
  auto graph = OnnxGraph::parse(file);
  REQUIRE_OK(graph);
  const auto head = graph->weight("linear_85.w_0");
  REQUIRE_OK(head);
  CHECK(head->shape == std::vector<std::int64_t>{120, 6625});
  REQUIRE_OK(graph->set_weight("linear_85.w_0", *head));
  const Answers answers(file, *graph);
  REQUIRE(answers.after.shape == std::vector<std::int64_t>{1, 40, 6625});
  CHECK(largest_difference(answers.before, answers.after) < 1e-6F);
}

TEST_CASE("a head with more classes gives as many probabilities at every step") {
  const auto file = recogniser();
  if (file.empty()) {
    return;
  }
  auto graph = OnnxGraph::parse(file);
  REQUIRE_OK(graph);
  REQUIRE_OK(graph->set_weight("linear_85.w_0", {{120, 7000}, std::vector<float>(120 * 7000)}));
  REQUIRE_OK(graph->set_weight("linear_85.b_0", {{7000}, std::vector<float>(7000)}));
  auto session = OnnxSession::open(graph->bytes());
  REQUIRE_OK(session);
  const auto found = session->run(grey_line());
  REQUIRE_OK(found);
  REQUIRE(found->shape == std::vector<std::int64_t>{1, 40, 7000});
  CHECK(found->values.front() == doctest::Approx(1.0 / 7000));
}

TEST_CASE("a network cut after its backbone gives features and keeps no weight of the head") {
  const auto file = recogniser();
  if (file.empty()) {
    return;
  }
  auto graph = OnnxGraph::parse(file);
  REQUIRE_OK(graph);
  const std::size_t all = graph->weights().size();
  REQUIRE_OK(graph->cut_after("p2o.AveragePool.1"));
  CHECK(graph->weights().size() < all);
  CHECK_FALSE(graph->weight("linear_85.w_0").has_value());
  CHECK(graph->cut_after("no such tensor").error().code == ErrorCode::NotFound);
  auto session = OnnxSession::open(graph->bytes());
  REQUIRE_OK(session);
  const auto features = session->run(grey_line());
  REQUIRE_OK(features);
  CHECK(features->shape == std::vector<std::int64_t>{1, 480, 1, 40});
}

TEST_CASE("bytes that are no network are refused, and so is a tensor of the wrong shape") {
  const std::vector<std::uint8_t> noise(1000, 0x5a);
  CHECK(OnnxGraph::parse(noise).error().code == ErrorCode::Corrupt);
  CHECK(OnnxSession::open(noise).error().code == ErrorCode::Corrupt);
  const auto file = recogniser();
  if (file.empty()) {
    return;
  }
  auto session = OnnxSession::open(file);
  REQUIRE_OK(session);
  CHECK(session->run({{1, 3, 48, 320}, {0.0F}}).error().code == ErrorCode::InvalidInput);
  CHECK(
      session->run({{1, 2, 48, 320}, std::vector<float>(std::size_t{2} * 48 * 320)}).error().code ==
      ErrorCode::InvalidInput);
}

TEST_CASE("a fused network answers as before, without the numbers between its convolutions") {
  const auto file = recogniser();
  if (file.empty()) {
    return;
  }
  auto graph = OnnxGraph::parse(file);
  REQUIRE_OK(graph);
  const auto holds = [&](const char* name) {
    const std::vector<std::string> all = graph->weights();
    return std::find(all.begin(), all.end(), name) != all.end();
  };
  // Before a hard swish, before a convolution without and one with padding.
  REQUIRE(holds("mobile_one_block_0.w_0"));
  REQUIRE(holds("whswish_b_1.w_0"));
  REQUIRE(holds("whswish_b_2.w_0"));
  graph->fuse();
  CHECK_FALSE(holds("mobile_one_block_0.w_0"));
  CHECK_FALSE(holds("whswish_b_1.w_0"));
  CHECK_FALSE(holds("whswish_b_2.w_0"));
  const Answers answers(file, *graph);
  CHECK(answers.after.shape == answers.before.shape);
  CHECK(largest_difference(answers.after, answers.before) < 1e-3F);
}
