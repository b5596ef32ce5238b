#include "ocr/onnx/graph.h"

#include "ocr/onnx/internal/fuse.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>
#include <utility>

namespace shiqu::ocr {
namespace {

Result<Tensor> floats_of(const onnx::TensorProto& proto, std::string_view name) {
  if (proto.data_type() != onnx::TensorProto::FLOAT) {
    return fail(ErrorCode::Unsupported, "read weight", std::string(name), "not of float type");
  }
  Tensor out;
  out.shape.assign(proto.dims().begin(), proto.dims().end());
  if (proto.has_raw_data()) {
    out.values.resize(proto.raw_data().size() / sizeof(float));
    std::memcpy(out.values.data(), proto.raw_data().data(), out.values.size() * sizeof(float));
  } else {
    out.values.assign(proto.float_data().begin(), proto.float_data().end());
  }
  std::int64_t count = 1;
  for (const std::int64_t side : out.shape) {
    count *= side;
  }
  if (count != static_cast<std::int64_t>(out.values.size())) {
    return fail(ErrorCode::Corrupt, "read weight", std::string(name), "shape and values differ");
  }
  return out;
}

void put_floats(const Tensor& weight, onnx::TensorProto& proto) {
  proto.clear_dims();
  proto.clear_float_data();
  for (const std::int64_t side : weight.shape) {
    proto.add_dims(side);
  }
  std::string raw(weight.values.size() * sizeof(float), '\0');
  std::memcpy(raw.data(), weight.values.data(), raw.size());
  proto.set_raw_data(raw);
}

/// The tensor of a Constant node, or none.
onnx::TensorProto* constant_of(onnx::NodeProto& node) {
  if (node.op_type() != "Constant") {
    return nullptr;
  }
  for (onnx::AttributeProto& attribute : *node.mutable_attribute()) {
    if (attribute.name() == "value" && attribute.has_t()) {
      return attribute.mutable_t();
    }
  }
  return nullptr;
}

}  // namespace

struct OnnxGraph::Inside {
  onnx::ModelProto model;

  onnx::TensorProto* find(std::string_view name) {
    for (onnx::TensorProto& tensor : *model.mutable_graph()->mutable_initializer()) {
      if (tensor.name() == name) {
        return &tensor;
      }
    }
    for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node()) {
      if (node.output_size() == 1 && node.output(0) == name) {
        return constant_of(node);
      }
    }
    return nullptr;
  }

  /// Names of all tensors that `outputs` depend on, themselves included.
  [[nodiscard]] std::set<std::string> needed_for(std::set<std::string> outputs) const {
    const auto& nodes = model.graph().node();
    for (int i = nodes.size() - 1; i >= 0; --i) {  // nodes are in topological order (ONNX IR 9)
      const bool used = std::any_of(nodes[i].output().begin(), nodes[i].output().end(),
                                    [&](const std::string& out) { return outputs.contains(out); });
      if (used) {
        outputs.insert(nodes[i].input().begin(), nodes[i].input().end());
      }
    }
    return outputs;
  }
};

OnnxGraph::OnnxGraph(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
OnnxGraph::OnnxGraph(OnnxGraph&&) noexcept = default;
OnnxGraph& OnnxGraph::operator=(OnnxGraph&&) noexcept = default;
OnnxGraph::~OnnxGraph() = default;

Result<OnnxGraph> OnnxGraph::parse(std::span<const std::uint8_t> file) {
  auto inside = std::make_unique<Inside>();
  if (file.size() > std::numeric_limits<int>::max() ||
      !inside->model.ParseFromArray(file.data(), static_cast<int>(file.size())) ||
      inside->model.graph().output_size() == 0) {
    return fail(ErrorCode::Corrupt, "parse ONNX file");
  }
  return OnnxGraph(std::move(inside));
}

Result<Tensor> OnnxGraph::weight(std::string_view name) const {
  const onnx::TensorProto* tensor = inside_->find(name);
  if (tensor == nullptr) {
    return fail(ErrorCode::NotFound, "read weight", std::string(name));
  }
  return floats_of(*tensor, name);
}

Status OnnxGraph::set_weight(std::string_view name, const Tensor& weight) {
  onnx::TensorProto* tensor = inside_->find(name);
  if (tensor == nullptr) {
    return fail(ErrorCode::NotFound, "replace weight", std::string(name));
  }
  put_floats(weight, *tensor);
  // The declared shape of the output would contradict a head with other classes.
  for (onnx::ValueInfoProto& output : *inside_->model.mutable_graph()->mutable_output()) {
    output.mutable_type()->mutable_tensor_type()->clear_shape();
  }
  inside_->model.mutable_graph()->clear_value_info();
  return {};
}

std::vector<std::string> OnnxGraph::weights() const {
  std::set<std::string> outputs;
  for (const onnx::ValueInfoProto& output : inside_->model.graph().output()) {
    outputs.insert(output.name());
  }
  const std::set<std::string> needed = inside_->needed_for(std::move(outputs));
  std::vector<std::string> out;
  const auto take = [&](const std::string& name, const onnx::TensorProto* tensor) {
    if (tensor != nullptr && tensor->data_type() == onnx::TensorProto::FLOAT &&
        needed.contains(name)) {
      out.push_back(name);
    }
  };
  for (const onnx::TensorProto& tensor : inside_->model.graph().initializer()) {
    take(tensor.name(), &tensor);
  }
  for (onnx::NodeProto& node : *inside_->model.mutable_graph()->mutable_node()) {
    if (node.output_size() == 1) {
      take(node.output(0), constant_of(node));
    }
  }
  return out;
}

Status OnnxGraph::cut_after(std::string_view tensor) {
  onnx::GraphProto& graph = *inside_->model.mutable_graph();
  const std::string name(tensor);
  const bool made = std::any_of(graph.node().begin(), graph.node().end(), [&](const auto& node) {
    return std::find(node.output().begin(), node.output().end(), name) != node.output().end();
  });
  if (!made) {
    return fail(ErrorCode::NotFound, "cut network", name);
  }
  const std::set<std::string> needed = inside_->needed_for({name});
  const auto keep_only_needed = [&](auto& list, const auto& names_of) {
    const auto unused = [&](const auto& entry) { return !names_of(entry); };
    list.erase(std::remove_if(list.begin(), list.end(), unused), list.end());
  };
  keep_only_needed(*graph.mutable_node(), [&](const onnx::NodeProto& node) {
    return std::any_of(node.output().begin(), node.output().end(),
                       [&](const std::string& out) { return needed.contains(out); });
  });
  const auto named = [&](const auto& entry) { return needed.contains(entry.name()); };
  keep_only_needed(*graph.mutable_initializer(), named);
  keep_only_needed(*graph.mutable_input(), named);
  graph.clear_value_info();
  graph.clear_output();
  onnx::ValueInfoProto& output = *graph.add_output();
  output.set_name(name);
  output.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
  return {};
}

void OnnxGraph::fuse() {
  fuse_elementwise(*inside_->model.mutable_graph());
}

std::vector<std::uint8_t> OnnxGraph::bytes() const {
  std::vector<std::uint8_t> out(inside_->model.ByteSizeLong());
  inside_->model.SerializeToArray(out.data(), static_cast<int>(out.size()));
  return out;
}

}  // namespace shiqu::ocr
