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

Json finding_json(const GateFinding& one) {
  return {{"gate", one.gate},
          {"subject", one.subject},
          {"page", one.page},
          {"message", one.message},
          {"waived", one.waived}};
}

std::string compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Json make_quality_report(const model::Item& item, int version,
                         const std::vector<PackagedPage>& pages,
                         const std::vector<GateFinding>& findings) {
  model::Verdict worst = pages.empty() ? model::Verdict::NotChecked : model::Verdict::Pass;
  Json counts = {{"pass", 0}, {"warn", 0}, {"fail", 0}, {"not_checked", 0}};
  Json list = Json::array();
  for (const PackagedPage& one : pages) {
    const model::Verdict verdict = one.capture.quality.verdict();
    worst = weight(verdict) > weight(worst) ? verdict : worst;
    Json& count = counts[std::string(model::name_of(verdict))];
    count = count.get<int>() + 1;
    list.push_back({{"number", one.number},
                    {"master_sha256", one.capture.master},
                    {"verdict", model::name_of(verdict)},
                    {"report", model::to_json(one.capture.quality)}});
  }
  Json gates = Json::array();
  for (const GateFinding& one : findings) {
    gates.push_back(finding_json(one));
  }
  return {{"identifier", item.identifier},    {"version", version},
          {"verdict", model::name_of(worst)}, {"counts", std::move(counts)},
          {"gates", std::move(gates)},        {"pages", std::move(list)}};
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
