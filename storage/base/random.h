#pragma once

#include <cstdint>
#include <span>

namespace shiqu {

/// Fills `bytes` from the kernel's generator (getrandom); ends the program if there is none.
void fill_random(std::span<std::uint8_t> bytes) noexcept;

}  // namespace shiqu
