// What a host sends to the virtual camera. First byte: persona, and whether the rest are raw bytes
// of the line or a list of operations (code, number of parameters, parameters, length of data,
// data), which come through to the responder in well-formed packets.

#include "capture/vcam/internal/codes.h"
#include "capture/vcam/internal/responder.h"
#include "tests/fuzz/camera_fixture.h"

#include <sys/socket.h>

#include <thread>

using namespace shiqu;
using namespace shiqu::vcam;

namespace {

void add_packet(Writer& out, std::uint32_t type, const vcam::Bytes& payload) {
  out.u32(8 + payload.size()).u32(type).bytes(payload);
}

void add_operation(Writer& out, fuzz::Bytes& input, std::uint32_t transaction) {
  constexpr std::uint8_t kMostParameters = 6;
  const std::uint16_t code = input.u16();
  const std::uint8_t count = input.u8() % kMostParameters;
  Writer request;
  std::vector<std::uint32_t> parameters;
  for (std::uint8_t i = 0; i < count; ++i) {
    parameters.push_back(input.u32());
  }
  const auto data = input.take(input.u8());
  request.u32(data.empty() ? 1 : 2).u16(code).u32(transaction);
  for (const std::uint32_t one : parameters) {
    request.u32(one);
  }
  add_packet(out, packet::kCommandRequest, request.take());
  if (!data.empty()) {
    Writer start;
    add_packet(out, packet::kStartData, start.u32(transaction).u64(data.size()).take());
    Writer end;
    add_packet(out, packet::kEndData, end.u32(transaction).bytes(data).take());
  }
}

vcam::Bytes line_bytes(bool raw, fuzz::Bytes input) {
  Writer out;
  if (raw) {
    return out.bytes(input.rest()).take();
  }
  for (std::uint32_t transaction = 1; !input.empty(); ++transaction) {
    add_operation(out, input, transaction);
  }
  return out.take();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Bytes input(data, size);
  const std::uint8_t how = input.u8();
  const auto camera = fuzz::new_camera((how & 1U) != 0 ? Persona::Generic : Persona::Nikon);
  const vcam::Bytes sent = line_bytes((how & 2U) != 0, input);
  std::array<int, 2> ends{};
  fuzz::expect(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
  Connection device{FileDescriptor(ends[0])};
  const FileDescriptor host(ends[1]);
  const std::jthread reading([&] {  // answers are taken off the line, or the camera waits for ever
    std::array<char, 65536> sink{};
    while (::recv(host.get(), sink.data(), sink.size(), 0) > 0) {
    }
  });
  const std::jthread writing([&] {
    std::span<const std::uint8_t> rest = sent;
    while (!rest.empty()) {
      const ssize_t done = ::send(host.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
      if (done <= 0) {
        break;
      }
      rest = rest.subspan(static_cast<std::size_t>(done));
    }
    ::shutdown(host.get(), SHUT_WR);
  });
  Responder(*camera, [&] { device.shut_down(); }).serve(device);
  device.shut_down();
  return 0;
}
