#include "capture/quality/assess.h"

#include "capture/quality/measures.h"
#include "capture/quality/skew.h"
#include "storage/imaging/operations.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace shiqu::quality {
namespace {

constexpr int kSkewPx = 1200;         ///< longer edge at which skew is measured: 0.05° is 1 px
constexpr double kLeastInk = 0.0005;  ///< share of the page; less is dust on a blank page

enum class Worse { Below, Above };

struct MeasureName {
  const char* name;
  const char* unit;
  Worse worse;
};

model::QualityMeasure judged(const MeasureName& what, std::optional<double> value,
                             const Limit& limit) {
  model::QualityMeasure out;
  out.name = what.name;
  out.unit = what.unit;
  out.warn_at = limit.warn_at;
  out.fail_at = limit.fail_at;
  out.source = limit.source;
  out.source_verified = limit.source_verified;
  if (!value) {
    return out;
  }
  out.value = *value;
  const double size = std::abs(*value);
  const auto beyond = [&](double bound) {
    return what.worse == Worse::Above ? size > bound : size < bound;
  };
  out.verdict = beyond(limit.fail_at)   ? model::Verdict::Fail
                : beyond(limit.warn_at) ? model::Verdict::Warn
                                        : model::Verdict::Pass;
  return out;
}

bool has_ink(const InkMask& mask) {
  const auto ink = std::count(mask.ink.begin(), mask.ink.end(), 1);
  return static_cast<double>(ink) >= kLeastInk * static_cast<double>(mask.ink.size());
}

std::optional<double> skew_of(const InkMask& mask) {
  const Skew skew = measure_skew(mask);
  return skew.confidence >= kSkewTrusted ? std::optional(skew.angle_deg) : std::nullopt;
}

/// Ink blurred away leaves soft shades, which count; steep ones on a page without ink are noise.
std::optional<double> slope_of(const imaging::Image& gray, bool ink, const Limit& limit) {
  const std::optional<double> slope = edge_slope(gray);
  return ink || (slope && *slope < limit.warn_at) ? slope : std::nullopt;
}

}  // namespace

QualityProfile woodblock_default() {
  const std::string house = "house rule";
  QualityProfile out;
  out.name = "woodblock 1";
  out.sharpness = {0.18, 0.12, house, true};
  out.clipped_highlights = {0.5, 5, house, true};
  out.clipped_shadows = {1, 10, house, true};
  out.skew = {1, 3, house, true};
  // Warn: small or dense text; fail: any text. Known from quotations only.
  out.resolution = {300, 200, "DA/T 31-2017 (seen second-hand)", false};
  out.contrast = {25, 12, house, true};
  return out;
}

model::QualityReport assess(const imaging::Image& image, double dpi,
                            const QualityProfile& profile) {
  const imaging::Image gray = imaging::to_gray8(image);
  const InkMask mask = find_ink(imaging::fit(gray, kSkewPx));
  const bool ink = has_ink(mask);
  const Clipping clipped = clipping(image);

  model::QualityReport out;
  out.profile = profile.name;
  out.measures.push_back(judged({"sharpness", "1/px", Worse::Below},
                                slope_of(gray, ink, profile.sharpness), profile.sharpness));
  out.measures.push_back(judged({"clipped_highlights", "%", Worse::Above}, clipped.highlights,
                                profile.clipped_highlights));
  out.measures.push_back(
      judged({"clipped_shadows", "%", Worse::Above}, clipped.shadows, profile.clipped_shadows));
  out.measures.push_back(
      judged({"skew", "deg", Worse::Above}, ink ? skew_of(mask) : std::nullopt, profile.skew));
  out.measures.push_back(judged({"resolution", "dpi", Worse::Below},
                                dpi > 0 ? std::optional(std::round(dpi)) : std::nullopt,
                                profile.resolution));
  out.measures.push_back(judged({"contrast", "%", Worse::Below},
                                ink ? std::optional(contrast_percent(gray)) : std::nullopt,
                                profile.contrast));
  return out;
}

}  // namespace shiqu::quality
