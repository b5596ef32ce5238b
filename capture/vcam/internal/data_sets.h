#pragma once

#include "capture/vcam/internal/camera.h"
#include "capture/vcam/internal/encoding.h"

#include <cstdint>
#include <span>
#include <vector>

/// PTP data sets that describe the camera, its card and its objects (ISO 15740, clause 5).
namespace shiqu::vcam {

/// Operations that a persona answers to, in the order of their codes.
std::vector<std::uint16_t> operations_of(Persona persona);

Bytes encode_device_info(const Camera& camera);
Bytes encode_storage_info(const Camera& camera);
Bytes encode_object_info(const Object& object);
/// Nikon's answer to GetEvent: u16 count, then u16 code and u32 parameter of each.
Bytes encode_nikon_events(const std::vector<Event>& events);

}  // namespace shiqu::vcam
