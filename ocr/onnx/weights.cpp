#include "ocr/onnx/weights.h"

#include "storage/base/channel.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kLongestHeader = 64ULL << 20U;
constexpr std::int64_t kLongestSide = 1LL << 31U;

tl::unexpected<Error> broken(const std::string& why) {
  return fail(ErrorCode::Corrupt, "read weights", {}, why);
}

/// IEEE 754 binary16, round to nearest, ties to even.
std::uint16_t half_of(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16U) & 0x8000U;
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  if (magnitude > 0x7f800000U) {
    return static_cast<std::uint16_t>(sign | 0x7e00U);  // not a number
  }
  if (magnitude >= 0x47800000U) {
    return static_cast<std::uint16_t>(sign | 0x7c00U);  // 65536 and more
  }
  if (magnitude < 0x38800000U) {  // subnormal in binary16: let the FPU round to steps of 2⁻²⁴
    const float steps = std::nearbyint(std::bit_cast<float>(magnitude) * 16777216.0F);
    return static_cast<std::uint16_t>(sign | static_cast<std::uint32_t>(steps));
  }
  const std::uint32_t rounded = magnitude + 0x0fffU + ((magnitude >> 13U) & 1U);
  return static_cast<std::uint16_t>(sign | ((rounded - 0x38000000U) >> 13U));
}

float float_of(std::uint16_t half) {
  const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
  const std::uint32_t exponent = (half >> 10U) & 0x1fU;
  const std::uint32_t fraction = half & 0x3ffU;
  if (exponent == 0) {
    const float value = static_cast<float>(fraction) / 16777216.0F;
    return sign != 0 ? -value : value;
  }
  const std::uint32_t wide = exponent == 0x1f ? 0xffU : exponent + 112U;
  return std::bit_cast<float>(sign | (wide << 23U) | (fraction << 13U));
}

void append(const Tensor& tensor, WeightFormat format, std::vector<std::uint8_t>& out) {
  const std::size_t width = format == WeightFormat::Float16 ? 2 : 4;
  std::size_t at = out.size();
  out.resize(at + tensor.values.size() * width);
  for (const float value : tensor.values) {
    if (format == WeightFormat::Float16) {
      const std::uint16_t half = half_of(value);
      std::memcpy(&out[at], &half, width);
    } else {
      std::memcpy(&out[at], &value, width);
    }
    at += width;
  }
}

/// One entry of the header and its data. `data`: everything after the header.
Result<Tensor> tensor_from(const Json& entry, std::span<const std::uint8_t> data) {
  Tensor out;
  std::uint64_t count = 1;
  for (const Json& side : entry.value("shape", Json::array())) {
    if (!side.is_number_integer() || side.get<std::int64_t>() < 0 ||
        side.get<std::int64_t>() > kLongestSide) {
      return broken("a side of a shape is out of range");
    }
    out.shape.push_back(side.get<std::int64_t>());
    count *= static_cast<std::uint64_t>(out.shape.back());
    if (count > data.size()) {
      return broken("a shape is larger than the file");
    }
  }
  const auto type = get_or<std::string>(entry, "dtype", "");
  if (type != "F16" && type != "F32") {
    return fail(ErrorCode::Unsupported, "read weights", {}, "data type " + type);
  }
  const std::size_t width = type == "F16" ? 2 : 4;
  const Json offsets = entry.value("data_offsets", Json::array());
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned()) {
    return broken("data_offsets must be two numbers");
  }
  const auto begin = offsets[0].get<std::uint64_t>();
  const auto end = offsets[1].get<std::uint64_t>();
  if (begin > end || end > data.size() || end - begin != count * width) {
    return broken("data_offsets do not fit the shape");
  }
  out.values.resize(count);
  const std::uint8_t* from = data.data() + begin;
  for (float& value : out.values) {
    if (width == 2) {
      std::uint16_t half = 0;
      std::memcpy(&half, from, width);
      value = float_of(half);
    } else {
      std::memcpy(&value, from, width);
    }
    from += width;
  }
  return out;
}

}  // namespace

std::vector<std::uint8_t> to_safetensors(const Weights& weights, WeightFormat format) {
  std::vector<std::uint8_t> data;
  Json header = Json::object();
  header["__metadata__"] = weights.metadata;
  for (const auto& [name, tensor] : weights.tensors) {
    const std::size_t begin = data.size();
    append(tensor, format, data);
    header[name] = {{"dtype", format == WeightFormat::Float16 ? "F16" : "F32"},
                    {"shape", tensor.shape},
                    {"data_offsets", {begin, data.size()}}};
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::vector<std::uint8_t> out(kLengthBytes + text.size() + data.size());
  const std::uint64_t length = text.size();
  std::memcpy(out.data(), &length, kLengthBytes);
  std::memcpy(out.data() + kLengthBytes, text.data(), text.size());
  std::copy(data.begin(), data.end(),
            out.begin() + static_cast<std::ptrdiff_t>(kLengthBytes + text.size()));
  return out;
}

Result<Weights> from_safetensors(std::span<const std::uint8_t> file) {
  std::uint64_t length = 0;
  if (file.size() < kLengthBytes) {
    return broken("shorter than its header");
  }
  std::memcpy(&length, file.data(), kLengthBytes);
  if (length > kLongestHeader || length > file.size() - kLengthBytes) {
    return broken("shorter than its header");
  }
  const auto text = file.subspan(kLengthBytes, length);
  const Json header = Json::parse(text.begin(), text.end(), nullptr, false);
  if (!header.is_object()) {
    return broken("the header is not a JSON object");
  }
  const auto data = file.subspan(kLengthBytes + length);
  Weights out;
  for (const auto& [name, entry] : header.items()) {
    if (!entry.is_object()) {
      return broken("an entry is not a JSON object");
    }
    if (name == "__metadata__") {
      for (const auto& [key, value] : entry.items()) {
        out.metadata[key] = value.is_string() ? value.get<std::string>() : value.dump();
      }
      continue;
    }
    SHIQU_TRY_ASSIGN(out.tensors[name], tensor_from(entry, data));
  }
  return out;
}

Result<std::u32string> characters_of(const Weights& weights, std::string_view of) {
  const auto found = weights.metadata.find("characters");
  if (found == weights.metadata.end()) {
    return fail(ErrorCode::Corrupt, "read weights", std::string(of), "they name no characters");
  }
  return to_utf32(found->second);
}

}  // namespace shiqu::ocr
