#include "capture/vcam/internal/properties.h"

#include "capture/vcam/internal/codes.h"

#include <algorithm>

namespace shiqu::vcam {
namespace {

int size_of(PropertyType type) {
  switch (type) {
    case PropertyType::U8:
      return 1;
    case PropertyType::I16:
    case PropertyType::U16:
      return 2;
    case PropertyType::U32:
      return 4;
    case PropertyType::Text:
      break;
  }
  return 0;
}

Property choice(PropertyType type, std::int64_t value, std::vector<std::int64_t> choices) {
  return {type, true, value, value, {}, std::move(choices)};
}

Property fixed(PropertyType type, std::int64_t value) {
  return {type, false, value, value, {}, {}};
}

void write_number(Writer& out, PropertyType type, std::int64_t value) {
  out.number(static_cast<std::uint64_t>(value), size_of(type));
}

}  // namespace

Properties::Properties(Persona persona) {
  using T = PropertyType;
  all_[property::kBattery] = fixed(T::U8, 87);
  all_[property::kImageSize] = fixed(T::Text, 0);
  // 0…2: JPEG alone; 5…7: a raw-like file beside it.
  all_[property::kCompression] = choice(T::U8, 2, {0, 1, 2, 5, 6, 7});
  all_[property::kWhiteBalance] = choice(T::U16, 2, {2, 4, 5, 6, 7, 0x8010, 0x8011, 0x8013});
  all_[property::kAperture] = choice(T::U16, 800, {280, 400, 560, 800, 1100, 1600});  // f × 100
  all_[property::kFocusMode] = choice(T::U16, 1, {1, 0x8010, 0x8011});
  all_[property::kExposureTime] =  // 0.1 ms
      choice(T::U32, 166, {10000, 5000, 2500, 1250, 666, 333, 166, 80, 40, 20, 10, 5});
  all_[property::kProgram] = choice(T::U16, 1, {1, 2, 3, 4});
  all_[property::kIso] = choice(T::U16, 100, {64, 100, 200, 400, 800, 1600, 3200});
  all_[property::kBias] = choice(T::I16, 0, {-2000, -1000, 0, 1000, 2000});  // EV × 1000
  all_[property::kDate] = {T::Text, true, 0, 0, {}, {}};
  if (persona == Persona::Nikon) {
    all_[property::kNikonRecordingMedia] = choice(T::U8, 0, {0, 1});
    all_[property::kNikonLiveView] = fixed(T::U8, 0);
    all_[property::kNikonLiveViewProhibited] = fixed(T::U32, 0);
  }
}

std::vector<std::uint16_t> Properties::codes() const {
  std::vector<std::uint16_t> out;
  for (const auto& one : all_) {
    out.push_back(one.first);
  }
  return out;
}

const Property* Properties::find(std::uint16_t code) const {
  const auto found = all_.find(code);
  return found == all_.end() ? nullptr : &found->second;
}

std::int64_t Properties::number(std::uint16_t code) const {
  const Property* property = find(code);
  return property == nullptr ? 0 : property->number;
}

void Properties::put(std::uint16_t code, std::int64_t value) {
  if (const auto found = all_.find(code); found != all_.end()) {
    found->second.number = value;
  }
}

void Properties::put_text(std::uint16_t code, std::string value) {
  if (const auto found = all_.find(code); found != all_.end()) {
    found->second.text = std::move(value);
  }
}

std::uint16_t Properties::set(std::uint16_t code, std::span<const std::uint8_t> data) {
  const auto found = all_.find(code);
  if (found == all_.end()) {
    return response::kPropertyNotSupported;
  }
  Property& property = found->second;
  if (!property.writable) {
    return response::kAccessDenied;
  }
  Reader reader(data);
  if (property.type == PropertyType::Text) {
    auto text = reader.text();
    if (!text) {
      return response::kInvalidPropertyFormat;
    }
    property.text = std::move(*text);
    return response::kOk;
  }
  const auto raw = reader.number(static_cast<std::size_t>(size_of(property.type)));
  if (!raw) {
    return response::kInvalidPropertyFormat;
  }
  const auto value = property.type == PropertyType::I16
                         ? std::int64_t{static_cast<std::int16_t>(*raw)}
                         : static_cast<std::int64_t>(*raw);
  const auto& choices = property.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
    return response::kInvalidPropertyValue;
  }
  property.number = value;
  return response::kOk;
}

Bytes encode_value(const Property& property) {
  Writer out;
  if (property.type == PropertyType::Text) {
    out.text(property.text);
  } else {
    write_number(out, property.type, property.number);
  }
  return out.take();
}

Bytes encode_description(std::uint16_t code, const Property& property) {
  constexpr std::uint8_t kNoForm = 0;
  constexpr std::uint8_t kEnumeration = 2;
  Writer out;
  out.u16(code).u16(static_cast<std::uint16_t>(property.type)).u8(property.writable ? 1 : 0);
  if (property.type == PropertyType::Text) {
    out.text(property.text).text(property.text).u8(kNoForm);
    return out.take();
  }
  write_number(out, property.type, property.initial);
  write_number(out, property.type, property.number);
  if (property.choices.empty()) {
    out.u8(kNoForm);
    return out.take();
  }
  out.u8(kEnumeration).u16(property.choices.size());
  for (const std::int64_t one : property.choices) {
    write_number(out, property.type, one);
  }
  return out.take();
}

}  // namespace shiqu::vcam
