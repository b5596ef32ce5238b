#include "storage/package/fingerprint.h"

#include "storage/base/file.h"
#include "storage/imaging/operations.h"
#include "storage/imaging/tiff.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <numbers>
#include <vector>

namespace shiqu::package {
namespace {

namespace fs = std::filesystem;

constexpr int kGrid = 64;
constexpr int kKept = 16;
constexpr int kInkPx = 512;  // longest side that ink is counted on
constexpr double kInk = 0.6;

using Grid = std::vector<double>;  // rows of kGrid

Grid averages_of(const imaging::Image& gray) {
  const imaging::Image small = imaging::resize(gray, {kGrid, kGrid});
  Grid out;
  out.reserve(static_cast<std::size_t>(kGrid) * kGrid);
  for (int y = 0; y < kGrid; ++y) {
    for (const std::uint8_t value : small.row(y)) {
      out.push_back(value);
    }
  }
  return out;
}

double deviation_of(const Grid& grid) {
  double sum = 0;
  double squares = 0;
  for (const double value : grid) {
    sum += value;
    squares += value * value;
  }
  const auto count = static_cast<double>(grid.size());
  return std::sqrt(std::max(0.0, squares / count - (sum / count) * (sum / count)));
}

/// The lowest coefficients of the DCT-II, row by row.
std::vector<double> coefficients_of(const Grid& grid) {
  std::array<std::array<double, kGrid>, kKept> wave{};
  for (int k = 0; k < kKept; ++k) {
    for (int i = 0; i < kGrid; ++i) {
      wave.at(static_cast<std::size_t>(k)).at(static_cast<std::size_t>(i)) =
          std::cos(std::numbers::pi * (2 * i + 1) * k / (2.0 * kGrid));
    }
  }
  std::vector<double> out;
  for (std::size_t v = 0; v < kKept; ++v) {
    std::array<double, kGrid> column{};  // over y, for each x
    for (std::size_t y = 0; y < kGrid; ++y) {
      for (std::size_t x = 0; x < kGrid; ++x) {
        column.at(x) += wave.at(v).at(y) * grid[y * kGrid + x];
      }
    }
    for (std::size_t u = 0; u < kKept; ++u) {
      double sum = 0;
      for (std::size_t x = 0; x < kGrid; ++x) {
        sum += wave.at(u).at(x) * column.at(x);
      }
      out.push_back(sum);
    }
  }
  return out;
}

std::array<std::uint64_t, 4> bits_of(std::vector<double> coefficients) {
  coefficients.erase(coefficients.begin());  // the mean says how light the frame is
  std::vector<double> sorted = coefficients;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  std::array<std::uint64_t, 4> bits{};
  for (std::size_t i = 0; i < coefficients.size(); ++i) {
    if (coefficients[i] > *middle) {
      bits.at(i / 64) |= std::uint64_t{1} << (i % 64);
    }
  }
  return bits;
}

double ink_share_of(const imaging::Image& gray) {
  const imaging::Image small = imaging::fit(gray, kInkPx);
  std::array<std::int64_t, 256> counts{};
  for (const std::uint8_t value : small.bytes()) {
    ++counts.at(value);
  }
  const auto total = static_cast<std::int64_t>(small.bytes().size());
  int paper = 255;
  for (std::int64_t lighter = 0; paper > 0; --paper) {
    lighter += counts.at(static_cast<std::size_t>(paper));
    if (lighter * 10 >= total) {
      break;
    }
  }
  std::int64_t ink = 0;
  for (int value = 0; value < static_cast<int>(kInk * paper); ++value) {
    ink += counts.at(static_cast<std::size_t>(value));
  }
  return static_cast<double>(ink) / static_cast<double>(total);
}

Json to_json(const Fingerprint& print) {
  std::string bits;
  for (const std::uint64_t word : print.bits) {
    bits += fmt::format("{:016x}", word);
  }
  return {{"bits", bits}, {"contrast", print.contrast}, {"ink_share", print.ink_share}};
}

std::optional<Fingerprint> fingerprint_from(const Json& json) {
  const auto bits = get_or<std::string>(json, "bits", "");
  Fingerprint out;
  if (bits.size() != 64) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < out.bits.size(); ++i) {
    const char* begin = bits.data() + 16 * i;
    const auto [end, failed] = std::from_chars(begin, begin + 16, out.bits.at(i), 16);
    if (failed != std::errc() || end != begin + 16) {
      return std::nullopt;
    }
  }
  out.contrast = get_or<double>(json, "contrast", 0);
  out.ink_share = get_or<double>(json, "ink_share", 0);
  return out;
}

}  // namespace

Result<Fingerprint> fingerprint_of(const imaging::Image& page) {
  if (page.empty()) {
    return fail(ErrorCode::InvalidInput, "take fingerprint", "an empty picture");
  }
  const imaging::Image gray = imaging::to_gray8(page);
  const Grid grid = averages_of(gray);
  Fingerprint out;
  out.bits = bits_of(coefficients_of(grid));
  out.contrast = deviation_of(grid);
  out.ink_share = ink_share_of(gray);
  return out;
}

int bits_apart(const Fingerprint& a, const Fingerprint& b) noexcept {
  int apart = 0;
  for (std::size_t i = 0; i < a.bits.size(); ++i) {
    apart += std::popcount(a.bits[i] ^ b.bits[i]);
  }
  return apart;
}

bool has_contrast(const Fingerprint& print) noexcept {
  return print.contrast >= kLeastContrast;
}

bool look_alike(const Fingerprint& a, const Fingerprint& b) noexcept {
  return has_contrast(a) && has_contrast(b) && bits_apart(a, b) <= kNearDuplicateBits;
}

fs::path fingerprint_path(const store::Store& store, const std::string& master) {
  return store.derived() / master.substr(0, 2) / (master.substr(2) + ".print.json");
}

std::optional<Fingerprint> load_fingerprint(const store::Store& store, const std::string& master) {
  const auto text = read_file(fingerprint_path(store, master), 4096);
  if (!text) {
    return std::nullopt;
  }
  const auto json = parse_json(*text);
  return json ? fingerprint_from(*json) : std::nullopt;
}

Json fingerprint_request(const store::Store& store, const std::string& master) {
  return {{"op", "fingerprint"},
          {"master", store.object_path(master).string()},
          {"out", fingerprint_path(store, master).string()}};
}

Result<Json> answer_fingerprint(const Json& request,
                                const std::function<void(const Json&)>& /*progress*/) {
  const fs::path out = get_or<std::string>(request, "out", "");
  SHIQU_TRY_ASSIGN(const imaging::DecodedImage decoded,
                   imaging::read_tiff(get_or<std::string>(request, "master", "")));
  SHIQU_TRY_ASSIGN(const Fingerprint print, fingerprint_of(decoded.image));
  SHIQU_TRY(make_folders(out.parent_path()));
  SHIQU_TRY(replace_file(out, to_json(print).dump()));
  return to_json(print);
}

}  // namespace shiqu::package
