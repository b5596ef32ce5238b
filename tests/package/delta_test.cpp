#include "storage/package/delta.h"

#include "storage/base/digest.h"
#include "storage/base/text.h"
#include "tests/package/archive.h"

#include <doctest/doctest.h>

#include <fstream>
#include <map>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

using test::need;
using test::tools;
using Archive = test::PackagedArchive;

namespace {

/// Every file of a folder with its bytes.
std::map<std::string, std::string> content_of(const fs::path& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      out.emplace(entry.path().lexically_relative(folder).string(), test::get(entry.path()));
    }
  }
  return out;
}

/// Version 1 and 2 of an item: page 2 is new in the second, and the text of page 1 is as it was.
struct TwoVersions {
  Archive archive;
  fs::path out = archive.dir.path() / "out";
  fs::path one;
  fs::path two;
  BagInfo info;

  TwoVersions() {
    archive.accept_text(archive.keep_page(10));
    one = write();
    archive.accept_text(archive.keep_page(20));
    two = write();
  }
  fs::path write() {
    PlanOptions options;
    options.made_ms = 1780000000000;
    const PackagePlan plan = archive.plan(options);
    info = plan.info;
    return need(write_package(archive.store, archive.lead, plan, tools(), out, archive.key))
        .bag.folder;
  }
  DeltaSummary delta(const std::string& folder) {
    return need(write_delta(one, two, info, archive.dir.path() / folder, archive.key));
  }
  Result<PackageVerdict> apply(const fs::path& delta, const std::string& folder) {
    return apply_delta(one, delta, archive.dir.path() / folder / "gj0001-v2",
                       archive.key.verifying());
  }
};

void replace_in(const fs::path& file, const std::string& from, const std::string& to) {
  std::string text = test::get(file);
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  test::put(file, text.replace(at, from.size(), to));
}

}  // namespace

TEST_CASE("a delta and its base give the full package back, byte for byte") {
  TwoVersions versions;
  const DeltaSummary made = versions.delta("delta");
  CHECK(made.name == "gj0001-v2-delta");
  CHECK(made.reused >= 2);  // master and text of the first page
  CHECK_FALSE(fs::exists(made.bag.folder / "data/masters/0001.tif"));
  CHECK(fs::exists(made.bag.folder / "data/masters/0002.tif"));
  VerifyOptions options;
  options.trusted = versions.archive.key.verifying();
  const PackageVerdict verdict = test::verdict_of(made.bag.folder, options);
  CHECK_MESSAGE(verdict.ok, test::findings_of(verdict));
  CHECK(verdict.findings.empty());
  CHECK(verdict.type == "delta");
  CHECK(verdict.pages == 2);
  CHECK(test::get(made.bag.folder / "bag-info.txt").find("Base-Tagmanifest-SHA512: ") !=
        std::string::npos);

  const PackageVerdict rebuilt = need(versions.apply(made.bag.folder, "rebuilt"));
  CHECK(rebuilt.ok);
  CHECK(rebuilt.type == "full");
  CHECK(content_of(versions.archive.dir.path() / "rebuilt/gj0001-v2") == content_of(versions.two));
}

TEST_CASE("the same two packages give the same delta") {
  TwoVersions versions;
  CHECK(content_of(versions.delta("a").bag.folder) == content_of(versions.delta("b").bag.folder));
}

TEST_CASE("files that went and files that moved stand in the migration list") {
  const TempDir dir;
  const StationKey key = new_station_key();
  const fs::path one = test::make_small_package(dir.path() / "1", key);
  // By hand a second version where the master has another name and the text is gone.
  auto bag = need(BagWriter::create(dir.path() / "2" / "gj0001-v2"));
  need(bag.add_text("data/masters/0002.tif", "not decoded here"));
  need(bag.add_text("data/metadata/record.json", "{}"));
  BagInfo info;
  info.source_organization = "館";
  info.external_identifier = "GJ0001";
  info.internal_sender_identifier = "STN01";
  info.bagging_date = "2026-11-25";
  info.bag_group_identifier = "BATCH-1";
  info.version = 2;
  const fs::path two = need(bag.finish(info, key)).folder;

  const DeltaSummary made = need(write_delta(one, two, info, dir.path() / "3", key));

  CHECK(made.moved == 1);
  const Json list = need(parse_json(test::get(made.bag.folder / "data/delta.json")));
  REQUIRE(list["moved"].size() == 1);
  CHECK(list["moved"][0]["from"] == "data/masters/0001.tif");
  CHECK(list["moved"][0]["to"] == "data/masters/0002.tif");
  const std::vector<std::string> removed = list["removed"];
  CHECK(std::find(removed.begin(), removed.end(), "data/ocr/text/0001.txt") != removed.end());
  CHECK(list["files"].size() == 2);
}

TEST_CASE("a delta does not go onto another base, and not onto a damaged one") {
  TwoVersions versions;
  const fs::path delta = versions.delta("delta").bag.folder;
  CHECK(apply_delta(versions.two, delta, versions.archive.dir.path() / "x").error().code ==
        ErrorCode::Conflict);
  const fs::path master = versions.one / "data/masters/0001.tif";
  std::string bytes = test::get(master);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  test::put(master, bytes);
  CHECK(versions.apply(delta, "rebuilt").error().code == ErrorCode::Corrupt);
  CHECK(fs::is_empty(versions.archive.dir.path() / "rebuilt"));
}

TEST_CASE("a delta is made only from an earlier full package of the same item") {
  TwoVersions versions;
  const fs::path out = versions.archive.dir.path() / "delta";
  CHECK(write_delta(versions.two, versions.two, versions.info, out, versions.archive.key)
            .error()
            .code == ErrorCode::Conflict);
  CHECK(write_delta(versions.two, versions.one, versions.info, out, versions.archive.key)
            .error()
            .code == ErrorCode::Conflict);
  const fs::path delta = versions.delta("delta").bag.folder;
  CHECK(write_delta(delta, versions.two, versions.info, versions.archive.dir.path() / "again",
                    versions.archive.key)
            .error()
            .code == ErrorCode::Conflict);
  CHECK_FALSE(fs::exists(versions.archive.dir.path() / "again"));
}

TEST_CASE("a delta whose list does not fit what it carries is refused") {
  struct Fault {
    const char* file;
    const char* from;
    const char* to;
  };
  // Each is signed again as if by the station: only the profile's own rules can notice.
  const std::vector<Fault> faults = {
      {"data/delta.json", "\"in\":\"base\"", "\"in\":\"delta\""},
      {"data/delta.json", "\"in\":\"delta\"", "\"in\":\"base\""},
      {"data/delta.json", "\"to_version\": 2", "\"to_version\": 3"},
      {"data/delta.json", "data/masters/0002.tif", "data/masters/0003.tif"},
      {"data/delta.json", "\"path\":\"data/", "\"path\":\"../data/"},
      {"data/full-tags/manifest-sha512.txt", "  data/access", "  data/excess"},
  };
  TwoVersions versions;
  const fs::path good = versions.delta("delta").bag.folder;
  for (const Fault& fault : faults) {
    CAPTURE(fault.file);
    CAPTURE(fault.to);
    const fs::path work = versions.archive.dir.path() / "work";
    fs::remove_all(work);
    fs::copy(good, work, fs::copy_options::recursive);
    replace_in(work / fault.file, fault.from, fault.to);
    auto bag = need(BagWriter::create(versions.archive.dir.path() / "bad" / "gj0001-v2-delta"));
    for (const auto& [path, bytes] : content_of(work)) {
      if (path.starts_with("data/")) {
        need(bag.add_text(path, bytes));
      }
    }
    BagInfo info = versions.info;
    info.package_type = "delta";
    info.more.emplace_back(
        "Base-Tagmanifest-SHA512",
        need(file_digest_hex(versions.one / "tagmanifest-sha512.txt", DigestKind::Sha512)));
    const fs::path folder = need(bag.finish(info, versions.archive.key)).folder;
    const PackageVerdict verdict = test::verdict_of(folder);
    CHECK_FALSE(verdict.ok);
    CHECK_MESSAGE((verdict.has("bad_delta") || verdict.has("delta_incomplete") ||
                   verdict.has("not_in_contents")),
                  test::findings_of(verdict));
    CHECK_FALSE(versions.apply(folder, "never"));
    fs::remove_all(versions.archive.dir.path() / "bad");
  }
}
