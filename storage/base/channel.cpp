#include "storage/base/channel.h"

#include "storage/base/clock.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

namespace shiqu {
namespace {

constexpr std::size_t kPrefix = 4;
constexpr int kPollSliceMs = 50;  // how soon a stop request is seen

std::uint32_t length_of(std::string_view prefix) {
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < kPrefix; ++i) {
    length |= static_cast<std::uint32_t>(static_cast<unsigned char>(prefix[i])) << (8U * i);
  }
  return length;
}

/// Takes one whole message out of `buffer`, if there is one.
Result<std::optional<Json>> take_message(std::string& buffer) {
  if (buffer.size() < kPrefix) {
    return std::optional<Json>{};
  }
  const std::uint32_t length = length_of(buffer);
  if (length > Channel::kLimitBytes) {
    return fail(ErrorCode::Corrupt, "receive message", "length", std::to_string(length));
  }
  if (buffer.size() < kPrefix + length) {
    return std::optional<Json>{};
  }
  Json message = Json::parse(buffer.substr(kPrefix, length), nullptr, false);
  buffer.erase(0, kPrefix + length);
  if (message.is_discarded()) {
    return fail(ErrorCode::Corrupt, "receive message", "JSON");
  }
  return std::optional<Json>(std::move(message));
}

}  // namespace

Status Channel::send(const Json& message) {
  const std::string body = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (body.size() > kLimitBytes) {
    return fail(ErrorCode::InvalidInput, "send message", "larger than 64 MiB");
  }
  std::string packet;
  for (std::size_t i = 0; i < kPrefix; ++i) {
    packet += static_cast<char>((body.size() >> (8U * i)) & 0xFFU);
  }
  packet += body;
  for (std::string_view rest = packet; !rest.empty();) {
    const ssize_t sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) {
        continue;
      }
      const bool gone = errno == EPIPE || errno == ECONNRESET || errno == EBADF;
      return fail(gone ? ErrorCode::DeviceGone : ErrorCode::Io, "send message", {},
                  std::to_string(errno));
    }
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<Json> Channel::receive(std::chrono::milliseconds limit, const std::stop_token& stop) {
  const std::int64_t deadline = now_monotonic_ms() + limit.count();
  std::array<char, 65536> piece{};
  while (true) {
    SHIQU_TRY_ASSIGN(std::optional<Json> message, take_message(buffer_));
    if (message) {
      return std::move(*message);
    }
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "receive message");
    }
    const std::int64_t left = deadline - now_monotonic_ms();
    if (left <= 0) {
      return fail(ErrorCode::Timeout, "receive message");
    }
    pollfd watched{socket_.get(), POLLIN, 0};
    const int slice = static_cast<int>(std::min<std::int64_t>(left, kPollSliceMs));
    if (::poll(&watched, 1, slice) <= 0) {
      continue;
    }
    const ssize_t got = ::recv(socket_.get(), piece.data(), piece.size(), 0);
    if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) {
      return fail(ErrorCode::DeviceGone, "receive message", "the other side has closed");
    }
    if (got > 0) {
      buffer_.append(piece.data(), static_cast<std::size_t>(got));
    }
  }
}

Json to_json(const Error& error) {
  return {{"error",
           {{"code", name_of(error.code)},
            {"what", error.what},
            {"subject", error.subject},
            {"native", error.native}}}};
}

Error error_from_json(const Json& json) {
  const Json body = json.is_object() && json.contains("error") ? json.at("error") : Json::object();
  return Error{error_code_from(get_or<std::string>(body, "code", "internal")),
               get_or<std::string>(body, "what", "unknown failure"),
               get_or<std::string>(body, "subject", ""), get_or<std::string>(body, "native", "")};
}

Result<Json> parse_json(std::string_view text, std::string subject) {
  try {
    return Json::parse(text);
  } catch (const Json::exception& problem) {  // a number beyond double is no parse_error
    return fail(ErrorCode::InvalidInput, "parse JSON", std::move(subject), problem.what());
  }
}

}  // namespace shiqu
