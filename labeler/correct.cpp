#include "labeler/correct.h"

#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace shiqu::labeler {
namespace {

enum class Step { Keep, Replace, Insert, Delete };

std::u32string characters_of(const std::vector<model::Glyph>& glyphs) {
  std::u32string out;
  for (const model::Glyph& glyph : glyphs) {
    const std::u32string text = to_utf32(glyph.text);
    out += text.empty() ? U'\uFFFD' : text.front();
  }
  return out;
}

/// The cheapest way from `from` to `to`, first step first.
std::vector<Step> align(std::u32string_view from, std::u32string_view to) {
  const std::size_t rows = from.size() + 1;
  const std::size_t columns = to.size() + 1;
  std::vector<std::size_t> cost(rows * columns);
  const auto at = [&](std::size_t r, std::size_t c) -> std::size_t& { return cost[r * columns + c]; };
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      if (r == 0 || c == 0) {
        at(r, c) = r + c;
        continue;
      }
      const std::size_t change = from[r - 1] == to[c - 1] ? 0 : 1;
      at(r, c) = std::min({at(r - 1, c - 1) + change, at(r - 1, c) + 1, at(r, c - 1) + 1});
    }
  }
  std::vector<Step> steps;
  for (std::size_t r = from.size(), c = to.size(); r > 0 || c > 0;) {
    const bool diagonal = r > 0 && c > 0 && at(r, c) == at(r - 1, c - 1) + (from[r - 1] == to[c - 1] ? 0U : 1U);
    if (diagonal) {
      steps.push_back(from[r - 1] == to[c - 1] ? Step::Keep : Step::Replace);
      --r;
      --c;
    } else if (r > 0 && at(r, c) == at(r - 1, c) + 1) {
      steps.push_back(Step::Delete);
      --r;
    } else {
      steps.push_back(Step::Insert);
      --c;
    }
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

/// Places glyphs without a box into the gap between the boxes before and behind them.
void share_gaps(std::vector<model::Glyph>& glyphs, const model::Line& line) {
  const bool vertical = line.box.height >= line.box.width;
  for (std::size_t i = 0; i < glyphs.size(); ++i) {
    if (!glyphs[i].box.empty()) {
      continue;
    }
    std::size_t end = i;
    while (end < glyphs.size() && glyphs[end].box.empty()) {
      ++end;
    }
    const model::Box* before = i > 0 ? &glyphs[i - 1].box : nullptr;
    const model::Box* behind = end < glyphs.size() ? &glyphs[end].box : nullptr;
    const int from = before != nullptr ? (vertical ? before->bottom() : before->right()) : (vertical ? line.box.y : line.box.x);
    const int to = behind != nullptr ? (vertical ? behind->y : behind->x) : (vertical ? line.box.bottom() : line.box.right());
    const int count = static_cast<int>(end - i);
    const int share = std::max(1, (to - from) / count);
    for (int k = 0; k < count; ++k) {
      glyphs[i + static_cast<std::size_t>(k)].box =
          vertical ? model::Box{line.box.x, from + k * share, line.box.width, share}
                   : model::Box{from + k * share, line.box.y, share, line.box.height};
    }
    i = end - 1;
  }
}

}  // namespace

model::Line with_text(const model::Line& line, std::string_view text) {
  model::Line out = line;
  out.text = std::string(text);
  if (out.text == line.text) {
    return out;
  }
  out.confidence = -1;
  out.glyphs.clear();
  if (line.glyphs.empty()) {
    return out;
  }
  const std::u32string wanted = to_utf32(text);
  std::size_t old_at = 0;
  std::size_t new_at = 0;
  for (const Step step : align(characters_of(line.glyphs), wanted)) {
    if (step == Step::Delete) {
      ++old_at;
      continue;
    }
    model::Glyph glyph;
    if (step != Step::Insert) {
      glyph = line.glyphs[old_at++];
    }
    if (step != Step::Keep) {
      if (!glyph.text.empty()) {
        glyph.alternatives.insert(glyph.alternatives.begin(), glyph.text);
      }
      glyph.text = to_utf8(wanted[new_at]);
      glyph.confidence = -1;
      std::erase(glyph.alternatives, glyph.text);
    }
    out.glyphs.push_back(std::move(glyph));
    ++new_at;
  }
  share_gaps(out.glyphs, out);
  return out;
}

Result<int> correct_line(store::Store& store, const store::Session& by, const PageId& page, int expected_revision,
                         const LineId& line, const std::string& text) {
  if (!is_utf8(text) || text.find('\n') != std::string::npos) {
    return fail(ErrorCode::InvalidInput, "correct line", line.str(), "one line of UTF-8 is needed");
  }
  SHIQU_TRY_ASSIGN(store::TextRevision revision, store.text(page));
  const auto found = std::find_if(revision.text.lines.begin(), revision.text.lines.end(),
                                  [&](const model::Line& one) { return one.id == line; });
  if (found == revision.text.lines.end()) {
    return fail(ErrorCode::NotFound, "correct line", line.str());
  }
  const auto number = found - revision.text.lines.begin() + 1;
  *found = with_text(*found, text);
  return store.save_text(by, page, expected_revision, revision.text, fmt::format("line {} corrected", number));
}

}  // namespace shiqu::labeler
