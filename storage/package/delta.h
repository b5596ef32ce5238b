#pragma once

#include "storage/package/bag_writer.h"
#include "storage/package/verify.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

/// A version as what has changed since another one: an ordinary bag (docs/formats/package.md).
namespace shiqu::package {

inline constexpr std::string_view kDeltaList = "data/delta.json";
/// The root files of the full package, as they are there.
inline constexpr std::string_view kFullTags = "data/full-tags/";

struct DeltaSummary {
  BagSummary bag;
  std::string name;          ///< folder name: that of the full package and "-delta"
  std::int64_t carried = 0;  ///< files of the full package that are in the delta
  std::int64_t reused = 0;   ///< files that the base has
  std::int64_t moved = 0;    ///< of those: at another path there
  std::int64_t removed = 0;  ///< files of the base that are gone
  std::string full_tag_manifest_sha512;
};

/// Writes what `full` has and `base` has not as the signed package `out`/NAME. `info`: that of the
/// full package. Both folders are taken to be verified; their payloads are compared by their
/// manifests. Same packages, same bytes.
/// Errors: InvalidInput (not packages, or of different items), Conflict (the base is not an earlier
/// version, or a delta), Exists, Corrupt, NoSpace, Cancelled, Io.
Result<DeltaSummary> write_delta(const std::filesystem::path& base,
                                 const std::filesystem::path& full, const BagInfo& info,
                                 const std::filesystem::path& out, const StationKey& key,
                                 const std::stop_token& stop = {});

/// Puts base and delta together as folder `out`, byte for byte the full package, and verifies it
/// before it gets its name. `trusted`: the expected signer of delta and result.
/// Errors: Corrupt (the delta is not accepted, a file of the base is not what it was, or the result
/// is not accepted), Conflict (made from another base), Exists, NoSpace, Cancelled, Io.
Result<PackageVerdict> apply_delta(const std::filesystem::path& base,
                                   const std::filesystem::path& delta,
                                   const std::filesystem::path& out,
                                   const std::optional<VerifyingKey>& trusted = {},
                                   const std::stop_token& stop = {});

}  // namespace shiqu::package
