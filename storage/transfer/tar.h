#pragma once

#include "storage/transfer/stream.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::transfer {

/// Writes the regular files of a folder as a tar archive (POSIX ustar; pax headers where a file is
/// larger than 8 GiB): names sorted, below the folder's own name, mode 0644, no owner, time 0. The
/// same files give the same bytes. Each file is read once, in pieces.
/// `progress(bytes)`: of files, so far.
/// Errors: InvalidInput (a link or special file, a path that ustar cannot hold), Cancelled, those
/// of reading and of `sink`.
Status write_tar(const std::filesystem::path& folder, const ByteSink& sink,
                 const std::function<void(std::uint64_t)>& progress = {},
                 const std::stop_token& stop = {});

/// Unpacks such an archive below a folder, bytes as they come: regular files only, all below one
/// top folder, nothing is replaced, every file is fsynced.
class TarUnpacker {
 public:
  explicit TarUnpacker(std::filesystem::path into);
  TarUnpacker(TarUnpacker&&) noexcept;
  TarUnpacker& operator=(TarUnpacker&&) = delete;
  ~TarUnpacker();
  /// Errors: Corrupt (no tar archive, a wrong checksum), InvalidInput (a path or kind of entry that
  /// is not allowed), Exists, NoSpace, Io.
  Status take(std::span<const std::uint8_t> bytes);
  /// After the last byte. Returns the name of the top folder. Errors: Corrupt (it ends early).
  Result<std::string> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shiqu::transfer
