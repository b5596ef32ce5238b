#pragma once

#include "storage/base/result.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace shiqu::transfer {

/// Takes the next bytes of a stream; its error ends the work.
using ByteSink = std::function<Status(std::span<const std::uint8_t>)>;
/// Fills the buffer from its front; fewer bytes than asked for only at the end. 0: the end.
using ByteSource = std::function<Result<std::size_t>(std::span<std::uint8_t>)>;

}  // namespace shiqu::transfer
