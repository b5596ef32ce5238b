#pragma once

#include "storage/package/catalogue_record.h"

#include <string>
#include <vector>

namespace shiqu::package {

/// A page that stands out among those of its item in one measure.
struct Outlier {
  std::string page;     ///< "0003"
  std::string measure;  ///< "pixels" "ink_share" "confidence" "characters"
  double value = 0;
  double median = 0;      ///< of the item
  double deviations = 0;  ///< distance in robust standard deviations, signed
};

inline constexpr double kOutlierDeviations = 5;
inline constexpr std::size_t kLeastPages = 8;  ///< of an item, for a median that means something

/// By median and median absolute deviation (times 1.4826, at least 2 % of the median), per measure
/// over the pages that have it.
std::vector<Outlier> find_outliers(const std::vector<PackagedPage>& pages);
Json to_json(const Outlier& outlier);

}  // namespace shiqu::package
