#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace shiqu::ocr::score {

/// Errors and length of one line or page: what is drawn again and again.
struct Unit {
  double errors = 0;
  double characters = 0;
};

/// Bounds of a rate or of a difference of rates.
struct Interval {
  double low = 0;
  double high = 0;
  bool operator==(const Interval&) const = default;
};

struct BootstrapSettings {
  std::uint64_t seed = 1;
  int rounds = 2000;
  double level = 0.95;
};

/// Percentile bootstrap (Efron and Tibshirani 1993, ch. 13) of Σ errors ÷ Σ characters, the units
/// drawn with replacement. The same seed gives the same bounds on every machine. {0, 0} for no
/// units. Pure.
Interval bootstrap(std::span<const Unit> units, const BootstrapSettings& settings = {});

/// Of rate(a) − rate(b), for two readings of the same units: both are drawn together.
/// `a` and `b` are equally long.
Interval bootstrap_difference(std::span<const Unit> a, std::span<const Unit> b,
                              const BootstrapSettings& settings = {});

/// A confidence and what became of it.
struct Judgement {
  double confidence = 0;  ///< 0…1
  bool right = false;
};

constexpr std::size_t kBins = 15;

/// Judgements with a confidence in (m/15, (m + 1)/15]; 0 belongs to the first bin.
struct Bin {
  std::int64_t count = 0;
  double confidence = 0;  ///< mean
  double right = 0;       ///< share, 0…1
};

struct Calibration {
  std::array<Bin, kBins> bins;
  std::int64_t count = 0;
  double error = 0;       ///< expected calibration error: Σ count/n · |right − confidence|
  double confidence = 0;  ///< mean over all
  double right = 0;       ///< share of all
};

/// Guo, Pleiss, Sun and Weinberger 2017, eq. 3, with 15 bins of equal width.
Calibration calibration_of(std::span<const Judgement> judgements);

}  // namespace shiqu::ocr::score
