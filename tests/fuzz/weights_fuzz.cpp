// Weights of a network in the safetensors format, and the graph they are put into and that is cut.

#include "ocr/onnx/graph.h"
#include "ocr/onnx/weights.h"
#include "tests/fuzz/fuzz.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  if (const auto weights = ocr::from_safetensors(bytes)) {
    const auto again =
        ocr::from_safetensors(ocr::to_safetensors(*weights, ocr::WeightFormat::Float32));
    fuzz::expect(again.has_value() && again->tensors.size() == weights->tensors.size());
  }
  if (auto graph = ocr::OnnxGraph::parse(bytes)) {
    for (const std::string& name : graph->weights()) {
      if (const auto weight = graph->weight(name)) {
        static_cast<void>(graph->set_weight(name, *weight));
      }
      static_cast<void>(graph->cut_after(name));
    }
    static_cast<void>(graph->bytes());
  }
  return 0;
}
