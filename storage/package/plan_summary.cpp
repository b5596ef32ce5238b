#include "storage/package/plan_summary.h"

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

}  // namespace

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
