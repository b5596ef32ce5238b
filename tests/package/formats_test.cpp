#include "storage/base/text.h"
#include "storage/package/verify.h"
#include "tests/package/archive.h"
#include "tests/package/support.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

namespace {

/// One package with every exporter there is: two reviewed pages, one page nobody has read.
struct Whole {
  test::PackagedArchive archive;
  fs::path folder;

  Whole() {
    archive.accept_text(archive.keep_page(10));
    archive.accept_text(archive.keep_page(20));
    archive.keep_page(30);
    archive.keep_page(40);
    test::need(archive.store.propose_text(store::Session::for_program(), archive.last_page,
                                          test::small_text()));
    const char* kept = std::getenv("SHIQU_KEEP_PACKAGE");  // for validators run by hand
    const fs::path out = kept != nullptr ? fs::path(kept) : archive.dir.path() / "out";
    folder = test::need(write_package(archive.store, archive.lead, archive.plan(options()),
                                      test::tools(), out, archive.key))
                 .bag.folder;
  }
  static PlanOptions options() {
    PlanOptions options;
    options.allow = {"unreviewed"};
    options.made_ms = 1'790'000'000'000;
    options.exporters = test::all_exporters();
    return options;
  }
  [[nodiscard]] fs::path file(const std::string& path) const { return folder / "data" / path; }
};

const Whole& whole() {
  static const Whole one;
  return one;
}

}  // namespace

TEST_CASE("a package with everything in it is accepted by verification") {
  const PackageVerdict verdict = test::verdict_of(whole().folder);
  CHECK_MESSAGE(verdict.ok, test::findings_of(verdict));
  CHECK_MESSAGE(verdict.findings.empty(), test::findings_of(verdict));
}

TEST_CASE("the same plan with all exporters gives the same bytes") {
  test::PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  archive.keep_page(20);
  const PackagePlan plan = archive.plan(Whole::options());
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
      {"metadata/mets.xml", "mets-package.xsd"},    {"metadata/dc.xml", "simpledc.xsd"},
      {"ocr/alto/0001.xml", "alto-4-4.xsd"},        {"ocr/alto/0003.xml", "alto-4-4.xsd"},
      {"ocr/page/0001.xml", "page-2019-07-15.xsd"}, {"ocr/page/0003.xml", "page-2019-07-15.xsd"}};
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

TEST_CASE("access images are JPEG in page order, as large as the masters") {
  for (const char* number : {"0001", "0002", "0003", "0004"}) {
    const auto image = imaging::decode_file(whole().file("access/" + std::string(number) + ".jpg"));
    REQUIRE(image);
    CHECK(image->image.size() == SizePx{80, 100});
    CHECK(image->image.format() == imaging::PixelFormat::Rgb8);
  }
}
