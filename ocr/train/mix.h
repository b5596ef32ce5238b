#pragma once

#include "ocr/onnx/weights.h"
#include "storage/base/result.h"

namespace shiqu::ocr::train {

/// The weights half-way (or `share` of the way, 0…1) from a head to another of the same network.
/// Heads that learnt from the same start lie in one valley of the loss, and their mean reads better
/// than either (Wortsman et al. 2022, "Model soups" and "Robust fine-tuning of zero-shot models").
/// Rows of the output layer are matched by character; those that `other` lacks stay as in `head`.
/// Errors: Corrupt (not heads of the same network, or without their characters).
Result<Weights> mixed(const Weights& head, const Weights& other, double share);

}  // namespace shiqu::ocr::train
