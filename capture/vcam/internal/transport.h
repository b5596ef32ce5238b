#pragma once

#include "capture/vcam/internal/encoding.h"
#include "storage/base/handle.h"
#include "storage/base/result.h"

#include <cstdint>
#include <span>
#include <string>

namespace shiqu::vcam {

/// One TCP connection. One thread reads and writes; shut_down() from any thread.
class Connection {
 public:
  explicit Connection(FileDescriptor socket) : socket_(std::move(socket)) {}

  /// Fills `out`. Errors: DeviceGone (the other side has closed), Io.
  Status read(std::span<std::uint8_t> out);
  Status write(std::span<const std::uint8_t> bytes);
  /// Up to the next line feed, without it and without a carriage return; at most 4 KiB.
  Result<std::string> read_line();
  /// Ends reads and writes of both sides; the descriptor stays until destruction.
  void shut_down() noexcept;

 private:
  FileDescriptor socket_;
};

/// One PTP/IP packet without its length.
struct Packet {
  std::uint32_t type = 0;
  Bytes payload;
};

/// Errors: DeviceGone, Io, InvalidInput (a length no host would send).
Result<Packet> read_packet(Connection& connection);
Status write_packet(Connection& connection, std::uint32_t type,
                    std::span<const std::uint8_t> payload);

/// A listening TCP socket on an IPv4 address.
class Listener {
 public:
  /// `port` 0 takes a free one. Errors: InvalidInput (address), Io (port in use).
  static Result<Listener> open(const std::string& address, std::uint16_t port);
  /// Waits for a connection. Errors: Cancelled (after shut_down()), Io.
  Result<FileDescriptor> accept();
  void shut_down() noexcept;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  Listener(FileDescriptor socket, std::uint16_t port) : socket_(std::move(socket)), port_(port) {}
  FileDescriptor socket_;
  std::uint16_t port_ = 0;
};

}  // namespace shiqu::vcam
