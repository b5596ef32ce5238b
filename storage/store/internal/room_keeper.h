#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>

namespace shiqu::store {

/// The file of blocks that is held back beside the catalogue, so that a full disk can still commit,
/// journal and delete. One for each Store; several of one archive may work on the same file.
class RoomKeeper {
 public:
  RoomKeeper() = default;
  explicit RoomKeeper(std::filesystem::path catalogue);

  /// Before a transaction: when the disk is all but full, a part of the reserve is given back.
  void make_room_for_transaction() const;
  /// Makes the reserve `wanted_bytes` large when more than `keep_free_bytes` stay free besides;
  /// gives back what it has above that. Errors: Denied, Io; no room is no error.
  Status refill(std::uint64_t wanted_bytes, std::uint64_t keep_free_bytes) const;
  [[nodiscard]] std::uint64_t size_bytes() const;
  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

 private:
  std::filesystem::path file_;
};

}  // namespace shiqu::store
