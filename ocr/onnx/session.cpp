#include "ocr/onnx/session.h"

#include <onnxruntime_cxx_api.h>

#include <cstdlib>
#include <functional>
#include <numeric>
#include <utility>

namespace shiqu::ocr {
namespace {

Ort::Env& environment() {
  static Ort::Env env = [] {
    // Builds with telemetry start a shell to identify the machine and would report to their maker.
    // Shiqu reports to nobody.
    ::setenv("ORT_DISABLE_TELEMETRY", "1", 1);
    return Ort::Env(ORT_LOGGING_LEVEL_ERROR, "shiqu");
  }();
  return env;
}

std::int64_t elements(const std::vector<std::int64_t>& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

}  // namespace

struct OnnxSession::Inside {
  Ort::Session session{nullptr};
  std::string input;
  std::string output;
};

OnnxSession::OnnxSession(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
OnnxSession::OnnxSession(OnnxSession&&) noexcept = default;
OnnxSession& OnnxSession::operator=(OnnxSession&&) noexcept = default;
OnnxSession::~OnnxSession() = default;

Result<OnnxSession> OnnxSession::open(std::span<const std::uint8_t> model, int threads) {
  try {
    Ort::SessionOptions options;
    options.SetIntraOpNumThreads(threads);
    options.SetInterOpNumThreads(1);
    // Column lengths differ from call to call: a pattern of memory planned for one is a waste for
    // the next, and the arena would keep the largest of all.
    options.DisableMemPattern();
    auto inside = std::make_unique<Inside>();
    inside->session = Ort::Session(environment(), model.data(), model.size(), options);
    if (inside->session.GetInputCount() != 1 || inside->session.GetOutputCount() < 1) {
      return fail(ErrorCode::Corrupt, "load network", {}, "it must have one input and an output");
    }
    const Ort::AllocatorWithDefaultOptions allocator;
    inside->input = inside->session.GetInputNameAllocated(0, allocator).get();
    inside->output = inside->session.GetOutputNameAllocated(0, allocator).get();
    return OnnxSession(std::move(inside));
  } catch (const Ort::Exception& error) {
    return fail(ErrorCode::Corrupt, "load network", {}, error.what());
  }
}

Result<Tensor> OnnxSession::run(Tensor input) {
  if (elements(input.shape) != static_cast<std::int64_t>(input.values.size())) {
    return fail(ErrorCode::InvalidInput, "run network", {}, "the shape does not fit the values");
  }
  try {
    const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
    const auto value = Ort::Value::CreateTensor<float>(
        memory, input.values.data(), input.values.size(), input.shape.data(), input.shape.size());
    const char* const in = inside_->input.c_str();
    const char* const out = inside_->output.c_str();
    const auto results = inside_->session.Run(Ort::RunOptions{nullptr}, &in, &value, 1, &out, 1);
    Tensor output;
    output.shape = results[0].GetTensorTypeAndShapeInfo().GetShape();
    const float* first = results[0].GetTensorData<float>();
    output.values.assign(first, first + elements(output.shape));
    return output;
  } catch (const Ort::Exception& error) {
    return fail(ErrorCode::InvalidInput, "run network", {}, error.what());
  }
}

std::string onnx_runtime_version() {
  return OrtGetApiBase()->GetVersionString();
}

}  // namespace shiqu::ocr
