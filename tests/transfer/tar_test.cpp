#include "storage/transfer/tar.h"

#include "tests/transfer/support.h"

using namespace shiqu;
using namespace shiqu::transfer;
using namespace shiqu::transfer::test;

namespace {

void make_folder(const std::filesystem::path& folder) {
  put(folder / "bagit.txt", "BagIt\n");
  put(folder / "data/masters/0001.tif", noise(5000));
  put(folder / "data/empty.txt", "");
  put(folder / "data" / std::string(90, 'a') / std::string(80, 'b') / "block.bin", noise(512));
}

std::string archived(const std::filesystem::path& folder) {
  std::string out;
  need(write_tar(folder, into(out)));
  return out;
}

Result<std::string> unpacked(const std::string& tar, const std::filesystem::path& into,
                             std::size_t step = 700) {
  TarUnpacker unpacker(into);
  for (std::size_t at = 0; at < tar.size(); at += step) {
    SHIQU_TRY(unpacker.take(bytes_of(std::string_view(tar).substr(at, step))));
  }
  return unpacker.finish();
}

}  // namespace

TEST_CASE("a folder goes into an archive and out again, and GNU tar reads it as well") {
  const TempDir dir;
  make_folder(dir.path() / "gj0001-v1");
  const std::string tar = archived(dir.path() / "gj0001-v1");
  CHECK(tar == archived(dir.path() / "gj0001-v1"));
  CHECK(need(unpacked(tar, dir.path() / "out")) == "gj0001-v1");
  const std::string at = dir.path().string();
  CHECK(shell("diff -r " + at + "/gj0001-v1 " + at + "/out/gj0001-v1") == 0);
  put(dir.path() / "a.tar", tar);
  REQUIRE(shell("mkdir " + at + "/gnu && tar -xf " + at + "/a.tar -C " + at + "/gnu") == 0);
  CHECK(shell("diff -r " + at + "/gj0001-v1 " + at + "/gnu/gj0001-v1") == 0);
}

TEST_CASE("an archive that leads outside, replaces or holds links is not unpacked") {
  const TempDir dir;
  make_folder(dir.path() / "gj0001-v1");
  const std::string at = dir.path().string();
  REQUIRE(
      shell("cd " + at +
            " && ln -s /etc/passwd gj0001-v1/link && tar -cf link.tar gj0001-v1 && "
            "rm gj0001-v1/link && tar -cPf out.tar --format=ustar gj0001-v1/../gj0001-v1/bagit.txt "
            "&& tar -cPf abs.tar --format=ustar " +
            at + "/gj0001-v1/bagit.txt") == 0);
  for (const char* name : {"link.tar", "out.tar", "abs.tar"}) {
    CHECK_FALSE_MESSAGE(unpacked(get(dir.path() / name), dir.path() / "o" / name), name);
  }
  const std::string tar = archived(dir.path() / "gj0001-v1");
  need(unpacked(tar, dir.path() / "twice"));
  CHECK_FALSE(unpacked(tar, dir.path() / "twice"));
}

TEST_CASE("an archive that was cut off is not whole") {
  const TempDir dir;
  make_folder(dir.path() / "gj0001-v1");
  const std::string tar = archived(dir.path() / "gj0001-v1");
  int number = 0;
  for (std::size_t size = 0; size + 512 < tar.size(); size += 450) {
    CHECK_FALSE(unpacked(tar.substr(0, size), dir.path() / "cut" / std::to_string(number++)));
  }
}
