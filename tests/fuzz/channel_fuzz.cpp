// Frames of a channel as a broken or hostile worker could send them.

#include "storage/base/channel.h"
#include "tests/fuzz/fuzz.h"

#include <sys/socket.h>

#include <array>

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMost = 64U << 10U;  // what a socket holds without a reader
  if (size > kMost) {
    return 0;
  }
  std::array<int, 2> ends{};
  fuzz::expect(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  Channel reader{FileDescriptor(ends[0])};
  {
    const FileDescriptor writer(ends[1]);
    fuzz::expect(size == 0 ||
                 ::send(writer.get(), data, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size));
  }
  while (const auto message = reader.receive(std::chrono::seconds(5))) {
    const Error error = error_from_json(*message);
    fuzz::expect(error_from_json(to_json(error)).code == error.code);
    get_or(*message, "done", 0);
    get_or(*message, "size", std::uint64_t{0});
    get_or(*message, "dpi", 0.0);
    get_or(*message, "writable", false);
  }
  return 0;
}
