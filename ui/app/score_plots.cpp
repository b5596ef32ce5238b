#include "ui/app/internal/score_plots.h"

#include "ui/app/i18n.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace shiqu::app {
namespace {

using namespace ocr::score;

constexpr double kRowHeight = 44;
constexpr double kLeft = 150;
constexpr double kWide = 430;
constexpr double kSquare = 260;
constexpr double kMargin = 40;

std::string line(double x1, double y1, double x2, double y2, const char* kind) {
  return fmt::format(R"(<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" class="{}"/>)", x1,
                     y1, x2, y2, kind);
}

std::string box(double x, double y, double width, double height, std::string_view kind,
                const std::string& title) {
  return fmt::format(
      R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="{}"><title>{}</title></rect>)",
      x, y, std::max(0.0, width), height, kind, html_text(title));
}

std::string label(double x, double y, const char* anchor, const std::string& text) {
  return fmt::format(R"(<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>)", x, y, anchor,
                     html_text(text));
}

/// The least of 1, 2, 5, 10, 20, … percent that gives at most five steps.
double step_for(double most) {
  for (double step = 0.01;; step *= 10) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (most <= 5 * factor * step) {
        return factor * step;
      }
    }
  }
}

std::string whiskered(const Measured& measured, double y, double height, double scale,
                      const char* kind) {
  std::string out = box(kLeft, y, measured.rate() * scale, height, kind, percent(measured));
  const double middle = y + height / 2;
  const double low = kLeft + measured.interval.low * scale;
  const double high = kLeft + measured.interval.high * scale;
  out += line(low, middle, high, middle, "whisker");
  out += line(low, middle - 3, low, middle + 3, "whisker");
  out += line(high, middle - 3, high, middle + 3, "whisker");
  return out;
}

/// Share of right answers against confidence, a point a bin, as large as the bin is full.
std::string curve(const Calibration& calibration, const char* kind, double top) {
  std::string path;
  std::string points;
  for (const Bin& bin : calibration.bins) {
    if (bin.count == 0) {
      continue;
    }
    const double x = kMargin + bin.confidence * kSquare;
    const double y = top + (1 - bin.right) * kSquare;
    const double share = static_cast<double>(bin.count) / static_cast<double>(calibration.count);
    path += fmt::format("{}{:.1f},{:.1f}", path.empty() ? "" : " ", x, y);
    points += fmt::format(
        R"(<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" class="{}"><title>{}</title></circle>)", x, y,
        2.5 + 7 * std::sqrt(share), kind,
        html_text(
            fmt::format("{}: {} / {}", bin.count, percent(bin.confidence), percent(bin.right))));
  }
  return fmt::format(R"(<polyline points="{}" class="curve {}"/>)", path, kind) + points;
}

}  // namespace

std::string percent(double share) {
  return fmt::format("{:.2f} %", 100 * share);
}

std::string percent(const Measured& measured) {
  return fmt::format("{:.2f} % ({:.2f}–{:.2f})", 100 * measured.rate(), 100 * measured.interval.low,
                     100 * measured.interval.high);
}

std::string words_of(ErrorClass error) {
  switch (error) {
    case ErrorClass::Layout:
      return _("layout");
    case ErrorClass::Order:
      return _("order");
    case ErrorClass::Variant:
      return _("variant form");
    case ErrorClass::MissingClass:
      return _("not in the model");
    case ErrorClass::Confusable:
      return _("confused");
    case ErrorClass::LeftOut:
      return _("left out");
    case ErrorClass::Invented:
      break;
  }
  return _("invented");
}

std::string words_of(model::LineKind kind) {
  switch (kind) {
    case model::LineKind::Column:
      return _("column");
    case model::LineKind::NoteRight:
      return _("note, right half");
    case model::LineKind::NoteLeft:
      return _("note, left half");
    case model::LineKind::CentreStrip:
      return _("centre strip");
    case model::LineKind::Heading:
      return _("heading");
    case model::LineKind::Marginalia:
      return _("margin");
    case model::LineKind::Horizontal:
      break;
  }
  return _("horizontal line");
}

std::string rates_plot(const std::vector<SetScore>& sets) {
  double most = 0.001;
  for (const SetScore& set : sets) {
    most = std::max({most, set.strict.rate(), set.strict.interval.high, set.folded.interval.high});
  }
  const double step = step_for(most);
  const double end = std::ceil(most / step) * step;
  const double scale = kWide / end;
  const double height = kRowHeight * static_cast<double>(sets.size());
  std::string out = fmt::format(R"(<svg viewBox="0 0 {:.0f} {:.0f}" class="plot wide" role="img">)",
                                kLeft + kWide + 30, height + 30);
  for (double at = 0; at < end + step / 2; at += step) {
    out += line(kLeft + at * scale, 0, kLeft + at * scale, height, "grid");
    out += label(kLeft + at * scale, height + 18, "middle", fmt::format("{:g} %", 100 * at));
  }
  double y = 0;
  for (const SetScore& set : sets) {
    out += label(kLeft - 10, y + kRowHeight / 2 + 4, "end", set.name);
    out += whiskered(set.strict, y + 6, 14, scale, "strict");
    out += whiskered(set.folded, y + 22, 14, scale, "folded");
    y += kRowHeight;
  }
  return out + "</svg>";
}

std::string classes_plot(const SetScore& all) {
  const auto sum = std::accumulate(all.errors.begin(), all.errors.end(), std::int64_t{0});
  if (sum == 0) {
    return {};
  }
  constexpr double kLong = 600;
  std::string out =
      R"(<svg viewBox="0 0 600 34" preserveAspectRatio="none" class="plot bar" role="img">)";
  std::string legend = R"(<ul class="legend">)";
  double x = 0;
  for (std::size_t i = 0; i < kErrorClasses; ++i) {
    const auto error = static_cast<ErrorClass>(i);
    const double width = kLong * static_cast<double>(all.errors[i]) / static_cast<double>(sum);
    const std::string words = fmt::format("{}: {}", words_of(error), all.errors[i]);
    out += box(x, 0, width, 34, name_of(error), words);
    x += width;
    legend +=
        fmt::format(R"(<li><i class="{}"></i>{} <b>{}</b> <small>{}</small></li>)", name_of(error),
                    html_text(words_of(error)), all.errors[i],
                    percent(static_cast<double>(all.errors[i]) /
                            static_cast<double>(std::max<std::int64_t>(1, all.strict.characters))));
  }
  return out + "</svg>" + legend + "</ul>";
}

std::string reliability_plot(const Confidences& confidences) {
  constexpr double kTop = 10;
  constexpr double kBars = 46;
  const double bottom = kTop + kSquare;
  std::string out =
      fmt::format(R"(<svg viewBox="0 0 {:.0f} {:.0f}" class="plot square" role="img">)",
                  kMargin + kSquare + 15, bottom + kBars + 44);
  for (const double at : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    out += line(kMargin + at * kSquare, kTop, kMargin + at * kSquare, bottom, "grid");
    out += line(kMargin, kTop + at * kSquare, kMargin + kSquare, kTop + at * kSquare, "grid");
    out += label(kMargin - 6, bottom - at * kSquare + 4, "end", fmt::format("{:g}", at));
    out += label(kMargin + at * kSquare, bottom + kBars + 20, "middle", fmt::format("{:g}", at));
  }
  out += line(kMargin, bottom, kMargin + kSquare, kTop, "ideal");
  const double wide = kSquare / static_cast<double>(kBins);
  for (std::size_t i = 0; i < kBins; ++i) {
    const Bin& bin = confidences.strict.bins[i];
    const double share = static_cast<double>(bin.count) /
                         static_cast<double>(std::max<std::int64_t>(1, confidences.strict.count));
    const double high = std::max(bin.count > 0 ? 1.5 : 0.0, share * kBars);
    out += box(kMargin + static_cast<double>(i) * wide + 1, bottom + 6 + kBars - high, wide - 2,
               high, "count", fmt::format("{} ({})", bin.count, percent(share)));
  }
  out += curve(confidences.strict, "strict", kTop) + curve(confidences.folded, "folded", kTop);
  out += label(kMargin + kSquare / 2, bottom + kBars + 38, "middle", _("confidence"));
  return out + "</svg>";
}

}  // namespace shiqu::app
