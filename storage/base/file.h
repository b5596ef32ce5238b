#pragma once

#include "storage/base/handle.h"
#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace shiqu {

/// Reads a whole file of at most `limit_bytes`. Errors: NotFound, Denied, Io, InvalidInput
/// (larger).
Result<std::string> read_file(const std::filesystem::path& file,
                              std::uint64_t limit_bytes = 64U << 20U);

/// Hands a file to `take` in pieces of at most 1 MiB, in order; stops at the first error.
Status read_in_pieces(const std::filesystem::path& file,
                      const std::function<Status(std::span<const std::uint8_t>)>& take);

/// A new file that appears under its name only when it is whole and on the disk.
///
/// create() opens `target` + ".part" exclusively; write() appends; commit() does fsync, rename
/// without replacing, fsync again (FAT loses the name otherwise), fsync of the folder. After any
/// error, and when destroyed uncommitted, the part file is removed: fsync is never retried.
/// Errors: Exists (the target is there), NoSpace, Denied, Io.
class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::filesystem::path& target);
  AtomicFile(AtomicFile&&) noexcept = default;
  AtomicFile& operator=(AtomicFile&&) noexcept = default;
  ~AtomicFile();

  Status write(std::span<const std::uint8_t> bytes);
  Status write(std::string_view text);
  Status commit();

 private:
  AtomicFile(FileDescriptor fd, std::filesystem::path target);
  [[nodiscard]] std::filesystem::path part() const;

  FileDescriptor fd_;
  std::filesystem::path target_;
};

/// Writes `content` as a new file by AtomicFile. Errors: those of AtomicFile.
Status write_new_file(const std::filesystem::path& target, std::string_view content);

/// Replaces (or creates) `target` so that it holds the old or the new content, never a mixture.
Status replace_file(const std::filesystem::path& target, std::string_view content);

/// fsync of a file that another library wrote. Errors: NoSpace, Io.
Status sync_file(const std::filesystem::path& file);

/// fsync of a folder, so that names in it survive a power cut.
Status sync_folder(const std::filesystem::path& folder);

/// Makes `folder` and its parents; each new name is fsynced into its parent.
Status make_folders(const std::filesystem::path& folder);

/// Renames without replacing (renameat2 RENAME_NOREPLACE) and fsyncs file and both folders.
/// Errors: Exists, NoSpace, Io.
Status move_into_place(const std::filesystem::path& from, const std::filesystem::path& to);

/// A private folder below the system's temporary folder, removed with its content at the end.
class TempDir {
 public:
  TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

/// Folder of the running program: the programs of Shiqu stand beside each other.
std::filesystem::path program_folder();

/// Free bytes on the file system that holds `folder`. Errors: NotFound, Io.
Result<std::uint64_t> free_bytes(const std::filesystem::path& folder);

}  // namespace shiqu
