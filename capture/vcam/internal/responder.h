#pragma once

#include "capture/vcam/internal/camera.h"
#include "capture/vcam/internal/encoding.h"
#include "capture/vcam/internal/transport.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace shiqu::vcam {

/// One operation as the host asked for it.
struct Request {
  std::uint16_t operation = 0;
  std::uint32_t transaction = 0;
  std::vector<std::uint32_t> parameters;
  Bytes data;

  /// Parameter `i`, or 0 where the host sent fewer.
  [[nodiscard]] std::uint32_t at(std::size_t i) const {
    return i < parameters.size() ? parameters[i] : 0;
  }
};

/// The answer: an optional data phase, then a response.
struct Reply {
  std::uint16_t code = 0;
  std::vector<std::uint32_t> parameters;
  std::optional<Bytes> data;
  std::shared_ptr<const Picture> picture;  ///< keeps `slice` alive while it is sent
  std::span<const std::uint8_t> slice;     ///< part of a picture's file, instead of `data`
};

/// Carries out operations for one host and sends the answers.
class Responder {
 public:
  /// `unplug` shuts both connections of the host.
  Responder(Camera& camera, std::function<void()> unplug)
      : camera_(camera), unplug_(std::move(unplug)) {}

  /// Serves operations until the connection ends.
  void serve(Connection& connection);

 private:
  Result<Request> read_request(Connection& connection);
  Status send(Connection& connection, const Request& request, const Reply& reply);
  Status send_data(Connection& connection, std::uint32_t transaction,
                   std::span<const std::uint8_t> data, bool picture);

  Reply answer(const Request& request);
  Reply answer_object(const Request& request);
  Reply answer_property(const Request& request);
  Reply answer_nikon(const Request& request);
  Reply live_view_image();
  Reply object_part(const Request& request, std::uint32_t offset, std::uint32_t length);

  Camera& camera_;
  std::function<void()> unplug_;
  bool session_ = false;
};

}  // namespace shiqu::vcam
