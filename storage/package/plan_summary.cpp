#include "storage/package/plan_summary.h"

#include "storage/base/digest.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace shiqu::package {
namespace {

Json to_json(const Tally& tally) {
  return {{"items", tally.items}, {"pages", tally.pages}, {"characters", tally.characters}};
}

Json to_json(const std::map<std::string, Tally>& tallies) {
  Json out = Json::object();
  for (const auto& [name, tally] : tallies) {
    out[name] = to_json(tally);
  }
  return out;
}

void add(Tally& to, const Tally& more) {
  to.items += more.items;
  to.pages += more.pages;
  to.characters += more.characters;
}

Json to_json(const std::vector<model::Box>& boxes) {
  Json out = Json::array();
  for (const model::Box& box : boxes) {
    out.push_back({box.x, box.y, box.width, box.height});
  }
  return out;
}

Json page_state(const PackagedPage& page) {
  return {page.number,         page.page.id.str(),      page.page.label,
          page.capture.master, page.page.text_revision, name_of(page.page.text_state),
          page.reviewer,       to_json(page.redacted)};
}

/// Does an entry of the journal change what goes out, or the version it would be?
bool changes_content(const model::Event& event) {
  constexpr std::array<std::string_view, 5> kKinds = {"item.", "capture.", "text.", "split.",
                                                      "package.written"};
  return std::any_of(kKinds.begin(), kKinds.end(),
                     [&](std::string_view kind) { return event.action.starts_with(kind); });
}

}  // namespace

std::string plan_digest(const PackagePlan& plan) {
  const model::Item& item = plan.item;
  Json state = {{"item",
                 {item.id.str(), item.identifier, item.title, item.creator, item.date,
                  item.description, item.rights, name_of(item.grade)}},
                {"name", plan.name},
                {"side", plan.split},
                {"exporters", plan.exporters},
                {"quality", plan.access_quality},
                {"receiver", plan.options.receiver ? name_of(*plan.options.receiver) : ""},
                {"pages", Json::array()},
                {"findings", Json::array()}};
  for (const PackagedPage& page : plan.pages) {
    state["pages"].push_back(page_state(page));
  }
  for (const GateFinding& one : plan.findings) {
    state["findings"].push_back({one.gate, one.subject, one.page, one.waived});
  }
  return sha256_hex(state.dump());
}

Result<bool> plan_outdated(store::Store& store, const PackagePlan& plan) {
  constexpr int kAtOnce = 1000;
  std::set<std::string> subjects = {plan.item.id.str()};
  for (const PackagedPage& page : plan.pages) {
    subjects.insert(page.page.id.str());
  }
  const std::string mark = "\"" + plan.item.id.str() + "\"";  // of a page that is new
  std::int64_t after = plan.journal_entries;
  while (true) {
    SHIQU_TRY_ASSIGN(const auto events, store.events(after, kAtOnce));
    for (const model::Event& event : events) {
      after = event.sequence;
      if (changes_content(event) &&
          (subjects.count(event.subject) > 0 || event.detail.find(mark) != std::string::npos)) {
        return true;
      }
    }
    if (events.size() < kAtOnce) {
      return false;
    }
  }
}

void count(const PackagePlan& plan, PlanCounts& counts) {
  Tally whole{1, static_cast<std::int64_t>(plan.pages.size()), 0};
  std::map<std::string, Tally> reviews;
  for (const PackagedPage& page : plan.pages) {
    whole.characters += page.characters;
    Tally& review =
        reviews[page.reviewer.empty() ? std::string(name_of(page.page.text_state)) : "reviewed"];
    review.items = 1;
    ++review.pages;
    review.characters += page.characters;
  }
  add(counts.all, whole);
  add(counts.by_rights[plan.item.rights], whole);
  add(counts.by_grade[std::string(name_of(plan.item.grade))], whole);
  for (const auto& [name, tally] : reviews) {
    add(counts.by_review[name], tally);
  }
}

Json to_json(const PlanCounts& counts) {
  Json out = to_json(counts.all);
  out["rights"] = to_json(counts.by_rights);
  out["grade"] = to_json(counts.by_grade);
  out["review"] = to_json(counts.by_review);
  return out;
}

}  // namespace shiqu::package
