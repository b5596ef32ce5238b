#include "storage/base/digest.h"
#include "storage/package/estimate.h"
#include "storage/package/verify.h"
#include "tests/package/whole.h"

#include <map>
#include <optional>
#include <set>

using namespace shiqu;
using namespace shiqu::package;
using test::json_of;
using test::lines_of;
using test::whole;
namespace fs = std::filesystem;

TEST_CASE("a package with everything in it is accepted by verification") {
  const PackageVerdict verdict = test::verdict_of(whole().folder);
  CHECK_MESSAGE(verdict.ok, test::findings_of(verdict));
  CHECK_MESSAGE(verdict.findings.empty(), test::findings_of(verdict));
}

TEST_CASE("the room that a package needs is told before, with all that exporters add") {
  const PackagePlan& plan = whole().plan;
  const std::uint64_t expected =
      estimate_size(plan, test::exporters(), test::all_exporters()).bytes;
  std::uint64_t written = 0;
  for (const auto& entry : fs::recursive_directory_iterator(whole().folder)) {
    written += entry.is_regular_file() ? entry.file_size() : 0;
  }
  CHECK(expected >= written);
  CHECK(expected < 10 * written);
  CHECK(expected > 4 * plan.master_bytes);
  // Masters alone would find room on any disk; their access images would not.
  test::PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  PackagePlan large = archive.plan();
  large.pages[0].capture.width_px = 20'000'000;
  large.pages[0].capture.height_px = 20'000'000;
  const auto refused = write_package(archive.store, archive.lead, large, test::tools(),
                                     archive.dir.path() / "out", archive.key);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::NoSpace);
  CHECK_FALSE(fs::exists(archive.dir.path() / "out" / (large.name + ".part")));
}

TEST_CASE("the same plan with all exporters gives the same bytes") {
  test::PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  archive.keep_page(20);
  const PackagePlan plan = archive.plan(test::Whole::options());
  std::vector<std::string> digests;
  for (const char* folder : {"1", "2"}) {
    digests.push_back(test::need(write_package(archive.store, archive.lead, plan, test::tools(),
                                               archive.dir.path() / folder, archive.key))
                          .bag.tag_manifest_sha256);
  }
  CHECK(digests[0] == digests[1]);
}

TEST_CASE("METS, ALTO, PAGE, Dublin Core and TEI are valid by the official schemas") {
  if (!test::shared_schemas()) {
    MESSAGE("SKIPPED: no schemas on this machine");
    return;
  }
  const std::map<std::string, std::string> schemas = {
      {"metadata/mets.xml", "mets-package.xsd"},   {"metadata/dc.xml", "simpledc.xsd"},
      {"metadata/lido.xml", "lido-v1.1.xsd"},      {"ocr/alto/0001.xml", "alto-4-4.xsd"},
      {"ocr/alto/0003.xml", "alto-4-4.xsd"},       {"ocr/page/0001.xml", "page-2019-07-15.xsd"},
      {"ocr/page/0003.xml", "page-2019-07-15.xsd"}};
  for (const auto& [path, schema] : schemas) {
    CHECK_MESSAGE(test::valid_against(whole().file(path), schema), path);
  }
  const fs::path tei = *test::shared_schemas() / "rng" / "tei_all-4.3.0.rng";
  const int judged = test::run("jing", {tei.string(), whole().file("ocr/tei/item.xml").string()});
  if (judged == -1) {
    MESSAGE("SKIPPED: no jing on this machine");  // xmllint takes minutes to read that schema
    return;
  }
  CHECK(judged == 0);
}

TEST_CASE("METS tells digests, events, agents, rights and who has read the text") {
  const std::string mets = test::get(whole().file("metadata/mets.xml"));
  const std::string alto = test::get(whole().file("ocr/alto/0001.xml"));
  for (const char* part :
       {"<premis:messageDigestAlgorithm>SHA-256", "<premis:eventType>capture.kept",
        "<premis:agentName>lead", "<premis:rightsBasis>other", "<mix:imageWidth>80",
        "<mods:title>史記", "Text accepted by a second person",
        "Text read by a machine, not corrected or reviewed by a person"}) {
    CHECK_MESSAGE(mets.find(part) != std::string::npos, part);
  }
  CHECK(mets.find(sha256_hex(alto)) != std::string::npos);
}

TEST_CASE("METS names every file of the payload but itself and the RO-Crate") {
  const std::string mets = test::get(whole().file("metadata/mets.xml"));
  const fs::path data = whole().file("");
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(data)) {
    const std::string path = entry.path().lexically_relative(data).string();
    if (entry.is_regular_file() && path != "metadata/mets.xml" &&
        path != "ro-crate-metadata.json") {
      ++files;
      CHECK_MESSAGE(mets.find("xlink:href=\"../" + path + "\"") != std::string::npos, path);
    }
  }
  CHECK(files > 60);
}

TEST_CASE("the PDF is whole and gives back the text in reading order, rare characters too") {
  const fs::path pdf = whole().file("access/text-0001.pdf");
  REQUIRE(fs::exists(pdf));
  const int checked = test::run("qpdf", {"--check", pdf.string()});
  if (checked == -1) {
    MESSAGE("SKIPPED: no qpdf on this machine");
    return;
  }
  CHECK(checked == 0);
  const fs::path text = whole().archive.dir.path() / "pdf.txt";
  const int taken = test::run("pdftotext", {"-enc", "UTF-8", pdf.string(), text.string()});
  if (taken == -1) {
    MESSAGE("SKIPPED: no pdftotext on this machine");
    return;
  }
  REQUIRE(taken == 0);
  const std::string words = test::get(text);
  const auto pages = split(words, '\f');
  REQUIRE(pages.size() >= 4);
  const std::size_t first = pages[0].find("黃帝者");
  const std::size_t second = pages[0].find("𠀀<&");
  CHECK_MESSAGE(first != std::string::npos, words);
  CHECK_MESSAGE(second != std::string::npos, words);
  CHECK(first < second);
  CHECK(trim(pages[2]).empty());
}

TEST_CASE("a text that only a machine has read is marked so in every format that can say it") {
  const auto says = [](const std::string& path, const std::string& words) {
    CHECK_MESSAGE(test::get(whole().file(path)).find(words) != std::string::npos, path);
  };
  says("ocr/page/0004.xml", "proposed");
  says("ocr/alto/0004.xml", "state of the text: proposed");
  says("ocr/hocr/0004.html", "name=\"shiqu-state\" content=\"proposed\"");
  says("ocr/tei/item.xml", "decls=\"#origin_machine\"");
  says("metadata/mets.xml", "Text read by a machine");
  says("metadata/iiif-manifest.json", "Text read by a machine");
  says("viewer.html", "\"o\":\"machine\"");
  says("provenance/prov.jsonld", "\"shiqu:textOrigin\":\"machine\"");
  says("dataset/coco.json", "\"origin\":\"machine\"");
  says("dataset/metadata.jsonl", "\"text_origin\":\"machine\"");
  says("dataset/columns/metadata.jsonl", "\"text_origin\":\"machine\"");
  says("dataset/records.tc609.jsonl", "自动标注");
  says("dataset/README.md", "机器识别");
}

TEST_CASE("our own readers give back the text of the packaged PAGE, ALTO and hOCR files") {
  const Registry<text_formats::TextFormat> formats = app::builtin_text_formats();
  for (const char* path : {"ocr/page/0001.xml", "ocr/alto/0001.xml", "ocr/hocr/0001.html"}) {
    const std::string bytes = test::get(whole().file(path));
    const auto format = text_formats::recognise(formats, bytes);
    REQUIRE(format);
    const auto read = (*format)->read(bytes, {});
    REQUIRE(read);
    CHECK_MESSAGE(read->text.plain() == test::small_text().plain(), path);
  }
}

TEST_CASE("PAGE and ALTO files of a package that somebody else made are read") {
  if (!test::shared_schemas()) {
    MESSAGE("SKIPPED: no fixtures on this machine");
    return;
  }
  const fs::path sample =
      *test::shared_schemas() / "fixtures" / "sample-package-v0" / "GJ0001-v1" / "data" / "ocr";
  const Registry<text_formats::TextFormat> formats = app::builtin_text_formats();
  for (const char* path : {"page/0001.xml", "alto/0001.xml"}) {
    const std::string bytes = test::get(sample / path);
    const auto format = text_formats::recognise(formats, bytes);
    REQUIRE(format);
    const auto read = (*format)->read(bytes, {});
    REQUIRE(read);
    CHECK(read->text.plain().find("黃帝者少典之子") != std::string::npos);
  }
}

TEST_CASE("access images are JPEG in page order, as large as the masters") {
  for (const char* number : {"0001", "0002", "0003", "0004"}) {
    const auto image = imaging::decode_file(whole().file("access/" + std::string(number) + ".jpg"));
    REQUIRE(image);
    CHECK(image->image.size() == SizePx{80, 100});
    CHECK(image->image.format() == imaging::PixelFormat::Rgb8);
  }
}

namespace {

/// Does ajv (Debian's node-ajv) accept `file`? nullopt: it is not on this machine.
std::optional<bool> valid_json(const fs::path& file, const std::string& schema) {
  if (!test::shared_schemas() || !fs::exists("/usr/share/nodejs/ajv")) {
    return std::nullopt;
  }
  const int judged = test::run("node",
                               {SHIQU_SOURCE_DIR "/tests/package/valid_json.cjs",
                                (*test::shared_schemas() / schema).string(), file.string()},
                               {{"NODE_PATH", "/usr/share/nodejs"}});
  return judged == -1 ? std::nullopt : std::optional(judged == 0);
}

}  // namespace

TEST_CASE("IIIF, Data Package and TC609 records are valid by their JSON schemas") {
  for (const auto& [path, schema] : std::map<std::string, std::string>{
           {"metadata/iiif-manifest.json", "json/iiif/iiif_3_0.json"},
           {"dataset/datapackage.json", "json/frictionless/datapackage.json"},
           {"dataset/records.tc609.jsonl", "json/tc609-record.derived.schema.json"}}) {
    const auto valid = valid_json(whole().file(path), schema);
    if (!valid) {
      MESSAGE("SKIPPED: no node-ajv or no schemas on this machine");
      return;
    }
    CHECK_MESSAGE(*valid, path);
  }
}

TEST_CASE("the judge of IIIF manifests refuses those that are known to be bad") {
  const auto folder = test::shared_schemas();
  int bad = 0;
  for (const auto& entry : fs::directory_iterator(folder ? *folder / "fixtures/iiif3/bad" : "/")) {
    const auto valid = valid_json(entry.path(), "json/iiif/iiif_3_0.json");
    if (!valid) {
      MESSAGE("SKIPPED: no node-ajv or no schemas on this machine");
      return;
    }
    CHECK_MESSAGE(!*valid, entry.path().string());
    ++bad;
  }
  CHECK(bad > 5);
}

TEST_CASE("the viewer holds every line, reaches for nothing outside, and cannot be broken out of") {
  const std::string page = test::get(whole().file("viewer.html"));
  CHECK(page.find("黃帝者") != std::string::npos);
  CHECK(page.find("http://") == std::string::npos);
  CHECK(page.find("https://") == std::string::npos);
  CHECK(page.find("𠀀\\u003c&") != std::string::npos);
  CHECK(page.find("default-src 'none'") != std::string::npos);
}

TEST_CASE("each character tells who or what it comes from") {
  test::PackagedArchive archive;
  const PageId page = archive.keep_page(10);
  model::PageText text = test::small_text();
  test::need(archive.store.propose_text(store::Session::for_program(), page, text));
  text.lines[0].text = "黃老帝";
  text.lines[0].glyphs.clear();
  test::need(archive.store.save_text(archive.lead, page, 1, text, "corrected"));
  PlanOptions options = test::Whole::options();
  const auto made =
      test::need(write_package(archive.store, archive.lead, archive.plan(options), test::tools(),
                               archive.dir.path() / "out", archive.key));
  const auto glyphs = lines_of(made.bag.folder / "data/provenance/glyphs/0001.jsonl");
  REQUIRE(glyphs.size() == 6);
  CHECK(glyphs[0]["kind"] == "machine");
  CHECK(glyphs[0]["model"] == "test/1");
  CHECK(glyphs[1]["text"] == "老");
  CHECK(glyphs[1]["kind"] == "person");
  CHECK(glyphs[1]["by"] == "person:lead");
  CHECK(glyphs[1]["revision"] == 2);
  CHECK(glyphs[2]["kind"] == "machine");
  CHECK(glyphs[3]["text"] == "𠀀");
  CHECK(glyphs[3]["revision"] == 1);
}

TEST_CASE("provenance names an agent for each text, and no agent that is not described") {
  const Json prov = json_of("provenance/prov.jsonld");
  std::set<std::string> described;
  for (const Json& one : prov["@graph"]) {
    CHECK(described.insert(one["@id"].get<std::string>()).second);
  }
  int texts = 0;
  for (const Json& one : prov["@graph"]) {
    for (const char* link : {"prov:wasAttributedTo", "prov:wasAssociatedWith"}) {
      if (one.contains(link)) {
        CHECK(described.contains(one[link]["@id"].get<std::string>()));
      }
    }
    texts += one.contains("shiqu:textOrigin") ? 1 : 0;
  }
  CHECK(texts == 3);
}

TEST_CASE("the quality report keeps the codes of the metric tree and says what is ours") {
  const Json report = json_of("reports/quality.json");
  std::set<std::string> codes;
  for (const Json& dimension : report["tc609_5_2025_04"]["dimensions"]) {
    for (const Json& metric : dimension["metrics"]) {
      codes.insert(metric["code"].get<std::string>());
      if (metric.contains("status") && metric["status"] == "measured") {
        CHECK(metric["definition"] == "ours");
      }
    }
  }
  CHECK(codes.size() == 17);
  for (const char* dimension : {"真实性", "完整性", "可用性", "安全性"}) {
    CHECK_FALSE(report["dat_70_2018"][dimension].empty());
  }
  CHECK(report["text_origins"]["machine"] == 1);
}

TEST_CASE("other programs open masters and crops: tiffinfo, checkit_tiff, Leptonica") {
  const std::string master = whole().file("masters/0001.tif").string();
  const std::string crop = whole().file("dataset/columns/0001-001.png").string();
  const int opened = test::run("tiffinfo", {master});
  CHECK((opened == 0 || opened == -1));
  const fs::path profile = "/usr/share/checkit_tiff/example_configs/cit_tiff6_baseline_SLUB.cfg";
  if (fs::exists(profile)) {
    const int checked = test::run("checkit_tiff", {"-m", profile.string(), master});
    CHECK((checked == 0 || checked == -1));
  }
  const int read = test::run("tesseract", {crop, "stdout", "--psm", "13", "-l", "chi_tra_vert"});
  CHECK((read == 0 || read == -1));
}
