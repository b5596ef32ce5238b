#include "ui/app/score_html.h"

#include "ocr/score/evidence.h"
#include "ocr/score/normal.h"
#include "storage/base/text.h"
#include "ui/app/i18n.h"
#include "ui/app/internal/score_plots.h"
#include "ui/app/internal/score_style.h"
#include "ui/app/internal/score_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace shiqu::app {
namespace {

using namespace ocr::score;
namespace fs = std::filesystem;

constexpr int kCropPx = 240;
constexpr int kPiecePx = 640;
constexpr std::size_t kWorst = 20;
constexpr std::size_t kPlain = 60;  // of a long piece, characters shown beside its crop

std::string shortened(const std::u32string& text) {
  return text.size() <= kPlain ? to_utf8(text)
                               : to_utf8(std::u32string_view(text).substr(0, kPlain)) + "…";
}

bool is_long(const Evidence& evidence) {
  return std::max(evidence.truth.size(), evidence.read.size()) > 1;
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
  const bool longer = is_long(evidence);
  const auto or_dash = [](const std::u32string& text) {
    return text.empty() ? std::string("—") : html_text(shortened(text));
  };
  return fmt::format(
      "<div class=\"card {}{}\">{}<div class=\"pair{}\"><ins title=\"{}\">{}</ins><i>→</i>"
      "<del title=\"{}\">{}</del></div><div class=\"meta\"><span class=\"kind\">{}</span>"
      "<small>{}</small></div>{}<div class=\"around\">{}<b>［{}］</b>{}</div></div>\n",
      name_of(evidence.error), longer ? " wide" : "", crop_of(evidence, jpeg, page),
      longer ? " long" : "", html_text(_("truth")), or_dash(evidence.truth),
      html_text(_("reading")), or_dash(evidence.read), html_text(words_of(evidence.error)),
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
        "<!DOCTYPE html>\n<html lang=\"zh-Hant\"><head><meta charset=\"utf-8\">"
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
    // Not worst first: what the bootstrap draws depends on the order.
    const std::vector<const PageScore*> pages = scored_.all();
    const SetScore all = score_of_set(_("all"), pages, options_.bootstrap);
    if (sets.size() > 1) {
      sets.push_back(all);
    }
    const Confidences confidences = judge_confidences(pages, scored_.variants);
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
                       table_of_kinds(pages, options_.bootstrap), table_of_top(count_top(pages)));
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
    std::vector<std::string> out(evidence.size());
    for (const bool pieces : {false, true}) {
      if (const Status cut = cut_some(picture, evidence, pieces, out); !cut) {
        problem = cut.error().text();
      }
    }
    return out;
  }

  /// Long pieces are whole columns and get larger crops than single characters.
  Status cut_some(const fs::path& picture, const std::vector<Evidence>& evidence, bool pieces,
                  std::vector<std::string>& out) {
    std::vector<RectPx> areas;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < evidence.size(); ++i) {
      if (is_long(evidence[i]) == pieces && !evidence[i].area.empty()) {
        areas.push_back(evidence[i].area);
        places.push_back(i);
      }
    }
    if (areas.empty()) {
      return {};
    }
    SHIQU_TRY_ASSIGN(CropCutter::Crops cut,
                     cutter_.cut(picture, areas, pieces ? kPiecePx : kCropPx));
    picture_size_ = cut.page;
    for (std::size_t i = 0; i < places.size(); ++i) {
      out[places[i]] = std::move(cut.jpegs[i]);
    }
    return {};
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
