#include "storage/store/internal/room_keeper.h"

#include "storage/base/disk_space.h"
#include "storage/base/file.h"
#include "storage/base/log.h"

#include <algorithm>
#include <system_error>

namespace shiqu::store {
namespace {

constexpr std::uint64_t kLeastMark = 256U << 10U;
constexpr std::uint64_t kMostMark = 4U << 20U;  // a page of dense text with its journal entry

}  // namespace

RoomKeeper::RoomKeeper(std::filesystem::path catalogue)
    : file_(std::move(catalogue.replace_filename("reserve.bin"))) {}

std::uint64_t RoomKeeper::size_bytes() const {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file_, error);
  return error ? 0 : size;
}

void RoomKeeper::make_room_for_transaction() const {
  const std::uint64_t reserve = size_bytes();
  if (reserve == 0) {
    return;
  }
  const auto free = free_bytes(file_.parent_path());
  const std::uint64_t mark = std::clamp(reserve / 8, kLeastMark, kMostMark);
  if (!free || *free >= mark) {
    return;
  }
  const std::uint64_t rest = reserve - std::min(reserve, 2 * mark);
  const Status given = set_ballast(file_, rest);
  if (given) {
    log::warning("store", "the disk is full: {} of {} bytes of the reserve are left", rest,
                 reserve);
  } else {
    log::warning("store", "{}", given.error().text());
  }
}

Status RoomKeeper::refill(std::uint64_t wanted_bytes, std::uint64_t keep_free_bytes) const {
  const std::uint64_t present = size_bytes();
  if (present == wanted_bytes) {
    return {};
  }
  if (present > wanted_bytes) {
    if (wanted_bytes > 0) {
      return set_ballast(file_, wanted_bytes);
    }
    std::error_code error;
    std::filesystem::remove(file_, error);
    return error ? Status(fail_errno(error.value(), "give reserve back", file_.string()))
                 : Status();
  }
  SHIQU_TRY_ASSIGN(const std::uint64_t free, free_bytes(file_.parent_path()));
  if (free < wanted_bytes - present + keep_free_bytes) {
    return {};
  }
  Status made = set_ballast(file_, wanted_bytes);
  return !made && made.error().code == ErrorCode::NoSpace ? Status() : made;
}

}  // namespace shiqu::store
