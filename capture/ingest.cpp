#include "capture/ingest.h"

#include "storage/base/clock.h"
#include "storage/base/ids.h"
#include "storage/model/agent.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace shiqu::capture {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::minutes kDecodeLimit{3};

/// What TIFF tags can hold; everything else goes into XMP.
std::string ascii_only(const std::string& text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c >= 0x20 && c < 0x7F; });
  return out;
}

const Frame* frame_of(const Shot& shot, FrameRole role) {
  const auto found = std::find_if(shot.frames.begin(), shot.frames.end(),
                                  [role](const Frame& frame) { return frame.role == role; });
  return found == shot.frames.end() ? nullptr : &*found;
}

std::string media_type_of(const Frame& frame) {
  std::string ending = fs::path(frame.name).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (ending == ".jpg" || ending == ".jpeg") {
    return "image/jpeg";
  }
  if (ending == ".png") {
    return "image/png";
  }
  return ending == ".tif" || ending == ".tiff" ? "image/tiff" : "application/octet-stream";
}

Json master_request(const Frame& frame, const fs::path& output, const DeviceInfo& device,
                    const IngestTarget& target) {
  return {{"op", "master"},
          {"input", frame.file.string()},
          {"output", output.string()},
          {"dpi", frame.dpi},
          {"tags",
           {{"make", ascii_only(device.make)},
            {"model", ascii_only(device.model)},
            {"document_name", ascii_only(target.item_identifier)},
            {"title", target.item_title},
            {"identifier", target.item_identifier}}}};
}

}  // namespace

Result<IngestedFrame> ingest_shot(store::Store& store, const store::Session& by, WorkerProcess& decoder,
                                  const DeviceInfo& device, const Shot& shot, const IngestTarget& target,
                                  const std::stop_token& stop) {
  const Frame* image = frame_of(shot, FrameRole::Image);
  if (image == nullptr) {
    return fail(ErrorCode::Unsupported, "keep frame", device.title(), "the shot has no image that can be shown");
  }
  const fs::path master = store.spool() / ("master-" + new_uuid() + ".tif");
  WorkerCall call;
  call.request = master_request(*image, master, device, target);
  call.limit = kDecodeLimit;
  call.stop = stop;
  auto answer = decoder.call(call);
  if (!answer) {
    std::error_code ignored;
    fs::remove(master, ignored);
    Error error = answer.error();
    error.subject = image->name;
    return fail(std::move(error));
  }
  IngestedFrame out;
  out.width_px = get_or(*answer, "width_px", 0);
  out.height_px = get_or(*answer, "height_px", 0);
  out.quality = model::quality_from_json(answer->value("quality", Json::object()));
  store::NewCapture fresh;
  fresh.item = target.item;
  fresh.page = target.page;
  fresh.page_label = target.page_label;
  fresh.capture.source = device.kind;
  fresh.capture.received_name = image->name;
  fresh.capture.device = device.title();
  fresh.capture.width_px = out.width_px;
  fresh.capture.height_px = out.height_px;
  fresh.capture.dpi = get_or(*answer, "dpi", 0.0);
  fresh.capture.taken_ms = now_unix_ms();
  fresh.capture.quality = out.quality;
  fresh.master = {master, "image/tiff"};
  fresh.received = {image->file, media_type_of(*image)};
  if (const Frame* raw = frame_of(shot, FrameRole::Raw)) {
    fresh.raw = store::SpooledFile{raw->file, "application/octet-stream"};
  }
  SHIQU_TRY_ASSIGN(out.kept, store.keep(by, fresh));
  return out;
}

}  // namespace shiqu::capture
