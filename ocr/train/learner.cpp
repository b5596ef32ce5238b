#include "ocr/train/learner.h"

#include "ocr/train/internal/ctc_gradient.h"
#include "ocr/train/internal/random.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace shiqu::ocr::train {
namespace {

using Named = std::map<std::string, torch::Tensor>;

// Names are those of the exported base network (PP-OCRv4 mobile recogniser).
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

/// The layers from the frozen features to the scores; all in [lines, steps, channels].
class Network {
 public:
  Network(const Named& learnt, const Named& fixed) : learnt_(learnt), fixed_(fixed) {}

  torch::Tensor operator()(const torch::Tensor& features) const { return scores(hidden(features)); }

  [[nodiscard]] torch::Tensor scores(const torch::Tensor& hidden) const {
    return torch::matmul(hidden, of(kHeadWeight)) + of(kHeadBias);
  }

  [[nodiscard]] torch::Tensor hidden(const torch::Tensor& features) const {
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

 private:
  [[nodiscard]] const torch::Tensor& of(const std::string& name) const { return learnt_.at(name); }

  [[nodiscard]] torch::Tensor one_step(const torch::Tensor& x, int n) const {
    return torch::matmul(x, of(convolution(n)).flatten(1).t());
  }

  /// A convolution over three steps as one matrix product, which is what the processor does best.
  [[nodiscard]] torch::Tensor three_steps(const torch::Tensor& x, int n) const {
    const std::int64_t steps = x.size(1);
    const torch::Tensor wide = torch::constant_pad_nd(x, {0, 0, 1, 1});
    const torch::Tensor seen = torch::cat(
        {wide.narrow(1, 0, steps), wide.narrow(1, 1, steps), wide.narrow(1, 2, steps)}, 2);
    const torch::Tensor kernel = of(convolution(n)).squeeze(2).permute({2, 1, 0});  // step, in, out
    return torch::matmul(seen, kernel.reshape({-1, kernel.size(2)}));
  }

  /// Batch normalisation with the statistics of the base network, then swish.
  [[nodiscard]] torch::Tensor activated(const torch::Tensor& x, int n) const {
    const torch::Tensor scale =
        of(norm(n) + ".w_0") * torch::rsqrt(fixed_.at(norm(n) + ".w_2") + 1e-5);
    return torch::silu((x - fixed_.at(norm(n) + ".w_1")) * scale + of(norm(n) + ".b_0"));
  }

  [[nodiscard]] torch::Tensor normed(const torch::Tensor& x, int n, double epsilon) const {
    return torch::layer_norm(x, {kWidth}, of(layer_norm(n) + ".w_0"), of(layer_norm(n) + ".b_0"),
                             epsilon);
  }

  [[nodiscard]] torch::Tensor mapped(const torch::Tensor& x, int n) const {
    return torch::matmul(x, of(linear(n) + ".w_0")) + of(linear(n) + ".b_0");
  }

  [[nodiscard]] torch::Tensor attended(const torch::Tensor& x, int n) const {
    const torch::Tensor three = mapped(x, n)
                                    .reshape({x.size(0), x.size(1), 3, kHeads, kWidth / kHeads})
                                    .permute({2, 0, 3, 1, 4});
    const double scale = 1 / std::sqrt(static_cast<double>(kWidth / kHeads));
    const torch::Tensor weight =
        torch::softmax(torch::matmul(three[0] * scale, three[1].transpose(-2, -1)), -1);
    const torch::Tensor mixed = torch::matmul(weight, three[2]).permute({0, 2, 1, 3});
    return mapped(mixed.reshape({x.size(0), x.size(1), kWidth}), n + 1);
  }

  [[nodiscard]] torch::Tensor block(const torch::Tensor& in, int n, int first_norm) const {
    const torch::Tensor x = in + attended(normed(in, first_norm, 1e-5), n);
    const torch::Tensor wide = torch::silu(mapped(normed(x, first_norm + 1, 1e-5), n + 2));
    return x + mapped(wide, n + 3);
  }

  const Named& learnt_;
  const Named& fixed_;
};

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

}  // namespace

struct Learner::Inside {
  LearnerSettings settings;
  Named learnt;
  Named mean;
  Named first;  ///< moments
  Named second;
  Named fixed;
  std::int64_t steps = 0;

  void begin() {
    torch::set_num_threads(settings.threads);
    for (auto& [name, tensor] : learnt) {
      mean[name] = tensor.clone();
      first[name] = torch::zeros_like(tensor);
      second[name] = torch::zeros_like(tensor);
      tensor.set_requires_grad(true);
    }
  }

  [[nodiscard]] torch::Tensor scores(const torch::Tensor& features, bool averaged) const {
    return Network(averaged ? mean : learnt, fixed)(features);
  }

  /// CTC loss per character and its gradient by the scores. By hand: the library computes two
  /// exponentials for every class at every step, nearly all of them of classes that are not there.
  struct Slope {
    double loss = 0;
    torch::Tensor gradient;
  };
  static Slope ctc(const torch::Tensor& scores, const Batch& batch) {
    const torch::NoGradGuard guard;
    Slope out;
    out.gradient = torch::softmax(scores, -1).contiguous();
    const std::int64_t classes = scores.size(2);
    const auto per_line = static_cast<std::size_t>(scores.size(1) * classes);
    std::size_t characters = 0;
    float* at = out.gradient.data_ptr<float>();
    for (const std::vector<std::int64_t>& truth : batch.truth) {
      out.loss += ctc_gradient({at, per_line}, classes, truth);
      characters += truth.size();
      at += per_line;
    }
    out.loss /= static_cast<double>(characters);
    out.gradient.div_(static_cast<double>(characters));
    return out;
  }

  void clip_gradients() {
    double squares = 0;
    for (const auto& [name, tensor] : learnt) {
      squares += tensor.grad().square().sum().item<double>();
    }
    const double size = std::sqrt(squares);
    if (size <= settings.clip) {
      return;
    }
    for (auto& [name, tensor] : learnt) {
      tensor.mutable_grad().mul_(settings.clip / size);
    }
  }

  void move(const std::string& name, torch::Tensor& tensor, double rate) {
    constexpr double kFirst = 0.9;
    constexpr double kSecond = 0.999;
    const torch::Tensor& gradient = tensor.grad();
    first[name].mul_(kFirst).add_(gradient, 1 - kFirst);
    second[name].mul_(kSecond).addcmul_(gradient, gradient, 1 - kSecond);
    const auto count = static_cast<double>(steps);
    const double first_share = 1 - std::pow(kFirst, count);
    const double second_share = 1 - std::pow(kSecond, count);
    const bool matrix = tensor.dim() > 1;
    tensor.mul_(1 - rate * (matrix ? settings.decay : 0));
    tensor.addcdiv_(first[name], (second[name] / second_share).sqrt_().add_(1e-8),
                    -rate / first_share);
    mean[name].lerp_(tensor, 1 - std::min(settings.averaging, (1 + count) / (10 + count)));
  }

  void move_all(double rate) {
    const torch::NoGradGuard guard;
    clip_gradients();
    ++steps;
    for (auto& [name, tensor] : learnt) {
      const bool head = name == kHeadWeight || name == kHeadBias;
      move(name, tensor, rate * (head ? settings.head_rate : settings.neck_rate));
      tensor.mutable_grad().reset();
    }
  }
};

Learner::Learner(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Learner::Learner(Learner&&) noexcept = default;
Learner& Learner::operator=(Learner&&) noexcept = default;
Learner::~Learner() = default;

Result<Learner> Learner::create(const OnnxGraph& start, const ClassList& start_classes,
                                const ClassList& classes, const LearnerSettings& settings,
                                std::uint64_t seed) {
  auto inside = std::make_unique<Inside>();
  inside->settings = settings;
  SHIQU_TRY(read_neck(start, inside->learnt, inside->fixed));
  SHIQU_TRY(read_head(start, start_classes, classes, seed, inside->learnt));
  inside->begin();
  return Learner(std::move(inside));
}

namespace {

std::vector<std::vector<std::int64_t>> rows_of(const torch::Tensor& classes) {
  const torch::Tensor flat = classes.contiguous();
  const auto* const at = flat.data_ptr<std::int64_t>();
  std::vector<std::vector<std::int64_t>> out;
  for (std::int64_t line = 0; line < flat.size(0); ++line) {
    out.emplace_back(at + line * flat.size(1), at + (line + 1) * flat.size(1));
  }
  return out;
}

double accuracy_of(const torch::Tensor& scores, const Batch& batch) {
  const torch::NoGradGuard guard;
  const auto best = rows_of(scores.argmax(-1));
  std::int64_t errors = 0;
  std::int64_t characters = 0;
  for (std::size_t line = 0; line < best.size(); ++line) {
    errors += edit_distance(batch.truth[line], collapsed(best[line]));
    characters += static_cast<std::int64_t>(batch.truth[line].size());
  }
  return 1 -
         static_cast<double>(errors) / static_cast<double>(std::max<std::int64_t>(1, characters));
}

}  // namespace

std::vector<Impression> Learner::impressions(const Tensor& features,
                                             const std::vector<std::vector<Place>>& places) const {
  const torch::NoGradGuard guard;
  const Network network(inside_->learnt, inside_->fixed);
  const torch::Tensor hidden = network.hidden(to_torch(features)).contiguous();
  const torch::Tensor blank =
      torch::log_softmax(network.scores(hidden), -1).select(2, 0).contiguous();
  const std::int64_t steps = hidden.size(1);
  std::vector<Impression> out;
  for (std::size_t line = 0; line < places.size(); ++line) {
    const float* const blanks = blank.data_ptr<float>() + static_cast<std::int64_t>(line) * steps;
    for (const Place& place : places[line]) {
      const auto first =
          static_cast<std::int64_t>(std::floor(place.middle_step - place.reach_steps));
      const auto last =
          static_cast<std::int64_t>(std::floor(place.middle_step + place.reach_steps));
      std::int64_t best = std::clamp<std::int64_t>(first, 0, steps - 1);
      for (std::int64_t at = best; at <= std::min(last, steps - 1); ++at) {
        best = blanks[at] < blanks[best] ? at : best;
      }
      const float* const values =
          hidden.data_ptr<float>() + (static_cast<std::int64_t>(line) * steps + best) * kWidth;
      out.push_back({place.of_class, std::vector<float>(values, values + kWidth)});
    }
  }
  return out;
}

void Learner::imprint(const std::vector<Impression>& seen, const ClassList& start_classes,
                      const ClassList& classes) {
  const torch::NoGradGuard guard;
  const auto count = static_cast<std::int64_t>(classes.size());
  torch::Tensor sums = torch::zeros({count, kWidth + 1});  // last column: how many, then 1
  for (const Impression& one : seen) {
    torch::Tensor row = sums[one.of_class];
    row.narrow(0, 0, kWidth).add_(torch::tensor(one.hidden));
    row[kWidth] += 1;
  }
  std::vector<std::int64_t> known;
  std::vector<std::int64_t> fresh;
  for (std::int64_t i = 1; i + 1 < count; ++i) {
    if (sums[i][kWidth].item<float>() > 0) {
      (start_classes.of(classes.character(i)) != 0 ? known : fresh).push_back(i);
    }
  }
  if (known.size() < static_cast<std::size_t>(4 * kWidth) || fresh.empty()) {
    return;  // too little to fit a map on
  }
  const torch::Tensor means = sums / sums.narrow(1, kWidth, 1).clamp_min(1);
  const torch::Tensor rows =
      torch::cat({inside_->learnt[kHeadWeight].t(), inside_->learnt[kHeadBias].unsqueeze(1)}, 1);
  const torch::Tensor from = means.index_select(0, torch::tensor(known));
  const torch::Tensor to = rows.index_select(0, torch::tensor(known));
  const torch::Tensor square = torch::matmul(from.t(), from);
  const torch::Tensor ridge = torch::eye(kWidth + 1) * (square.trace() * 1e-4 / (kWidth + 1));
  const torch::Tensor map = torch::linalg_solve(square + ridge, torch::matmul(from.t(), to));
  const torch::Tensor where = torch::tensor(fresh);
  const torch::Tensor made = torch::matmul(means.index_select(0, where), map);
  for (Named* const weights : {&inside_->learnt, &inside_->mean}) {
    (*weights)[kHeadWeight].index_copy_(1, where, made.narrow(1, 0, kWidth).t().contiguous());
    (*weights)[kHeadBias].index_copy_(0, where, made.select(1, kWidth).contiguous());
  }
}

StepOutcome Learner::step(const Batch& batch, double rate) {
  const torch::Tensor scores = inside_->scores(to_torch(batch.features), false);
  const Inside::Slope slope = Inside::ctc(scores, batch);
  StepOutcome out;
  out.loss = slope.loss;
  out.accuracy = accuracy_of(scores, batch);
  scores.backward(slope.gradient);
  inside_->move_all(rate);
  return out;
}

double Learner::loss(const Batch& batch) const {
  const torch::NoGradGuard guard;
  return Inside::ctc(inside_->scores(to_torch(batch.features), false), batch).loss;
}

Tensor Learner::scores(const Tensor& features, bool averaged) const {
  const torch::NoGradGuard guard;
  return from_torch(inside_->scores(to_torch(features), averaged));
}

std::vector<std::vector<std::int64_t>> Learner::best_classes(const Tensor& features) const {
  const torch::NoGradGuard guard;
  return rows_of(inside_->scores(to_torch(features), true).argmax(-1));
}

Weights Learner::head() const {
  Weights out;
  for (const auto& [name, tensor] : inside_->mean) {
    out.tensors[name] = from_torch(tensor);
  }
  return out;
}

Weights Learner::state() const {
  Weights out;
  const auto add = [&](const char* prefix, const Named& from) {
    for (const auto& [name, tensor] : from) {
      out.tensors[prefix + name] = from_torch(tensor);
    }
  };
  add("learnt/", inside_->learnt);
  add("mean/", inside_->mean);
  add("first/", inside_->first);
  add("second/", inside_->second);
  out.metadata["steps"] = std::to_string(inside_->steps);
  return out;
}

Status Learner::restore(const Weights& state) {
  const torch::NoGradGuard guard;
  const auto take = [&](const char* prefix, Named& into) -> Status {
    for (auto& [name, tensor] : into) {
      const auto found = state.tensors.find(prefix + name);
      if (found == state.tensors.end() || found->second.shape != tensor.sizes().vec()) {
        return fail(ErrorCode::Corrupt, "resume training", prefix + name, "of another network");
      }
      tensor.copy_(to_torch(found->second));
    }
    return {};
  };
  SHIQU_TRY(take("learnt/", inside_->learnt));
  SHIQU_TRY(take("mean/", inside_->mean));
  SHIQU_TRY(take("first/", inside_->first));
  SHIQU_TRY(take("second/", inside_->second));
  const auto steps = state.metadata.find("steps");
  if (steps == state.metadata.end()) {
    return fail(ErrorCode::Corrupt, "resume training", "steps");
  }
  inside_->steps = std::atoll(steps->second.c_str());
  return {};
}

std::int64_t Learner::steps() const noexcept {
  return inside_->steps;
}

std::vector<std::int64_t> collapsed(const std::vector<std::int64_t>& best) {
  std::vector<std::int64_t> out;
  std::int64_t last = 0;
  for (const std::int64_t one : best) {
    if (one != 0 && one != last) {
      out.push_back(one);
    }
    last = one;
  }
  return out;
}

std::int64_t edit_distance(const std::vector<std::int64_t>& a, const std::vector<std::int64_t>& b) {
  std::vector<std::int64_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    row[j] = static_cast<std::int64_t>(j);
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::int64_t corner = row[0];
    row[0] = static_cast<std::int64_t>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::int64_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = above;
    }
  }
  return row[b.size()];
}

}  // namespace shiqu::ocr::train
