#include "storage/base/disk_space.h"
#include "storage/imaging/codecs.h"
#include "tests/cli/shiqu_process.h"
#include "tests/support/pictures.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::test;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMb = 1U << 20U;

void set_reserve_mb(const Terminal& terminal, std::uint64_t mb) {
  REQUIRE(replace_file(terminal.archive() / "settings.toml",
                       "[storage]\nreserve_mb = " + std::to_string(mb) + "\n"));
}

}  // namespace

TEST_CASE("status shows room and reserve, and the reserve follows its setting") {
  Terminal terminal;
  terminal.make_archive();
  set_reserve_mb(terminal, 3);
  const Json with = terminal.facts({"status"});
  CHECK(with["reserve_bytes"] == 3 * kMb);
  CHECK(with["reserve_wanted_bytes"] == 3 * kMb);
  CHECK(with["captures_left"].get<std::int64_t>() > 0);
  CHECK(with["room"] == "ok");
  CHECK(fs::file_size(terminal.archive() / "reserve.bin") == 3 * kMb);
  set_reserve_mb(terminal, 0);
  CHECK(terminal.facts({"status"})["reserve_bytes"] == 0);
  CHECK_FALSE(fs::exists(terminal.archive() / "reserve.bin"));
}

TEST_CASE("a capture is refused before the device is asked when there is no room for it") {
  Terminal terminal;
  terminal.make_archive({"operator"});
  const fs::path folder = terminal.folder() / "frames";
  REQUIRE(make_folders(folder));
  const auto frame = imaging::encode_jpeg(strokes({500, 700}), 90);
  REQUIRE(frame);
  REQUIRE(write_new_file(folder / "1.jpg",
                         {reinterpret_cast<const char*>(frame->data()), frame->size()}));
  set_reserve_mb(terminal, 1U << 20U);  // 1 TiB, more than a machine of ours has
  const std::uint64_t free = free_bytes(terminal.archive()).value();
  if (free > (1ULL << 40U)) {
    MESSAGE("SKIPPED: this disk has room for a reserve of 1 TiB");
    return;
  }
  const Json refused = terminal.facts(
      {"import", folder.string(), "--item", "GJ1", "--title", "x", "--user", "operator"}, 9);
  CHECK(refused["error"]["code"] == "no_space");
  CHECK(terminal.facts({"status"})["room"] == "none");
  set_reserve_mb(terminal, 0);
  CHECK(terminal.facts({"import", folder.string(), "--item", "GJ1", "--user", "operator"})["kept"]
            .size() >= 1);
}

TEST_CASE("an archive is made with its catalogue elsewhere") {
  Terminal terminal;
  const fs::path catalogue = terminal.folder() / "fast" / "catalogue.sqlite";
  terminal.facts({"init", "--catalogue", catalogue.string()});
  CHECK(fs::is_symlink(terminal.archive() / "catalogue.sqlite"));
  CHECK(fs::is_regular_file(catalogue));
  CHECK(terminal.facts({"fsck"})["healthy"] == true);
  fs::remove_all(catalogue.parent_path());
  CHECK(terminal.facts({"status"}, 3)["error"]["code"] == "not_found");
}

TEST_CASE("a soak promises captures, goes on where it ended, and its check finds each loss") {
  Terminal terminal;
  const std::string files = (terminal.folder() / "soak").string();
  const std::string db = (terminal.folder() / "db" / "c.db").string();
  const auto keep = [&](const std::string& n) {
    return terminal.run({"soak", "keep", "--files", files, "--db", db, "--n", n, "--seed", "7"});
  };
  const Ran first = keep("3");
  REQUIRE(first.status == 0);
  CHECK(first.out.starts_with("READY\nACK 1 "));
  const Ran second = keep("2");
  REQUIRE(second.status == 0);
  CHECK(second.out.starts_with("READY\nACK 4 "));
  const fs::path acks = terminal.folder() / "acks";
  REQUIRE(write_new_file(acks, first.out + second.out));
  const Arguments check = {"soak", "check", "--files", files, "--db", db, "--acks", acks.string()};
  const Json whole = terminal.facts(check);
  CHECK(whole["acked"] == 5);
  CHECK(whole["rows"] == 5);
  CHECK(whole["integrity"] == "ok");
  // A capture that was promised and never kept.
  REQUIRE(replace_file(acks, first.out + second.out + "ACK 6 10 10\n"));
  CHECK(terminal.facts(check, 7)["lost_rows"] == 1);
  // A master that is gone, and one with a flipped bit.
  REQUIRE(replace_file(acks, first.out + second.out));
  std::vector<fs::path> masters;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(files) / "objects")) {
    if (entry.is_regular_file() && read_file(entry.path())->starts_with("II*")) {
      masters.push_back(entry.path());
    }
  }
  REQUIRE(masters.size() == 5);
  fs::remove(masters[0]);
  fs::permissions(masters[1], fs::perms::owner_all);
  std::string bytes = read_file(masters[1]).value();
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  REQUIRE(replace_file(masters[1], bytes));
  const Json damaged = terminal.facts(check, 7);
  CHECK(damaged["lost_files"].get<int>() >= 1);
  CHECK(damaged["bad_files"].get<int>() >= 1);
}
