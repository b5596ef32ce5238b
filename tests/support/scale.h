#pragma once

#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

// What is measured of a large archive, by a test on a small one and by shiqu-scale on a full one.
namespace shiqu::test {

/// Times in milliseconds, sorted by finish().
class Times {
 public:
  void add(double ms) { ms_.push_back(ms); }
  /// `share` 0…1: 0.5 is the median, 1 the worst.
  [[nodiscard]] double at(double share) const;
  [[nodiscard]] std::size_t count() const noexcept { return ms_.size(); }

 private:
  std::vector<double> ms_;
};

struct ScaleFigures {
  double open_ms = 0;
  Times items;      ///< one slice of 100 items with their counts
  Times pages;      ///< the 64 rows that a list shows, at random places
  Times filters;    ///< the first 100 pages of a filter: state, label, text, item, and together
  Times search;     ///< the first 100 hits: 1 to 8 characters of a random page, with variants
  Times absent;     ///< the same for frequent characters that do not stand beside each other
  double hits = 0;  ///< mean, of `search`
  double resident_mb = 0;  ///< highest of the process so far
};

double milliseconds_of(const std::function<void()>& work);
double peak_resident_mb();

/// Opens and measures `archive`, `rounds` times each. Ends the program on an error of the store.
ScaleFigures measure_scale(const std::filesystem::path& archive, int rounds, std::uint64_t seed,
                           const store::Variants& variants);

/// Keeps `count` captures in each of two archives by turns; median time in the first ÷ that in the
/// second. The sessions come from Session::for_program().
double keep_ratio(store::Store& large, store::Store& empty, int count, Times& in_large,
                  Times& in_empty);

}  // namespace shiqu::test
