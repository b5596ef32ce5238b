#pragma once

#include <onnx/onnx_pb.h>

namespace shiqu::ocr {

/// Rewrites what the converter of PaddlePaddle writes out at length, so that the runtime need not
/// pass over every picture of features nine times between two convolutions:
/// - a convolution, then × a and + b (numbers): a and b go into its weights;
/// - x · clip(x + 3, 0, 6) ÷ 6 (hard swish, Howard et al. 2019): one HardSigmoid and one product;
/// - × a and + b, then a convolution: into its weights, when it pads nothing; where it pads with 0,
///   which is not b, a BatchNormalization takes their place, which keeps the runtime's own layout.
/// The same function, but for rounding.
void fuse_elementwise(onnx::GraphProto& graph);

}  // namespace shiqu::ocr
