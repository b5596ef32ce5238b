#include "ocr/score/evidence.h"

#include <algorithm>

namespace shiqu::ocr::score {
namespace {

constexpr std::int32_t kContext = 4;  // characters on each side

RectPx grown(const RectPx& box, int by_x, int by_y) {
  return {box.x - by_x, box.y - by_y, box.width + 2 * by_x, box.height + 2 * by_y};
}

class Finder {
 public:
  explicit Finder(const PageScore& page) : page_(page) {}

  /// Faults [first, last): of one piece, or a single one.
  [[nodiscard]] Evidence look(std::size_t first, std::size_t last) const {
    Evidence out;
    out.error = page_.faults[first].error;
    for (std::size_t i = first; i < last; ++i) {
      add(page_.faults[i].edit, out);
    }
    const Edit& begin = page_.faults[first].edit;
    const auto truth = static_cast<std::int32_t>(out.truth.size());
    out.before = context(begin.truth - kContext, begin.truth);
    out.after = context(begin.truth + truth, begin.truth + truth + kContext);
    if (out.read.empty()) {
      place_gap(begin, out);
    } else if (!out.mark.empty()) {
      const int glyph = std::min(std::max(out.mark.width, out.mark.height), 120);
      out.area = grown(out.mark, glyph * 3 / 4, glyph * 3 / 4);
    }
    return out;
  }

 private:
  void add(const Edit& edit, Evidence& out) const {
    if (edit.step != Step::Insert) {
      out.truth += page_.truth.text[static_cast<std::size_t>(edit.truth)];
    }
    if (edit.step == Step::Delete) {
      return;
    }
    out.read += page_.reading.text[static_cast<std::size_t>(edit.read)];
    out.mark = bounding_box(out.mark, box_of(edit.read));
    const model::Glyph* glyph = glyph_at(edit.read);
    if (glyph != nullptr && out.read.size() == 1) {
      out.alternatives = glyph->alternatives;
      out.confidence = glyph->confidence;
    } else {
      out.alternatives.clear();
      out.confidence = -1;
    }
  }

  /// What was left out stands between its neighbours: in the gap between two glyphs of a line, or
  /// somewhere between two lines.
  void place_gap(const Edit& begin, Evidence& out) const {
    const RectPx before = box_of(begin.read - 1);
    const RectPx after = box_of(begin.read);
    const bool long_piece = out.truth.size() >= static_cast<std::size_t>(kShortLine);
    if (!long_piece && !before.empty() && !after.empty() &&
        line_at(begin.read - 1) == line_at(begin.read)) {
      const RectPx both = bounding_box(before, after);
      const int glyph = std::max(before.width, before.height);
      const bool across = both.width > both.height;
      out.mark =
          across
              ? RectPx{before.right(), both.y, std::max(6, after.x - before.right()), both.height}
              : RectPx{both.x, before.bottom(), both.width, std::max(6, after.y - before.bottom())};
      out.area = grown(both, glyph / 2, glyph / 4);
      return;
    }
    if (long_piece) {
      const RectPx lines = bounding_box(line_box(begin.read - 1), line_box(begin.read));
      out.area = lines.empty() ? lines : grown(lines, 60, 20);
      return;
    }
    const RectPx& near = before.empty() ? after : before;
    if (!near.empty()) {
      const int glyph = std::max(near.width, near.height);
      out.area = grown(near, glyph, glyph * 3 / 2);
    }
  }

  [[nodiscard]] bool inside(std::int32_t read) const {
    return read >= 0 && static_cast<std::size_t>(read) < page_.reading.text.size();
  }
  [[nodiscard]] std::int32_t line_at(std::int32_t read) const {
    return inside(read) ? page_.reading.line_of[static_cast<std::size_t>(read)] : -1;
  }
  [[nodiscard]] RectPx line_box(std::int32_t read) const {
    return inside(read) ? page_.reading.lines[static_cast<std::size_t>(line_at(read))].box
                        : RectPx{};
  }
  [[nodiscard]] const model::Glyph* glyph_at(std::int32_t read) const {
    const std::int32_t glyph =
        inside(read) ? page_.reading.glyph_of[static_cast<std::size_t>(read)] : -1;
    return glyph < 0 ? nullptr
                     : &page_.reading.lines[static_cast<std::size_t>(line_at(read))]
                            .glyphs[static_cast<std::size_t>(glyph)];
  }
  [[nodiscard]] RectPx box_of(std::int32_t read) const {
    const model::Glyph* glyph = glyph_at(read);
    return glyph == nullptr ? RectPx{} : glyph->box;
  }
  [[nodiscard]] std::u32string context(std::int32_t from, std::int32_t to) const {
    const auto size = static_cast<std::int32_t>(page_.truth.text.size());
    from = std::clamp(from, 0, size);
    to = std::clamp(to, from, size);
    return page_.truth.text.substr(static_cast<std::size_t>(from),
                                   static_cast<std::size_t>(to - from));
  }

  const PageScore& page_;
};

}  // namespace

std::vector<Evidence> evidence_of(const PageScore& page) {
  const Finder finder(page);
  std::vector<Evidence> out;
  for (std::size_t i = 0; i < page.faults.size();) {
    std::size_t end = i + 1;
    while (page.faults[i].piece >= 0 && end < page.faults.size() &&
           page.faults[end].piece == page.faults[i].piece) {
      ++end;
    }
    out.push_back(finder.look(i, end));
    i = end;
  }
  return out;
}

}  // namespace shiqu::ocr::score
