#pragma once

#include "storage/base/channel.h"

#include <string>
#include <vector>

namespace shiqu::model {

enum class Verdict { Pass, Warn, Fail, NotChecked };
std::string_view name_of(Verdict verdict) noexcept;  ///< "pass" "warn" "fail" "not_checked"
Verdict verdict_from(std::string_view name) noexcept;

/// One measured figure against its limit.
struct QualityMeasure {
  std::string name;  ///< "sharpness", "clipped_highlights", "skew" …
  double value = 0;
  std::string unit;    ///< "deg", "%", "px" …
  double warn_at = 0;  ///< limits as the profile has them; their sense is the measure's
  double fail_at = 0;
  Verdict verdict = Verdict::NotChecked;
  std::string source;            ///< where the limit comes from
  bool source_verified = false;  ///< whether the source's text was seen
};

/// Verdict on one frame: the worst of its measures; NotChecked when there are none.
struct QualityReport {
  std::string profile;  ///< name and version of the limits used
  std::vector<QualityMeasure> measures;
  [[nodiscard]] Verdict verdict() const noexcept;
  [[nodiscard]] const QualityMeasure* find(std::string_view name) const noexcept;
};

Json to_json(const QualityReport& report);
/// Unknown members are ignored, absent ones keep their defaults.
QualityReport quality_from_json(const Json& json);

}  // namespace shiqu::model
