#pragma once

#include "tests/support/archive.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace shiqu::test {

/// An archive with a few pages, and a marked second disk that has nothing yet.
struct Kept : SmallArchive {
  std::filesystem::path disk = folder.path() / "second";
  ItemId item = add_item("GJ0001");
  std::vector<store::KeptCapture> kept;

  explicit Kept(int pages = 3) {
    for (int i = 1; i <= pages; ++i) {
      kept.push_back(keep(item, i));
    }
    REQUIRE_OK(make_folders(disk));
  }

  /// Every write-once file, as the catalogue knows it.
  std::vector<std::string> files() {
    std::vector<std::string> out;
    const auto listed = store.files_to_mirror("", 10000);
    REQUIRE_OK(listed);
    for (const store::FixityFile& one : *listed) {
      out.push_back(one.path);
    }
    return out;
  }
};

/// Flips one bit of a file in its place, whatever its mode says.
inline void flip(const std::filesystem::path& file, std::uint64_t byte, int bit) {
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(byte));
  const int before = stream.get();
  REQUIRE(before >= 0);
  stream.seekp(static_cast<std::streamoff>(byte));
  stream.put(static_cast<char>(before ^ (1 << bit)));
}

}  // namespace shiqu::test
