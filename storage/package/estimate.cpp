#include "storage/package/estimate.h"

#include "storage/package/payload_rules.h"

namespace shiqu::package {
namespace {

/// What a package grows with.
struct Extent {
  double pages = 0;
  double pixels = 0;
  double characters = 0;
};

Extent extent_of(const PackagePlan& plan) {
  Extent out;
  out.pages = static_cast<double>(plan.pages.size());
  for (const PackagedPage& page : plan.pages) {
    out.pixels += static_cast<double>(page.capture.width_px) * page.capture.height_px;
    out.characters += static_cast<double>(page.characters);
  }
  return out;
}

/// Files by one rule: one, one a page, or what the exporter says of those with names of their own.
double files_of(const PayloadRule& rule, const Footprint& footprint, const Extent& extent) {
  if (rule.per_page) {
    return extent.pages;
  }
  if (rule.ending.empty()) {
    return 1;
  }
  if (footprint.files_per_character > 0) {
    return footprint.files_per_character * extent.characters;
  }
  const int at_most = footprint.pages_of_file;
  const auto pages = static_cast<std::int64_t>(extent.pages);
  return at_most > 0 && pages > 0 ? static_cast<double>((pages - 1) / at_most + 1) : 1;
}

/// Bytes of a JPEG per pixel: at quality 90 a grainy leaf takes half of that.
double jpeg_bytes_per_pixel(int quality) noexcept {
  return quality > 95 ? 2.5 : quality > 90 ? 1.5 : 0.8;
}

double bytes_of(const Footprint& one, const Extent& extent, int quality) {
  constexpr double kJpegHead = 4000;  // with its colour profile
  const double images = jpeg_bytes_per_pixel(quality) * extent.pixels + kJpegHead * extent.pages;
  return one.once + one.per_page * extent.pages + one.per_character * extent.characters +
         one.per_pixel * extent.pixels + one.images * images;
}

}  // namespace

SizeEstimate estimate_size(const PackagePlan& plan, const Registry<Exporter>& exporters,
                           const std::vector<std::string>& chosen) {
  const Extent extent = extent_of(plan);
  SizeEstimate out;
  double files = 0;
  auto bytes = static_cast<double>(plan.master_bytes);
  for (const std::string& name : chosen) {
    const Exporter* exporter = exporters.find(name);
    const Footprint footprint = exporter == nullptr ? Footprint{} : exporter->footprint();
    bytes += bytes_of(footprint, extent, plan.access_quality);
    out.exact_files = out.exact_files && footprint.files_per_character == 0;
    for (const PayloadRule& rule : payload_rules()) {
      files += rule.exporter == name ? files_of(rule, footprint, extent) : 0;
    }
  }
  out.files = static_cast<std::int64_t>(files);
  out.bytes = static_cast<std::uint64_t>(bytes);
  return out;
}

}  // namespace shiqu::package
