#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace shiqu::ocr {

/// A block of floats, the last dimension fastest.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;  ///< as many as the product of `shape`
};

/// A network loaded into ONNX Runtime, with one input and one output. Runs on the CPU. Not
/// thread-safe: one session per worker; several sessions may run at once.
class OnnxSession {
 public:
  /// `model`: the bytes of an ONNX file, which may be freed afterwards. `threads` ≥ 1.
  /// Errors: Corrupt (not a network this runtime can run, or several inputs).
  static Result<OnnxSession> open(std::span<const std::uint8_t> model, int threads = 1);

  OnnxSession(OnnxSession&&) noexcept;
  OnnxSession& operator=(OnnxSession&&) noexcept;
  OnnxSession(const OnnxSession&) = delete;
  OnnxSession& operator=(const OnnxSession&) = delete;
  ~OnnxSession();

  /// Errors: InvalidInput (shape and values differ, or the network does not take this shape),
  /// Internal (no memory left).
  Result<Tensor> run(Tensor input);

 private:
  struct Inside;
  explicit OnnxSession(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

/// "1.29.0": recorded with each result.
std::string onnx_runtime_version();

}  // namespace shiqu::ocr
