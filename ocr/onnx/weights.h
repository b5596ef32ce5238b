#pragma once

#include "ocr/onnx/session.h"
#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::ocr {

/// Named weights with what is known about them, in the safetensors format: 8 bytes of header
/// length (little-endian), a JSON header {"NAME": {"dtype", "shape", "data_offsets"},
/// "__metadata__": {"KEY": "TEXT"}}, then the data.
struct Weights {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

enum class WeightFormat { Float32, Float16 };

/// The bytes of a file. Float16 rounds to nearest even; values beyond ±65504 become infinite.
std::vector<std::uint8_t> to_safetensors(const Weights& weights, WeightFormat format);

/// Reads F32 and F16. Errors: Corrupt (with the reason), Unsupported (another dtype).
Result<Weights> from_safetensors(std::span<const std::uint8_t> file);

/// The classes that a network of ours knows, in order: its metadata's "characters". `of`: what the
/// error names. Errors: Corrupt (there are none).
Result<std::u32string> characters_of(const Weights& weights, std::string_view of);

}  // namespace shiqu::ocr
