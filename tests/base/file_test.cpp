#include "storage/base/file.h"
#include "storage/base/disk_space.h"

#include "storage/base/digest.h"

#include <doctest/doctest.h>

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

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

TEST_CASE("digests taken while writing are those of the file") {
  const TempDir folder;
  auto file =
      AtomicFile::create(folder.path() / "a", {0640, {DigestKind::Sha256, DigestKind::Sha512}});
  REQUIRE(file);
  REQUIRE(file->write("all the king's "));
  REQUIRE(file->write("horses"));
  REQUIRE(file->commit());
  CHECK(file->size_bytes() == 21);
  REQUIRE(file->digests().size() == 2);
  CHECK(file->digests()[0] == file_digest_hex(folder.path() / "a", DigestKind::Sha256).value());
  CHECK(file->digests()[1] == file_digest_hex(folder.path() / "a", DigestKind::Sha512).value());
}

TEST_CASE("after a write that failed a file is gone and refuses everything") {
  const TempDir folder;
  auto file = NewFile::create(folder.path() / "a");
  REQUIRE(file);
  REQUIRE(file->write("ink"));
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{10, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  CHECK_FALSE(file->write("much more than ten bytes"));
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  std::signal(SIGXFSZ, handler);
  CHECK_FALSE(file->write("x"));
  CHECK_FALSE(file->sync());
  CHECK_FALSE(file->rename_to(folder.path() / "b"));
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("the part file of a killed writer is in nobody's way") {
  const TempDir folder;
  REQUIRE(write_new_file(folder.path() / "a.part", "left"));
  CHECK(write_new_file(folder.path() / "a", "whole"));
  CHECK(replace_file(folder.path() / "a", "newer"));
  CHECK(read_file(folder.path() / "a").value() == "newer");
}

TEST_CASE("a file taken over is hashed, read-only, and never reached through a link") {
  const TempDir folder;
  REQUIRE(write_new_file(folder.path() / "a", "abc"));
  fs::create_symlink(folder.path() / "a", folder.path() / "link");
  CHECK_FALSE(HandedFile::open(folder.path() / "link"));
  CHECK_FALSE(HandedFile::open(folder.path()));
  auto file = HandedFile::open(folder.path() / "a");
  REQUIRE(file);
  CHECK(file->sha256() == sha256_hex("abc"));
  CHECK(file->size_bytes() == 3);
  REQUIRE(write_new_file(folder.path() / "taken", "x"));
  const Status refused = file->move_to(folder.path() / "taken");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Exists);
  REQUIRE(file->move_to(folder.path() / "taken", true));
  CHECK(read_file(folder.path() / "taken").value() == "abc");
  CHECK((fs::status(folder.path() / "taken").permissions() & fs::perms::owner_write) ==
        fs::perms::none);
}

TEST_CASE("ballast takes blocks of the disk and gives them back") {
  const TempDir folder;
  const fs::path file = folder.path() / "reserve";
  REQUIRE(set_ballast(file, 1U << 20U));
  CHECK(fs::file_size(file) == 1U << 20U);
  struct stat facts {};
  REQUIRE(::stat(file.c_str(), &facts) == 0);
  CHECK(facts.st_blocks * 512 >= 1 << 20);
  REQUIRE(set_ballast(file, 4096));
  CHECK(fs::file_size(file) == 4096);
}
