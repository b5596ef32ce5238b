#pragma once

#include "storage/base/digest.h"
#include "storage/base/handle.h"
#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shiqu {

/// Reads a whole file of at most `limit_bytes`. Errors: NotFound, Denied, Io, InvalidInput
/// (larger).
Result<std::string> read_file(const std::filesystem::path& file,
                              std::uint64_t limit_bytes = 64U << 20U);

/// Hands a file to `take` in pieces of at most 1 MiB, in order; stops at the first error.
Status read_in_pieces(const std::filesystem::path& file,
                      const std::function<Status(std::span<const std::uint8_t>)>& take);

/// A limit that is none.
inline constexpr std::uint64_t kWholeFile = std::numeric_limits<std::uint64_t>::max();

/// The same from the disk, not from the kernel's cache: with O_DIRECT where the file system has it
/// (true), otherwise after asking the kernel to forget the file (false): what was written a moment
/// ago may come from memory then. Links are not followed. Nothing behind `limit` bytes, rounded
/// down to 4 KiB, is touched. Errors: NotFound, Denied, Io.
Result<bool> read_from_disk(const std::filesystem::path& file,
                            const std::function<Status(std::span<const std::uint8_t>)>& take,
                            std::uint64_t limit = kWholeFile);

/// How a new file is made: its permissions, and which digests are taken while it is written.
struct NewFileOptions {
  unsigned mode = 0640;
  std::vector<DigestKind> digests{};
};

/// A file on its way to the disk, under the name it was created with: exclusive create, bytes
/// hashed while they are written, one fsync. The one implementation behind every byte that is kept.
///
/// After a failed write() or sync() every further call fails and the file is removed: what the
/// kernel has once failed to write it may report as written the next time, so fsync is never
/// repeated. Destroyed before sync() it is removed as well. Errors: Exists, NoSpace, Denied, Io.
class NewFile {
 public:
  static Result<NewFile> create(const std::filesystem::path& file,
                                const NewFileOptions& options = {});
  NewFile(NewFile&&) noexcept = default;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  Status write(std::span<const std::uint8_t> bytes);
  Status write(std::string_view text);
  /// All bytes are on the disk after it; nothing may be written any more.
  Status sync();
  /// Ends writing without an fsync: for a writer of many small files that asks the disk for all of
  /// them together, by sync_file(), before it promises anything.
  Status end_unsynced();
  /// Renames (without replacing, unless `replace`), then fsyncs file and folder: FAT loses a file
  /// whose name changed after its fsync. Only after sync(). On an error the file is removed, except
  /// when it has replaced another one.
  Status rename_to(const std::filesystem::path& target, bool replace = false);

  /// For a library that writes the file itself (libtiff): borrowed, readable and writable. What is
  /// written through it is neither counted nor hashed.
  [[nodiscard]] int descriptor() const noexcept { return fd_.get(); }
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }
  /// Hexadecimal digests of the bytes written, in the order of the options; empty before the end.
  [[nodiscard]] const std::vector<std::string>& digests() const noexcept { return digests_; }

 private:
  NewFile(FileDescriptor fd, std::filesystem::path file, const NewFileOptions& options);
  Status broken(Status status);
  void end();

  FileDescriptor fd_;  ///< empty when moved from or broken
  std::filesystem::path file_;
  std::vector<Hasher> hashers_;
  std::vector<std::string> digests_;
  std::uint64_t size_bytes_ = 0;
  bool ended_ = false;
};

/// A new file that appears under its name only when it is whole and on the disk: a NewFile under
/// `target` + a random part + ".part", renamed by commit(). A killed writer leaves a part file that
/// is in nobody's way. Errors: Exists (the target is there), NoSpace, Denied, Io.
class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::filesystem::path& target,
                                   const NewFileOptions& options = {});

  Status write(std::span<const std::uint8_t> bytes) { return file_.write(bytes); }
  Status write(std::string_view text) { return file_.write(text); }
  Status commit();
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return file_.size_bytes(); }
  [[nodiscard]] const std::vector<std::string>& digests() const noexcept { return file_.digests(); }

 private:
  AtomicFile(NewFile file, std::filesystem::path target)
      : file_(std::move(file)), target_(std::move(target)) {}
  NewFile file_;
  std::filesystem::path target_;
};

/// A file that somebody else wrote (a worker process, a library), taken over for good: opened once
/// without following a link, made read-only, fsynced and hashed through the same descriptor, so
/// that the digest is of what is there and not of what its writer told.
class HandedFile {
 public:
  /// Errors: NotFound, Denied, InvalidInput (no regular file), NoSpace, Io.
  static Result<HandedFile> open(const std::filesystem::path& file, unsigned mode = 0440);

  [[nodiscard]] const std::string& sha256() const noexcept { return sha256_; }
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_bytes_; }
  /// Renames, fsyncs file and both folders. With `replace` a file of that name gives way.
  /// Errors: Exists, NoSpace, Io.
  Status move_to(const std::filesystem::path& target, bool replace = false);

 private:
  HandedFile(FileDescriptor fd, std::filesystem::path file)
      : fd_(std::move(fd)), file_(std::move(file)) {}
  FileDescriptor fd_;
  std::filesystem::path file_;
  std::string sha256_;
  std::uint64_t size_bytes_ = 0;
};

/// Writes `content` as a new file by AtomicFile. Errors: those of AtomicFile.
Status write_new_file(const std::filesystem::path& target, std::string_view content,
                      const NewFileOptions& options = {});

/// Replaces (or creates) `target` so that it holds the old or the new content, never a mixture.
Status replace_file(const std::filesystem::path& target, std::string_view content);

/// fsync of a file that another library wrote. Errors: NoSpace, Io.
Status sync_file(const std::filesystem::path& file);

/// fsync of a folder, so that names in it survive a power cut.
Status sync_folder(const std::filesystem::path& folder);

/// Makes `folder` and its parents; each new name, and that of `folder` in any case, is fsynced into
/// its parent: who made it may have been killed before he did.
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

}  // namespace shiqu
