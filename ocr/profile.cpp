#include "ocr/profile.h"

#include <algorithm>
#include <array>

namespace shiqu::ocr {
namespace {

// Languages as measured on the shared pages (docs/reading.md): the best single model of each kind.
constexpr std::array<ReadingProfile, 8> kProfiles{{
    {"classical-chinese", "", true},
    {"classical-chinese-twice", "", true, false, "neural+tesseract"},
    {"chinese-horizontal", "chi_tra", false},
    {"latin", "Latin", false},
    {"fraktur", "frk+Fraktur", false, true},  // up to about 1850
    {"fraktur-late", "frk+Fraktur", false},
    {"greek", "grc", false},
    {"tibetan", "bod", false},
}};

}  // namespace

std::span<const ReadingProfile> reading_profiles() noexcept {
  return kProfiles;
}

const ReadingProfile* find_profile(std::string_view name) noexcept {
  const auto found = std::find_if(kProfiles.begin(), kProfiles.end(),
                                  [&](const ReadingProfile& one) { return one.name == name; });
  return found == kProfiles.end() ? nullptr : &*found;
}

}  // namespace shiqu::ocr
