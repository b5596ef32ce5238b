#include "storage/base/file.h"

#include "storage/base/digest.h"

#include <doctest/doctest.h>

using namespace shiqu;
namespace fs = std::filesystem;

TEST_CASE("an atomic file appears only at commit") {
  const TempDir folder;
  const fs::path target = folder.path() / "master.tif";
  auto file = AtomicFile::create(target);
  REQUIRE(file);
  REQUIRE(file->write("ink"));
  CHECK_FALSE(fs::exists(target));
  REQUIRE(file->commit());
  CHECK(read_file(target).value() == "ink");
}

TEST_CASE("an atomic file that is not committed leaves nothing") {
  const TempDir folder;
  const fs::path target = folder.path() / "master.tif";
  {
    auto file = AtomicFile::create(target);
    REQUIRE(file);
    REQUIRE(file->write("half"));
  }
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("an existing file is never replaced by a new one") {
  const TempDir folder;
  const fs::path target = folder.path() / "a";
  REQUIRE(write_new_file(target, "first"));
  const Status second = write_new_file(target, "second");
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::Exists);
  CHECK(read_file(target).value() == "first");
}

TEST_CASE("moving into place refuses a taken name and keeps both files") {
  const TempDir folder;
  REQUIRE(write_new_file(folder.path() / "a", "1"));
  REQUIRE(write_new_file(folder.path() / "b", "2"));
  const Status moved = move_into_place(folder.path() / "a", folder.path() / "b");
  REQUIRE_FALSE(moved);
  CHECK(moved.error().code == ErrorCode::Exists);
  CHECK(read_file(folder.path() / "a").value() == "1");
}

TEST_CASE("replacing a file gives the new content") {
  const TempDir folder;
  const fs::path target = folder.path() / "settings";
  REQUIRE(replace_file(target, "old"));
  REQUIRE(replace_file(target, "new"));
  CHECK(read_file(target).value() == "new");
}

TEST_CASE("reading refuses what is larger than its limit") {
  const TempDir folder;
  REQUIRE(write_new_file(folder.path() / "a", "12345"));
  const auto content = read_file(folder.path() / "a", 4);
  REQUIRE_FALSE(content);
  CHECK(content.error().code == ErrorCode::InvalidInput);
}

TEST_CASE("digests agree with the published test vector") {
  // FIPS 180-4, "abc".
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const TempDir folder;
  REQUIRE(write_new_file(folder.path() / "a", "abc"));
  CHECK(file_digest_hex(folder.path() / "a", DigestKind::Sha256).value() == sha256_hex("abc"));
}

TEST_CASE("a full disk is told apart from other failures") {
  auto file = AtomicFile::create("/dev/full-shiqu/x");
  CHECK_FALSE(file);
  const Status full = fail_errno(28, "write");
  CHECK(full.error().code == ErrorCode::NoSpace);
}
