#include "ocr/score/page_score.h"

#include "ocr/score/normal.h"

#include <algorithm>
#include <utility>

namespace shiqu::ocr::score {
namespace {

constexpr std::array<std::string_view, kErrorClasses> kNames{
    "layout", "order", "variant", "missing_class", "confusable", "left_out", "invented"};

/// A run of deletions or of insertions: edits [first, last).
struct Piece {
  Step step = Step::Delete;
  std::size_t first = 0;
  std::size_t last = 0;
  bool moved = false;
  std::u32string folded;
  [[nodiscard]] std::size_t size() const noexcept { return last - first; }
};

CharacterErrorRate rate_of(const std::vector<Edit>& edits, std::size_t characters) {
  CharacterErrorRate out;
  out.characters = static_cast<std::int64_t>(characters);
  for (const Edit& edit : edits) {
    out.substitutions += edit.step == Step::Substitute ? 1 : 0;
    out.deletions += edit.step == Step::Delete ? 1 : 0;
    out.insertions += edit.step == Step::Insert ? 1 : 0;
  }
  out.errors = out.substitutions + out.deletions + out.insertions;
  return out;
}

/// Does the run hold nearly all (four fifths) of a line that is long enough to speak of one?
bool holds_a_line(const std::vector<std::int32_t>& line_of, std::int32_t first, std::int32_t last) {
  for (std::int32_t at = first; at < last;) {
    const std::int32_t line = line_of[static_cast<std::size_t>(at)];
    const auto inside =
        static_cast<std::int32_t>(std::count(line_of.begin() + at, line_of.begin() + last, line));
    const auto whole = static_cast<std::int32_t>(std::count(line_of.begin(), line_of.end(), line));
    if (inside >= kShortLine && 5 * inside >= 4 * whole) {
      return true;
    }
    at += inside;
  }
  return false;
}

class Judge {
 public:
  Judge(PageScore& page, const VariantClasses& variants, const CharacterSet* known)
      : page_(page), variants_(variants), known_(known) {}

  void run() {
    find_pieces();
    find_moved();
    std::size_t next = 0;
    for (std::size_t i = 0; i < page_.edits.size(); ++i) {
      while (next < pieces_.size() && pieces_[next].last <= i) {
        ++next;
      }
      if (page_.edits[i].step == Step::Match) {
        continue;
      }
      Fault fault;
      fault.edit = page_.edits[i];
      if (next < pieces_.size() && pieces_[next].first <= i) {
        fault.error = pieces_[next].moved ? ErrorClass::Order : ErrorClass::Layout;
        fault.piece = static_cast<std::int32_t>(next);
      } else {
        fault.error = class_of(fault.edit);
      }
      page_.faults.push_back(fault);
    }
  }

 private:
  void find_pieces() {
    const std::vector<Edit>& edits = page_.edits;
    for (std::size_t i = 0; i < edits.size();) {
      const Step step = edits[i].step;
      std::size_t end = i + 1;
      while (end < edits.size() && edits[end].step == step) {
        ++end;
      }
      if ((step == Step::Delete || step == Step::Insert) && is_piece(step, i, end)) {
        pieces_.push_back({step, i, end, false, folded_piece(step, i, end)});
      }
      i = end;
    }
  }

  [[nodiscard]] bool is_piece(Step step, std::size_t first, std::size_t last) const {
    const Edit& edit = page_.edits[first];
    const auto count = static_cast<std::int32_t>(last - first);
    if (count >= kLongPiece) {
      return true;
    }
    return step == Step::Delete ? holds_a_line(page_.truth.line_of, edit.truth, edit.truth + count)
                                : holds_a_line(page_.reading.line_of, edit.read, edit.read + count);
  }

  [[nodiscard]] std::u32string folded_piece(Step step, std::size_t first, std::size_t last) const {
    const Edit& edit = page_.edits[first];
    const std::u32string& text = step == Step::Delete ? page_.truth.text : page_.reading.text;
    const std::int32_t from = step == Step::Delete ? edit.truth : edit.read;
    return variants_.folded(
        std::u32string_view(text).substr(static_cast<std::size_t>(from), last - first));
  }

  /// A missing and a surplus piece that are alike by at least half are one that was moved.
  void find_moved() {
    for (Piece& missing : pieces_) {
      Piece* best = nullptr;
      std::int64_t least = 0;
      for (Piece& surplus : pieces_) {
        if (missing.step != Step::Delete || surplus.step != Step::Insert || surplus.moved) {
          continue;
        }
        const std::int64_t errors = errors_of(align(missing.folded, surplus.folded));
        const auto longer = static_cast<std::int64_t>(std::max(missing.size(), surplus.size()));
        if (2 * errors <= longer && (best == nullptr || errors < least)) {
          best = &surplus;
          least = errors;
        }
      }
      if (best != nullptr) {
        missing.moved = best->moved = true;
      }
    }
  }

  [[nodiscard]] ErrorClass class_of(const Edit& edit) const {
    if (edit.step == Step::Insert) {
      return ErrorClass::Invented;
    }
    const char32_t wanted = page_.truth.text[static_cast<std::size_t>(edit.truth)];
    if (edit.step == Step::Substitute &&
        variants_.same(wanted, page_.reading.text[static_cast<std::size_t>(edit.read)])) {
      return ErrorClass::Variant;
    }
    if (known_ != nullptr && !known_->contains(wanted)) {
      return ErrorClass::MissingClass;
    }
    return edit.step == Step::Delete ? ErrorClass::LeftOut : ErrorClass::Confusable;
  }

  PageScore& page_;
  const VariantClasses& variants_;
  const CharacterSet* known_;
  std::vector<Piece> pieces_;
};

/// The alternatives of each character read.
std::vector<std::u32string> offers_of(const Reading& reading) {
  std::vector<std::u32string> out(reading.text.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int32_t glyph = reading.glyph_of[i];
    if (glyph >= 0) {
      const model::Line& line = reading.lines[static_cast<std::size_t>(reading.line_of[i])];
      for (const std::string& other : line.glyphs[static_cast<std::size_t>(glyph)].alternatives) {
        out[i] += normal_form(other);
      }
    }
  }
  return out;
}

/// Line of the truth that an edit counts to; a surplus character counts to the line before it.
std::size_t line_of(const Truth& truth, const Edit& edit) {
  if (truth.line_of.empty()) {
    return 0;
  }
  const std::int32_t at = edit.step == Step::Insert ? std::max(0, edit.truth - 1) : edit.truth;
  return static_cast<std::size_t>(truth.line_of[static_cast<std::size_t>(at)]);
}

void count_lines(PageScore& page, const std::vector<Edit>& folded) {
  for (const TruthLine& line : page.truth.lines) {
    page.lines.push_back({line.kind, line.count, 0, 0});
  }
  if (page.lines.empty()) {
    page.lines.emplace_back();
  }
  for (const Edit& edit : page.edits) {
    page.lines[line_of(page.truth, edit)].strict += edit.step == Step::Match ? 0 : 1;
  }
  for (const Edit& edit : folded) {
    page.lines[line_of(page.truth, edit)].folded += edit.step == Step::Match ? 0 : 1;
  }
}

}  // namespace

std::string_view name_of(ErrorClass error) noexcept {
  return kNames[static_cast<std::size_t>(error)];
}

PageScore score_page(Truth truth, std::optional<Reading> reading, const VariantClasses& variants,
                     const CharacterSet* known) {
  PageScore page;
  page.read = reading.has_value();
  page.truth = std::move(truth);
  page.reading = reading ? std::move(*reading) : Reading();
  page.classes_known = known != nullptr;
  const std::vector<std::u32string> offered = offers_of(page.reading);
  page.edits = align(page.truth.text, page.reading.text, {&variants, &offered});
  page.strict = rate_of(page.edits, page.truth.text.size());
  const std::vector<Edit> folded =
      align(variants.folded(page.truth.text), variants.folded(page.reading.text));
  page.folded = rate_of(folded, page.truth.text.size());
  Judge(page, variants, known).run();
  count_lines(page, folded);
  return page;
}

}  // namespace shiqu::ocr::score
