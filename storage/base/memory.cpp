#include "storage/base/memory.h"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>

namespace shiqu {
namespace {

[[noreturn]] void ended() noexcept {
  try {
    if (std::current_exception()) {
      throw;
    }
  } catch (const std::bad_alloc&) {
    end_without_memory();
  } catch (...) {
  }
  std::abort();
}

}  // namespace

void end_without_memory() noexcept {
  constexpr std::string_view kWords =
      "No memory is left: the program ends. What was shown as kept or saved is on the disk.\n";
  const auto written = ::write(STDERR_FILENO, kWords.data(), kWords.size());
  (void)written;  // nobody listens: there is nothing more to do
  ::_exit(kNoMemoryStatus);
}

void end_cleanly_without_memory() noexcept {
  std::set_terminate(ended);
}

}  // namespace shiqu
