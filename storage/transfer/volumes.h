#pragma once

#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/transfer/stream.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::transfer {

constexpr std::uint64_t kSmallestVolume = 64U << 10U;

/// One part of a stream that was cut to fit on disks.
struct Volume {
  std::string file;  ///< "gj0001-v1.tar.age.001"
  std::uint64_t bytes = 0;
  std::string sha256;
  auto operator<=>(const Volume&) const = default;
};

/// The list of all parts: small, signed, on every disk (docs/formats/transfer.md).
struct VolumeIndex {
  std::string package;              ///< "gj0001-v1"
  std::string content;              ///< "tar" or "tar.age"
  std::string tag_manifest_sha256;  ///< of the package inside
  std::uint64_t bytes = 0;
  std::string sha256;  ///< of the whole stream
  std::vector<Volume> volumes;
  auto operator<=>(const VolumeIndex&) const = default;
};
std::string text_of(const VolumeIndex& index);  ///< JSON, ended by LF
/// Exactly what text_of writes, parts named as they must be. Errors: InvalidInput.
Result<VolumeIndex> parse_volume_index(std::string_view text);

/// Cuts a stream into files of at most `volume_bytes` in a folder, each fsynced and renamed when it
/// is whole. Errors: InvalidInput (smaller than kSmallestVolume, more than 9999 parts), Exists,
/// NoSpace, Io.
class VolumeWriter {
 public:
  static Result<VolumeWriter> create(const std::filesystem::path& folder, std::string package,
                                     std::string content, std::uint64_t volume_bytes);
  VolumeWriter(VolumeWriter&&) noexcept = default;
  VolumeWriter& operator=(VolumeWriter&&) = delete;
  Status write(std::span<const std::uint8_t> bytes);
  /// The index of what was written; the caller signs and stores it.
  Result<VolumeIndex> finish(const std::string& tag_manifest_sha256);

 private:
  VolumeWriter() = default;
  Status close_part();

  std::filesystem::path folder_;
  std::uint64_t volume_bytes_ = 0;
  VolumeIndex index_;
  Hasher whole_{DigestKind::Sha256};
  Hasher part_hash_{DigestKind::Sha256};
  std::optional<AtomicFile> part_;
};

/// Hands all parts, looked for in `folders`, to `sink` in order, each compared with the index.
/// Errors: NotFound (a part is on none of the disks), Corrupt (a part is not what the index says),
/// those of `sink`.
Status join_volumes(const VolumeIndex& index, const std::vector<std::filesystem::path>& folders,
                    const ByteSink& sink);

}  // namespace shiqu::transfer
