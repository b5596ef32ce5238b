#include "storage/base/memory.h"

#include <cxxabi.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>
#include <string_view>
#include <typeinfo>

namespace shiqu {
namespace {

std::terminate_handler before = nullptr;  // set once, before there are threads

/// Looks at the type alone: throwing it again would need memory.
[[noreturn]] void ended() noexcept {
  const std::type_info* thrown = abi::__cxa_current_exception_type();
  if (thrown != nullptr &&
      (*thrown == typeid(std::bad_alloc) || *thrown == typeid(std::bad_array_new_length))) {
    end_without_memory();
  }
  if (before != nullptr) {
    before();  // says what it was
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
  before = std::set_terminate(ended);
}

}  // namespace shiqu
