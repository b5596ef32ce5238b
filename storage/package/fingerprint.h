#pragma once

#include "storage/base/channel.h"
#include "storage/imaging/image.h"
#include "storage/store/store.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace shiqu::package {

/// What a page looks like, small enough to compare each with each.
struct Fingerprint {
  /// Perceptual hash: 64 × 64 area averages of the luma, two-dimensional DCT-II, the lowest 16 × 16
  /// coefficients without the first, one bit each: above their median.
  std::array<std::uint64_t, 4> bits{};
  double contrast = 0;   ///< standard deviation of the averages, levels of 0…255
  double ink_share = 0;  ///< pixels darker than 60 % of the paper, 0…1
};

inline constexpr int kFingerprintBits = 255;
/// At most so many bits differ between two pictures of one page: 38 were measured on pages cut and
/// shifted by 1 % or turned by 0.6°, and no two different pages within 46
/// (docs/formats/package.md).
inline constexpr int kNearDuplicateBits = 46;
/// Below this contrast a page is blank: its bits mean nothing.
inline constexpr double kLeastContrast = 3;

/// `page`: any format. Errors: InvalidInput (empty).
Result<Fingerprint> fingerprint_of(const imaging::Image& page);
int bits_apart(const Fingerprint& a, const Fingerprint& b) noexcept;
/// False: a blank page.
bool has_contrast(const Fingerprint& print) noexcept;
/// Both have contrast, and at most kNearDuplicateBits differ.
bool look_alike(const Fingerprint& a, const Fingerprint& b) noexcept;

/// derived/ab/cdef….print.json: can be made again from the master at any time.
std::filesystem::path fingerprint_path(const store::Store& store, const std::string& master);
/// nullopt: none was made yet, or its file is not one.
std::optional<Fingerprint> load_fingerprint(const store::Store& store, const std::string& master);

/// What asks a worker for it: {"op": "fingerprint", "master": path, "out": path}.
Json fingerprint_request(const store::Store& store, const std::string& master);
/// Worker side: decodes the master and writes the file. Errors: those of decoding and writing.
Result<Json> answer_fingerprint(const Json& request,
                                const std::function<void(const Json&)>& progress);

}  // namespace shiqu::package
