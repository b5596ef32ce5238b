#include "storage/package/minisign.h"
#include "storage/package/keyring.h"

#include "tests/package/support.h"

#include <doctest/doctest.h>

#include <sys/stat.h>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

TEST_CASE("minisign accepts a signature of a station key and refuses an altered file") {
  const TempDir dir;
  const auto key = make_station_key(dir.path() / "keys");
  REQUIRE(key);
  const fs::path file = dir.path() / "file";
  test::put(file, "content");
  const auto signature = sign_file(*key, file, "GJ0001 v1 STN01", "any comment");
  REQUIRE(signature);
  test::put(dir.path() / "file.minisig", *signature);
  const std::string pub = dir.path() / "keys" / "station.pub";
  const int status = test::run("minisign", {"-V", "-H", "-m", file, "-p", pub});
  if (status == -1) {
    MESSAGE("SKIPPED: minisign is not installed");
    return;
  }
  CHECK(status == 0);
  test::put(file, "Content");
  CHECK(test::run("minisign", {"-V", "-H", "-m", file, "-p", pub}) != 0);
}

TEST_CASE("a signature and an unencrypted key made by minisign are understood") {
  const TempDir dir;
  const std::string pub = dir.path() / "station.pub";
  const std::string secret = dir.path() / "station.key";
  const fs::path file = dir.path() / "file";
  test::put(file, "content");
  if (test::run("minisign", {"-G", "-W", "-f", "-p", pub, "-s", secret}) == -1) {
    MESSAGE("SKIPPED: minisign is not installed");
    return;
  }
  REQUIRE(test::run("minisign", {"-S", "-W", "-s", secret, "-m", file, "-t", "told"}) == 0);
  const auto key = parse_public_key(test::get(pub));
  REQUIRE(key);
  const std::string signature = test::get(dir.path() / "file.minisig");
  const auto made = verify_file_signature(*key, file, signature);
  REQUIRE(made);
  CHECK(made->trusted_comment == "told");
  fs::permissions(secret, fs::perms::owner_read);
  const auto loaded = load_station_key(dir.path());
  REQUIRE(loaded);
  CHECK(loaded->verifying() == *key);
  CHECK(public_key_text(*key) == test::get(pub));
  test::put(file, "contenT");
  CHECK_FALSE(verify_file_signature(*key, file, signature));
}

TEST_CASE("every altered byte of a signature is refused, except in the untrusted comment") {
  const TempDir dir;
  const StationKey key = new_station_key();
  const fs::path file = dir.path() / "file";
  test::put(file, "content");
  const auto signature = sign_file(key, file, "trusted words", "untrusted words");
  REQUIRE(signature);
  REQUIRE(verify_file_signature(key.verifying(), file, *signature));
  const std::size_t second_line = signature->find('\n');
  int refused = 0;
  for (std::size_t i = second_line; i < signature->size(); ++i) {
    for (const int bit : {1, 32}) {
      std::string altered = *signature;
      altered[i] = static_cast<char>(altered[i] ^ bit);
      refused += verify_file_signature(key.verifying(), file, altered) ? 0 : 1;
    }
  }
  CHECK(refused == static_cast<int>(2 * (signature->size() - second_line)));
}

TEST_CASE("a station key is private, is never overwritten and is refused when others may read it") {
  const TempDir dir;
  REQUIRE(make_station_key(dir.path()));
  const fs::path secret = dir.path() / "station.key";
  struct stat facts {};
  REQUIRE(::stat(secret.c_str(), &facts) == 0);
  CHECK((facts.st_mode & 0777U) == 0600U);
  const auto again = make_station_key(dir.path());
  REQUIRE_FALSE(again);
  CHECK(again.error().code == ErrorCode::Exists);
  REQUIRE(load_station_key(dir.path()));
  fs::permissions(secret, fs::perms::group_read, fs::perm_options::add);
  const auto open = load_station_key(dir.path());
  REQUIRE_FALSE(open);
  CHECK(open.error().code == ErrorCode::Denied);
}

TEST_CASE("text that is no key gives an error") {
  CHECK_FALSE(parse_public_key(""));
  CHECK_FALSE(parse_public_key("untrusted comment: x\nRWQ=\n"));
  CHECK_FALSE(parse_public_key(std::string(300, 'A')));
  const TempDir dir;
  CHECK(load_station_key(dir.path()).error().code == ErrorCode::NotFound);
  test::put(dir.path() / "station.key", "untrusted comment: x\nabc\n");
  fs::permissions(dir.path() / "station.key", fs::perms::owner_read);
  CHECK(load_station_key(dir.path()).error().code == ErrorCode::InvalidInput);
}

TEST_CASE("a signature of several megabytes of file is that of the whole file") {
  const TempDir dir;
  const StationKey key = new_station_key();
  const fs::path file = dir.path() / "file";
  std::string content(3U << 20U, 'x');
  test::put(file, content);
  const auto signature = sign_file(key, file, "t", "u");
  REQUIRE(signature);
  CHECK(verify_file_signature(key.verifying(), file, *signature));
  content.back() = 'y';
  test::put(file, content);
  CHECK_FALSE(verify_file_signature(key.verifying(), file, *signature));
}
