#include "ui/cli/internal/score_facts.h"
#include "ui/app/i18n.h"

#include "storage/base/text.h"
#include "ui/app/i18n.h"

#include <fmt/format.h>

#include <algorithm>

namespace shiqu::cli {
namespace {

using namespace ocr::score;

constexpr std::size_t kWorst = 20;
constexpr std::size_t kConfusions = 20;

double share(std::int64_t part, std::int64_t whole) {
  return static_cast<double>(part) / static_cast<double>(std::max<std::int64_t>(1, whole));
}

Json json_of(const Measured& measured) {
  return {{"errors", measured.errors},
          {"rate", measured.rate()},
          {"low", measured.interval.low},
          {"high", measured.interval.high}};
}

Json json_of(const SetScore& set) {
  Json errors = Json::object();
  for (std::size_t i = 0; i < kErrorClasses; ++i) {
    errors[std::string(name_of(static_cast<ErrorClass>(i)))] = set.errors[i];
  }
  return {{"name", set.name},
          {"pages", set.pages},
          {"not_read", set.missing},
          {"characters", set.strict.characters},
          {"strict", json_of(set.strict)},
          {"folded", json_of(set.folded)},
          {"interval_over", set.over_pages ? "pages" : "lines"},
          {"substitutions", set.counts.substitutions},
          {"deletions", set.counts.deletions},
          {"insertions", set.counts.insertions},
          {"errors", errors}};
}

Json json_of(const Calibration& calibration) {
  Json bins = Json::array();
  for (const Bin& bin : calibration.bins) {
    bins.push_back({{"count", bin.count}, {"confidence", bin.confidence}, {"right", bin.right}});
  }
  return {{"error", calibration.error},
          {"glyphs", calibration.count},
          {"confidence", calibration.confidence},
          {"right", calibration.right},
          {"bins", bins}};
}

Json json_of(const std::vector<Confusion>& confusions) {
  Json out = Json::array();
  for (const Confusion& one : confusions) {
    out.push_back({{"truth", to_utf8(one.truth)},
                   {"read", one.read == 0 ? std::string() : to_utf8(one.read)},
                   {"count", one.count}});
  }
  return out;
}

std::string bounds(const Measured& measured) {
  return fmt::format(
      "{:6.2f} % {:>15}", 100 * measured.rate(),
      fmt::format("({:.2f}–{:.2f})", 100 * measured.interval.low, 100 * measured.interval.high));
}

std::string set_row(const SetScore& set) {
  return fmt::format("{:<18} {:>5} {:>7}  {}  {}  {:>5}/{}/{}{}\n", set.name, set.pages,
                     set.strict.characters, bounds(set.strict), bounds(set.folded),
                     set.counts.substitutions, set.counts.deletions, set.counts.insertions,
                     set.missing == 0
                         ? std::string()
                         : "  " + fmt::format(fmt::runtime(_("{} not read")), set.missing));
}

std::string table_of_sets(const ScoreFigures& figures) {
  std::string out =
      fmt::format("{:<18} {:>5} {:>7}  {:>24}  {:>24}  {}\n", _("set"), _("pages"), _("chars"),
                  _("strict"), _("folded"), _("substituted/left out/surplus"));
  bool lines = false;
  for (const SetScore& set : figures.sets) {
    out += set_row(set);
    lines = lines || !set.over_pages;
  }
  out += figures.sets.size() > 1 ? set_row(figures.all) : "";
  out += _("In brackets: 95 % bootstrap interval over pages");
  out += lines ? _("; over lines, and then too narrow, in sets of fewer than ten pages") : "";
  return out + ".\n";
}

std::string table_of_classes(const ScoreFigures& figures) {
  std::string out = fmt::format("\n{:<18}", _("errors by class"));
  for (std::size_t i = 0; i < kErrorClasses; ++i) {
    out += fmt::format(" {:>13}", name_of(static_cast<ErrorClass>(i)));
  }
  std::vector<SetScore> rows = figures.sets;
  if (rows.size() > 1) {
    rows.push_back(figures.all);
  }
  for (const SetScore& set : rows) {
    out += fmt::format("\n{:<18}", set.name);
    for (const std::int64_t count : set.errors) {
      out += fmt::format(" {:>13}", count);
    }
  }
  out += "\n";
  if (!figures.classes_known) {
    out += _("The characters of the model that read are not known: missing_class cannot be told.");
    out += "\n";
  }
  return out;
}

std::string table_of_lines(const ScoreFigures& figures) {
  std::string out = "\n";
  for (const KindScore& kind : figures.kinds) {
    out += fmt::format("{:<18} {:>5} {:>7}  {}  {}\n",
                       kind.notes ? _("halves of notes") : _("columns"), kind.lines,
                       kind.strict.characters, bounds(kind.strict), bounds(kind.folded));
  }
  for (const auto& [kind, counts] : figures.read_kinds) {
    out += fmt::format(fmt::runtime(_("read as {}: {} characters, {:.2f} % wrong or surplus\n")),
                       model::name_of(kind), counts.characters,
                       100 * share(counts.wrong, counts.characters));
  }
  return out;
}

std::string words_of_glyphs(const ScoreFigures& figures) {
  if (figures.top.characters == 0) {
    return _("\nNo details beside the texts (ocr read --json): no alternatives, no confidences.\n");
  }
  std::string out = fmt::format(fmt::runtime(_("\nRight character among the first n offered, of "
                                               "{} characters:")),
                                figures.top.characters);
  for (const std::size_t n : {1U, 2U, 3U, 5U, 10U}) {
    out += fmt::format("  {}: {:.2f} %", n,
                       100 * share(figures.top.within[n - 1], figures.top.characters));
  }
  const Confidences& confidences = figures.confidences;
  out += fmt::format(
      fmt::runtime(_("\nExpected calibration error, {} glyphs, 15 bins: {:.2f} % strict, {:.2f} % "
                     "folded ({} of surplus or moved pieces left aside).\n")),
      confidences.strict.count, 100 * confidences.strict.error, 100 * confidences.folded.error,
      confidences.left_aside);
  out += fmt::format("{:>15} {:>7} {:>10} {:>10} {:>10}\n", _("confidence"), _("glyphs"), _("mean"),
                     _("strict"), _("folded"));
  for (std::size_t i = 0; i < kBins; ++i) {
    const Bin& bin = confidences.strict.bins[i];
    if (bin.count > 0) {
      out += fmt::format("{:>15} {:>7} {:>10.4f} {:>10.4f} {:>10.4f}\n",
                         fmt::format("{:.3f}–{:.3f}", static_cast<double>(i) / kBins,
                                     static_cast<double>(i + 1) / kBins),
                         bin.count, bin.confidence, bin.right, confidences.folded.bins[i].right);
    }
  }
  return out;
}

std::string words_of_difference(const char* what, const Measured& a, const Measured& b,
                                const Interval& difference) {
  return fmt::format("{:<8} A {}  B {}  A−B {:+.2f} ({:+.2f} … {:+.2f})\n", what, bounds(a),
                     bounds(b), 100 * (a.rate() - b.rate()), 100 * difference.low,
                     100 * difference.high);
}

std::string words_of_confusions(const std::vector<Confusion>& confusions) {
  std::string out;
  for (std::size_t i = 0; i < std::min(kConfusions, confusions.size()); ++i) {
    const Confusion& one = confusions[i];
    out += fmt::format("  {}→{} {}", to_utf8(one.truth), one.read == 0 ? "—" : to_utf8(one.read),
                       one.count);
  }
  return out + "\n";
}

}  // namespace

ScoreFigures figures_of(const app::ScoredReading& scored, const BootstrapSettings& settings) {
  ScoreFigures out;
  const std::vector<const PageScore*> pages = scored.all();
  for (const std::string& set : scored.sets) {
    out.sets.push_back(score_of_set(set, scored.of_set(set), settings));
  }
  out.all = score_of_set(_("all"), pages, settings);
  out.kinds = score_of_kinds(pages, settings);
  out.read_kinds = count_read_kinds(pages);
  out.top = count_top(pages);
  out.confidences = judge_confidences(pages, scored.variants);
  out.worst = worst_pages(pages, kWorst);
  out.classes_known = std::all_of(pages.begin(), pages.end(), [](const PageScore* page) {
    return !page->read || page->classes_known;
  });
  return out;
}

Json facts_of(const ScoreFigures& figures) {
  Json out = {{"all", json_of(figures.all)}, {"sets", Json::array()},
              {"kinds", Json::array()},      {"read_kinds", Json::object()},
              {"worst", Json::array()},      {"missing_class_known", figures.classes_known}};
  for (const SetScore& set : figures.sets) {
    out["sets"].push_back(json_of(set));
  }
  for (const KindScore& kind : figures.kinds) {
    out["kinds"].push_back({{"kind", kind.notes ? "note" : "column"},
                            {"lines", kind.lines},
                            {"characters", kind.strict.characters},
                            {"strict", json_of(kind.strict)},
                            {"folded", json_of(kind.folded)}});
  }
  for (const auto& [kind, counts] : figures.read_kinds) {
    out["read_kinds"][std::string(model::name_of(kind))] = {{"characters", counts.characters},
                                                            {"wrong", counts.wrong}};
  }
  out["top"] = {{"characters", figures.top.characters},
                {"beside", figures.top.beside},
                {"within", figures.top.within}};
  out["calibration"] = {{"strict", json_of(figures.confidences.strict)},
                        {"folded", json_of(figures.confidences.folded)},
                        {"left_aside", figures.confidences.left_aside}};
  for (const PageScore* page : figures.worst) {
    out["worst"].push_back({{"page", page->name},
                            {"set", page->set},
                            {"characters", page->strict.characters},
                            {"strict", page->strict.rate()},
                            {"folded", page->folded.rate()}});
  }
  return out;
}

std::string words_of(const ScoreFigures& figures) {
  std::string out = table_of_sets(figures) + table_of_classes(figures) + table_of_lines(figures) +
                    words_of_glyphs(figures);
  out += fmt::format("\n{:<28} {:<18} {:>7} {:>9} {:>9}\n", _("worst pages"), _("set"), _("chars"),
                     _("strict"), _("folded"));
  for (const PageScore* page : figures.worst) {
    out +=
        fmt::format("{:<28} {:<18} {:>7} {:>7.2f} % {:>7.2f} %\n", page->name, page->set,
                    page->strict.characters, 100 * page->strict.rate(), 100 * page->folded.rate());
  }
  return out;
}

Json facts_of(const Comparison& one) {
  const auto difference = [](const Measured& a, const Measured& b, const Interval& bounds) {
    return Json{{"difference", a.rate() - b.rate()}, {"low", bounds.low}, {"high", bounds.high}};
  };
  return {{"name", one.a.name},
          {"a", json_of(one.a)},
          {"b", json_of(one.b)},
          {"strict", difference(one.a.strict, one.b.strict, one.strict_difference)},
          {"folded", difference(one.a.folded, one.b.folded, one.folded_difference)},
          {"both_wrong", one.both_wrong},
          {"only_a_wrong", one.only_a},
          {"only_b_wrong", one.only_b},
          {"surplus_a", one.surplus_a},
          {"surplus_b", one.surplus_b},
          {"confusions_a", json_of(one.confusions_a)},
          {"confusions_b", json_of(one.confusions_b)}};
}

std::string words_of(const Comparison& one) {
  std::string out = fmt::format(fmt::runtime(_("{}: {} pages, {} characters\n")), one.a.name,
                                one.a.pages, one.a.strict.characters);
  out += words_of_difference(_("strict"), one.a.strict, one.b.strict, one.strict_difference);
  out += words_of_difference(_("folded"), one.a.folded, one.b.folded, one.folded_difference);
  out += fmt::format(fmt::runtime(_("Wrong in both {}, only in A {}, only in B {}; surplus in A "
                                    "{}, in B {}.\n")),
                     one.both_wrong, one.only_a, one.only_b, one.surplus_a, one.surplus_b);
  out += _("In brackets: 95 % bootstrap interval over pages");
  out += one.a.over_pages ? ".\n"
                          : std::string(_("; over lines, and then too narrow, in sets of "
                                          "fewer than ten pages")) +
                                ".\n";
  out += std::string(_("only A:")) + words_of_confusions(one.confusions_a);
  out += std::string(_("only B:")) + words_of_confusions(one.confusions_b);
  return out;
}

}  // namespace shiqu::cli
