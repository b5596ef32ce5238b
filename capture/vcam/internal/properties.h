#pragma once

#include "capture/vcam/internal/encoding.h"
#include "capture/vcam/virtual_camera.h"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace shiqu::vcam {

/// PTP data types of properties.
enum class PropertyType : std::uint16_t { U8 = 2, I16 = 3, U16 = 4, U32 = 6, Text = 0xFFFF };

struct Property {
  PropertyType type = PropertyType::U8;
  bool writable = false;
  std::int64_t initial = 0;
  std::int64_t number = 0;
  std::string text;
  std::vector<std::int64_t> choices;  ///< empty: any value
};

/// The camera's adjustable values by their PTP code. Not synchronised: Camera's lock covers it.
class Properties {
 public:
  explicit Properties(Persona persona);

  [[nodiscard]] std::vector<std::uint16_t> codes() const;
  [[nodiscard]] const Property* find(std::uint16_t code) const;
  [[nodiscard]] std::int64_t number(std::uint16_t code) const;

  /// Sets without asking for permission: what the camera does itself. Unknown codes are ignored.
  void put(std::uint16_t code, std::int64_t value);
  void put_text(std::uint16_t code, std::string value);

  /// What a host asks for. Returns a PTP response code.
  std::uint16_t set(std::uint16_t code, std::span<const std::uint8_t> data);

 private:
  std::map<std::uint16_t, Property> all_;
};

Bytes encode_value(const Property& property);
Bytes encode_description(std::uint16_t code, const Property& property);

}  // namespace shiqu::vcam
