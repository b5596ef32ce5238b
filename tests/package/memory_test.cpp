#include "storage/package/exporter.h"
#include "tests/package/archive.h"
#include "tests/package/support.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <fstream>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

namespace {

/// Highest resident memory since the last reset, KiB; 0: this system does not tell.
long peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) {
      return std::stol(line.substr(6));
    }
  }
  return 0;
}

bool reset_peak() {
  std::ofstream file("/proc/self/clear_refs");
  file << "5";
  file.flush();
  return file.good();
}

/// A plan of so many pages that no archive holds: only what one stream writes is measured.
PackagePlan synthetic_plan(int pages) {
  PackagePlan plan;
  plan.item.id = ItemId::make();
  plan.item.identifier = "GJ0001";
  plan.item.title = "史記";
  plan.name = "gj0001-v1";
  plan.info.source_organization = "館";
  plan.made_ms = 1'790'000'000'000;
  plan.pages.resize(static_cast<std::size_t>(pages));
  for (std::size_t i = 0; i < plan.pages.size(); ++i) {
    PackagedPage& page = plan.pages[i];
    page.number = fmt::format("{:04}", i + 1);
    page.page.id = PageId::make();
    page.capture.id = CaptureId::make();
    page.capture.master = std::string(64, 'a');
    page.capture.width_px = 80;
    page.capture.height_px = 100;
  }
  return plan;
}

/// Writes the long documents of such a package; returns by how much memory grew, KiB.
long growth_of(int pages, const fs::path& folder) {
  test::PackagedArchive archive;
  const PackagePlan plan = synthetic_plan(pages);
  auto bag = test::need(BagWriter::create(folder));
  const ExportContext context(archive.store, plan, bag, {"access", "alto", "page", "imagefolder"});
  std::vector<std::unique_ptr<ExportRun>> runs;
  for (const char* name : {"tei", "iiif", "viewer", "imagefolder", "coco", "tc609", "card",
                           "record", "quality", "prov", "lido", "eep", "mets", "ro-crate"}) {
    runs.push_back(test::need(test::exporters().find(name)->start(context)));
  }
  PageContent content;
  content.text = test::small_text();
  content.author = "person:lead";
  content.origin = TextOrigin::Person;
  REQUIRE(reset_peak());
  const long before = peak_kib();
  for (std::size_t i = 0; i < plan.pages.size(); ++i) {
    content.page = &plan.pages[i];
    content.index = i;
    for (const auto& run : runs) {
      test::need(run->page(content));
    }
  }
  for (const auto& run : runs) {
    test::need(run->finish());
  }
  CHECK(bag.find("data/ocr/tei/item.xml")->size_bytes > static_cast<std::uint64_t>(pages) * 300);
  CHECK(bag.find("data/metadata/mets.xml")->size_bytes > static_cast<std::uint64_t>(pages) * 300);
  return peak_kib() - before;
}

}  // namespace

TEST_CASE("documents about 100 000 pages are written in constant memory") {
  const TempDir dir;
  if (peak_kib() == 0 || !reset_peak()) {
    MESSAGE("SKIPPED: this system does not tell the peak of memory");
    return;
  }
  const long grown = growth_of(100'000, dir.path() / "large-v1");
  MESSAGE("grown by " << grown << " KiB");
  CHECK(grown < 16 * 1024);
}
