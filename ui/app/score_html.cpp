#include "ui/app/score_html.h"

#include "ocr/score/evidence.h"
#include "ocr/score/normal.h"
#include "ocr/score/summary.h"
#include "storage/base/text.h"
#include "ui/app/i18n.h"
#include "ui/app/internal/score_plots.h"
#include "ui/app/internal/score_style.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace shiqu::app {
namespace {

using namespace ocr::score;
namespace fs = std::filesystem;

constexpr int kCropPx = 300;
constexpr std::size_t kWorst = 20;
constexpr std::size_t kPlain = 60;  // of a long piece, characters shown beside its crop

std::string row_of(std::initializer_list<std::string> cells, const char* cell = "td") {
  std::string out = "<tr>";
  for (const std::string& one : cells) {
    out += fmt::format("<{0}>{1}</{0}>", cell, one);
  }
  return out + "</tr>\n";
}

std::string shortened(const std::u32string& text) {
  return text.size() <= kPlain ? to_utf8(text)
                               : to_utf8(std::u32string_view(text).substr(0, kPlain)) + "…";
}

// ------------------------------------------------------------------ figures

std::string tile(const std::string& figure, const std::string& words) {
  return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>", figure,
                     html_text(words));
}

std::string interval_words(const Measured& measured) {
  return fmt::format("{:.2f}–{:.2f} %", 100 * measured.interval.low, 100 * measured.interval.high);
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
  std::string out = fmt::format("<details><summary>{}</summary><table>", _("reliability table"));
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

// ------------------------------------------------------------------ pages

/// Marks a fault in the running text: the truth, with what was read above it.
std::string marked(const PageScore& page, const Edit& edit, ErrorClass error) {
  const auto one = [](const std::u32string& text, std::int32_t at) {
    return html_text(to_utf8(text[static_cast<std::size_t>(at)]));
  };
  if (edit.step == Step::Insert) {
    return fmt::format("<u title=\"{}\">{}</u>", html_text(words_of(error)),
                       one(page.reading.text, edit.read));
  }
  const std::string read = edit.step == Step::Delete ? "—" : one(page.reading.text, edit.read);
  return fmt::format("<ruby><b class=\"{}\" title=\"{}\">{}</b><rt class=\"{}\">{}</rt></ruby>",
                     name_of(error), html_text(words_of(error)), one(page.truth.text, edit.truth),
                     name_of(error), read);
}

std::string text_of(const PageScore& page) {
  std::string out = "<div class=\"text\">";
  std::size_t fault = 0;
  std::int32_t line = -1;
  for (const Edit& edit : page.edits) {
    const std::int32_t here =
        edit.step == Step::Insert ? line : page.truth.line_of[static_cast<std::size_t>(edit.truth)];
    if (here != line) {
      const TruthLine& next = page.truth.lines[static_cast<std::size_t>(here)];
      out += line >= 0 ? "</span>" : "";
      out += line >= 0 && page.truth.lines[static_cast<std::size_t>(line)].row != next.row ? "<br>"
                                                                                           : "";
      out += next.kind == TruthKind::Column ? "<span>" : "<span class=\"note\">";
      line = here;
    }
    if (edit.step == Step::Match) {
      out += html_text(to_utf8(page.truth.text[static_cast<std::size_t>(edit.truth)]));
    } else {
      out += marked(page, edit, page.faults[fault++].error);
    }
  }
  return out + (line >= 0 ? "</span></div>\n" : "</div>\n");
}

/// The picture with the ink in question framed, in shares of the crop.
std::string crop_of(const Evidence& evidence, const std::string& jpeg, const SizePx& page) {
  if (jpeg.empty()) {
    return {};
  }
  std::string out =
      fmt::format("<div class=\"crop\"><img alt=\"\" src=\"data:image/jpeg;base64,{}\">", jpeg);
  const RectPx shown = intersection(evidence.area, {0, 0, page.width, page.height});
  if (!evidence.mark.empty() && !shown.empty()) {
    const auto share = [](int part, int whole) { return 100.0 * part / whole; };
    out += fmt::format("<em style=\"left:{:.1f}%;top:{:.1f}%;width:{:.1f}%;height:{:.1f}%\"></em>",
                       share(evidence.mark.x - shown.x, shown.width),
                       share(evidence.mark.y - shown.y, shown.height),
                       share(evidence.mark.width, shown.width),
                       share(evidence.mark.height, shown.height));
  }
  return out + "</div>";
}

std::string others_of(const Evidence& evidence) {
  if (evidence.alternatives.empty()) {
    return {};
  }
  std::string out = "<div class=\"others\">";
  for (const std::string& other : evidence.alternatives) {
    const bool right = !evidence.truth.empty() && normal_form(other) == evidence.truth;
    out += right ? "<b>" + html_text(other) + "</b>" : html_text(other);
  }
  return out + "</div>";
}

std::string card_of(const Evidence& evidence, const std::string& jpeg, const SizePx& page) {
  const bool is_long = std::max(evidence.truth.size(), evidence.read.size()) > 1;
  const auto or_dash = [](const std::u32string& text) {
    return text.empty() ? std::string("—") : html_text(shortened(text));
  };
  return fmt::format(
      "<div class=\"card {}\">{}<div class=\"pair{}\"><ins title=\"{}\">{}</ins><i>→</i>"
      "<del title=\"{}\">{}</del></div><div class=\"meta\"><span class=\"kind\">{}</span>"
      "<small>{}</small></div>{}<div class=\"around\">{}<b>［{}］</b>{}</div></div>\n",
      name_of(evidence.error), crop_of(evidence, jpeg, page), is_long ? " long" : "",
      html_text(_("truth")), or_dash(evidence.truth), html_text(_("reading")),
      or_dash(evidence.read), html_text(words_of(evidence.error)),
      evidence.confidence < 0 ? std::string() : fmt::format("{:.2f}", evidence.confidence),
      others_of(evidence), html_text(to_utf8(evidence.before)), or_dash(evidence.truth),
      html_text(to_utf8(evidence.after)));
}

class Report {
 public:
  Report(const ScoredReading& scored, const ScoreHtmlOptions& options,
         const std::function<Status(std::string_view)>& write)
      : scored_(scored), options_(options), write_(write), cutter_(options.images) {
    pages_ = worst_pages(scored.all(), scored.pages.size());
  }

  Status run() {
    SHIQU_TRY(write_(fmt::format(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>{}</title>\n<style>{}"
        "</style></head><body>\n",
        html_text(_("What was read, and what stands there")), kScoreStyle)));
    SHIQU_TRY(write_(head() + figures() + worst()));
    for (std::size_t i = 0; i < pages_.size(); ++i) {
      if (options_.stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "write report");
      }
      SHIQU_TRY(write_(page(i)));
    }
    return write_("</body></html>\n");
  }

 private:
  [[nodiscard]] std::string head() const {
    std::set<std::string> producers;
    for (const PageScore* page : pages_) {
      producers.insert(page->reading.producer);
    }
    producers.erase("");
    std::string out =
        fmt::format("<h1>{}</h1>", html_text(_("What was read, and what stands there")));
    for (const std::string& producer : producers) {
      out += fmt::format("<p class=\"soft\">{}</p>", html_text(producer));
    }
    out += fmt::format(
        "<p class=\"soft\">{}</p>\n",
        html_text(fmt::format(
            fmt::runtime(_("Compared in NFKC without white space and punctuation. Variants folded "
                           "by: {}. In brackets: 95 % bootstrap interval, seed {}.")),
            scored_.variants.source(), options_.bootstrap.seed)));
    return out;
  }

  [[nodiscard]] std::string figures() const {
    std::vector<SetScore> sets;
    for (const std::string& set : scored_.sets) {
      sets.push_back(score_of_set(set, scored_.of_set(set), options_.bootstrap));
    }
    const SetScore all = score_of_set(_("all"), pages_, options_.bootstrap);
    if (sets.size() > 1) {
      sets.push_back(all);
    }
    const Confidences confidences = judge_confidences(pages_, scored_.variants);
    std::string out = tiles_of(all, confidences);
    const std::string legend = fmt::format(
        "<ul class=\"legend\"><li><i class=\"strict\"></i>{}</li><li><i class=\"folded\"></i>{}"
        "</li></ul>",
        html_text(_("strict")), html_text(_("folded")));
    out += fmt::format("<h2>{}</h2>{}{}{}", html_text(_("Character error rate by set")),
                       rates_plot(sets), legend, table_of_sets(sets));
    out += fmt::format("<h2>{}</h2>{}", html_text(_("Errors by class")), classes_plot(all));
    out += fmt::format("<h2>{}</h2><div class=\"two\"><div>{}</div><div>{}</div></div>",
                       html_text(_("Lines and alternatives")),
                       table_of_kinds(pages_, options_.bootstrap), table_of_top(count_top(pages_)));
    if (confidences.strict.count > 0) {
      out += fmt::format(
          "<h2>{}</h2><div class=\"two\"><div>{}{}</div><div><p>{}</p><p class=\"soft\">{}</p>{}"
          "</div></div>",
          html_text(_("Confidence and truth")), reliability_plot(confidences), legend,
          html_text(fmt::format(
              fmt::runtime(_("Expected calibration error: {} strict, {} folded, of {} glyphs.")),
              percent(confidences.strict.error), percent(confidences.folded.error),
              confidences.strict.count)),
          html_text(
              fmt::format(fmt::runtime(_("{} glyphs of surplus or moved pieces are left aside.")),
                          confidences.left_aside)),
          table_of_bins(confidences));
    }
    return out;
  }

  [[nodiscard]] std::string worst() const {
    std::string out = fmt::format("<h2>{}</h2><table>", html_text(_("Worst pages")));
    out += row_of({_("page"), _("set"), _("characters"), _("strict"), _("folded")}, "th");
    for (std::size_t i = 0; i < std::min(kWorst, pages_.size()); ++i) {
      const PageScore& one = *pages_[i];
      out += row_of({fmt::format("<a href=\"#p{}\">{}</a>", i, html_text(one.name)),
                     html_text(one.set), fmt::format("{}", one.strict.characters),
                     percent(one.strict.rate()), percent(one.folded.rate())});
    }
    return out + "</table>\n";
  }

  std::string page(std::size_t number) {
    const PageScore& one = *pages_[number];
    const std::vector<Evidence> evidence = evidence_of(one);
    std::string problem;
    const std::vector<std::string> crops = crops_of(one, evidence, problem);
    std::string out =
        fmt::format("<section class=\"page\" id=\"p{}\"><h2>{}<span>{} · {} / {} · {}</span></h2>",
                    number, html_text(one.name), html_text(one.set), percent(one.strict.rate()),
                    percent(one.folded.rate()),
                    html_text(fmt::format(fmt::runtime(_("{} errors in {} characters")),
                                          one.strict.errors, one.strict.characters)));
    if (!one.read) {
      problem = _("This page was not read.");
    }
    out += problem.empty() ? "" : fmt::format("<p class=\"soft\">{}</p>", html_text(problem));
    out +=
        fmt::format("<details open><summary>{}</summary>{}</details><div class=\"cards\">\n",
                    html_text(_("text of the page; above it what was read instead")), text_of(one));
    for (std::size_t i = 0; i < evidence.size(); ++i) {
      out += card_of(evidence[i], crops[i], picture_size_);
    }
    return out + "</div></section>\n";
  }

  std::vector<std::string> crops_of(const PageScore& page, const std::vector<Evidence>& evidence,
                                    std::string& problem) {
    const std::vector<std::string> none(evidence.size());
    const fs::path picture = picture_of(page.name, options_.images);
    if (evidence.empty() || !page.reading.details) {
      return none;
    }
    if (picture.empty()) {
      problem = _("No picture of this page was found.");
      return none;
    }
    std::vector<RectPx> areas;
    for (const Evidence& one : evidence) {
      areas.push_back(one.area);
    }
    auto cut = cutter_.cut(picture, areas, kCropPx);
    if (!cut) {
      problem = cut.error().text();
      return none;
    }
    picture_size_ = cut->page;
    return std::move(cut->jpegs);
  }

  const ScoredReading& scored_;
  const ScoreHtmlOptions& options_;
  const std::function<Status(std::string_view)>& write_;
  CropCutter cutter_;
  std::vector<const PageScore*> pages_;
  SizePx picture_size_;
};

}  // namespace

Status write_score_html(const ScoredReading& scored, const ScoreHtmlOptions& options,
                        const std::function<Status(std::string_view)>& write) {
  return Report(scored, options, write).run();
}

}  // namespace shiqu::app
