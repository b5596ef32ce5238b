#include "storage/package/estimate.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace shiqu::package {
namespace {

/// What an exporter writes: files, and bytes by what they grow with. The shares were fitted to
/// one package of small pages; expected_bytes() is the bound that a full disk is judged by.
struct Share {
  std::string_view exporter;
  double files_a_page = 0;
  double files_a_character = 0;
  double files_a_package = 0;
  double bytes_a_pixel = 0;
  double bytes_a_character = 0;
  double bytes_a_page = 0;
  double bytes_a_package = 0;
};

constexpr double kCharactersOfALine = 18;
constexpr double kJpeg = 0.33;

constexpr std::array kShares = {
    Share{"masters", 1},
    Share{"page", 1, 0, 0, 0, 400, 1500},
    Share{"text", 1, 0, 0, 0, 3},
    Share{"alto", 1, 0, 0, 0, 200, 1500},
    Share{"hocr", 1, 0, 0, 0, 95, 1500},
    Share{"access", 1, 0, 0, kJpeg},
    Share{"tei", 0, 0, 1, 0, 12, 300, 1000},
    Share{"pdf", 0, 0, 1, kJpeg, 12, 800, 3000},
    Share{"iiif", 0, 0, 1, 0, 22, 700, 700},
    Share{"viewer", 0, 0, 1, 0, 4, 200, 4500},
    Share{"images", 1, 0, 0, kJpeg},
    Share{"imagefolder", 0, 0, 1, 0, 3, 500},
    Share{"coco", 0, 0, 1, 0, 20, 200, 1000},
    Share{"yolo", 1, 0, 1, 0, 3, 0, 300},
    Share{"columns", 0, 2 / kCharactersOfALine, 1, 0.7, 30},
    Share{"glyphs", 0, 1, 1, 0.64, 700},
    Share{"webdataset", 0, 0, 1, kJpeg, 4, 2500, 1500},
    Share{"tc609", 0, 0, 1, 0, 10, 800},
    Share{"card", 0, 0, 1, 0, 0, 0, 3000},
    Share{"croissant", 0, 0, 1, 0, 0, 0, 8000},
    Share{"frictionless", 0, 0, 1, 0, 0, 0, 2000},
    Share{"dc", 0, 0, 1, 0, 0, 0, 700},
    Share{"record", 0, 0, 1, 0, 0, 900, 700},
    Share{"events", 0, 0, 1, 0, 0, 3000, 1000},
    Share{"quality", 0, 0, 1, 0, 0, 1000, 5000},
    Share{"prov", 0, 0, 1, 0, 0, 3000, 1500},
    Share{"glyph-provenance", 1, 0, 0, 0, 300},
    Share{"lido", 0, 0, 1, 0, 0, 300, 2500},
    Share{"eep", 0, 0, 1, 0, 0, 800, 2500},
    Share{"redaction", 0, 0, 1, 0, 0, 0, 200},
    Share{"identifiers", 0, 0, 1, 0, 0, 120, 300},
    Share{"split", 0, 0, 1, 0, 0, 0, 400},
    Share{"dedup", 0, 0, 1, 0, 0, 0, 500},
    Share{"mets", 0, 0, 1, 0, 0, 32000, 8000},
    Share{"ro-crate", 0, 0, 1, 0, 0, 4000, 6000},
};

/// Files that hold at most so many pages each.
std::int64_t parts_of(std::string_view exporter, std::int64_t pages) {
  const std::int64_t most = exporter == "pdf" ? 500 : exporter == "webdataset" ? 1000 : 0;
  return most > 0 && pages > most ? (pages - 1) / most : 0;
}

}  // namespace

SizeEstimate estimate_size(const PackagePlan& plan) {
  const auto pages = static_cast<double>(plan.pages.size());
  double pixels = 0;
  double characters = 0;
  for (const PackagedPage& page : plan.pages) {
    pixels += static_cast<double>(page.capture.width_px) * page.capture.height_px;
    characters += static_cast<double>(page.characters);
  }
  SizeEstimate out;
  double files = 0;
  double bytes = static_cast<double>(plan.master_bytes);
  for (const std::string& name : plan.exporters) {
    const auto* share = std::find_if(kShares.begin(), kShares.end(),
                                     [&](const Share& one) { return one.exporter == name; });
    if (share == kShares.end()) {
      files += 1;
      continue;
    }
    files += share->files_a_page * pages + share->files_a_character * characters +
             share->files_a_package;
    out.files += parts_of(name, static_cast<std::int64_t>(plan.pages.size()));
    bytes += share->bytes_a_pixel * pixels + share->bytes_a_character * characters +
             share->bytes_a_page * pages + share->bytes_a_package;
    out.exact_files = out.exact_files && share->files_a_character == 0;
  }
  out.files += static_cast<std::int64_t>(files);
  out.bytes = static_cast<std::uint64_t>(bytes);
  return out;
}

}  // namespace shiqu::package
