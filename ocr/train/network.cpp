#include "ocr/train/internal/network.h"

#include "ocr/train/internal/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace shiqu::ocr::train {
namespace {

constexpr std::array kConvolutions{142, 143, 144, 145, 146};
constexpr std::array kNorms{148, 149, 150, 151, 152};
constexpr int kFirstLinear = 77;
constexpr int kLinears = 8;  // per block: query-key-value, projection, two of the perceptron
constexpr int kFirstLayerNorm = 43;
constexpr int kLayerNorms = 5;
constexpr std::int64_t kHeads = 8;
constexpr std::int64_t kWidth = kHiddenWidth;

std::string convolution(int n) {
  return "conv2d_" + std::to_string(n) + ".w_0";
}
std::string norm(int n) {
  return "batch_norm2d_" + std::to_string(n);
}
std::string linear(int n) {
  return "linear_" + std::to_string(n);
}
std::string layer_norm(int n) {
  return "layer_norm_" + std::to_string(n);
}

std::vector<std::string> learnt_names() {
  std::vector<std::string> out;
  for (const int n : kConvolutions) {
    out.push_back(convolution(n));
  }
  for (const int n : kNorms) {
    out.push_back(norm(n) + ".w_0");
    out.push_back(norm(n) + ".b_0");
  }
  for (int n = kFirstLinear; n < kFirstLinear + kLinears; ++n) {
    out.push_back(linear(n) + ".w_0");
    out.push_back(linear(n) + ".b_0");
  }
  for (int n = kFirstLayerNorm; n < kFirstLayerNorm + kLayerNorms; ++n) {
    out.push_back(layer_norm(n) + ".w_0");
    out.push_back(layer_norm(n) + ".b_0");
  }
  return out;
}

struct HeadRows {
  Tensor weight;
  Tensor bias;
};

double deviation(const std::vector<float>& values) {
  double sum = 0;
  double squares = 0;
  for (const float value : values) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const auto count = static_cast<double>(values.size());
  return std::sqrt(std::max(0.0, squares / count - sum * sum / count / count));
}

/// The mean of the rows of all characters: a class like it is possible everywhere, likely nowhere.
std::vector<float> mean_row(const HeadRows& old, std::size_t classes) {
  std::vector<float> out(static_cast<std::size_t>(kWidth));
  for (std::size_t k = 0; k < out.size(); ++k) {
    double sum = 0;
    for (std::size_t i = 1; i + 1 < classes; ++i) {
      sum += old.weight.values[k * classes + i];
    }
    out[k] = static_cast<float>(sum / static_cast<double>(classes - 2));
  }
  return out;
}

/// Rows of known characters from the old layer; new ones random about its mean row.
HeadRows matched_rows(const HeadRows& old, const ClassList& old_classes, const ClassList& classes,
                      std::uint64_t seed) {
  const std::size_t before = old_classes.size();
  const std::size_t now = classes.size();
  std::vector<float> sorted = old.bias.values;
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(before / 2),
                   sorted.end());
  const std::vector<float> mean = mean_row(old, before);
  const auto spread = static_cast<float>(deviation(old.weight.values) / 4);
  Random random(seed, 0x68656164);
  HeadRows out;
  out.weight = {{kWidth, static_cast<std::int64_t>(now)},
                std::vector<float>(static_cast<std::size_t>(kWidth) * now)};
  out.bias = {{static_cast<std::int64_t>(now)}, std::vector<float>(now, sorted[before / 2])};
  for (std::size_t i = 0; i < now; ++i) {
    const std::int64_t from = i + 1 == now
                                  ? static_cast<std::int64_t>(before) - 1
                                  : old_classes.of(classes.character(static_cast<std::int64_t>(i)));
    const bool known = from > 0 || i == 0;
    const auto source = static_cast<std::size_t>(from);
    for (std::size_t k = 0; k < mean.size(); ++k) {
      out.weight.values[k * now + i] =
          known ? old.weight.values[k * before + source] : mean[k] + spread * random.normal();
    }
    if (known) {
      out.bias.values[i] = old.bias.values[source];
    }
  }
  return out;
}

}  // namespace

torch::Tensor to_torch(const Tensor& tensor) {
  return torch::from_blob(const_cast<float*>(tensor.values.data()), tensor.shape, torch::kFloat32)
      .clone();
}

Tensor from_torch(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.detach().contiguous();
  Tensor out;
  out.shape = flat.sizes().vec();
  out.values.assign(flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  return out;
}

torch::Tensor Network::scores(const torch::Tensor& hidden) const {
  return torch::matmul(hidden, of(kHeadWeight)) + of(kHeadBias);
}

torch::Tensor Network::hidden(const torch::Tensor& features) const {
  const torch::Tensor seen = features.squeeze(2).transpose(1, 2);
  torch::Tensor x = activated(three_steps(seen, 142), 148);
  x = activated(one_step(x, 143), 149);
  x = block(x, kFirstLinear, kFirstLayerNorm);
  x = block(x, kFirstLinear + 4, kFirstLayerNorm + 2);
  x = normed(x, kFirstLayerNorm + 4, 1e-6);
  x = activated(one_step(x, 144), 150);
  x = activated(three_steps(torch::cat({seen, x}, 2), 145), 151);
  return activated(one_step(x, 146), 152);
}

torch::Tensor Network::one_step(const torch::Tensor& x, int n) const {
  return torch::matmul(x, of(convolution(n)).flatten(1).t());
}

/// A convolution over three steps as one matrix product, which is what the processor does best.
torch::Tensor Network::three_steps(const torch::Tensor& x, int n) const {
  const std::int64_t steps = x.size(1);
  const torch::Tensor wide = torch::constant_pad_nd(x, {0, 0, 1, 1});
  const torch::Tensor seen =
      torch::cat({wide.narrow(1, 0, steps), wide.narrow(1, 1, steps), wide.narrow(1, 2, steps)}, 2);
  const torch::Tensor kernel = of(convolution(n)).squeeze(2).permute({2, 1, 0});  // step, in, out
  return torch::matmul(seen, kernel.reshape({-1, kernel.size(2)}));
}

/// Batch normalisation with the statistics of the base network, then swish.
torch::Tensor Network::activated(const torch::Tensor& x, int n) const {
  const torch::Tensor scale =
      of(norm(n) + ".w_0") * torch::rsqrt(fixed_.at(norm(n) + ".w_2") + 1e-5);
  return torch::silu((x - fixed_.at(norm(n) + ".w_1")) * scale + of(norm(n) + ".b_0"));
}

torch::Tensor Network::normed(const torch::Tensor& x, int n, double epsilon) const {
  return torch::layer_norm(x, {kWidth}, of(layer_norm(n) + ".w_0"), of(layer_norm(n) + ".b_0"),
                           epsilon);
}

torch::Tensor Network::mapped(const torch::Tensor& x, int n) const {
  return torch::matmul(x, of(linear(n) + ".w_0")) + of(linear(n) + ".b_0");
}

torch::Tensor Network::attended(const torch::Tensor& x, int n) const {
  const torch::Tensor three = mapped(x, n)
                                  .reshape({x.size(0), x.size(1), 3, kHeads, kWidth / kHeads})
                                  .permute({2, 0, 3, 1, 4});
  const double scale = 1 / std::sqrt(static_cast<double>(kWidth / kHeads));
  const torch::Tensor weight =
      torch::softmax(torch::matmul(three[0] * scale, three[1].transpose(-2, -1)), -1);
  const torch::Tensor mixed = torch::matmul(weight, three[2]).permute({0, 2, 1, 3});
  return mapped(mixed.reshape({x.size(0), x.size(1), kWidth}), n + 1);
}

torch::Tensor Network::block(const torch::Tensor& in, int n, int first_norm) const {
  const torch::Tensor x = in + attended(normed(in, first_norm, 1e-5), n);
  const torch::Tensor wide = torch::silu(mapped(normed(x, first_norm + 1, 1e-5), n + 2));
  return x + mapped(wide, n + 3);
}

Status read_neck(const OnnxGraph& start, Named& learnt, Named& fixed) {
  for (const std::string& name : learnt_names()) {
    SHIQU_TRY_ASSIGN(const Tensor tensor, start.weight(name));
    learnt[name] = to_torch(tensor);
  }
  for (const int n : kNorms) {
    for (const char* const part : {".w_1", ".w_2"}) {
      SHIQU_TRY_ASSIGN(const Tensor tensor, start.weight(norm(n) + part));
      fixed[norm(n) + part] = to_torch(tensor);
    }
  }
  return {};
}

Status read_head(const OnnxGraph& start, const ClassList& start_classes, const ClassList& classes,
                 std::uint64_t seed, Named& learnt) {
  HeadRows old;
  SHIQU_TRY_ASSIGN(old.weight, start.weight(kHeadWeight));
  SHIQU_TRY_ASSIGN(old.bias, start.weight(kHeadBias));
  if (old.bias.values.size() != start_classes.size() ||
      old.weight.values.size() != start_classes.size() * static_cast<std::size_t>(kWidth)) {
    return fail(ErrorCode::Corrupt, "start from a network", kHeadWeight,
                "its key list has another number of characters");
  }
  const HeadRows rows = matched_rows(old, start_classes, classes, seed);
  learnt[kHeadWeight] = to_torch(rows.weight);
  learnt[kHeadBias] = to_torch(rows.bias);
  return {};
}

}  // namespace shiqu::ocr::train
