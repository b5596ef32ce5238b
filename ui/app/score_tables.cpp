#include "ui/app/internal/score_tables.h"

#include "ui/app/i18n.h"
#include "ui/app/internal/score_plots.h"

#include <fmt/format.h>

#include <algorithm>

namespace shiqu::app {

using namespace ocr::score;

namespace {

std::string tile(const std::string& figure, const std::string& words) {
  return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>", figure, words);
}

std::string interval_words(const Measured& measured) {
  return fmt::format("<i>{:.2f}–{:.2f} %</i>", 100 * measured.interval.low,
                     100 * measured.interval.high);
}

}  // namespace

std::string row_of(std::initializer_list<std::string> cells, const char* cell) {
  std::string out = "<tr>";
  for (const std::string& one : cells) {
    out += fmt::format("<{0}>{1}</{0}>", cell, one);
  }
  return out + "</tr>\n";
}

std::string tiles_of(const SetScore& all, const Confidences& confidences) {
  std::string out = "<div class=\"tiles\">";
  out += tile(percent(all.strict.rate()), fmt::format("{} · {}", _("character error rate, strict"),
                                                      interval_words(all.strict)));
  out += tile(percent(all.folded.rate()),
              fmt::format("{} · {}", _("variants folded"), interval_words(all.folded)));
  out += tile(fmt::format("{}", all.strict.characters),
              fmt::format(fmt::runtime(_("characters on {} pages")), all.pages));
  if (confidences.strict.count > 0) {
    out += tile(percent(confidences.strict.error), _("expected calibration error"));
  }
  return out + "</div>\n";
}

std::string table_of_sets(const std::vector<SetScore>& sets) {
  std::string out = "<table>" + row_of({_("set"), _("pages"), _("characters"), _("strict"),
                                        _("folded"), _("substituted"), _("left out"), _("surplus")},
                                       "th");
  for (const SetScore& set : sets) {
    out += row_of(
        {html_text(set.name),
         set.missing == 0 ? fmt::format("{}", set.pages)
                          : fmt::format("{} ({})", set.pages,
                                        fmt::format(fmt::runtime(_("{} not read")), set.missing)),
         fmt::format("{}", set.strict.characters), percent(set.strict), percent(set.folded),
         fmt::format("{}", set.counts.substitutions), fmt::format("{}", set.counts.deletions),
         fmt::format("{}", set.counts.insertions)});
  }
  return out + "</table>\n";
}

std::string table_of_kinds(const std::vector<const PageScore*>& pages,
                           const BootstrapSettings& bootstrap) {
  std::string out = "<table>" + row_of({_("lines of the truth"), _("lines"), _("characters"),
                                        _("strict"), _("folded")},
                                       "th");
  for (const KindScore& kind : score_of_kinds(pages, bootstrap)) {
    out += row_of({kind.notes ? _("halves of notes") : _("columns"), fmt::format("{}", kind.lines),
                   fmt::format("{}", kind.strict.characters), percent(kind.strict),
                   percent(kind.folded)});
  }
  out += "</table><br><table>" +
         row_of({_("lines as read"), _("characters"), _("wrong or surplus")}, "th");
  for (const auto& [kind, counts] : count_read_kinds(pages)) {
    out += row_of({html_text(words_of(kind)), fmt::format("{}", counts.characters),
                   percent(static_cast<double>(counts.wrong) /
                           static_cast<double>(std::max<std::int64_t>(1, counts.characters)))});
  }
  return out + "</table>\n";
}

std::string table_of_top(const TopN& top) {
  std::string out = "<table>" + row_of({_("right one among the first"), _("of all characters"),
                                        _("of those with a glyph beside them")},
                                       "th");
  for (const std::size_t n : {1U, 2U, 3U, 5U, 10U}) {
    const auto found = static_cast<double>(top.within[n - 1]);
    out += row_of({fmt::format("{}", n),
                   percent(found / static_cast<double>(std::max<std::int64_t>(1, top.characters))),
                   percent(found / static_cast<double>(std::max<std::int64_t>(1, top.beside)))});
  }
  return out + "</table>\n";
}

std::string table_of_bins(const Confidences& confidences) {
  std::string out =
      fmt::format("<details open><summary>{}</summary><table>", _("reliability table"));
  out += row_of(
      {_("confidence"), _("glyphs"), _("mean confidence"), _("right, strict"), _("right, folded")},
      "th");
  for (std::size_t i = 0; i < kBins; ++i) {
    const Bin& strict = confidences.strict.bins[i];
    if (strict.count > 0) {
      out += row_of({fmt::format("{:.3f}–{:.3f}", static_cast<double>(i) / kBins,
                                 static_cast<double>(i + 1) / kBins),
                     fmt::format("{}", strict.count), fmt::format("{:.4f}", strict.confidence),
                     fmt::format("{:.4f}", strict.right),
                     fmt::format("{:.4f}", confidences.folded.bins[i].right)});
    }
  }
  return out + "</table></details>\n";
}

}  // namespace shiqu::app
