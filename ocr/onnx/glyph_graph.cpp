#include "ocr/onnx/internal/glyph_graph.h"
#include "ocr/onnx/glyph_reader.h"
#include "ocr/onnx/glyph_window.h"

#include <onnx/onnx_pb.h>

#include <cstring>
#include <initializer_list>
#include <string>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr int kFormat = 8;  ///< version of the ONNX format, and of its operators: those of 2021,
constexpr int kOperators = 13;  ///< which every runtime of a distribution knows

class GraphBuilder {
 public:
  explicit GraphBuilder(const Weights& weights) : weights_(weights) {
    model_.set_ir_version(kFormat);
    model_.add_opset_import()->set_version(kOperators);
    model_.mutable_graph()->set_name("glyphs");
  }

  void set_input(const std::string& name, std::initializer_list<std::int64_t> each) {
    describe(*model_.mutable_graph()->add_input(), name, each);
    last_ = name;
  }
  void set_output(std::initializer_list<std::int64_t> each) {
    describe(*model_.mutable_graph()->add_output(), last_, each);
  }

  /// A step from the last tensor and weights to a new one; later steps take that.
  onnx::NodeProto& add(const char* kind, std::initializer_list<std::string> weights = {}) {
    onnx::NodeProto& node = *model_.mutable_graph()->add_node();
    node.set_op_type(kind);
    node.add_input(last_);
    for (const std::string& name : weights) {
      node.add_input(name);
    }
    last_ = "t" + std::to_string(model_.graph().node_size());
    node.add_output(last_);
    return node;
  }

  Status add_weight(const std::string& name, const std::vector<std::int64_t>& shape) {
    const auto found = weights_.tensors.find(name);
    if (found == weights_.tensors.end() || found->second.shape != shape) {
      return fail(ErrorCode::Corrupt, "load glyph network", name, "missing or of another shape");
    }
    onnx::TensorProto& proto = *model_.mutable_graph()->add_initializer();
    proto.set_name(name);
    proto.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t side : shape) {
      proto.add_dims(side);
    }
    const std::vector<float>& values = found->second.values;
    std::string raw(values.size() * sizeof(float), '\0');
    std::memcpy(raw.data(), values.data(), raw.size());
    proto.set_raw_data(std::move(raw));
    return {};
  }

  [[nodiscard]] std::vector<std::uint8_t> bytes() const {
    const std::string text = model_.SerializeAsString();
    return {text.begin(), text.end()};
  }

 private:
  /// The first dimension, of glyphs, is left open.
  static void describe(onnx::ValueInfoProto& value, const std::string& name,
                       std::initializer_list<std::int64_t> each) {
    value.set_name(name);
    onnx::TypeProto_Tensor& type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("glyphs");
    for (const std::int64_t side : each) {
      type.mutable_shape()->add_dim()->set_dim_value(side);
    }
  }

  const Weights& weights_;
  onnx::ModelProto model_;
  std::string last_;
};

void set_numbers(onnx::NodeProto& node, const char* name,
                 std::initializer_list<std::int64_t> numbers) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INTS);
  for (const std::int64_t number : numbers) {
    attribute.add_ints(number);
  }
}

void set_number(onnx::NodeProto& node, const char* name, std::int64_t number) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::INT);
  attribute.set_i(number);
}

/// Gives the side of the pictures behind the stage.
Result<std::int64_t> add_stage(GraphBuilder& graph, const GlyphStage& stage,
                               const std::string& name, std::int64_t side) {
  SHIQU_TRY(graph.add_weight(name + ".weight", {stage.to, stage.from, stage.side, stage.side}));
  SHIQU_TRY(graph.add_weight(name + ".bias", {stage.to}));
  onnx::NodeProto& convolution = graph.add("Conv", {name + ".weight", name + ".bias"});
  const std::int64_t pad = stage.side / 2;
  set_numbers(convolution, "pads", {pad, pad, pad, pad});
  set_numbers(convolution, "strides", {stage.stride, stage.stride});
  graph.add("Relu");
  if (stage.halve) {
    onnx::NodeProto& pool = graph.add("MaxPool");
    set_numbers(pool, "kernel_shape", {2, 2});
    set_numbers(pool, "strides", {2, 2});
  }
  return side / stage.stride / (stage.halve ? 2 : 1);
}

Status add_layer(GraphBuilder& graph, const std::string& name, std::int64_t from, std::int64_t to) {
  SHIQU_TRY(graph.add_weight(name + ".weight", {to, from}));
  SHIQU_TRY(graph.add_weight(name + ".bias", {to}));
  set_number(graph.add("Gemm", {name + ".weight", name + ".bias"}), "transB", 1);
  return {};
}

}  // namespace

Result<std::vector<std::uint8_t>> glyph_graph(const Weights& weights, std::int64_t classes) {
  GraphBuilder graph(weights);
  graph.set_input("glyphs", {1, kGlyphSidePx, kGlyphSidePx});
  std::int64_t side = kGlyphSidePx;
  for (std::size_t i = 0; i < kGlyphStages.size(); ++i) {
    SHIQU_TRY_ASSIGN(side, add_stage(graph, kGlyphStages[i], "conv" + std::to_string(i + 1), side));
  }
  set_number(graph.add("Flatten"), "axis", 1);
  const std::int64_t flat = kGlyphStages.back().to * side * side;
  SHIQU_TRY(add_layer(graph, "features", flat, kGlyphFeatures));
  graph.add("Relu");
  SHIQU_TRY(add_layer(graph, "classes", kGlyphFeatures, classes));
  graph.set_output({classes});
  return graph.bytes();
}

}  // namespace shiqu::ocr
