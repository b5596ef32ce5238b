#include "storage/imaging/colour.h"

#include "storage/base/handle.h"

#include <lcms2.h>

#include <array>
#include <cstdlib>

namespace shiqu::imaging {
namespace {

using ProfileHandle = Handle<void, cmsCloseProfile>;
using CurveHandle = Handle<cmsToneCurve, cmsFreeToneCurve>;

constexpr std::size_t kDateOffset = 24;   // ICC.1:2001-04 §6.1, header bytes 24–35: creation date
constexpr std::size_t kDateLength = 12;
constexpr std::size_t kIdOffset = 84;     // bytes 84–99: profile id, MD5 over the whole
constexpr std::size_t kIdLength = 16;

/// Serialises; the creation date is set to 2000-01-01 so that equal profiles are equal bytes.
std::vector<std::uint8_t> bytes_of(cmsHPROFILE profile) {
  cmsSetProfileVersion(profile, 2.1);
  cmsUInt32Number size = 0;
  if (!cmsSaveProfileToMem(profile, nullptr, &size)) {
    std::abort();
  }
  std::vector<std::uint8_t> out(size);
  if (!cmsSaveProfileToMem(profile, out.data(), &size)) {
    std::abort();
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
  return CurveHandle(cmsBuildParametricToneCurve(nullptr, 4, parameters.data()));
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

}  // namespace shiqu::imaging
