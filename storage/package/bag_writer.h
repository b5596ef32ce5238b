#pragma once

#include "storage/base/file.h"
#include "storage/base/handle.h"
#include "storage/base/result.h"
#include "storage/base/side_hasher.h"
#include "storage/base/sm2.h"
#include "storage/package/minisign.h"
#include "storage/package/sequence.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shiqu::package {

/// What bag-info.txt says (docs/formats/package.md). Everything that varies comes from the caller:
/// equal input gives equal bytes. Control characters in values become spaces.
struct BagInfo {
  std::string source_organization;
  std::string external_identifier;
  std::string internal_sender_identifier;  ///< the station
  std::string bagging_date;                ///< "2026-11-25"
  std::string bag_group_identifier;
  std::string bag_count = "1 of 1";
  int version = 1;
  std::string package_type = "full";                      ///< "full" or "delta"
  std::string security_level = "一般";                    ///< "一般" "重要" "核心"
  std::vector<std::pair<std::string, std::string>> more;  ///< further tags, in this order
  PackageSequence sequence;  ///< goes into the trusted comment; number 0: nothing does
};

/// One payload file as written.
struct BagEntry {
  std::string path;  ///< "data/masters/0001.tif"
  std::uint64_t size_bytes = 0;
  std::string sha256;
  std::string sha512;
};

struct BagSummary {
  std::filesystem::path folder;
  std::size_t payload_files = 0;
  std::uint64_t payload_bytes = 0;
  std::string tag_manifest_sha256;  ///< digest of tagmanifest-sha512.txt: names the whole package
};

/// A payload file while it is being written: hashed as it goes. Made by BagWriter::open.
class PayloadFile {
 public:
  PayloadFile(NewFile file, std::string path);
  PayloadFile(PayloadFile&&) noexcept = default;
  PayloadFile& operator=(PayloadFile&&) = delete;
  /// Errors: NoSpace, Io.
  Status append(std::span<const std::uint8_t> bytes);
  Status append(std::string_view text);
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return file_.size_bytes(); }

 private:
  friend class BagWriter;
  /// Has the disk begin with what fsync would else ask it for all at once.
  void write_behind();
  /// `sync`: the bytes are on the disk after it.
  Result<BagEntry> close(bool sync);

  NewFile file_;
  std::string path_;
  std::vector<Hasher> hashers_;    ///< SHA-256 and SHA-512; empty once sides_ have them
  std::vector<SideHasher> sides_;  ///< the same, once a piece was worth two threads
  std::uint64_t begun_bytes_ = 0;  ///< so many the disk was asked to begin with
};

/// Where a bag is until it is whole: FOLDER.part.
std::filesystem::path unfinished(const std::filesystem::path& folder);

/// Writes a signed BagIt 1.0 bag (RFC 8493) under unfinished(FOLDER) and renames it to FOLDER when
/// it is whole and on the disk. Each source is read once: copied and hashed in one pass, in pieces
/// of 1 MiB; all payload files are fsynced together before the manifests. A writer that is
/// destroyed before finish() removes what it has written; what a killed one left behind is removed
/// by the next create() for that folder. One thread at a time.
class BagWriter {
 public:
  /// Errors: Exists (the folder is there), Conflict (another writer is at it), NoSpace, Denied, Io.
  static Result<BagWriter> create(const std::filesystem::path& folder);
  BagWriter(BagWriter&&) noexcept = default;
  BagWriter& operator=(BagWriter&&) = delete;
  ~BagWriter();

  using Progress = std::function<void(std::uint64_t bytes)>;
  /// Copies `source` to `path` ("data/…", is_safe_path). When `expected_sha256` is not empty and
  /// the bytes have another digest: Corrupt. `progress` gets the bytes of each piece.
  /// Errors: InvalidInput (path), Exists (path twice), Corrupt, NotFound, Cancelled, NoSpace, Io.
  Status add_file(const std::string& path, const std::filesystem::path& source,
                  const std::string& expected_sha256 = {}, const Progress& progress = {},
                  const std::stop_token& stop = {});
  /// A payload file from memory. Errors: as add_file.
  Status add_text(const std::string& path, std::string_view content);

  /// A payload file in pieces: open, append to it, close. Several may be open at once; one that is
  /// not closed is not in the bag. Errors: as add_file.
  Result<PayloadFile> open(const std::string& path);
  Status close(PayloadFile file);

  [[nodiscard]] const std::vector<BagEntry>& entries() const noexcept { return entries_; }
  /// nullptr when no payload file of that name has been closed yet.
  [[nodiscard]] const BagEntry* find(std::string_view path) const noexcept;
  /// Where a payload file lies until finish(), for exporters that build on it.
  [[nodiscard]] std::filesystem::path where(std::string_view path) const;

  /// Writes tag files, manifests and signature, renames. The writer is used up.
  /// Errors: InvalidInput (no payload, a file left open, an empty required tag), Exists, NoSpace,
  /// Io.
  /// `sm2`: a second signature by that key.
  Result<BagSummary> finish(const BagInfo& info, const StationKey& key,
                            const Sm2Key* sm2 = nullptr);

  /// For a package that is put together again: takes the files of `root` as its root files, byte
  /// for byte, instead of making them. `check` gets the whole folder before it has its name.
  /// Errors: those of `check`, InvalidInput, Exists, NoSpace, Io.
  Result<BagSummary> finish_as(const std::filesystem::path& root,
                               const std::function<Status(const std::filesystem::path&)>& check);

 private:
  BagWriter(std::filesystem::path folder, FileDescriptor lock);
  [[nodiscard]] std::filesystem::path part() const;
  Status make_folders_for(const std::string& path);
  Result<PayloadFile> open_file(const std::string& path);
  Status sync_payload();
  Status write_tag_file(const std::string& name, std::string_view content);
  Status write_tag_manifests();
  Status sync_folders();

  std::filesystem::path folder_;
  FileDescriptor lock_;  ///< flock on the .part folder; empty once finished or moved from
  std::vector<BagEntry> entries_;
  std::map<std::string, std::size_t, std::less<>> places_;  ///< in entries_, by path
  std::size_t opened_ = 0;  ///< payload files ever opened: each must be closed
  std::vector<BagEntry> tag_files_;
};

}  // namespace shiqu::package
