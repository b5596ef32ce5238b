#include "ocr/train/glyph_learner.h"

#include "ocr/onnx/glyph_reader.h"
#include "ocr/onnx/glyph_window.h"
#include "ocr/train/internal/network.h"

#include <ATen/autocast_mode.h>
#include <torch/torch.h>

#include <sstream>
#include <utility>

namespace shiqu::ocr::train {
namespace {

/// Values of the last stage.
constexpr std::int64_t flat_size() {
  std::int64_t side = kGlyphSidePx;
  for (const GlyphStage& stage : kGlyphStages) {
    side /= stage.stride * (stage.halve ? 2 : 1);
  }
  return kGlyphStages.back().to * side * side;
}

struct GlyphNetwork final : torch::nn::Module {
  std::vector<torch::nn::Conv2d> convolutions;
  std::vector<torch::nn::BatchNorm2d> norms;
  torch::nn::Linear features{nullptr};
  torch::nn::BatchNorm1d feature_norm{nullptr};
  torch::nn::Dropout dropout{nullptr};
  torch::nn::Linear classes{nullptr};

  GlyphNetwork(std::int64_t count, double drop) {
    for (std::size_t i = 0; i < kGlyphStages.size(); ++i) {
      const GlyphStage& stage = kGlyphStages[i];
      const std::string n = std::to_string(i + 1);
      convolutions.push_back(register_module(
          "conv" + n, torch::nn::Conv2d(torch::nn::Conv2dOptions(stage.from, stage.to, stage.side)
                                            .stride(stage.stride)
                                            .padding(stage.side / 2)
                                            .bias(false))));
      norms.push_back(register_module("norm" + n, torch::nn::BatchNorm2d(stage.to)));
    }
    features = register_module(
        "features",
        torch::nn::Linear(torch::nn::LinearOptions(flat_size(), kGlyphFeatures).bias(false)));
    feature_norm = register_module("feature_norm", torch::nn::BatchNorm1d(kGlyphFeatures));
    dropout = register_module("dropout", torch::nn::Dropout(drop));
    classes = register_module("classes", torch::nn::Linear(kGlyphFeatures, count));
  }

  torch::Tensor forward(torch::Tensor x) {
    for (std::size_t i = 0; i < kGlyphStages.size(); ++i) {
      x = torch::relu(norms[i](convolutions[i](x)));
      x = kGlyphStages[i].halve ? torch::max_pool2d(x, 2) : x;
    }
    return classes(dropout(torch::relu(feature_norm(features(x.flatten(1))))));
  }
};

/// While one lives, matrix products and convolutions are computed in bfloat16.
class HalfPrecision {
 public:
  HalfPrecision() {
    at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
    at::autocast::set_cpu_enabled(true);
  }
  HalfPrecision(const HalfPrecision&) = delete;
  HalfPrecision& operator=(const HalfPrecision&) = delete;
  ~HalfPrecision() {
    at::autocast::clear_cache();
    at::autocast::set_cpu_enabled(false);
  }
};

/// Weight and bias of a layer with the normalisation behind it, in evaluation, worked in.
template <class Norm>
void add_folded(Weights& out, const std::string& name, const torch::Tensor& weight, Norm& norm) {
  const torch::Tensor scale = norm->weight / torch::sqrt(norm->running_var + norm->options.eps());
  std::vector<std::int64_t> shape(static_cast<std::size_t>(weight.dim()), 1);
  shape[0] = -1;
  out.tensors[name + ".weight"] = from_torch(weight * scale.view(shape));
  out.tensors[name + ".bias"] = from_torch(norm->bias - norm->running_mean * scale);
}

}  // namespace

struct GlyphLearner::Inside {
  std::shared_ptr<GlyphNetwork> network;
  std::unique_ptr<torch::optim::AdamW> optimiser;
  double rate = 0;
  std::int64_t steps = 0;
};

GlyphLearner::GlyphLearner(std::int64_t classes, const GlyphLearnerSettings& settings,
                           std::uint64_t seed)
    : inside_(std::make_unique<Inside>()) {
  torch::set_num_threads(settings.threads);
  torch::manual_seed(seed);
  inside_->network = std::make_shared<GlyphNetwork>(classes, settings.dropout);
  inside_->optimiser = std::make_unique<torch::optim::AdamW>(
      inside_->network->parameters(),
      torch::optim::AdamWOptions(settings.rate).weight_decay(settings.decay));
  inside_->rate = settings.rate;
}

GlyphLearner::GlyphLearner(GlyphLearner&&) noexcept = default;
GlyphLearner& GlyphLearner::operator=(GlyphLearner&&) noexcept = default;
GlyphLearner::~GlyphLearner() = default;

StepOutcome GlyphLearner::step(const GlyphBatch& batch, double rate) {
  inside_->network->train();
  for (auto& group : inside_->optimiser->param_groups()) {
    static_cast<torch::optim::AdamWOptions&>(group.options()).lr(inside_->rate * rate);
  }
  const torch::Tensor truth = torch::tensor(batch.truth);
  torch::Tensor scores;
  {
    const HalfPrecision half;
    scores = inside_->network->forward(to_torch(batch.windows));
  }
  const torch::Tensor loss = torch::nn::functional::cross_entropy(scores.to(torch::kFloat), truth);
  inside_->optimiser->zero_grad();
  loss.backward();
  inside_->optimiser->step();
  ++inside_->steps;
  return {loss.item<double>(), scores.argmax(1).eq(truth).to(torch::kFloat).mean().item<double>()};
}

Tensor GlyphLearner::scores(const Tensor& windows) {
  const torch::NoGradGuard guard;
  inside_->network->eval();
  return from_torch(inside_->network->forward(to_torch(windows)));
}

Weights GlyphLearner::weights() const {
  const torch::NoGradGuard guard;
  Weights out;
  GlyphNetwork& network = *inside_->network;
  for (std::size_t i = 0; i < kGlyphStages.size(); ++i) {
    add_folded(out, "conv" + std::to_string(i + 1), network.convolutions[i]->weight,
               network.norms[i]);
  }
  add_folded(out, "features", network.features->weight, network.feature_norm);
  out.tensors["classes.weight"] = from_torch(network.classes->weight);
  out.tensors["classes.bias"] = from_torch(network.classes->bias);
  return out;
}

std::string GlyphLearner::state() const {
  torch::serialize::OutputArchive all;
  torch::serialize::OutputArchive network;
  torch::serialize::OutputArchive optimiser;
  inside_->network->save(network);
  inside_->optimiser->save(optimiser);
  all.write("network", network);
  all.write("optimiser", optimiser);
  all.write("steps", torch::tensor(inside_->steps));
  std::ostringstream out;
  all.save_to(out);
  return std::move(out).str();
}

Status GlyphLearner::restore(const std::string& state) {
  const auto wrong = [](const char* why) {
    return fail(ErrorCode::Corrupt, "resume training", "state of a glyph network", why);
  };
  const auto shape = inside_->network->classes->weight.sizes().vec();
  try {
    std::istringstream in(state);
    torch::serialize::InputArchive all;
    all.load_from(in);
    torch::serialize::InputArchive network;
    torch::serialize::InputArchive optimiser;
    torch::Tensor steps;
    all.read("network", network);
    all.read("optimiser", optimiser);
    all.read("steps", steps);
    inside_->network->load(network);
    inside_->optimiser->load(optimiser);
    inside_->steps = steps.item<std::int64_t>();
  } catch (const std::exception& error) {  // whatever the library finds wrong with it
    return wrong(error.what());
  }
  if (inside_->network->classes->weight.sizes().vec() != shape) {
    return wrong("it has other classes");
  }
  return {};
}

std::int64_t GlyphLearner::steps() const noexcept {
  return inside_->steps;
}

}  // namespace shiqu::ocr::train
