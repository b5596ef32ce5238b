#include "storage/package/outliers.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

namespace shiqu::package {
namespace {

using Measure = std::optional<double> (*)(const PackagedPage&);

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) {
    return *middle;
  }
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

void find(const std::vector<PackagedPage>& pages, const char* name, Measure measure,
          std::vector<Outlier>& out) {
  std::vector<double> values;
  for (const PackagedPage& page : pages) {
    if (const auto value = measure(page)) {
      values.push_back(*value);
    }
  }
  if (values.size() < kLeastPages) {
    return;
  }
  const double median = median_of(values);
  std::vector<double> distances;
  for (const double value : values) {
    distances.push_back(std::abs(value - median));
  }
  constexpr double kNormal = 1.4826;  // makes it a standard deviation where values are normal
  const double scale = std::max({kNormal * median_of(distances), 0.02 * std::abs(median), 1e-9});
  for (const PackagedPage& page : pages) {
    const auto value = measure(page);
    const double deviations = value ? (*value - median) / scale : 0;
    if (std::abs(deviations) > kOutlierDeviations) {
      out.push_back({page.number, name, *value, median, deviations});
    }
  }
}

}  // namespace

std::vector<Outlier> find_outliers(const std::vector<PackagedPage>& pages) {
  std::vector<Outlier> out;
  find(
      pages, "pixels",
      [](const PackagedPage& page) {
        return std::optional<double>(static_cast<double>(page.capture.width_px) *
                                     page.capture.height_px);
      },
      out);
  find(
      pages, "ink_share",
      [](const PackagedPage& page) {
        return page.ink_share >= 0 ? std::optional<double>(page.ink_share) : std::nullopt;
      },
      out);
  find(
      pages, "confidence",
      [](const PackagedPage& page) {
        return page.confidence >= 0 ? std::optional<double>(page.confidence) : std::nullopt;
      },
      out);
  find(
      pages, "characters",
      [](const PackagedPage& page) {
        return page.page.text_revision > 0
                   ? std::optional<double>(static_cast<double>(page.characters))
                   : std::nullopt;
      },
      out);
  return out;
}

Json to_json(const Outlier& one) {
  return {{"page", one.page},
          {"measure", one.measure},
          {"value", one.value},
          {"median", one.median},
          {"deviations", one.deviations}};
}

}  // namespace shiqu::package
