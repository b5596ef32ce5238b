#pragma once

#include "ocr/onnx/session.h"
#include "storage/base/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::ocr {

/// An ONNX file in memory, to be cut or given other weights before it is loaded into a session.
/// One thread at a time.
class OnnxGraph {
 public:
  /// Errors: Corrupt.
  static Result<OnnxGraph> parse(std::span<const std::uint8_t> file);

  OnnxGraph(OnnxGraph&&) noexcept;
  OnnxGraph& operator=(OnnxGraph&&) noexcept;
  OnnxGraph(const OnnxGraph&) = delete;
  OnnxGraph& operator=(const OnnxGraph&) = delete;
  ~OnnxGraph();

  /// A weight (initialiser or constant node) of float type. Errors: NotFound, Unsupported.
  [[nodiscard]] Result<Tensor> weight(std::string_view name) const;
  /// Replaces a weight, which may get another shape. Errors: NotFound.
  Status set_weight(std::string_view name, const Tensor& weight);
  /// Names of all float weights that the output depends on, in the order of the graph.
  [[nodiscard]] std::vector<std::string> weights() const;

  /// Makes `tensor` the only output and drops every node it does not depend on.
  /// Errors: NotFound.
  Status cut_after(std::string_view tensor);

  /// Joins chains of small steps into fewer, so that the network runs faster; the same function,
  /// but for rounding. Weights are changed: set those of your own first.
  void fuse();

  /// The file again.
  [[nodiscard]] std::vector<std::uint8_t> bytes() const;

 private:
  struct Inside;
  explicit OnnxGraph(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace shiqu::ocr
