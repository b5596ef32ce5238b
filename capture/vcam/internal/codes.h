#pragma once

#include <cstdint>

/// Numbers of PTP (ISO 15740), PTP/IP (CIPA DC-005) and of the Nikon extension that the virtual
/// camera answers to.
namespace shiqu::vcam {

namespace packet {
constexpr std::uint32_t kInitCommandRequest = 1;
constexpr std::uint32_t kInitCommandAck = 2;
constexpr std::uint32_t kInitEventRequest = 3;
constexpr std::uint32_t kInitEventAck = 4;
constexpr std::uint32_t kInitFail = 5;
constexpr std::uint32_t kCommandRequest = 6;
constexpr std::uint32_t kCommandResponse = 7;
constexpr std::uint32_t kEvent = 8;
constexpr std::uint32_t kStartData = 9;
constexpr std::uint32_t kData = 10;
constexpr std::uint32_t kEndData = 12;
constexpr std::uint32_t kPing = 13;
constexpr std::uint32_t kPong = 14;
}  // namespace packet

namespace operation {
constexpr std::uint16_t kGetDeviceInfo = 0x1001;
constexpr std::uint16_t kOpenSession = 0x1002;
constexpr std::uint16_t kCloseSession = 0x1003;
constexpr std::uint16_t kGetStorageIds = 0x1004;
constexpr std::uint16_t kGetStorageInfo = 0x1005;
constexpr std::uint16_t kGetNumObjects = 0x1006;
constexpr std::uint16_t kGetObjectHandles = 0x1007;
constexpr std::uint16_t kGetObjectInfo = 0x1008;
constexpr std::uint16_t kGetObject = 0x1009;
constexpr std::uint16_t kGetThumb = 0x100A;
constexpr std::uint16_t kDeleteObject = 0x100B;
constexpr std::uint16_t kInitiateCapture = 0x100E;
constexpr std::uint16_t kGetDevicePropDesc = 0x1014;
constexpr std::uint16_t kGetDevicePropValue = 0x1015;
constexpr std::uint16_t kSetDevicePropValue = 0x1016;
constexpr std::uint16_t kGetPartialObject = 0x101B;
constexpr std::uint16_t kNikonAfDrive = 0x90C1;
constexpr std::uint16_t kNikonChangeCameraMode = 0x90C2;
constexpr std::uint16_t kNikonGetEvent = 0x90C7;
constexpr std::uint16_t kNikonDeviceReady = 0x90C8;
constexpr std::uint16_t kNikonStartLiveView = 0x9201;
constexpr std::uint16_t kNikonEndLiveView = 0x9202;
constexpr std::uint16_t kNikonGetLiveViewImage = 0x9203;
constexpr std::uint16_t kNikonMfDrive = 0x9204;
constexpr std::uint16_t kNikonCaptureRecInMedia = 0x9207;
}  // namespace operation

namespace response {
constexpr std::uint16_t kOk = 0x2001;
constexpr std::uint16_t kGeneralError = 0x2002;
constexpr std::uint16_t kSessionNotOpen = 0x2003;
constexpr std::uint16_t kOperationNotSupported = 0x2005;
constexpr std::uint16_t kInvalidStorageId = 0x2008;
constexpr std::uint16_t kInvalidObjectHandle = 0x2009;
constexpr std::uint16_t kPropertyNotSupported = 0x200A;
constexpr std::uint16_t kStoreFull = 0x200C;
constexpr std::uint16_t kAccessDenied = 0x200F;
constexpr std::uint16_t kDeviceBusy = 0x2019;
constexpr std::uint16_t kInvalidPropertyFormat = 0x201B;
constexpr std::uint16_t kInvalidPropertyValue = 0x201C;
constexpr std::uint16_t kInvalidParameter = 0x201D;
constexpr std::uint16_t kNikonOutOfFocus = 0xA002;
constexpr std::uint16_t kNikonNotLiveView = 0xA00B;
}  // namespace response

namespace event {
constexpr std::uint16_t kObjectAdded = 0x4002;
constexpr std::uint16_t kObjectRemoved = 0x4003;
constexpr std::uint16_t kPropertyChanged = 0x4006;
constexpr std::uint16_t kStoreFull = 0x400A;
constexpr std::uint16_t kCaptureComplete = 0x400D;
constexpr std::uint16_t kNikonObjectAddedInMemory = 0xC101;
}  // namespace event

namespace property {
constexpr std::uint16_t kBattery = 0x5001;
constexpr std::uint16_t kImageSize = 0x5003;
constexpr std::uint16_t kCompression = 0x5004;
constexpr std::uint16_t kWhiteBalance = 0x5005;
constexpr std::uint16_t kAperture = 0x5007;
constexpr std::uint16_t kFocusMode = 0x500A;
constexpr std::uint16_t kExposureTime = 0x500D;
constexpr std::uint16_t kProgram = 0x500E;
constexpr std::uint16_t kIso = 0x500F;
constexpr std::uint16_t kBias = 0x5010;
constexpr std::uint16_t kDate = 0x5011;
constexpr std::uint16_t kNikonRecordingMedia = 0xD10B;
constexpr std::uint16_t kNikonLiveView = 0xD1A2;
constexpr std::uint16_t kNikonLiveViewProhibited = 0xD1A4;
}  // namespace property

namespace format {
constexpr std::uint16_t kRaw = 0x3000;
constexpr std::uint16_t kFolder = 0x3001;
constexpr std::uint16_t kJpeg = 0x3801;
}  // namespace format

constexpr std::uint32_t kStorage = 0x00010001;
constexpr std::uint32_t kAnyHandle = 0xFFFFFFFF;

}  // namespace shiqu::vcam
