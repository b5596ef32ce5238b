#include "capture/vcam/internal/transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace shiqu::vcam {
namespace {

constexpr std::uint32_t kHeaderBytes = 8;
constexpr std::uint32_t kLongestPacket = 1U << 20U;  // hosts send commands and settings only

/// The sockets interface takes the general type for each address family.
sockaddr* general(sockaddr_in* address) {
  return reinterpret_cast<sockaddr*>(address);
}

}  // namespace

Status Connection::read(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = ::recv(socket_.get(), out.data(), out.size(), 0);
    if (got == 0) {
      return fail(ErrorCode::DeviceGone, "read from host", "connection");
    }
    if (got < 0) {
      if (errno == EINTR) {
        continue;
      }
      return fail_errno(errno, "read from host");
    }
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

Status Connection::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) {
        continue;
      }
      return fail_errno(errno, "write to host");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::string> Connection::read_line() {
  constexpr std::size_t kLongestLine = 4096;
  std::string out;
  while (out.size() < kLongestLine) {
    std::uint8_t one = 0;
    SHIQU_TRY(read({&one, 1}));
    if (one == '\n') {
      if (out.ends_with('\r')) {
        out.pop_back();
      }
      return out;
    }
    out.push_back(static_cast<char>(one));
  }
  return fail(ErrorCode::InvalidInput, "read control line", "longer than 4 KiB");
}

void Connection::shut_down() noexcept {
  ::shutdown(socket_.get(), SHUT_RDWR);
}

Result<Packet> read_packet(Connection& connection) {
  std::array<std::uint8_t, kHeaderBytes> header{};
  SHIQU_TRY(connection.read(header));
  Reader reader(header);
  const std::uint64_t length = reader.number(4).value_or(0);
  const std::uint64_t type = reader.number(4).value_or(0);
  if (length < kHeaderBytes || length > kLongestPacket) {
    return fail(ErrorCode::InvalidInput, "read packet", "length " + std::to_string(length));
  }
  Packet out{static_cast<std::uint32_t>(type), Bytes(length - kHeaderBytes)};
  SHIQU_TRY(connection.read(out.payload));
  return out;
}

Status write_packet(Connection& connection, std::uint32_t type,
                    std::span<const std::uint8_t> payload) {
  // One write a packet: with two, the host's delayed acknowledgement costs 40 ms each.
  Writer out;
  out.u32(kHeaderBytes + payload.size()).u32(type).bytes(payload);
  return connection.write(out.take());
}

Result<Listener> Listener::open(const std::string& address, std::uint16_t port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  if (::inet_pton(AF_INET, address.c_str(), &where.sin_addr) != 1) {
    return fail(ErrorCode::InvalidInput, "listen", address);
  }
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  socklen_t size = sizeof where;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  constexpr int kWaiting = 8;
  if (!socket || ::bind(socket.get(), general(&where), size) != 0 ||
      ::listen(socket.get(), kWaiting) != 0 ||
      ::getsockname(socket.get(), general(&where), &size) != 0) {
    return fail_errno(errno, "listen", address + ":" + std::to_string(port));
  }
  return Listener(std::move(socket), ntohs(where.sin_port));
}

Result<FileDescriptor> Listener::accept() {
  while (true) {
    FileDescriptor out(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (out) {
      const int yes = 1;
      ::setsockopt(out.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      return out;
    }
    if (errno == EINVAL) {  // Linux: shutdown() of a listening socket
      return fail(ErrorCode::Cancelled, "accept connection");
    }
    if (errno != EINTR && errno != ECONNABORTED) {
      return fail_errno(errno, "accept connection");
    }
  }
}

void Listener::shut_down() noexcept {
  ::shutdown(socket_.get(), SHUT_RDWR);
}

}  // namespace shiqu::vcam
