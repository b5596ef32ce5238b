#include "ocr/score/summary.h"

#include "ocr/score/normal.h"

#include <algorithm>

namespace shiqu::ocr::score {
namespace {

using Pages = std::vector<const PageScore*>;

Unit unit(std::int64_t errors, std::int64_t characters) {
  return {static_cast<double>(errors), static_cast<double>(characters)};
}

std::vector<Unit> units_of(const Pages& pages, bool over_pages, bool folded) {
  std::vector<Unit> out;
  for (const PageScore* page : pages) {
    if (over_pages) {
      out.push_back(unit((folded ? page->folded : page->strict).errors, page->strict.characters));
      continue;
    }
    for (const LineScore& line : page->lines) {
      out.push_back(unit(folded ? line.folded : line.strict, line.characters));
    }
  }
  return out;
}

const model::Glyph* glyph_at(const PageScore& page, std::int32_t read) {
  const auto at = static_cast<std::size_t>(read);
  const std::int32_t glyph = page.reading.glyph_of[at];
  const auto line = static_cast<std::size_t>(page.reading.line_of[at]);
  return glyph < 0 ? nullptr : &page.reading.lines[line].glyphs[static_cast<std::size_t>(glyph)];
}

/// Place of `wanted` among what the glyph offers, counted from 0; 10 when it is not there.
std::size_t rank_of(const model::Glyph& glyph, char32_t wanted) {
  const auto offers = [&](const std::string& text) {
    return normal_form(text).find(wanted) != std::u32string::npos;
  };
  if (offers(glyph.text)) {
    return 0;
  }
  for (std::size_t i = 0; i < glyph.alternatives.size() && i + 1 < 10; ++i) {
    if (offers(glyph.alternatives[i])) {
      return i + 1;
    }
  }
  return 10;
}

std::vector<Confusion> sorted(const std::map<std::pair<char32_t, char32_t>, std::int64_t>& counts) {
  std::vector<Confusion> out;
  for (const auto& [pair, count] : counts) {
    out.push_back({pair.first, pair.second, count});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Confusion& x, const Confusion& y) { return x.count > y.count; });
  return out;
}

/// What each character of the truth was read as: 0 for nothing.
std::u32string read_as(const PageScore& page) {
  std::u32string out(page.truth.text.size(), U'\0');
  for (const Edit& edit : page.edits) {
    if (edit.step == Step::Match || edit.step == Step::Substitute) {
      out[static_cast<std::size_t>(edit.truth)] =
          page.reading.text[static_cast<std::size_t>(edit.read)];
    }
  }
  return out;
}

}  // namespace

double Measured::rate() const noexcept {
  return static_cast<double>(errors) / static_cast<double>(std::max<std::int64_t>(1, characters));
}

SetScore score_of_set(const std::string& name, const Pages& pages,
                      const BootstrapSettings& settings) {
  SetScore out;
  out.name = name;
  out.pages = pages.size();
  out.over_pages = pages.size() >= kPagesToDraw;
  for (const PageScore* page : pages) {
    out.missing += page->read ? 0 : 1;
    out.counts += page->strict;
    out.folded.errors += page->folded.errors;
    for (const Fault& fault : page->faults) {
      ++out.errors[static_cast<std::size_t>(fault.error)];
    }
  }
  out.strict.errors = out.counts.errors;
  out.strict.characters = out.folded.characters = out.counts.characters;
  out.strict.interval = bootstrap(units_of(pages, out.over_pages, false), settings);
  out.folded.interval = bootstrap(units_of(pages, out.over_pages, true), settings);
  return out;
}

std::vector<KindScore> score_of_kinds(const Pages& pages, const BootstrapSettings& settings) {
  std::vector<KindScore> out;
  for (const bool notes : {false, true}) {
    KindScore kind;
    kind.notes = notes;
    std::vector<Unit> strict;
    std::vector<Unit> folded;
    for (const PageScore* page : pages) {
      for (const LineScore& line : page->lines) {
        if ((line.kind != TruthKind::Column) != notes) {
          continue;
        }
        ++kind.lines;
        kind.strict.errors += line.strict;
        kind.folded.errors += line.folded;
        kind.strict.characters += line.characters;
        kind.folded.characters += line.characters;
        strict.push_back(unit(line.strict, line.characters));
        folded.push_back(unit(line.folded, line.characters));
      }
    }
    kind.strict.interval = bootstrap(strict, settings);
    kind.folded.interval = bootstrap(folded, settings);
    if (kind.lines > 0) {
      out.push_back(kind);
    }
  }
  return out;
}

std::map<model::LineKind, ReadKind> count_read_kinds(const Pages& pages) {
  std::map<model::LineKind, ReadKind> out;
  for (const PageScore* page : pages) {
    for (const Edit& edit : page->edits) {
      if (!page->reading.details || edit.step == Step::Delete) {
        continue;
      }
      const auto line = page->reading.line_of[static_cast<std::size_t>(edit.read)];
      ReadKind& kind = out[page->reading.lines[static_cast<std::size_t>(line)].kind];
      ++kind.characters;
      kind.wrong += edit.step == Step::Match ? 0 : 1;
    }
  }
  return out;
}

TopN count_top(const Pages& pages) {
  TopN out;
  for (const PageScore* page : pages) {
    if (!page->reading.details) {
      continue;
    }
    out.characters += page->strict.characters;
    for (const Edit& edit : page->edits) {
      const bool pair = edit.step == Step::Match || edit.step == Step::Substitute;
      const model::Glyph* glyph = pair ? glyph_at(*page, edit.read) : nullptr;
      if (glyph == nullptr) {
        continue;
      }
      ++out.beside;
      const char32_t wanted = page->truth.text[static_cast<std::size_t>(edit.truth)];
      for (std::size_t n = rank_of(*glyph, wanted); n < out.within.size(); ++n) {
        ++out.within[n];
      }
    }
  }
  return out;
}

Confidences judge_confidences(const Pages& pages, const VariantClasses& variants) {
  Confidences out;
  std::vector<Judgement> strict;
  std::vector<Judgement> folded;
  for (const PageScore* page : pages) {
    std::vector<bool> aside(page->reading.text.size());
    for (const Fault& fault : page->faults) {
      if (fault.piece >= 0 && fault.edit.step == Step::Insert) {
        aside[static_cast<std::size_t>(fault.edit.read)] = true;
      }
    }
    for (const Edit& edit : page->edits) {
      const model::Glyph* glyph = edit.step == Step::Delete ? nullptr : glyph_at(*page, edit.read);
      if (glyph == nullptr || glyph->confidence < 0) {
        continue;
      }
      if (aside[static_cast<std::size_t>(edit.read)]) {
        ++out.left_aside;
        continue;
      }
      const bool alike = edit.step == Step::Match ||
                         (edit.step == Step::Substitute &&
                          variants.same(page->truth.text[static_cast<std::size_t>(edit.truth)],
                                        page->reading.text[static_cast<std::size_t>(edit.read)]));
      strict.push_back({glyph->confidence, edit.step == Step::Match});
      folded.push_back({glyph->confidence, alike});
    }
  }
  out.strict = calibration_of(strict);
  out.folded = calibration_of(folded);
  return out;
}

std::vector<const PageScore*> worst_pages(Pages pages, std::size_t most) {
  std::stable_sort(pages.begin(), pages.end(), [](const PageScore* x, const PageScore* y) {
    return x->strict.rate() > y->strict.rate();
  });
  pages.resize(std::min(most, pages.size()));
  return pages;
}

Comparison compare(const Pages& a, const Pages& b, const std::string& name,
                   const BootstrapSettings& settings) {
  Comparison out;
  out.a = score_of_set(name, a, settings);
  out.b = score_of_set(name, b, settings);
  const bool over_pages = out.a.over_pages;
  out.strict_difference = bootstrap_difference(units_of(a, over_pages, false),
                                               units_of(b, over_pages, false), settings);
  out.folded_difference =
      bootstrap_difference(units_of(a, over_pages, true), units_of(b, over_pages, true), settings);
  out.surplus_a = out.a.counts.insertions;
  out.surplus_b = out.b.counts.insertions;
  std::map<std::pair<char32_t, char32_t>, std::int64_t> only_a;
  std::map<std::pair<char32_t, char32_t>, std::int64_t> only_b;
  for (std::size_t page = 0; page < a.size(); ++page) {
    const std::u32string& truth = a[page]->truth.text;
    const std::u32string by_a = read_as(*a[page]);
    const std::u32string by_b = read_as(*b[page]);
    for (std::size_t i = 0; i < truth.size(); ++i) {
      const bool wrong_a = by_a[i] != truth[i];
      const bool wrong_b = by_b[i] != truth[i];
      out.both_wrong += wrong_a && wrong_b ? 1 : 0;
      if (wrong_a && !wrong_b) {
        ++out.only_a;
        ++only_a[{truth[i], by_a[i]}];
      } else if (wrong_b && !wrong_a) {
        ++out.only_b;
        ++only_b[{truth[i], by_b[i]}];
      }
    }
  }
  out.confusions_a = sorted(only_a);
  out.confusions_b = sorted(only_b);
  return out;
}

}  // namespace shiqu::ocr::score
