#include "ui/app/plan_words.h"

#include "storage/package/gates.h"
#include "ui/app/i18n.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace shiqu::app {
namespace {

const char* state_words(std::string_view state) {
  return state == "clear" ? _("clear") : state == "waived" ? _("waived") : _("REFUSED");
}

std::string tally_words(const std::string& name, const package::Tally& tally) {
  return fmt::format(fmt::runtime(_("    {:<24} {:>6} pages {:>10} characters\n")),
                     name.empty() ? std::string(_("(not known)")) : name, tally.pages,
                     tally.characters);
}

std::string tally_words(const char* title, const std::map<std::string, package::Tally>& tallies) {
  std::string words = fmt::format("  {}\n", title);
  for (const auto& [name, tally] : tallies) {
    words += tally_words(name, tally);
  }
  return words;
}

std::string gate_lines(const package::GateState& gate) {
  std::string words = fmt::format("  {:<8} {}", state_words(gate.state()), gate.rule->name);
  if (gate.offenders.empty()) {
    return words + "\n";
  }
  words += fmt::format(": {}\n", gate_words(gate.rule->name));
  for (const package::GateFinding& one : gate.offenders) {
    const std::string where = one.page.empty() ? std::string(_("the item"))
                                               : fmt::format(fmt::runtime(_("page {}")), one.page);
    words += fmt::format("           {}: {}\n", where, one.message);
  }
  return words;
}

std::string duplicate_lines(const package::PackagePlan& plan) {
  std::string words = fmt::format(
      fmt::runtime(_("  side: {}{}\n")), plan.split,
      plan.split_facts.assigned ? std::string() : std::string(_(" (none was assigned)")));
  for (const package::Duplicate& one : plan.duplicates) {
    words += fmt::format(fmt::runtime(one.exact ? _("  page {} is page {} of {}\n")
                                                : _("  page {} looks like page {} of {}\n")),
                         one.page, one.other_page, one.other_identifier);
  }
  if (plan.not_compared > 0) {
    words +=
        fmt::format(fmt::runtime(_("  {} pages were not compared: shiqu split makes up for it\n")),
                    plan.not_compared);
  }
  for (const package::Outlier& one : plan.outliers) {
    words += fmt::format(fmt::runtime(_("  page {} stands out: {} {:.4g}, half of the pages have "
                                        "{:.4g} or less\n")),
                         one.page, one.measure, one.value, one.median);
  }
  return words;
}

template <class List, class Make>
Json list_of(const List& list, Make make) {
  Json out = Json::array();
  for (const auto& one : list) {
    out.push_back(make(one));
  }
  return out;
}

Json redacted_facts(const package::PackagePlan& plan) {
  Json pages = Json::array();
  for (const package::PackagedPage& page : plan.pages) {
    if (!page.redacted.empty()) {
      pages.push_back({{"page", page.number}, {"regions", page.redacted.size()}});
    }
  }
  return pages;
}

}  // namespace

std::string gate_words(std::string_view gate) {
  static const std::map<std::string_view, const char*> words = {
      {"ungraded", N_("Nobody has graded the item's sensitivity.")},
      {"rights_unknown", N_("The rights are not known.")},
      {"unreviewed", N_("No second person has accepted the text in force.")},
      {"quality_failed", N_("The frame in force failed its quality check.")},
      {"personal_data", N_("Personal data are marked and would leave unredacted.")},
      {"text_of_other_image", N_("The text's places refer to another image than the master.")},
      {"split_leak", N_("A near-duplicate stands on another side of the data set.")},
      {"above_receiver", N_("The receiver's grade is too low for the item.")},
      {"no_pages", N_("The item has no page.")},
      {"no_capture", N_("A page has no capture.")},
      {"master_not_tiff", N_("A master is not a TIFF.")},
      {"journal_broken", N_("The journal was altered.")}};
  const auto found = words.find(gate);
  return found == words.end() ? std::string(gate) : std::string(_(found->second));
}

std::string gate_title(std::string_view gate) {
  static const std::map<std::string_view, const char*> words = {
      {"ungraded", N_("graded")},
      {"rights_unknown", N_("rights known")},
      {"unreviewed", N_("reviewed by a second person")},
      {"quality_failed", N_("frames of good quality")},
      {"personal_data", N_("no personal data")},
      {"text_of_other_image", N_("text fits its picture")},
      {"split_leak", N_("sides kept apart")},
      {"above_receiver", N_("receiver may have it")},
      {"no_pages", N_("has pages")},
      {"no_capture", N_("every page has a frame")},
      {"master_not_tiff", N_("masters are TIFF")},
      {"journal_broken", N_("journal whole")}};
  const auto found = words.find(gate);
  return found == words.end() ? std::string(gate) : std::string(_(found->second));
}

std::string count_words(const package::PlanCounts& counts) {
  return fmt::format(fmt::runtime(_("  {} items, {} pages, {} characters\n")), counts.all.items,
                     counts.all.pages, counts.all.characters) +
         tally_words(_("by rights"), counts.by_rights) +
         tally_words(_("by grade"), counts.by_grade) +
         tally_words(_("by review"), counts.by_review);
}

std::string plan_words(const package::PackagePlan& plan) {
  std::string words =
      fmt::format(fmt::runtime(_("Package {}: {} pages, {:.1f} MB of masters\n")), plan.name,
                  plan.pages.size(), static_cast<double>(plan.master_bytes) / 1e6);
  words += fmt::format(fmt::runtime(_("It holds: {}\n")), fmt::join(plan.exporters, " "));
  package::PlanCounts counts;
  package::count(plan, counts);
  words += count_words(counts);
  for (const package::GateState& gate : package::gate_states(plan.findings)) {
    words += gate_lines(gate);
  }
  for (const package::PackagedPage& page : plan.pages) {
    if (!page.redacted.empty()) {
      words +=
          fmt::format(fmt::runtime(_("  page {}: {} regions are blacked out, in the master too\n")),
                      page.number, page.redacted.size());
    }
  }
  return words + duplicate_lines(plan);
}

Json plan_facts(const package::PackagePlan& plan) {
  Json findings = Json::array();
  for (const package::GateFinding& finding : plan.findings) {
    findings.push_back({{"gate", finding.gate},
                        {"page", finding.page},
                        {"message", finding.message},
                        {"waived", finding.waived}});
  }
  Json gates = Json::array();
  for (const package::GateState& gate : package::gate_states(plan.findings)) {
    gates.push_back(package::to_json(gate));
  }
  package::PlanCounts counts;
  package::count(plan, counts);
  return {
      {"name", plan.name},
      {"item", plan.item.identifier},
      {"version", plan.info.version},
      {"pages", plan.pages.size()},
      {"master_bytes", plan.master_bytes},
      {"exporters", plan.exporters},
      {"counts", package::to_json(counts)},
      {"refused", plan.refused()},
      {"findings", std::move(findings)},
      {"gates", std::move(gates)},
      {"redacted", redacted_facts(plan)},
      {"split", {{"side", plan.split}, {"assigned", plan.split_facts.assigned}}},
      {"duplicates",
       list_of(plan.duplicates, [](const auto& one) { return package::to_json(one, false); })},
      {"not_compared", plan.not_compared},
      {"outliers", list_of(plan.outliers, [](const auto& one) { return package::to_json(one); })}};
}

}  // namespace shiqu::app
