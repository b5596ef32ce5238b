#pragma once

#include "storage/base/handle.h"
#include "storage/base/result.h"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>

namespace shiqu {

using Json = nlohmann::json;

/// Length-prefixed JSON over a stream socket: u32 little-endian length, then UTF-8 JSON.
/// Messages above 64 MiB are refused. One thread reads, one thread writes.
class Channel {
 public:
  static constexpr std::uint32_t kLimitBytes = 64U << 20U;

  explicit Channel(FileDescriptor socket) noexcept : socket_(std::move(socket)) {}

  /// Errors: DeviceGone (the other side has closed), Io.
  Status send(const Json& message);

  /// Waits for one message. Errors: Timeout (nothing whole within `limit`), Cancelled,
  /// DeviceGone (closed), Corrupt (length or JSON).
  Result<Json> receive(std::chrono::milliseconds limit, const std::stop_token& stop = {});

  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }

 private:
  FileDescriptor socket_;
  std::string buffer_;  ///< bytes read that do not make a whole message yet
};

/// {"error":{"code","what","subject","native"}} and back, for errors that cross a channel.
Json to_json(const Error& error);
Error error_from_json(const Json& json);

/// A JSON number as T; nullopt for anything else and for a whole number that T cannot hold.
/// Fractions are cut off where T is whole.
template <class T>
std::optional<T> number_from(const Json& json) {
  if (!json.is_number()) {
    return std::nullopt;
  }
  if constexpr (std::is_floating_point_v<T>) {
    return json.template get<T>();
  } else if (json.is_number_unsigned()) {
    const auto value = json.template get<std::uint64_t>();
    return std::in_range<T>(value) ? std::optional<T>(static_cast<T>(value)) : std::nullopt;
  } else {
    constexpr double kBeyond = 9223372036854775808.0;  // 2^63: casting more than int64 is undefined
    const auto real = json.template get<double>();
    if (json.is_number_float() && !(real > -kBeyond && real < kBeyond)) {
      return std::nullopt;
    }
    const auto value = json.is_number_float() ? static_cast<std::int64_t>(real)
                                              : json.template get<std::int64_t>();
    return std::in_range<T>(value) ? std::optional<T>(static_cast<T>(value)) : std::nullopt;
  }
}

/// Member `key` of an object, or `fallback` when it is absent, of another type or a number that T
/// cannot hold: messages and files come from outside and must not throw.
template <class T>
T get_or(const Json& object, const char* key, T fallback) {
  if (!object.is_object()) {
    return fallback;
  }
  const auto found = object.find(key);
  if (found == object.end()) {
    return fallback;
  }
  if constexpr (std::is_same_v<T, bool>) {
    return found->is_boolean() ? found->template get<bool>() : fallback;
  } else if constexpr (std::is_arithmetic_v<T>) {
    return number_from<T>(*found).value_or(fallback);
  } else {
    return found->is_string() ? T(found->template get<std::string>()) : fallback;
  }
}

/// Parses JSON text. Errors: InvalidInput with the position.
Result<Json> parse_json(std::string_view text, std::string subject = {});

}  // namespace shiqu
