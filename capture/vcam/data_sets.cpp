#include "capture/vcam/internal/data_sets.h"

#include "capture/vcam/internal/codes.h"

#include <algorithm>

namespace shiqu::vcam {
namespace {

constexpr std::uint32_t kPtpVersion = 100;
constexpr std::uint32_t kNikonVendor = 0x0A;
constexpr std::uint32_t kNoVendor = 0xFFFFFFFF;
constexpr std::uint64_t kCardBytes = 64ULL << 30U;

std::vector<std::uint16_t> events_of(Persona persona) {
  std::vector<std::uint16_t> out{event::kObjectAdded, event::kObjectRemoved,
                                 event::kPropertyChanged, event::kStoreFull,
                                 event::kCaptureComplete};
  if (persona == Persona::Nikon) {
    out.push_back(event::kNikonObjectAddedInMemory);
  }
  return out;
}

}  // namespace

std::vector<std::uint16_t> operations_of(Persona persona) {
  using namespace operation;
  std::vector<std::uint16_t> out{
      kGetDeviceInfo,     kOpenSession,        kCloseSession,       kGetStorageIds,
      kGetStorageInfo,    kGetNumObjects,      kGetObjectHandles,   kGetObjectInfo,
      kGetObject,         kGetThumb,           kDeleteObject,       kInitiateCapture,
      kGetDevicePropDesc, kGetDevicePropValue, kSetDevicePropValue, kGetPartialObject};
  if (persona == Persona::Nikon) {
    out.insert(out.end(), {kNikonAfDrive, kNikonChangeCameraMode, kNikonGetEvent, kNikonDeviceReady,
                           kNikonStartLiveView, kNikonEndLiveView, kNikonGetLiveViewImage,
                           kNikonMfDrive, kNikonCaptureRecInMedia});
  }
  return out;
}

Bytes encode_device_info(const Camera& camera) {
  const VirtualCameraOptions& options = camera.options();
  const bool nikon = options.persona == Persona::Nikon;
  const std::uint16_t captures[] = {format::kJpeg};
  const std::uint16_t images[] = {format::kFolder, format::kJpeg, format::kRaw};
  Writer out;
  out.u16(kPtpVersion).u32(nikon ? kNikonVendor : kNoVendor).u16(kPtpVersion);
  out.text("").u16(0);
  out.array16(operations_of(options.persona)).array16(events_of(options.persona));
  out.array16(camera.property_codes()).array16(captures).array16(images);
  out.text(nikon ? "Nikon Corporation" : "Shiqu");
  return out.text(options.model).text("1.0").text(options.serial).take();
}

Bytes encode_storage_info(const Camera& camera) {
  constexpr std::uint16_t kRemovable = 4;
  constexpr std::uint16_t kCameraFileSystem = 3;
  constexpr std::uint64_t kPictureBytes = 16U << 20U;
  const bool full = camera.faults().on(Fault::StoreFull);
  const std::uint64_t free = full ? 0 : kCardBytes - std::min(kCardBytes, camera.used_bytes());
  Writer out;
  out.u16(kRemovable).u16(kCameraFileSystem).u16(0).u64(kCardBytes).u64(free);
  return out.u32(free / kPictureBytes).text("Virtual card").text("SHIQU").take();
}

Bytes encode_object_info(const Object& object) {
  constexpr std::uint16_t kFolderAssociation = 1;
  constexpr std::uint32_t kColourDepth = 24;
  const bool folder = object.format == format::kFolder;
  const Picture* picture = object.picture.get();
  Writer out;
  out.u32(kStorage).u16(object.format).u16(0).u32(object.bytes().size());
  out.u16(folder ? 0 : format::kJpeg).u32(picture == nullptr ? 0 : picture->thumb.size());
  out.u32(0).u32(0);  // size of the thumbnail: not told
  out.u32(picture == nullptr ? 0 : static_cast<std::uint64_t>(picture->size.width));
  out.u32(picture == nullptr ? 0 : static_cast<std::uint64_t>(picture->size.height));
  out.u32(folder ? 0 : kColourDepth).u32(object.parent);
  out.u16(folder ? kFolderAssociation : 0).u32(0).u32(0);
  return out.text(object.name).text(object.date).text(object.date).text("").take();
}

Bytes encode_nikon_events(const std::vector<Event>& events) {
  Writer out;
  out.u16(events.size());
  for (const Event& one : events) {
    out.u16(one.code).u32(one.parameter);
  }
  return out.take();
}

}  // namespace shiqu::vcam
