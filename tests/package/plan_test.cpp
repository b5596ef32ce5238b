#include "storage/base/digest.h"
#include "storage/package/estimate.h"
#include "storage/package/gates.h"
#include "storage/package/plan_summary.h"
#include "tests/package/archive.h"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <map>
#include <thread>

using namespace shiqu;
using namespace shiqu::package;

using test::need;
using test::tools;
using Archive = test::PackagedArchive;

namespace {

void mark_personal(Archive& archive, const PageId& page, const model::Box& box) {
  const model::Page now = need(archive.store.page(page));
  store::TextRevision text;
  if (now.text_revision > 0) {
    text = need(archive.store.text(page));
  }
  text.text.width_px = 80;
  text.text.height_px = 100;
  text.text.regions.push_back({model::RegionKind::Personal, box});
  need(archive.store.save_text(archive.lead, page, text.revision, text.text, "marked"));
}

void change_item(Archive& archive, const std::function<void(model::Item&)>& change) {
  model::Item item = need(archive.store.item(archive.item));
  change(item);
  need(archive.store.update_item(archive.lead, item));
}

/// Offenders of one gate.
std::vector<GateFinding> offenders(const PackagePlan& plan, std::string_view gate) {
  for (const GateState& state : gate_states(plan.findings)) {
    if (state.rule->name == gate) {
      return state.offenders;
    }
  }
  return {};
}

using Mutation = std::function<void(Archive&, PlanOptions&)>;

/// For each gate of the issue the one thing that closes it, on an archive where all is well.
const std::map<std::string, Mutation>& mutations() {
  static const std::map<std::string, Mutation> all = {
      {"ungraded",
       [](Archive& a, PlanOptions&) {
         change_item(a, [](model::Item& item) { item.grade = model::Grade::Ungraded; });
       }},
      {"rights_unknown",
       [](Archive& a, PlanOptions&) {
         change_item(a, [](model::Item& item) { item.rights.clear(); });
       }},
      {"unreviewed", [](Archive& a, PlanOptions&) { a.keep_page(40); }},
      {"quality_failed",
       [](Archive& a, PlanOptions&) { a.accept_text(a.keep_page(40, model::Verdict::Fail)); }},
      {"above_receiver",
       [](Archive& a, PlanOptions& options) {
         change_item(a, [](model::Item& item) { item.grade = model::Grade::Sensitive; });
         options.receiver = model::Grade::Internal;
       }},
      {"personal_data",
       [](Archive& a, PlanOptions&) {
         const PageId page = a.keep_page(40);
         mark_personal(a, page, {10, 10, 20, 20});
         need(a.store.submit_text(a.lead, page));
         need(a.store.review_text(a.second, page, true, ""));
       }},
      {"text_of_other_image", [](Archive& a, PlanOptions&) {
         store::NewCapture again;
         again.item = a.item;
         again.page = a.last_page;
         again.capture.width_px = 160;
         again.capture.height_px = 200;
         again.master = a.spooled("m2.tif", 55);
         again.received = a.spooled("r2.tif", 155);
         need(a.store.keep(a.lead, again));
       }}};
  return all;
}

}  // namespace

TEST_CASE("each fault closes its own gate alone, and with that gate gone the item would leave") {
  for (const auto& [gate, mutate] : mutations()) {
    CAPTURE(gate);
    Archive archive;
    archive.accept_text(archive.keep_page(10));
    PlanOptions options;
    REQUIRE_FALSE(archive.plan(options).refused());

    mutate(archive, options);
    PackagePlan plan = archive.plan(options);

    CHECK(plan.refused());
    REQUIRE(offenders(plan, gate).size() == 1);
    CHECK_FALSE(offenders(plan, gate).front().message.empty());
    for (const GateState& state : gate_states(plan.findings)) {
      CHECK_MESSAGE(state.state() == (state.rule->name == gate ? "closed" : "clear"),
                    state.rule->name);
    }
    CHECK(write_package(archive.store, archive.lead, plan, tools(), archive.dir.path() / "out",
                        archive.key)
              .error()
              .code == ErrorCode::Conflict);
    // The mutation: with this gate taken out of the plan nothing else stands in the way, and
    // writing notices.
    std::erase_if(plan.findings, [&](const GateFinding& one) { return one.gate == gate; });
    CHECK_FALSE(plan.refused());
    const auto sneaked = write_package(archive.store, archive.lead, plan, tools(),
                                       archive.dir.path() / "out", archive.key);
    REQUIRE_FALSE(sneaked);
    CHECK(sneaked.error().code == ErrorCode::Conflict);
    CHECK(sneaked.error().native.find(gate) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(archive.dir.path() / "out"));
  }
}

TEST_CASE("the offenders of a gate are named page by page, with the reason") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  archive.keep_page(20);
  archive.keep_page(30);
  const auto found = offenders(archive.plan(), "unreviewed");
  REQUIRE(found.size() == 2);
  CHECK(found[0].page == "0002");
  CHECK(found[1].page == "0003");
  const Json gate = to_json(gate_states(archive.plan().findings)[2]);
  CHECK(gate["gate"] == "unreviewed");
  CHECK(gate["state"] == "closed");
  CHECK(gate["offenders"].size() == 2);
  CHECK(gate["offenders"][0]["reason"].get<std::string>().find("second person") !=
        std::string::npos);
}

TEST_CASE("a plan counts pages and characters by rights, grade and state of review") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  archive.accept_text(archive.keep_page(20));
  archive.keep_page(30);
  PlanCounts counts;
  count(archive.plan(), counts);
  CHECK(counts.all.items == 1);
  CHECK(counts.all.pages == 3);
  CHECK(counts.all.characters == 12);
  CHECK(counts.by_rights.at("CC0").pages == 3);
  CHECK(counts.by_grade.at("public").characters == counts.all.characters);
  CHECK(counts.by_review.at("reviewed").pages == 2);
  CHECK(counts.by_review.at("none").pages == 1);
  count(archive.plan(), counts);
  CHECK(counts.all.items == 2);
  CHECK(to_json(counts)["review"]["reviewed"]["pages"] == 4);
}

TEST_CASE("a plan knows how many files it will be") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  archive.accept_text(archive.keep_page(20));
  PlanOptions options;
  options.exporters = need(choose_exporters(test::exporters(), {"yolo", "glyph-provenance"}, {}));
  const PackagePlan plan = archive.plan(options);
  const SizeEstimate size = estimate_size(plan, test::exporters(), plan.exporters);
  const auto made = need(write_package(archive.store, archive.lead, plan, tools(),
                                       archive.dir.path() / "out", archive.key));
  CHECK(size.exact_files);
  CHECK(static_cast<std::size_t>(size.files) == made.bag.payload_files);
  CHECK(size.bytes > plan.master_bytes);

  options.exporters = need(choose_exporters(test::exporters(), {"glyphs"}, {}));
  CHECK_FALSE(
      estimate_size(archive.plan(options), test::exporters(), options.exporters).exact_files);
}

TEST_CASE("what changes what would go makes a plan outdated and gives it another digest") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  const PackagePlan plan = archive.plan();
  CHECK(plan_digest(archive.plan()) == plan_digest(plan));
  store::JobRecord job;
  job.kind = "other";
  job.subject = archive.item.str();
  need(archive.store.add_job(archive.lead, job));
  CHECK_FALSE(need(plan_outdated(archive.store, plan)));
  SUBCASE("a page") {
    archive.keep_page(20);
  }
  SUBCASE("the record") {
    change_item(archive, [](model::Item& item) { item.title = "漢書"; });
  }
  SUBCASE("a side") {
    need(archive.store.assign_splits(archive.lead, {{archive.item, "test", "GJ0001", 1, 0}}));
  }
  CHECK(need(plan_outdated(archive.store, plan)));
  CHECK(plan_digest(archive.plan()) != plan_digest(plan));
}

TEST_CASE("every gate that can be waived is waived by name, and only then") {
  for (const auto& [gate, mutate] : mutations()) {
    CAPTURE(gate);
    Archive archive;
    archive.accept_text(archive.keep_page(10));
    PlanOptions options;
    mutate(archive, options);
    options.allow = {gate};
    const auto plan = plan_package(archive.store, archive.item, options);
    REQUIRE(gate_rule(gate) != nullptr);
    if (!gate_rule(gate)->waivable) {
      CHECK(plan.error().code == ErrorCode::InvalidInput);
      continue;
    }
    REQUIRE(plan);
    CHECK_FALSE(plan->refused());
    CHECK(plan->waived());
  }
}

TEST_CASE("what is marked as personal data is blacked out in pictures, master and text") {
  Archive archive;
  const PageId page = archive.keep_page(200);
  archive.keep_page(210);
  need(archive.store.propose_text(store::Session::for_program(), page, test::small_text()));
  mark_personal(archive, page, {50, 10, 20, 20});  // the first character of the first column
  PlanOptions options;
  options.redact = true;
  options.allow = {"unreviewed"};
  options.exporters = test::all_exporters();
  const PackagePlan plan = archive.plan(options);
  CHECK(offenders(plan, "personal_data").empty());
  REQUIRE_FALSE(plan.refused());
  const auto made = need(write_package(archive.store, archive.lead, plan, tools(),
                                       archive.dir.path() / "out", archive.key));
  const auto at = [&](const std::string& path) { return made.bag.folder / path; };
  const PackageVerdict verdict = test::verdict_of(made.bag.folder);
  CHECK_MESSAGE(verdict.ok, test::findings_of(verdict));

  const auto master = need(imaging::read_tiff(at("data/masters/0001.tif")));
  CHECK(master.image.row(29)[69] == 0);
  CHECK(master.image.row(29)[70] == 200);
  CHECK(master.image.row(30)[69] == 200);
  CHECK(master.image.row(10)[50] == 0);
  CHECK(master.image.row(9)[50] == 200);
  CHECK(sha256_hex(test::get(at("data/masters/0002.tif"))) == plan.pages[1].capture.master);
  const auto access = need(imaging::decode_file(at("data/access/0001.jpg")));
  CHECK(access.image.row(20)[60 * 3] < 20);
  CHECK(access.image.row(80)[60 * 3] > 180);

  CHECK(test::get(at("data/ocr/text/0001.txt")).starts_with("■帝者\n"));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(made.bag.folder)) {
    if (entry.is_regular_file()) {
      CHECK_MESSAGE(test::get(entry.path()).find("黃") == std::string::npos, entry.path().string());
    }
  }
  if (test::shared_schemas()) {
    CHECK(test::valid_against(at("data/ocr/page/0001.xml"), "page-2019-07-15.xsd"));
  }
  const Json report = need(parse_json(test::get(at("data/reports/redaction.json"))));
  REQUIRE(report["pages"].size() == 1);
  CHECK(report["pages"][0]["number"] == "0001");
  CHECK(report["pages"][0]["characters"] == 1);
  CHECK(report["pages"][0]["boxes"][0] == Json::array({50, 10, 20, 20}));
  const Json record = need(parse_json(test::get(at("data/metadata/record.json"))));
  CHECK(record["pages"][0]["master"]["sha256"] ==
        sha256_hex(test::get(at("data/masters/0001.tif"))));
  CHECK(record["pages"][0]["redacted"]["master_kept_sha256"] == plan.pages[0].capture.master);
  CHECK_FALSE(record["pages"][1].contains("redacted"));
  CHECK(test::get(at("bag-info.txt")).find("Shiqu-Redacted-Pages: 1\n") != std::string::npos);
}

TEST_CASE("marks that were made on an earlier frame do not redact: the page is held back") {
  Archive archive;
  const PageId page = archive.keep_page(200);
  mark_personal(archive, page, {50, 10, 20, 20});
  PlanOptions options;
  options.redact = true;
  options.allow = {"unreviewed"};
  REQUIRE_FALSE(archive.plan(options).refused());
  store::NewCapture again;
  again.item = archive.item;
  again.page = page;
  again.capture.width_px = 80;
  again.capture.height_px = 100;
  again.master = archive.spooled("m2.tif", 55);
  again.received = archive.spooled("r2.tif", 155);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  need(archive.store.keep(archive.lead, again));
  CHECK(offenders(archive.plan(options), "personal_data").size() == 1);
}

TEST_CASE("a worker that does not black out everything stops the package") {
  Archive archive;
  mark_personal(archive, archive.keep_page(200), {50, 10, 20, 20});
  PlanOptions options;
  options.redact = true;
  options.allow = {"unreviewed"};
  ExportTools forgetful = tools();
  forgetful.render = [](const Json& request) {
    Json without = request;
    without.erase("blank");
    return answer_render(without, [](const Json&) {});
  };
  const auto made = write_package(archive.store, archive.lead, archive.plan(options), forgetful,
                                  archive.dir.path() / "out", archive.key);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::Internal);
  CHECK(std::filesystem::is_empty(archive.dir.path() / "out"));
}

TEST_CASE("what comes after the plan and would close a gate stops the writing") {
  Archive archive;
  archive.accept_text(archive.keep_page(10));
  const PackagePlan plan = archive.plan();
  need(archive.store.review_text(archive.second, archive.last_page, false, "personal data"));
  mark_personal(archive, archive.last_page, {50, 10, 20, 20});
  const auto made = write_package(archive.store, archive.lead, plan, tools(),
                                  archive.dir.path() / "out", archive.key);
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::Conflict);
}
