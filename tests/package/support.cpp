#include "tests/package/support.h"

#include "storage/base/process.h"
#include "storage/package/reports.h"
#include "storage/package/ro_crate.h"
#include "storage/package/stream_text.h"
#include "storage/text_formats/page_xml.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

namespace shiqu::package::test {

namespace fs = std::filesystem;

int run(const std::string& program, const std::vector<std::string>& arguments,
        const std::map<std::string, std::string>& environment) {
  if (!fs::exists("/usr/bin/" + program)) {
    return -1;
  }
  ProcessSpec spec;
  spec.program = "/usr/bin/" + program;
  spec.arguments = arguments;
  spec.environment = environment;
  spec.output = "/dev/null";
  auto child = ChildProcess::start(spec);
  REQUIRE(child);
  const auto status = child->wait(std::chrono::seconds(30));
  REQUIRE(status);
  return *status;
}

std::optional<fs::path> shared_schemas() {
  const char* named = std::getenv("SHIQU_SHARED");
  const fs::path shared = named != nullptr && *named != '\0'
                              ? fs::path(named)
                              : fs::path(SHIQU_SOURCE_DIR "/../shared");
  if (!fs::exists(shared / "schemas")) {
    return std::nullopt;
  }
  return fs::canonical(shared / "schemas");
}

bool valid_against(const fs::path& file, const std::string& schema) {
  const auto schemas = shared_schemas();
  REQUIRE(schemas);
  return run("xmllint", {"--nonet", "--noout", "--schema", *schemas / "xml" / schema, file},
             {{"XML_CATALOG_FILES", *schemas / "xml" / "catalog.xml"}}) == 0;
}

model::PageText small_text() {
  model::PageText text;
  text.width_px = 80;
  text.height_px = 100;
  text.producer = "test/1";
  for (int column = 0; column < 2; ++column) {
    model::Line line;
    line.id = LineId("0190a000-0000-7000-8000-00000000000" + std::to_string(column));
    line.kind = column == 0 ? model::LineKind::Column : model::LineKind::Marginalia;
    line.box = {50 - 30 * column, 10, 20, 60};
    line.text = column == 0 ? "黃帝者" : "𠀀<&";
    line.confidence = 0.875;
    const std::vector<std::string> characters = column == 0
                                                    ? std::vector<std::string>{"黃", "帝", "者"}
                                                    : std::vector<std::string>{"𠀀", "<", "&"};
    for (int i = 0; i < 3; ++i) {
      line.glyphs.push_back({characters[static_cast<std::size_t>(i)],
                             {50 - 30 * column, 10 + 20 * i, 20, 20},
                             0.9,
                             {"黄"}});
    }
    text.lines.push_back(line);
  }
  return text;
}

namespace {

model::Item small_item() {
  model::Item item;
  item.id = ItemId("0190a000-0000-7000-8000-000000000100");
  item.identifier = "GJ0001";
  item.title = "史記";
  item.rights = "https://creativecommons.org/publicdomain/zero/1.0/";
  item.grade = model::Grade::Public;
  return item;
}

}  // namespace

fs::path make_small_package(const fs::path& parent, const StationKey& key) {
  const fs::path folder = parent / "gj0001-v1";
  auto bag = BagWriter::create(folder);
  REQUIRE(bag);
  const auto xml = text_formats::make_page_xml(
      small_text(),
      {"masters/0001.tif", {80, 100}, 300, "software:shiqu/0", 0, "test", "accepted"});
  REQUIRE(xml);
  REQUIRE(bag->add_text("data/masters/0001.tif", "not decoded here"));
  REQUIRE(bag->add_text("data/ocr/page/0001.xml", *xml));
  REQUIRE(bag->add_text("data/ocr/text/0001.txt", small_text().plain()));
  REQUIRE(bag->add_text("data/metadata/dc.xml", make_dublin_core(small_item(), 1, "館")));
  REQUIRE(bag->add_text("data/metadata/record.json", json_line(make_record(small_item(), 1))));
  REQUIRE(bag->add_text("data/reports/quality.json", json_line(to_json(summarize_quality({})))));
  REQUIRE(bag->add_text("data/provenance/events.jsonl",
                        journal_head_line(0, std::string(64, '0')) + "\n"));
  REQUIRE(write_ro_crate(*bag, {small_item(), "2026-11-25", "館"}));
  BagInfo info;
  info.source_organization = "館";
  info.external_identifier = "GJ0001";
  info.internal_sender_identifier = "STN01";
  info.bagging_date = "2026-11-25";
  info.bag_group_identifier = "BATCH-1";
  REQUIRE(bag->finish(info, key));
  return folder;
}

PackageVerdict verdict_of(const fs::path& folder, const VerifyOptions& options) {
  auto verdict = verify_package(folder, options);
  REQUIRE_MESSAGE(verdict, (verdict ? std::string() : verdict.error().text()));
  return std::move(*verdict);
}

std::string findings_of(const PackageVerdict& verdict) {
  std::string out;
  for (const VerifyFinding& one : verdict.findings) {
    out += one.code + " " + one.path + " (" + one.message + "), ";
  }
  return out;
}

void put(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
}

std::string get(const fs::path& file) {
  auto text = read_file(file);
  REQUIRE(text);
  return std::move(*text);
}

}  // namespace shiqu::package::test
