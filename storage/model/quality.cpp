#include "storage/model/quality.h"

#include <algorithm>

namespace shiqu::model {
namespace {

/// Worst first: a fail outweighs what was not checked, which is never green.
int severity(Verdict verdict) {
  switch (verdict) {
    case Verdict::Fail:
      return 3;
    case Verdict::NotChecked:
      return 2;
    case Verdict::Warn:
      return 1;
    case Verdict::Pass:
      break;
  }
  return 0;
}

}  // namespace

std::string_view name_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::Pass:
      return "pass";
    case Verdict::Warn:
      return "warn";
    case Verdict::Fail:
      return "fail";
    case Verdict::NotChecked:
      break;
  }
  return "not_checked";
}

Verdict verdict_from(std::string_view name) noexcept {
  for (const Verdict one : {Verdict::Pass, Verdict::Warn, Verdict::Fail}) {
    if (name_of(one) == name) {
      return one;
    }
  }
  return Verdict::NotChecked;
}

Verdict QualityReport::verdict() const noexcept {
  if (measures.empty()) {
    return Verdict::NotChecked;
  }
  return std::max_element(measures.begin(), measures.end(),
                          [](const QualityMeasure& a, const QualityMeasure& b) {
                            return severity(a.verdict) < severity(b.verdict);
                          })
      ->verdict;
}

const QualityMeasure* QualityReport::find(std::string_view name) const noexcept {
  const auto found = std::find_if(measures.begin(), measures.end(),
                                  [&](const QualityMeasure& m) { return m.name == name; });
  return found == measures.end() ? nullptr : &*found;
}

Json to_json(const QualityReport& report) {
  Json measures = Json::array();
  for (const QualityMeasure& m : report.measures) {
    measures.push_back({{"name", m.name},
                        {"value", m.value},
                        {"unit", m.unit},
                        {"warn_at", m.warn_at},
                        {"fail_at", m.fail_at},
                        {"verdict", name_of(m.verdict)},
                        {"source", m.source},
                        {"source_verified", m.source_verified}});
  }
  return {{"profile", report.profile},
          {"verdict", name_of(report.verdict())},
          {"measures", std::move(measures)}};
}

QualityReport quality_from_json(const Json& json) {
  QualityReport report;
  report.profile = get_or<std::string>(json, "profile", "");
  if (!json.is_object() || !json.contains("measures") || !json["measures"].is_array()) {
    return report;
  }
  for (const Json& one : json["measures"]) {
    QualityMeasure m;
    m.name = get_or<std::string>(one, "name", "");
    m.value = get_or(one, "value", 0.0);
    m.unit = get_or<std::string>(one, "unit", "");
    m.warn_at = get_or(one, "warn_at", 0.0);
    m.fail_at = get_or(one, "fail_at", 0.0);
    m.verdict = verdict_from(get_or<std::string>(one, "verdict", ""));
    m.source = get_or<std::string>(one, "source", "");
    m.source_verified = get_or(one, "source_verified", false);
    report.measures.push_back(std::move(m));
  }
  return report;
}

}  // namespace shiqu::model
