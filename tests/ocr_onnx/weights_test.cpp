#include "ocr/onnx/weights.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

using namespace shiqu::ocr;
using shiqu::ErrorCode;

namespace {

Weights sample() {
  Weights out;
  out.tensors["head"] = {{2, 3}, {0.0F, -1.5F, 65504.0F, 6.1e-5F, 5.96e-8F, 3.14159274F}};
  out.tensors["bias"] = {{1}, {-0.1F}};
  out.metadata["keys"] = "一丁㐀𠀀";
  return out;
}

std::vector<std::uint8_t> file_with_header(const std::string& header) {
  std::vector<std::uint8_t> out(8);
  out[0] = static_cast<std::uint8_t>(header.size());
  out.insert(out.end(), header.begin(), header.end());
  out.resize(out.size() + 8);
  return out;
}

}  // namespace

TEST_CASE("weights written as 32-bit floats come back exactly, with what is said about them") {
  const auto read = from_safetensors(to_safetensors(sample(), WeightFormat::Float32));
  REQUIRE_OK(read);
  CHECK(read->tensors.at("head").shape == std::vector<std::int64_t>{2, 3});
  CHECK(read->tensors.at("head").values == sample().tensors.at("head").values);
  CHECK(read->metadata.at("keys") == "一丁㐀𠀀");
}

TEST_CASE("weights written as 16-bit floats come back within half a step, also very small ones") {
  const auto read = from_safetensors(to_safetensors(sample(), WeightFormat::Float16));
  REQUIRE_OK(read);
  const std::vector<float> wanted = sample().tensors.at("head").values;
  const std::vector<float>& found = read->tensors.at("head").values;
  REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const double step = std::max(std::abs(static_cast<double>(wanted[i])) / 2048.0, 1.0 / 33554432);
    CHECK(std::abs(found[i] - wanted[i]) <= step);
  }
}

TEST_CASE("a head file cut anywhere, or whose header lies, is refused") {
  const auto whole = to_safetensors(sample(), WeightFormat::Float16);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto cut = from_safetensors(std::span(whole).first(length));
    CHECK_FALSE(cut.has_value());
  }
  for (const std::string header :
       {R"({"a":{"dtype":"F32","shape":[9],"data_offsets":[0,8]}})",
        R"({"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}})",
        R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}})",
        R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}})",
        R"({"a":{"dtype":"F32","shape":[2]}})", R"({"a":7})", R"([1])", "{"}) {
    const auto lying = from_safetensors(file_with_header(header));
    REQUIRE_FALSE(lying.has_value());
    CHECK(lying.error().code == ErrorCode::Corrupt);
  }
}
