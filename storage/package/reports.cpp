#include "storage/package/reports.h"

#include <algorithm>

namespace shiqu::package {
namespace {

/// Failures first, then what nobody checked, then warnings.
int weight(model::Verdict verdict) noexcept {
  switch (verdict) {
    case model::Verdict::Fail:
      return 3;
    case model::Verdict::NotChecked:
      return 2;
    case model::Verdict::Warn:
      return 1;
    case model::Verdict::Pass:
      break;
  }
  return 0;
}

std::string compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

QualitySummary summarize_quality(const std::vector<PackagedPage>& pages) {
  QualitySummary out;
  out.verdict = pages.empty() ? model::Verdict::NotChecked : model::Verdict::Pass;
  for (const PackagedPage& one : pages) {
    const model::Verdict verdict = one.capture.quality.verdict();
    out.verdict = weight(verdict) > weight(out.verdict) ? verdict : out.verdict;
    out.pass += verdict == model::Verdict::Pass ? 1 : 0;
    out.warn += verdict == model::Verdict::Warn ? 1 : 0;
    out.fail += verdict == model::Verdict::Fail ? 1 : 0;
    out.not_checked += verdict == model::Verdict::NotChecked ? 1 : 0;
  }
  return out;
}

Json to_json(const QualitySummary& summary) {
  return {{"verdict", model::name_of(summary.verdict)},
          {"counts",
           {{"pass", summary.pass},
            {"warn", summary.warn},
            {"fail", summary.fail},
            {"not_checked", summary.not_checked}}}};
}

Json to_json(const GateFinding& one) {
  return {{"gate", one.gate},
          {"subject", one.subject},
          {"page", one.page},
          {"message", one.message},
          {"waived", one.waived}};
}

Json make_page_quality(const PackagedPage& page) {
  return {{"number", page.number},
          {"master_sha256", page.capture.master},
          {"verdict", model::name_of(page.capture.quality.verdict())},
          {"redacted", !page.redacted.empty()},
          {"report", model::to_json(page.capture.quality)}};
}

std::string event_line(const model::Event& event) {
  return compact({{"sequence", event.sequence},
                  {"at_ms", event.at_ms},
                  {"agent", event.agent},
                  {"action", event.action},
                  {"subject", event.subject},
                  {"detail", event.detail},
                  {"previous", event.previous},
                  {"hash", event.hash}});
}

std::string journal_head_line(std::int64_t entries, const std::string& head) {
  return compact({{"journal_entries", entries}, {"journal_head", head}});
}

}  // namespace shiqu::package
