#pragma once

#include <cstdint>
#include <span>

namespace shiqu::ocr::train {

/// CTC (Graves et al. 2006) for one line. `p`: probabilities, `classes` for each step, the blank
/// first; what comes out in their place is the gradient of −ln P(truth) by the scores before
/// softmax: p less how much of P passes through each class. Gives −ln P. A truth that does not fit
/// into the steps gives 0 and no gradient. `truth`: classes above 0, not empty.
double ctc_gradient(std::span<float> p, std::int64_t classes, std::span<const std::int64_t> truth);

}  // namespace shiqu::ocr::train
