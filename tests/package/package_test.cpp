#include "storage/package/package.h"

#include "storage/base/digest.h"
#include "storage/base/text.h"
#include "tests/package/archive.h"
#include "tests/package/support.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

using test::need;
using test::tools;
using Archive = test::PackagedArchive;

namespace {

bool has_gate(const PackagePlan& plan, const std::string& gate) {
  return std::any_of(plan.findings.begin(), plan.findings.end(),
                     [&](const GateFinding& one) { return one.gate == gate; });
}

}  // namespace

TEST_CASE("a reviewed item becomes a package that verification accepts") {
  Archive archive;
  for (int page = 0; page < 3; ++page) {
    archive.accept_text(archive.keep_page(10 + page));
  }
  const PackagePlan plan = archive.plan();
  REQUIRE_FALSE(plan.refused());
  CHECK(plan.findings.empty());
  CHECK(plan.name == "gj0001-v1");
  const fs::path out = archive.dir.path() / "out";
  std::uint64_t done = 0;
  const PackageSummary made =
      need(write_package(archive.store, archive.lead, plan, tools(), out, archive.key,
                         [&](std::uint64_t bytes, std::uint64_t) { done = bytes; }));
  CHECK(made.pages == 3);
  CHECK(done == plan.master_bytes);
  VerifyOptions options;
  options.trusted = archive.key.verifying();
  const PackageVerdict verdict = test::verdict_of(made.bag.folder, options);
  CHECK_MESSAGE(verdict.ok, test::findings_of(verdict));
  CHECK(verdict.findings.empty());
  CHECK(verdict.pages == 3);
  CHECK(verdict.tag_manifest_sha256 == made.bag.tag_manifest_sha256);
  CHECK(test::get(made.bag.folder / "data/ocr/text/0003.txt") == "黃帝者\n𠀀<&\n");
  const auto record = parse_json(test::get(made.bag.folder / "data/metadata/record.json"));
  REQUIRE(record);
  CHECK((*record)["pages"][0]["text"]["accepted_by"] == "second");
  if (test::shared_schemas()) {
    CHECK(test::valid_against(made.bag.folder / "data/ocr/page/0001.xml", "page-2019-07-15.xsd"));
    CHECK(test::valid_against(made.bag.folder / "data/metadata/dc.xml", "simpledc.xsd"));
  }
}

TEST_CASE("writing a package is journalled and raises the next version") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  const PackageSummary made = need(write_package(archive.store, archive.lead, archive.plan(),
                                                 tools(), archive.dir.path() / "out", archive.key));
  const auto events = need(archive.store.events_about({archive.item.str()}));
  REQUIRE(events.back().action == "package.written");
  CHECK(events.back().detail.find(made.bag.tag_manifest_sha256) != std::string::npos);
  CHECK(archive.plan().name == "gj0001-v2");
  PlanOptions again;
  again.version = 1;
  CHECK(write_package(archive.store, archive.lead, archive.plan(again), tools(),
                      archive.dir.path() / "out", archive.key)
            .error()
            .code == ErrorCode::Exists);
}

TEST_CASE("the same plan gives the same bytes") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  const PackagePlan plan = archive.plan();
  const auto one = need(write_package(archive.store, archive.lead, plan, tools(),
                                      archive.dir.path() / "1", archive.key));
  const auto two = need(write_package(archive.store, archive.lead, plan, tools(),
                                      archive.dir.path() / "2", archive.key));
  CHECK(one.bag.tag_manifest_sha256 == two.bag.tag_manifest_sha256);
  CHECK(test::get(one.bag.folder / "tagmanifest-sha512.txt.minisig") ==
        test::get(two.bag.folder / "tagmanifest-sha512.txt.minisig"));
}

TEST_CASE("an item that breaks a rule does not leave") {
  Archive archive;
  CHECK(has_gate(archive.plan(), "no_pages"));
  archive.keep_page(10, model::Verdict::Fail);
  model::Item changed = need(archive.store.item(archive.item));
  changed.grade = model::Grade::Ungraded;
  changed.rights = "";
  need(archive.store.update_item(archive.lead, changed));
  const PackagePlan plan = archive.plan();
  for (const char* gate : {"ungraded", "rights_unknown", "unreviewed", "quality_failed"}) {
    CHECK_MESSAGE(has_gate(plan, gate), gate);
  }
  CHECK(plan.refused());
  const auto made = write_package(archive.store, archive.lead, plan, tools(),
                                  archive.dir.path() / "out", archive.key);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::Conflict);
  CHECK_FALSE(fs::exists(archive.dir.path() / "out"));
}

TEST_CASE("each gate stands alone: waiving all others still refuses") {
  const std::vector<std::string> gates = {"ungraded", "rights_unknown", "unreviewed",
                                          "quality_failed"};
  Archive archive;
  archive.keep_page(10, model::Verdict::Fail);
  model::Item changed = need(archive.store.item(archive.item));
  changed.grade = model::Grade::Ungraded;
  changed.rights = "";
  need(archive.store.update_item(archive.lead, changed));
  for (const std::string& gate : gates) {
    PlanOptions options;
    std::copy_if(gates.begin(), gates.end(), std::back_inserter(options.allow),
                 [&](const std::string& other) { return other != gate; });
    const PackagePlan plan = archive.plan(options);
    CHECK_MESSAGE(plan.refused(), gate);
  }
}

TEST_CASE("a waived gate is written down, and only a lead may waive") {
  Archive archive;
  archive.keep_page(10);
  PlanOptions options;
  options.allow = {"unreviewed"};
  const PackagePlan plan = archive.plan(options);
  REQUIRE_FALSE(plan.refused());
  const fs::path out = archive.dir.path() / "out";
  CHECK(
      write_package(archive.store, archive.second, plan, tools(), out, archive.key).error().code ==
      ErrorCode::Denied);
  const PackageSummary made =
      need(write_package(archive.store, archive.lead, plan, tools(), out, archive.key));
  const PackageVerdict verdict = test::verdict_of(made.bag.folder);
  CHECK_MESSAGE(verdict.ok, test::findings_of(verdict));
  const std::string info = test::get(made.bag.folder / "bag-info.txt");
  CHECK(info.find("Shiqu-Waived-Gates: unreviewed\n") != std::string::npos);
  const auto report = parse_json(test::get(made.bag.folder / "data/reports/quality.json"));
  REQUIRE(report);
  CHECK((*report)["gates"][0]["gate"] == "unreviewed");
  CHECK(test::get(made.bag.folder / "data/ocr/text/0001.txt").empty());
}

TEST_CASE("a gate that cannot be waived, a wrong level and an empty station are refused") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  for (const char* gate : {"no_pages", "above_receiver", "journal_broken", "unreviewd"}) {
    PlanOptions options;
    options.allow = {gate};
    CHECK(plan_package(archive.store, archive.item, options).error().code ==
          ErrorCode::InvalidInput);
  }
  PlanOptions level;
  level.security_level = "secret";
  CHECK_FALSE(plan_package(archive.store, archive.item, level));
  PlanOptions station;
  station.station = " ";
  CHECK_FALSE(plan_package(archive.store, archive.item, station));
  CHECK(plan_package(archive.store, ItemId::make()).error().code == ErrorCode::NotFound);
}

TEST_CASE("nothing graded above the receiver leaves") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  model::Item changed = need(archive.store.item(archive.item));
  changed.grade = model::Grade::Sensitive;
  need(archive.store.update_item(archive.lead, changed));
  PlanOptions options;
  options.receiver = model::Grade::Internal;
  CHECK(archive.plan(options).refused());
  options.receiver = model::Grade::Sensitive;
  CHECK_FALSE(archive.plan(options).refused());
}

TEST_CASE("text that belongs to another image is found") {
  Archive archive;
  const PageId page = archive.keep_page(10);
  archive.accept_text(page);
  store::NewCapture again;
  again.item = archive.item;
  again.page = page;
  again.capture.width_px = 160;
  again.capture.height_px = 200;
  again.master = archive.spooled("m2.tif", 55);
  again.received = archive.spooled("r2.tif", 155);
  need(archive.store.keep(archive.lead, again));
  CHECK(has_gate(archive.plan(), "text_of_other_image"));
}

TEST_CASE("a damaged master stops the package and leaves nothing behind") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  const PackagePlan plan = archive.plan();
  const fs::path object = archive.store.object_path(plan.pages.at(0).capture.master);
  fs::permissions(object, fs::perms::owner_write, fs::perm_options::add);
  std::string bytes = test::get(object);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  test::put(object, bytes);
  const fs::path out = archive.dir.path() / "out";
  const auto made = write_package(archive.store, archive.lead, plan, tools(), out, archive.key);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::Corrupt);
  CHECK(fs::is_empty(out));
}

TEST_CASE("a stop leaves nothing behind") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  std::stop_source stop;
  stop.request_stop();
  const fs::path out = archive.dir.path() / "out";
  const auto made = write_package(archive.store, archive.lead, archive.plan(), tools(), out,
                                  archive.key, {}, stop.get_token());
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::Cancelled);
  CHECK(fs::is_empty(out));
}

TEST_CASE("the journal extract in a package can be checked without the archive") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  const PackageSummary made = need(write_package(archive.store, archive.lead, archive.plan(),
                                                 tools(), archive.dir.path() / "out", archive.key));
  const auto lines = split(test::get(made.bag.folder / "data/provenance/events.jsonl"), '\n');
  REQUIRE(lines.size() >= 6);  // item added, kept, proposed, edited, submitted, accepted, head
  const auto head = parse_json(lines[lines.size() - 2]);
  REQUIRE(head);
  CHECK(head->contains("journal_head"));
  CHECK(lines[0].find("item.added") != std::string::npos);
  std::string altered = test::get(made.bag.folder / "data/provenance/events.jsonl");
  altered.replace(altered.find("person:lead"), 11, "person:anna");
  test::put(made.bag.folder / "data/provenance/events.jsonl", altered);
  CHECK(test::verdict_of(made.bag.folder).has("bad_journal"));
}
