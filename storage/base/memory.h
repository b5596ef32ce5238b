#pragma once

namespace shiqu {

/// Exit status of a program that had no memory left.
inline constexpr int kNoMemoryStatus = 11;

/// Ends the program at once with a word on standard error and kNoMemoryStatus. What it was doing
/// was not promised to anybody, and what was promised is on the disk.
[[noreturn]] void end_without_memory() noexcept;

/// Lets a std::bad_alloc that nobody catches end the program so, instead of by SIGABRT. First thing
/// in main.
void end_cleanly_without_memory() noexcept;

}  // namespace shiqu
