#include "ocr/train/learner.h"

#include "ocr/train/internal/ctc_gradient.h"
#include "ocr/train/internal/network.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

namespace shiqu::ocr::train {

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
    const Network network(averaged ? mean : learnt, fixed);
    return network.scores(network.hidden(features));
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
      const float* const values = hidden.data_ptr<float>() +
                                  (static_cast<std::int64_t>(line) * steps + best) * kHiddenWidth;
      out.push_back({place.of_class, std::vector<float>(values, values + kHiddenWidth)});
    }
  }
  return out;
}

void Learner::imprint(const std::vector<Impression>& seen, const ClassList& start_classes,
                      const ClassList& classes) {
  const torch::NoGradGuard guard;
  const auto count = static_cast<std::int64_t>(classes.size());
  torch::Tensor sums = torch::zeros({count, kHiddenWidth + 1});  // last column: how many, then 1
  for (const Impression& one : seen) {
    torch::Tensor row = sums[one.of_class];
    row.narrow(0, 0, kHiddenWidth).add_(torch::tensor(one.hidden));
    row[kHiddenWidth] += 1;
  }
  std::vector<std::int64_t> known;
  std::vector<std::int64_t> fresh;
  for (std::int64_t i = 1; i + 1 < count; ++i) {
    if (sums[i][kHiddenWidth].item<float>() > 0) {
      (start_classes.of(classes.character(i)) != 0 ? known : fresh).push_back(i);
    }
  }
  if (known.size() < static_cast<std::size_t>(4 * kHiddenWidth) || fresh.empty()) {
    return;  // too little to fit a map on
  }
  const torch::Tensor means = sums / sums.narrow(1, kHiddenWidth, 1).clamp_min(1);
  const torch::Tensor rows =
      torch::cat({inside_->learnt[kHeadWeight].t(), inside_->learnt[kHeadBias].unsqueeze(1)}, 1);
  const torch::Tensor from = means.index_select(0, torch::tensor(known));
  const torch::Tensor to = rows.index_select(0, torch::tensor(known));
  const torch::Tensor square = torch::matmul(from.t(), from);
  const torch::Tensor ridge =
      torch::eye(kHiddenWidth + 1) * (square.trace() * 1e-4 / (kHiddenWidth + 1));
  const torch::Tensor map = torch::linalg_solve(square + ridge, torch::matmul(from.t(), to));
  const torch::Tensor where = torch::tensor(fresh);
  const torch::Tensor made = torch::matmul(means.index_select(0, where), map);
  for (Named* const weights : {&inside_->learnt, &inside_->mean}) {
    (*weights)[kHeadWeight].index_copy_(1, where, made.narrow(1, 0, kHiddenWidth).t().contiguous());
    (*weights)[kHeadBias].index_copy_(0, where, made.select(1, kHiddenWidth).contiguous());
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
