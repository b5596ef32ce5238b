#include "ocr/train/internal/ctc_gradient.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace shiqu::ocr::train {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

double log_sum(double a, double b) {
  const double high = std::max(a, b);
  return high == kNever ? kNever : high + std::log1p(std::exp(std::min(a, b) - high));
}

/// The truth with blanks around each character, and ways through it.
class Trellis {
 public:
  Trellis(std::span<const float> p, std::int64_t classes, std::span<const std::int64_t> truth)
      : steps_(p.size() / static_cast<std::size_t>(classes)), places_(2 * truth.size() + 1) {
    labels_.assign(places_, 0);
    for (std::size_t i = 0; i < truth.size(); ++i) {
      labels_[2 * i + 1] = truth[i];
    }
    log_p_.resize(steps_ * places_);
    for (std::size_t t = 0; t < steps_; ++t) {
      const float* const row = p.data() + static_cast<std::ptrdiff_t>(t) * classes;
      for (std::size_t s = 0; s < places_; ++s) {
        log_p_[t * places_ + s] = std::log(std::max(1e-30, static_cast<double>(row[labels_[s]])));
      }
    }
    run_forward();
    run_backward();
  }

  [[nodiscard]] double log_likelihood() const {
    const std::size_t last = (steps_ - 1) * places_ + places_ - 1;
    return log_sum(forward_[last], forward_[last - 1]);
  }
  /// ln of the part of P that is at place `s` at step `t`.
  [[nodiscard]] double through(std::size_t t, std::size_t s) const {
    return forward_[t * places_ + s] + backward_[t * places_ + s] - log_p_[t * places_ + s];
  }
  [[nodiscard]] std::size_t steps() const noexcept { return steps_; }
  [[nodiscard]] const std::vector<std::int64_t>& labels() const noexcept { return labels_; }

 private:
  /// Whether place `s` follows place `s` − 2 directly.
  [[nodiscard]] bool skips(std::size_t s) const {
    return s >= 2 && labels_[s] != 0 && labels_[s] != labels_[s - 2];
  }

  void run_forward() {
    forward_.assign(steps_ * places_, kNever);
    forward_[0] = log_p_[0];
    forward_[1] = log_p_[1];
    for (std::size_t t = 1; t < steps_; ++t) {
      const double* const before = &forward_[(t - 1) * places_];
      for (std::size_t s = 0; s < places_; ++s) {
        double sum = before[s];
        sum = s >= 1 ? log_sum(sum, before[s - 1]) : sum;
        sum = skips(s) ? log_sum(sum, before[s - 2]) : sum;
        forward_[t * places_ + s] = sum + log_p_[t * places_ + s];
      }
    }
  }

  void run_backward() {
    backward_.assign(steps_ * places_, kNever);
    const std::size_t last = (steps_ - 1) * places_;
    backward_[last + places_ - 1] = log_p_[last + places_ - 1];
    backward_[last + places_ - 2] = log_p_[last + places_ - 2];
    for (std::size_t t = steps_ - 1; t-- > 0;) {
      const double* const after = &backward_[(t + 1) * places_];
      for (std::size_t s = 0; s < places_; ++s) {
        double sum = after[s];
        sum = s + 1 < places_ ? log_sum(sum, after[s + 1]) : sum;
        sum = s + 2 < places_ && skips(s + 2) ? log_sum(sum, after[s + 2]) : sum;
        backward_[t * places_ + s] = sum + log_p_[t * places_ + s];
      }
    }
  }

  std::size_t steps_;
  std::size_t places_;
  std::vector<std::int64_t> labels_;
  std::vector<double> log_p_;  ///< [step][place]
  std::vector<double> forward_;
  std::vector<double> backward_;
};

}  // namespace

double ctc_gradient(std::span<float> p, std::int64_t classes, std::span<const std::int64_t> truth) {
  const Trellis trellis(p, classes, truth);
  const double likelihood = trellis.log_likelihood();
  if (likelihood == kNever) {
    std::fill(p.begin(), p.end(), 0.0F);
    return 0;
  }
  for (std::size_t t = 0; t < trellis.steps(); ++t) {
    float* const row = p.data() + static_cast<std::ptrdiff_t>(t) * classes;
    for (std::size_t s = 0; s < trellis.labels().size(); ++s) {
      row[trellis.labels()[s]] -= static_cast<float>(std::exp(trellis.through(t, s) - likelihood));
    }
  }
  return -likelihood;
}

}  // namespace shiqu::ocr::train
