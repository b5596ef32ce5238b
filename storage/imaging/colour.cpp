#include "storage/imaging/colour.h"

#include "storage/base/handle.h"
#include "storage/base/memory.h"
#include "storage/imaging/operations.h"

#include <lcms2.h>

#include <algorithm>
#include <array>

namespace shiqu::imaging {
namespace {

using ProfileHandle = Handle<void, cmsCloseProfile>;
using TransformHandle = Handle<void, cmsDeleteTransform>;
using CurveHandle = Handle<cmsToneCurve, cmsFreeToneCurve>;

constexpr std::size_t kDateOffset = 24;  // ICC.1:2001-04 §6.1, header bytes 24–35: creation date
constexpr std::size_t kDateLength = 12;
constexpr std::size_t kIdOffset = 84;  // bytes 84–99: profile id, MD5 over the whole
constexpr std::size_t kIdLength = 16;

/// Serialises; the creation date is set to 2000-01-01 so that equal profiles are equal bytes. A
/// profile that is none, or cannot be saved, is want of memory: it is one of Little CMS's own.
std::vector<std::uint8_t> bytes_of(cmsHPROFILE profile) {
  cmsUInt32Number size = 0;
  if (profile == nullptr) {
    end_without_memory();
  }
  cmsSetProfileVersion(profile, 2.1);
  if (!cmsSaveProfileToMem(profile, nullptr, &size)) {
    end_without_memory();
  }
  std::vector<std::uint8_t> out(size);
  if (!cmsSaveProfileToMem(profile, out.data(), &size)) {
    end_without_memory();
  }
  const std::array<std::uint8_t, kDateLength> date{0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};
  std::copy(date.begin(), date.end(), out.begin() + kDateOffset);
  std::fill_n(out.begin() + kIdOffset, kIdLength, std::uint8_t{0});
  return out;
}

/// IEC 61966-2-1 §5.2: gamma 2.4 with a linear toe below 0.04045.
CurveHandle srgb_curve() {
  const std::array<cmsFloat64Number, 5> parameters{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92,
                                                   0.04045};
  CurveHandle curve(cmsBuildParametricToneCurve(nullptr, 4, parameters.data()));
  if (!curve) {
    end_without_memory();
  }
  return curve;
}

}  // namespace

const std::vector<std::uint8_t>& srgb_profile() {
  static const std::vector<std::uint8_t> bytes = [] {
    const ProfileHandle profile(cmsCreate_sRGBProfile());
    return bytes_of(profile.get());
  }();
  return bytes;
}

const std::vector<std::uint8_t>& gray_profile() {
  static const std::vector<std::uint8_t> bytes = [] {
    const CurveHandle curve = srgb_curve();
    const ProfileHandle profile(cmsCreateGrayProfile(cmsD50_xyY(), curve.get()));
    return bytes_of(profile.get());
  }();
  return bytes;
}

Result<std::string> profile_description(std::span<const std::uint8_t> icc) {
  const ProfileHandle profile(
      cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  if (!profile) {
    return fail(ErrorCode::Corrupt, "read ICC profile");
  }
  std::array<char, 256> text{};
  cmsGetProfileInfoASCII(profile.get(), cmsInfoDescription, "en", "US", text.data(),
                         static_cast<cmsUInt32Number>(text.size()));
  return std::string(text.data());
}

bool profile_fits(std::span<const std::uint8_t> icc, int channels) {
  const ProfileHandle profile(
      cmsOpenProfileFromMem(icc.data(), static_cast<cmsUInt32Number>(icc.size())));
  const cmsColorSpaceSignature wanted = channels == 1 ? cmsSigGrayData : cmsSigRgbData;
  return profile != nullptr && cmsGetColorSpace(profile.get()) == wanted;
}

Result<Image> to_srgb(const Image& image, std::span<const std::uint8_t> icc) {
  Image rgb = to_rgb8(image);
  const auto is = [&](const std::vector<std::uint8_t>& known) {
    return std::equal(icc.begin(), icc.end(), known.begin(), known.end());
  };
  // Our gray profile has the tone curve of sRGB: equal channels are that gray already.
  if (icc.empty() || is(srgb_profile()) || is(gray_profile())) {
    return rgb;
  }
  if (!profile_fits(icc, image.channels())) {
    return fail(ErrorCode::Corrupt, "convert to sRGB", "ICC profile");
  }
  const auto open = [](std::span<const std::uint8_t> bytes) {
    return ProfileHandle(
        cmsOpenProfileFromMem(bytes.data(), static_cast<cmsUInt32Number>(bytes.size())));
  };
  const ProfileHandle from = open(icc);
  const ProfileHandle to = open(srgb_profile());
  const bool gray = image.channels() == 1;
  const TransformHandle transform(cmsCreateTransform(from.get(), gray ? TYPE_GRAY_8 : TYPE_RGB_8,
                                                     to.get(), TYPE_RGB_8, INTENT_PERCEPTUAL, 0));
  if (!transform) {
    return fail(ErrorCode::Corrupt, "convert to sRGB", "ICC profile", "no way from it to sRGB");
  }
  const Image source = gray ? to_gray8(image) : rgb.clone();
  for (int y = 0; y < rgb.height(); ++y) {
    cmsDoTransform(transform.get(), source.row(y).data(), rgb.row(y).data(),
                   static_cast<cmsUInt32Number>(rgb.width()));
  }
  return rgb;
}

}  // namespace shiqu::imaging
