#pragma once

#include "ocr/onnx/graph.h"
#include "ocr/onnx/session.h"
#include "ocr/train/class_list.h"
#include "ocr/train/learner.h"
#include "storage/base/result.h"

#include <torch/torch.h>

#include <cstdint>
#include <map>
#include <string>

namespace shiqu::ocr::train {

using Named = std::map<std::string, torch::Tensor>;

torch::Tensor to_torch(const Tensor& tensor);
Tensor from_torch(const torch::Tensor& tensor);

/// The layers from the frozen features to the scores; all in [lines, steps, channels]. Tensors are
/// named as in the exported base network (PP-OCRv4 mobile recogniser).
class Network {
 public:
  /// Both are borrowed. `fixed`: statistics of the batch normalisations.
  Network(const Named& learnt, const Named& fixed) : learnt_(learnt), fixed_(fixed) {}

  [[nodiscard]] torch::Tensor hidden(const torch::Tensor& features) const;
  [[nodiscard]] torch::Tensor scores(const torch::Tensor& hidden) const;

 private:
  [[nodiscard]] const torch::Tensor& of(const std::string& name) const { return learnt_.at(name); }
  [[nodiscard]] torch::Tensor one_step(const torch::Tensor& x, int n) const;
  [[nodiscard]] torch::Tensor three_steps(const torch::Tensor& x, int n) const;
  [[nodiscard]] torch::Tensor activated(const torch::Tensor& x, int n) const;
  [[nodiscard]] torch::Tensor normed(const torch::Tensor& x, int n, double epsilon) const;
  [[nodiscard]] torch::Tensor mapped(const torch::Tensor& x, int n) const;
  [[nodiscard]] torch::Tensor attended(const torch::Tensor& x, int n) const;
  [[nodiscard]] torch::Tensor block(const torch::Tensor& in, int n, int first_norm) const;

  const Named& learnt_;
  const Named& fixed_;
};

/// Errors: NotFound (not this graph).
Status read_neck(const OnnxGraph& start, Named& learnt, Named& fixed);

/// Rows of known characters from the layer of `start`; new ones random about its mean row.
/// Errors: NotFound, Corrupt (the classes are not those of `start`).
Status read_head(const OnnxGraph& start, const ClassList& start_classes, const ClassList& classes,
                 std::uint64_t seed, Named& learnt);

}  // namespace shiqu::ocr::train
