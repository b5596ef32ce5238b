#include "ocr/train/learner.h"

#include "ocr/train/trainer.h"
#include "storage/base/file.h"
#include "storage/base/text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>

using namespace shiqu;
using namespace shiqu::ocr;
using namespace shiqu::ocr::train;

namespace {

struct Base {
  std::string bytes;
  std::u32string characters;
};

/// The registry's recogniser with its characters, or nothing (and a word about it).
std::optional<Base> base_network() {
  const std::filesystem::path folder =
      std::filesystem::path(SHIQU_SOURCE_DIR) / "build/registry/ocr-models";
  auto bytes = read_file(folder / "ch_PP-OCRv4_rec_infer.onnx");
  const auto keys = read_file(folder / "ppocr_keys_v1.txt");
  if (!bytes || !keys) {
    MESSAGE("SKIPPED: ", folder.string(), " has no base network; ./run sets it up");
    return std::nullopt;
  }
  auto characters = characters_of_keys(*keys);
  REQUIRE(characters);
  return Base{std::move(*bytes), std::move(*characters)};
}

std::span<const std::uint8_t> as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

OnnxGraph graph_of(const Base& base) {
  auto graph = OnnxGraph::parse(as_bytes(base.bytes));
  REQUIRE(graph);
  return std::move(*graph);
}

/// Grey bars in a fixed pattern: something to look at.
imaging::Image pattern() {
  imaging::Image out(imaging::PixelFormat::Gray8, {320, kLineHeightPx});
  for (int y = 0; y < out.height(); ++y) {
    for (int x = 0; x < out.width(); ++x) {
      out.row(y)[static_cast<std::size_t>(x)] =
          static_cast<std::uint8_t>((x / 5 + y / 7) % 3 == 0 ? 30 : 220 - (x * y) % 40);
    }
  }
  return out;
}

Tensor features_of(const Base& base) {
  auto backbone = Backbone::open(as_bytes(base.bytes));
  REQUIRE(backbone);
  const imaging::Image image = pattern();
  const imaging::Image* const one = &image;
  auto features = backbone->features({&one, 1}, 320);
  REQUIRE(features);
  return std::move(*features);
}

Learner learner_on(const Base& base, const ClassList& classes) {
  auto learner = Learner::create(graph_of(base), ClassList(base.characters), classes, {}, 11);
  REQUIRE(learner);
  return std::move(*learner);
}

}  // namespace

TEST_CASE("neck and output layer compute what the ONNX network computes") {
  const auto base = base_network();
  if (!base) {
    return;
  }
  const Learner learner = learner_on(*base, ClassList(base->characters));
  OnnxGraph whole = graph_of(*base);
  REQUIRE(whole.cut_after("p2o.Add.277"));  // scores before softmax
  auto session = OnnxSession::open(whole.bytes());
  REQUIRE(session);
  Tensor input{{1, 3, kLineHeightPx, 320}, {}};
  const imaging::Image image = pattern();
  for (int plane = 0; plane < 3; ++plane) {
    for (int y = 0; y < kLineHeightPx; ++y) {
      for (const std::uint8_t value : image.row(y)) {
        input.values.push_back(static_cast<float>(value) / 127.5F - 1);
      }
    }
  }

  const auto wanted = session->run(std::move(input));
  const Tensor got = learner.scores(features_of(*base));

  REQUIRE(wanted);
  REQUIRE(got.shape == wanted->shape);
  float largest = 0;
  for (std::size_t i = 0; i < got.values.size(); ++i) {
    largest = std::max(largest, std::abs(got.values[i] - wanted->values[i]));
  }
  CHECK(largest < 1e-3F);
}

TEST_CASE("rows of known characters move with them to another class list") {
  const auto base = base_network();
  if (!base) {
    return;
  }
  std::u32string turned(base->characters.rbegin(), base->characters.rend());
  turned.push_back(U'𥘉');
  const ClassList classes(turned);
  const ClassList old(base->characters);
  const Tensor features = features_of(*base);

  const Tensor before = learner_on(*base, old).scores(features);
  const Tensor after = learner_on(*base, classes).scores(features);

  REQUIRE(after.shape.back() == static_cast<std::int64_t>(old.size()) + 1);
  CHECK(after.values[0] == doctest::Approx(before.values[0]));
  const char32_t some = base->characters[1000];
  CHECK(after.values[static_cast<std::size_t>(classes.of(some))] ==
        doctest::Approx(before.values[static_cast<std::size_t>(old.of(some))]));
  CHECK(after.values[classes.size() - 1] == doctest::Approx(before.values[old.size() - 1]));
}

TEST_CASE("learning lowers the loss and goes on from a checkpoint as if never stopped") {
  const auto base = base_network();
  if (!base) {
    return;
  }
  const ClassList classes(base->characters + U"𥘉");
  const Batch batch{features_of(*base), {{5, 6, 7, classes.of(U'𥘉')}}};
  const TempDir folder;
  Learner learner = learner_on(*base, classes);
  const double before = learner.loss(batch);
  for (int step = 0; step < 5; ++step) {
    learner.step(batch, 1);
  }

  CHECK(learner.loss(batch) < before);

  REQUIRE(write_checkpoint(learner, classes, folder.path() / "checkpoint"));
  Learner other = learner_on(*base, classes);
  REQUIRE(read_checkpoint(other, classes, folder.path() / "checkpoint"));
  learner.step(batch, 1);
  other.step(batch, 1);

  CHECK(other.steps() == 6);
  CHECK(other.loss(batch) == learner.loss(batch));
  CHECK(other.scores(batch.features).values == learner.scores(batch.features).values);

  Learner stranger = learner_on(*base, ClassList(base->characters));
  const Status wrong =
      read_checkpoint(stranger, ClassList(base->characters), folder.path() / "checkpoint");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::Corrupt);
}

TEST_CASE("a head file holds the learnt weights, the characters and where they come from") {
  const auto base = base_network();
  if (!base) {
    return;
  }
  const ClassList classes(base->characters + U"𥘉");
  const Learner learner = learner_on(*base, classes);
  const TempDir folder;

  REQUIRE(write_head(learner, classes, {{"seed", "11"}}, folder.path() / "head"));

  const auto bytes = read_file(folder.path() / "head");
  REQUIRE(bytes);
  CHECK(bytes->size() < 5'000'000);
  const auto head = from_safetensors(as_bytes(*bytes));
  REQUIRE(head);
  CHECK(head->metadata.at("seed") == "11");
  CHECK(to_utf32(head->metadata.at("characters")) == classes.characters());
  OnnxGraph graph = graph_of(*base);
  for (const auto& [name, tensor] : head->tensors) {
    CAPTURE(name);
    REQUIRE(graph.set_weight(name, tensor));
  }
  CHECK(OnnxSession::open(graph.bytes()));
}

TEST_CASE("the learning rate rises, then falls along a cosine") {
  RunPlan plan;
  plan.steps = 1000;
  plan.warm_up = 100;

  CHECK(rate_at(0, plan) < 0.02);
  CHECK(rate_at(100, plan) > 0.95);
  CHECK(rate_at(500, plan) == doctest::Approx(0.505).epsilon(0.01));
  CHECK(rate_at(1000, plan) == doctest::Approx(0.01));
}

TEST_CASE("a run resumed within a group of batches asks for that group again") {
  RunPlan plan;
  plan.reuse = 2;

  CHECK(first_batch(0, plan) == 0);
  CHECK(first_batch(31, plan) == 0);
  CHECK(first_batch(32, plan) == 16);
  CHECK(first_batch(70, plan) == 32);
}

TEST_CASE("repeated classes and blanks collapse, and distances count edits") {
  CHECK(collapsed({0, 4, 4, 0, 4, 5, 5, 0}) == std::vector<std::int64_t>{4, 4, 5});
  CHECK(edit_distance({1, 2, 3}, {1, 3}) == 1);
  CHECK(edit_distance({}, {1, 3}) == 2);
}
