#include "storage/store/room.h"

#include "storage/base/disk_space.h"
#include "storage/base/file.h"
#include "storage/store/internal/state.h"

#include <fmt/format.h>

#include <algorithm>

namespace shiqu::store {
namespace {

constexpr std::uint64_t kUnknownCapture = 128U << 20U;  // until the archive has captures to go by
constexpr std::uint64_t kFinishBytes = 1U << 20U;       // names, folders, the catalogue's pages

/// The largest of the last captures and a quarter more, for pyramid, thumbnail and catalogue.
Result<std::uint64_t> usual_capture(Database& db) {
  SHIQU_TRY_ASSIGN(
      const std::int64_t largest,
      db.integer("SELECT coalesce(max(bytes), 0) FROM (SELECT m.size + r.size + coalesce(w.size, 0)"
                 " AS bytes FROM capture c JOIN object m ON m.digest = c.master"
                 " JOIN object r ON r.digest = c.received LEFT JOIN object w ON w.digest = c.raw"
                 " ORDER BY c.rowid DESC LIMIT 20)",
                 "measure captures"));
  const auto bytes = static_cast<std::uint64_t>(largest);
  return bytes == 0 ? kUnknownCapture : bytes + bytes / 4;
}

std::uint64_t above(std::uint64_t value, std::uint64_t floor) {
  return value - std::min(value, floor);
}

double mb(std::uint64_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

}  // namespace

Result<Room> Store::room(std::uint64_t capture_bytes) {
  Room out;
  const std::filesystem::path catalogue_folder = state_->room.file().parent_path();
  out.reserve_wanted_bytes = state_->reserve_wanted_bytes;
  out.capture_bytes = capture_bytes;
  if (capture_bytes == 0) {
    SHIQU_TRY_ASSIGN(out.capture_bytes, usual_capture(state_->db));
  }
  SHIQU_TRY(state_->room.refill(out.reserve_wanted_bytes,
                                Room::kWarnAt * out.capture_bytes + kFinishBytes));
  out.reserve_bytes = state_->room.size_bytes();
  SHIQU_TRY_ASSIGN(out.free_bytes, free_bytes(spool()));
  SHIQU_TRY_ASSIGN(out.catalogue_free_bytes, free_bytes(catalogue_folder));
  // What the reserve lacks is no room for captures: it is filled up first.
  const std::uint64_t lacking = above(out.reserve_wanted_bytes, out.reserve_bytes);
  const std::uint64_t catalogue_room = above(out.catalogue_free_bytes, lacking + kFinishBytes);
  const bool apart = !on_one_disk(spool(), catalogue_folder);
  const std::uint64_t room = apart ? above(out.free_bytes, kFinishBytes) : catalogue_room;
  out.captures_left = static_cast<std::int64_t>(room / out.capture_bytes);
  if (apart && catalogue_room < kFinishBytes) {
    out.captures_left = 0;
  }
  return out;
}

Result<Room> Store::admit_capture(std::uint64_t capture_bytes) {
  SHIQU_TRY_ASSIGN(const Room room, this->room(capture_bytes));
  if (room.full()) {
    return fail(
        ErrorCode::NoSpace, "take a capture", folder().string(),
        fmt::format("refused before the disk is full: {:.1f} MB are free, a capture needs "
                    "{:.1f} MB and {:.1f} of {:.1f} MB of the reserve are there",
                    mb(std::min(room.free_bytes, room.catalogue_free_bytes)),
                    mb(room.capture_bytes), mb(room.reserve_bytes), mb(room.reserve_wanted_bytes)));
  }
  return room;
}

Status Store::set_reserve(std::uint64_t bytes) {
  state_->reserve_wanted_bytes = bytes;
  if (state_->room.size_bytes() == bytes) {
    return {};
  }
  SHIQU_TRY(this->room());  // fills it up if there is room
  return {};
}

}  // namespace shiqu::store
