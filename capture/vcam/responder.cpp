#include "capture/vcam/internal/responder.h"

#include "capture/vcam/internal/codes.h"
#include "capture/vcam/internal/data_sets.h"

#include <algorithm>
#include <thread>

namespace shiqu::vcam {
namespace {

constexpr std::size_t kBlockBytes = 64U << 10U;
constexpr std::size_t kLongestData = 1U << 20U;
constexpr std::size_t kLiveViewHeaderBytes = 384;
constexpr std::chrono::seconds kStall{4};

Reply just(std::uint16_t code) {
  return {code, {}, std::nullopt, nullptr, {}};
}
Reply with(Bytes data) {
  return {response::kOk, {}, std::move(data), nullptr, {}};
}
Reply whole(std::shared_ptr<const Picture> picture, std::span<const std::uint8_t> bytes) {
  return {response::kOk, {}, std::nullopt, std::move(picture), bytes};
}

bool supported(const Camera& camera, std::uint16_t operation) {
  const auto all = operations_of(camera.options().persona);
  return std::find(all.begin(), all.end(), operation) != all.end();
}

Bytes one_array(std::span<const std::uint32_t> items) {
  Writer out;
  return out.array32(items).take();
}

}  // namespace

void Responder::serve(Connection& connection) {
  while (true) {
    const auto request = read_request(connection);
    if (!request || !send(connection, *request, answer(*request))) {
      break;
    }
  }
  camera_.set_live_view(false);
}

Result<Request> Responder::read_request(Connection& connection) {
  constexpr std::uint64_t kDataFollows = 2;
  SHIQU_TRY_ASSIGN(Packet packet, read_packet(connection));
  while (packet.type == packet::kPing) {
    SHIQU_TRY(write_packet(connection, packet::kPong, {}));
    SHIQU_TRY_ASSIGN(packet, read_packet(connection));
  }
  Reader reader(packet.payload);
  const auto phase = reader.number(4);
  const auto operation = reader.number(2);
  const auto transaction = reader.number(4);
  if (packet.type != packet::kCommandRequest || !transaction) {
    return fail(ErrorCode::InvalidInput, "read request", "packet " + std::to_string(packet.type));
  }
  Request out{
      static_cast<std::uint16_t>(*operation), static_cast<std::uint32_t>(*transaction), {}, {}};
  while (const auto parameter = reader.number(4)) {
    out.parameters.push_back(static_cast<std::uint32_t>(*parameter));
  }
  for (bool more = *phase == kDataFollows; more;) {
    SHIQU_TRY_ASSIGN(const Packet part, read_packet(connection));
    Reader data(part.payload);
    data.number(4);  // transaction
    if (part.type == packet::kData || part.type == packet::kEndData) {
      out.data.insert(out.data.end(), data.rest().begin(), data.rest().end());
    }
    if (out.data.size() > kLongestData) {
      return fail(ErrorCode::InvalidInput, "read request", "more data than any property has");
    }
    more = part.type != packet::kEndData;
  }
  return out;
}

Status Responder::send(Connection& connection, const Request& request, const Reply& reply) {
  if (reply.picture) {
    SHIQU_TRY(send_data(connection, request.transaction, reply.slice, true));
  } else if (reply.data) {
    SHIQU_TRY(send_data(connection, request.transaction, *reply.data, false));
  }
  Writer out;
  out.u16(reply.code).u32(request.transaction);
  for (const std::uint32_t parameter : reply.parameters) {
    out.u32(parameter);
  }
  return write_packet(connection, packet::kCommandResponse, out.take());
}

Status Responder::send_data(Connection& connection, std::uint32_t transaction,
                            std::span<const std::uint8_t> data, bool picture) {
  Writer start;
  start.u32(transaction).u64(data.size());
  SHIQU_TRY(write_packet(connection, packet::kStartData, start.take()));
  const std::uint64_t rate = picture ? camera_.options().bytes_per_second : 0;
  // Small pictures too have to have a second half.
  const std::size_t block = picture ? std::min(kBlockBytes, data.size() / 4 + 1) : kBlockBytes;
  std::size_t done = 0;
  do {
    const std::size_t count = std::min(block, data.size() - done);
    if (picture && done > data.size() / 2) {
      if (camera_.faults().take(Fault::Drop)) {
        unplug_();
      }
      if (camera_.faults().take(Fault::Stall)) {
        std::this_thread::sleep_for(kStall);
      }
    }
    if (rate > 0) {
      std::this_thread::sleep_for(std::chrono::microseconds(count * 1'000'000 / rate));
    }
    Writer part;
    part.u32(transaction).bytes(data.subspan(done, count));
    done += count;
    SHIQU_TRY(write_packet(connection, done == data.size() ? packet::kEndData : packet::kData,
                           part.take()));
  } while (done < data.size());
  return {};
}

Reply Responder::answer(const Request& request) {
  if (!supported(camera_, request.operation)) {
    return just(response::kOperationNotSupported);
  }
  if (!session_ && request.operation != operation::kGetDeviceInfo &&
      request.operation != operation::kOpenSession) {
    return just(response::kSessionNotOpen);
  }
  switch (request.operation) {
    case operation::kGetDeviceInfo:
      return with(encode_device_info(camera_));
    case operation::kOpenSession:
      session_ = true;
      camera_.take_events();  // those of an earlier host
      return just(response::kOk);
    case operation::kCloseSession:
      session_ = false;
      return just(response::kOk);
    case operation::kInitiateCapture:
      return just(camera_.release(false));
    case operation::kGetDevicePropDesc:
    case operation::kGetDevicePropValue:
    case operation::kSetDevicePropValue:
      return answer_property(request);
    default:
      return request.operation >= operation::kNikonAfDrive ? answer_nikon(request)
                                                           : answer_object(request);
  }
}

Reply Responder::answer_object(const Request& request) {
  const std::uint32_t storage[] = {kStorage};
  switch (request.operation) {
    case operation::kGetStorageIds:
      return with(one_array(storage));
    case operation::kGetStorageInfo:
      return request.at(0) == kStorage ? with(encode_storage_info(camera_))
                                       : just(response::kInvalidStorageId);
    case operation::kGetNumObjects: {
      const auto found = camera_.handles(static_cast<std::uint16_t>(request.at(1)), request.at(2));
      return {response::kOk, {static_cast<std::uint32_t>(found.size())}, std::nullopt, nullptr, {}};
    }
    case operation::kGetObjectHandles:
      return with(
          one_array(camera_.handles(static_cast<std::uint16_t>(request.at(1)), request.at(2))));
    case operation::kDeleteObject:
      return just(camera_.remove(request.at(0)));
    case operation::kGetPartialObject:
      return object_part(request, request.at(1), request.at(2));
    case operation::kGetObject: {
      Reply reply = object_part(request, 0, 0xFFFFFFFF);
      reply.parameters.clear();
      return reply;
    }
    default:
      break;
  }
  const auto object = camera_.object(request.at(0));
  if (!object) {
    return just(response::kInvalidObjectHandle);
  }
  if (request.operation == operation::kGetObjectInfo) {
    return with(encode_object_info(*object));
  }
  return object->picture ? whole(object->picture, object->picture->thumb)
                         : just(response::kInvalidObjectHandle);
}

Reply Responder::object_part(const Request& request, std::uint32_t offset, std::uint32_t length) {
  const auto object = camera_.object(request.at(0));
  if (!object || !object->picture) {
    return just(response::kInvalidObjectHandle);
  }
  const std::span<const std::uint8_t> all(object->bytes());
  if (offset > all.size()) {
    return just(response::kInvalidParameter);
  }
  const auto part = all.subspan(offset, std::min<std::size_t>(length, all.size() - offset));
  Reply reply = whole(object->picture, part);
  reply.parameters.push_back(static_cast<std::uint32_t>(part.size()));
  return reply;
}

Reply Responder::answer_property(const Request& request) {
  const auto code = static_cast<std::uint16_t>(request.at(0));
  if (request.operation == operation::kSetDevicePropValue) {
    return just(camera_.set_property(code, request.data));
  }
  const auto property = camera_.property(code);
  if (!property) {
    return just(response::kPropertyNotSupported);
  }
  return with(request.operation == operation::kGetDevicePropDesc
                  ? encode_description(code, *property)
                  : encode_value(*property));
}

Reply Responder::answer_nikon(const Request& request) {
  constexpr std::uint32_t kToMemory = 1;
  switch (request.operation) {
    case operation::kNikonGetEvent:
      return with(encode_nikon_events(camera_.take_events()));
    case operation::kNikonDeviceReady:
      return just(camera_.ready() ? response::kOk : response::kDeviceBusy);
    case operation::kNikonStartLiveView:
      camera_.set_live_view(true);
      return just(response::kOk);
    case operation::kNikonEndLiveView:
      camera_.set_live_view(false);
      return just(response::kOk);
    case operation::kNikonGetLiveViewImage:
      return live_view_image();
    case operation::kNikonCaptureRecInMedia:
      return just(camera_.release(request.at(1) == kToMemory));
    case operation::kNikonAfDrive:
      return just(camera_.faults().on(Fault::NoFocus) ? response::kNikonOutOfFocus : response::kOk);
    default:  // ChangeCameraMode and MfDrive: nothing that a page could show
      return just(response::kOk);
  }
}

Reply Responder::live_view_image() {
  const auto on = camera_.property(property::kNikonLiveView);
  if (!on || on->number == 0) {
    return just(response::kNikonNotLiveView);
  }
  const auto page = camera_.pages().current();
  if (!page) {
    return just(response::kGeneralError);
  }
  Bytes out(kLiveViewHeaderBytes, 0);
  out.insert(out.end(), (*page)->preview.begin(), (*page)->preview.end());
  return with(std::move(out));
}

}  // namespace shiqu::vcam
