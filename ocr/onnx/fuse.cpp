#include "ocr/onnx/internal/fuse.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::ocr {
namespace {

constexpr const char* kRemoved = "removed";

/// × scale, + shift, both numbers, and the names of what goes in and comes out.
struct Affine {
  onnx::NodeProto* product = nullptr;
  onnx::NodeProto* sum = nullptr;
  float scale = 1;
  float shift = 0;
  std::string input;
  std::string output;
};

std::vector<float> values_of(const onnx::TensorProto& tensor) {
  if (!tensor.has_raw_data()) {
    return {tensor.float_data().begin(), tensor.float_data().end()};
  }
  std::vector<float> out(tensor.raw_data().size() / sizeof(float));
  std::memcpy(out.data(), tensor.raw_data().data(), out.size() * sizeof(float));
  return out;
}

void put_values(const std::vector<float>& values, onnx::TensorProto& tensor) {
  tensor.clear_float_data();
  tensor.set_raw_data(values.data(), values.size() * sizeof(float));
}

const onnx::AttributeProto* attribute_of(const onnx::NodeProto& node, const char* name) {
  const auto found = std::find_if(node.attribute().begin(), node.attribute().end(),
                                  [&](const auto& one) { return one.name() == name; });
  return found == node.attribute().end() ? nullptr : &*found;
}

void put_attribute(onnx::NodeProto& node, const char* name, float value) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::FLOAT);
  attribute.set_f(value);
}

void remove(onnx::NodeProto& node) {
  node.set_op_type(kRemoved);
  node.clear_input();
  node.clear_output();
}

class Fuser {
 public:
  explicit Fuser(onnx::GraphProto& graph) : graph_(graph) {
    for (onnx::TensorProto& tensor : *graph.mutable_initializer()) {
      constants_[tensor.name()] = &tensor;
    }
    for (onnx::NodeProto& node : *graph.mutable_node()) {
      if (node.op_type() == "Constant" && node.attribute_size() == 1 && node.attribute(0).has_t()) {
        constants_[node.output(0)] = node.mutable_attribute(0)->mutable_t();
      }
    }
  }

  void run() {
    for (onnx::NodeProto& node : *graph_.mutable_node()) {
      fuse_hard_swish(node);
    }
    std::vector<onnx::NodeProto*> products;
    for (onnx::NodeProto& node : *graph_.mutable_node()) {
      if (node.op_type() == "Mul") {
        products.push_back(&node);
      }
    }
    for (onnx::NodeProto* node : products) {
      if (const std::optional<Affine> affine = affine_at(*node)) {
        fuse(*affine);
      }
    }
    auto& nodes = *graph_.mutable_node();
    nodes.erase(std::remove_if(nodes.begin(), nodes.end(),
                               [](const auto& node) { return node.op_type() == kRemoved; }),
                nodes.end());
    graph_.clear_value_info();
  }

 private:
  onnx::NodeProto* producer(const std::string& name) {
    for (onnx::NodeProto& node : *graph_.mutable_node()) {
      if (std::find(node.output().begin(), node.output().end(), name) != node.output().end()) {
        return &node;
      }
    }
    return nullptr;
  }
  /// All uses of a tensor; the outputs of the graph count as uses by no node.
  std::vector<onnx::NodeProto*> users(const std::string& name) {
    std::vector<onnx::NodeProto*> out;
    for (onnx::NodeProto& node : *graph_.mutable_node()) {
      if (std::find(node.input().begin(), node.input().end(), name) != node.input().end()) {
        out.push_back(&node);
      }
    }
    for (const onnx::ValueInfoProto& output : graph_.output()) {
      if (output.name() == name) {
        out.push_back(nullptr);
      }
    }
    return out;
  }
  /// The only use, if it is of that kind.
  onnx::NodeProto* only_user(const std::string& name, const char* kind) {
    const auto all = users(name);
    return all.size() == 1 && all.front() != nullptr && all.front()->op_type() == kind ? all.front()
                                                                                       : nullptr;
  }
  std::optional<float> number(const std::string& name) {
    const auto found = constants_.find(name);
    if (found == constants_.end() || found->second->data_type() != onnx::TensorProto::FLOAT) {
      return {};
    }
    const std::vector<float> values = values_of(*found->second);
    return values.size() == 1 ? std::optional(values.front()) : std::nullopt;
  }
  /// The number that is one of the two inputs of `node`, and in `other` the name of the other.
  std::optional<float> number_in(const onnx::NodeProto& node, std::string& other) {
    for (int i = 0; node.input_size() == 2 && i < 2; ++i) {
      if (const std::optional<float> value = number(node.input(i))) {
        other = node.input(1 - i);
        return value;
      }
    }
    return {};
  }

  /// `division`: its last step.
  void fuse_hard_swish(onnx::NodeProto& division) {
    std::string product_name;
    if (division.op_type() != "Div" || number_in(division, product_name) != 6.0F ||
        division.input(0) != product_name) {
      return;
    }
    onnx::NodeProto* product = producer(product_name);
    if (product == nullptr || product->op_type() != "Mul" ||
        only_user(product_name, "Div") == nullptr) {
      return;
    }
    onnx::NodeProto* clip = producer(product->input(1));
    if (clip == nullptr || clip->op_type() != "Clip" || clip->input_size() != 1 ||
        only_user(clip->output(0), "Mul") == nullptr) {
      return;
    }
    const onnx::AttributeProto* least = attribute_of(*clip, "min");
    const onnx::AttributeProto* most = attribute_of(*clip, "max");
    onnx::NodeProto* sum = producer(clip->input(0));
    std::string input;
    if (least == nullptr || least->f() != 0 || most == nullptr || most->f() != 6 ||
        sum == nullptr || sum->op_type() != "Add" || number_in(*sum, input) != 3.0F ||
        input != product->input(0) || only_user(sum->output(0), "Clip") == nullptr) {
      return;
    }
    clip->set_op_type("HardSigmoid");
    clip->clear_attribute();
    put_attribute(*clip, "alpha", 1.0F / 6);
    put_attribute(*clip, "beta", 0.5F);
    clip->set_input(0, input);
    product->set_output(0, division.output(0));
    remove(*sum);
    remove(division);
  }

  std::optional<Affine> affine_at(onnx::NodeProto& product) {
    Affine out;
    out.product = &product;
    const std::optional<float> scale = number_in(product, out.input);
    out.sum = scale ? only_user(product.output(0), "Add") : nullptr;
    std::string summed;
    const std::optional<float> shift =
        out.sum == nullptr ? std::nullopt : number_in(*out.sum, summed);
    if (!shift || constants_.contains(out.input)) {
      return {};
    }
    out.scale = *scale;
    out.shift = *shift;
    out.output = out.sum->output(0);
    return out;
  }

  /// Weights and bias of a convolution that are nobody else's.
  bool own_weights(const onnx::NodeProto& conv) {
    return conv.input_size() == 3 &&
           std::all_of(conv.input().begin() + 1, conv.input().end(), [&](const std::string& name) {
             return constants_.contains(name) && users(name).size() == 1;
           });
  }
  static bool pads(const onnx::NodeProto& conv) {
    const onnx::AttributeProto* sides = attribute_of(conv, "pads");
    return attribute_of(conv, "auto_pad") != nullptr ||
           (sides != nullptr && std::any_of(sides->ints().begin(), sides->ints().end(),
                                            [](auto side) { return side != 0; }));
  }

  void fuse(const Affine& affine) {
    onnx::NodeProto* before = producer(affine.input);
    if (before != nullptr && before->op_type() == "Conv" && own_weights(*before) &&
        only_user(affine.input, "Mul") != nullptr) {
      change(*before, affine.scale, affine.scale, affine.shift, 0);
      before->set_output(0, affine.output);
      remove(*affine.product);
      remove(*affine.sum);
      return;
    }
    onnx::NodeProto* behind = only_user(affine.output, "Conv");
    if (behind == nullptr || behind->input(0) != affine.output || !own_weights(*behind)) {
      return;
    }
    if (!pads(*behind)) {
      change(*behind, affine.scale, 1, 0, affine.shift);
      behind->set_input(0, affine.input);
      remove(*affine.product);
      remove(*affine.sum);
      return;
    }
    normalise(affine, *behind);
  }

  /// weight × `scale`; bias × `bias_scale` + `shift` + `spread` × the sum of the channel's weights
  /// as they were.
  void change(const onnx::NodeProto& conv, float scale, float bias_scale, float shift,
              float spread) {
    std::vector<float> weights = values_of(*constants_[conv.input(1)]);
    std::vector<float> bias = values_of(*constants_[conv.input(2)]);
    const std::size_t each = weights.size() / bias.size();
    for (std::size_t channel = 0; channel < bias.size(); ++channel) {
      double sum = 0;
      for (std::size_t i = channel * each; i < (channel + 1) * each; ++i) {
        sum += weights[i];
        weights[i] *= scale;
      }
      bias[channel] = bias[channel] * bias_scale + shift + static_cast<float>(spread * sum);
    }
    put_values(weights, *constants_[conv.input(1)]);
    put_values(bias, *constants_[conv.input(2)]);
  }

  void normalise(const Affine& affine, const onnx::NodeProto& conv) {
    const onnx::AttributeProto* group = attribute_of(conv, "group");
    const auto channels = static_cast<std::size_t>(constants_[conv.input(1)]->dims(1) *
                                                   (group == nullptr ? 1 : group->i()));
    onnx::NodeProto& node = *affine.sum;  // stands behind all it needs
    node.set_op_type("BatchNormalization");
    node.clear_input();
    node.add_input(affine.input);
    put_attribute(node, "epsilon", 0);
    const std::pair<const char*, float> inputs[] = {
        {"scale", affine.scale}, {"shift", affine.shift}, {"mean", 0.0F}, {"variance", 1.0F}};
    for (const auto& [what, value] : inputs) {
      onnx::TensorProto& tensor = *graph_.add_initializer();
      tensor.set_name(affine.output + "/" + what);
      tensor.set_data_type(onnx::TensorProto::FLOAT);
      tensor.add_dims(static_cast<std::int64_t>(channels));
      put_values(std::vector<float>(channels, value), tensor);
      node.add_input(tensor.name());
    }
    remove(*affine.product);
  }

  onnx::GraphProto& graph_;
  std::map<std::string, onnx::TensorProto*> constants_;
};

}  // namespace

void fuse_elementwise(onnx::GraphProto& graph) {
  Fuser(graph).run();
}

}  // namespace shiqu::ocr
