#include "storage/text_formats/internal/line_builder.h"

#include "storage/base/text.h"
#include "storage/text_formats/xml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <iterator>

namespace shiqu::text_formats {
namespace {

constexpr double kFarthest = 1e7;  // pixels: no image is larger

bool is_space(char32_t c) noexcept {
  return c <= U' ' || c == U'\u00a0';
}

bool is_space(const model::Glyph& glyph) {
  return glyph.text == " ";
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::optional<double> number_from_text(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end == text.data() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::vector<double> numbers_in(std::string_view text) {
  std::vector<double> out;
  while (!text.empty()) {
    const std::size_t start = text.find_first_of("-.0123456789");
    if (start == std::string_view::npos) {
      break;
    }
    text.remove_prefix(start);
    const std::size_t length = std::min(text.find_first_not_of("-+.0123456789eE"), text.size());
    if (const auto value = number_from_text(text.substr(0, length))) {
      out.push_back(*value);
    }
    text.remove_prefix(length);
  }
  return out;
}

double confidence_from(std::string_view text, double full) {
  const auto value = number_from_text(trim(text));
  return value && *value >= 0 ? std::min(*value / full, 1.0) : -1;
}

model::Box box_between(double left, double top, double right, double bottom) {
  const auto px = [](double value) {
    return static_cast<int>(std::lround(std::clamp(value, -kFarthest, kFarthest)));
  };
  const model::Box box{px(left), px(top), px(right) - px(left), px(bottom) - px(top)};
  return box.empty() ? model::Box{} : box;
}

model::Box box_around(const std::vector<double>& points) {
  if (points.size() < 4) {
    return {};
  }
  double left = points[0];
  double top = points[1];
  double right = left;
  double bottom = top;
  for (std::size_t i = 0; i + 1 < points.size(); i += 2) {
    left = std::min(left, points[i]);
    right = std::max(right, points[i]);
    top = std::min(top, points[i + 1]);
    bottom = std::max(bottom, points[i + 1]);
  }
  return box_between(std::floor(left), std::floor(top), std::ceil(right) + 1,
                     std::ceil(bottom) + 1);
}

std::string one_line(std::string_view text) {
  std::u32string out;
  bool broken = false;  // a run with a line break or tab in it counts as one space
  for (const char32_t c : to_utf32(xml::clean(text))) {
    if (c < U' ') {
      broken = true;
      continue;
    }
    if (broken) {
      if (c == U' ') {
        continue;
      }
      while (!out.empty() && out.back() == U' ') {
        out.pop_back();
      }
      out += U' ';
      broken = false;
    }
    out += c;
  }
  const std::string flat = to_utf8(out);
  return std::string(trim(flat));
}

Role role_from(std::string_view label) {
  const std::string word = lower(label);
  const auto has = [&](const char* part) { return word.find(part) != std::string::npos; };
  if (has("margin")) {
    return Role::Margin;
  }
  if (has("running") || has("header") || has("footer") || has("number") || has("catch-word") ||
      has("signature") || has("quire")) {
    return Role::Running;
  }
  return has("heading") || has("title") ? Role::Heading : Role::Text;
}

Direction direction_by_language(const std::vector<std::string>& languages, Direction inherited) {
  constexpr std::array<std::string_view, 13> kBothWays{
      "zh",   "lzh",  "chi",  "chinese", "classical chinese", "ja", "jpn", "hant", "hans",
      "hani", "jpan", "mong", "jap"};
  if (inherited != Direction::Unknown) {
    return inherited;
  }
  for (const std::string& language : languages) {
    const std::string name = lower(language);
    if (std::any_of(kBothWays.begin(), kBothWays.end(),
                    [&](std::string_view one) { return name.starts_with(one); })) {
      return Direction::MaybeVertical;
    }
  }
  return inherited;
}

model::LineKind kind_of(Role role, Direction direction, const model::Line& line) {
  if (role == Role::Heading || role == Role::Margin) {
    return role == Role::Heading ? model::LineKind::Heading : model::LineKind::Marginalia;
  }
  bool vertical = direction == Direction::Vertical;
  if (direction == Direction::MaybeVertical) {
    vertical = line.box.height > line.box.width;
  } else if (direction == Direction::Unknown) {
    const std::size_t characters = to_utf32(line.text).size();
    vertical = characters > 1 && line.box.height > 2 * line.box.width;
  }
  if (!vertical) {
    return model::LineKind::Horizontal;
  }
  return role == Role::Running ? model::LineKind::CentreStrip : model::LineKind::Column;
}

std::optional<model::LineKind> known_kind(std::string_view name) {
  const model::LineKind kind = model::line_kind_from(name);
  return model::name_of(kind) == name ? std::optional(kind) : std::nullopt;
}

void LineBuilder::add_symbol(std::string_view text, const model::Box& box, double confidence,
                             std::vector<std::string> alternatives) {
  const std::u32string characters = to_utf32(xml::clean(text));
  around_ = bounding_box(around_, box);
  for (const char32_t character : characters) {
    if (is_space(character)) {
      add_space();
      continue;
    }
    has_symbols_ = true;
    glyphs_.push_back({to_utf8(character), box, confidence, {}});
    if (characters.size() == 1) {
      glyphs_.back().alternatives = std::move(alternatives);
      std::erase(glyphs_.back().alternatives, glyphs_.back().text);
    }
  }
}

void LineBuilder::add_word(std::string_view text, const model::Box& box, double confidence) {
  const std::u32string characters = to_utf32(one_line(text));
  around_ = bounding_box(around_, box);
  word_confidences_.push_back(confidence);
  const model::Box own = characters.size() == 1 ? box : model::Box{};
  for (const char32_t character : characters) {
    glyphs_.push_back({is_space(character) ? " " : to_utf8(character), own, confidence, {}});
  }
}

void LineBuilder::add_space() {
  if (!glyphs_.empty() && !is_space(glyphs_.back())) {
    glyphs_.push_back({" ", {}, glyphs_.back().confidence, {}});
  }
}

void LineBuilder::add_word_gap(std::string_view next_word) {
  const std::u32string next = to_utf32(next_word);
  if (glyphs_.empty() || next.empty()) {
    return;
  }
  const bool wide =
      display_width(glyphs_.back().text) == 2 && display_width(to_utf8(next.front())) == 2;
  if (!wide) {
    add_space();
  }
}

void LineBuilder::add_hyphen(std::string_view text, const model::Box& box) {
  const double confidence = glyphs_.empty() ? -1 : glyphs_.back().confidence;
  if (box.empty()) {
    add_word(text, box, confidence);
  } else {
    add_symbol(text, box, confidence);
  }
}

void LineBuilder::append(LineBuilder word, const model::Box& box) {
  around_ = bounding_box(around_, bounding_box(word.around_, box));
  has_symbols_ = has_symbols_ || word.has_symbols_;
  std::move(word.glyphs_.begin(), word.glyphs_.end(), std::back_inserter(glyphs_));
}

std::string LineBuilder::text() const {
  std::string out;
  for (const model::Glyph& glyph : glyphs_) {
    out += glyph.text;
  }
  return out;
}

/// Gives the glyphs the spaces of `declared`; drops them all where other characters differ.
void LineBuilder::follow(const std::u32string& declared) {
  std::vector<model::Glyph> out;
  std::size_t next = 0;
  const auto skip = [&] {
    while (next < glyphs_.size() && is_space(glyphs_[next])) {
      ++next;
    }
  };
  for (const char32_t character : declared) {
    if (character == U' ' || character == U'\u00a0') {
      out.push_back({to_utf8(character), {}, out.empty() ? -1 : out.back().confidence, {}});
      continue;
    }
    skip();
    if (next == glyphs_.size() || glyphs_[next].text != to_utf8(character)) {
      glyphs_.clear();
      return;
    }
    out.push_back(std::move(glyphs_[next++]));
  }
  skip();
  if (next < glyphs_.size()) {
    out.clear();
  }
  glyphs_ = std::move(out);
}

double LineBuilder::mean_confidence() const {
  double sum = 0;
  int count = 0;
  bool whole = true;
  const auto add = [&](double confidence) {
    whole = whole && confidence >= 0;
    sum += confidence;
    ++count;
  };
  for (const model::Glyph& glyph : glyphs_) {
    if (!is_space(glyph)) {
      add(glyph.confidence);
    }
  }
  if (glyphs_.empty()) {
    std::for_each(word_confidences_.begin(), word_confidences_.end(), add);
  }
  return whole && count > 0 ? sum / count : -1;
}

model::Line LineBuilder::finish(const std::optional<std::string>& declared,
                                std::optional<double> confidence, const model::Box& box) {
  while (!glyphs_.empty() && is_space(glyphs_.back())) {
    glyphs_.pop_back();
  }
  model::Line line;
  line.text = text();
  const bool placed = std::all_of(glyphs_.begin(), glyphs_.end(), [](const auto& glyph) {
    return is_space(glyph) || !glyph.box.empty();
  });
  if (!has_symbols_ && !placed) {
    glyphs_.clear();
  }
  if (declared) {
    line.text = one_line(*declared);
    follow(to_utf32(line.text));
  }
  line.box = box.empty() ? around_ : box;
  line.confidence = confidence.value_or(mean_confidence());
  line.glyphs = std::move(glyphs_);
  return line;
}

void PageBuilder::add(model::Line line, std::string_view given_id, int rank) {
  if (line.text.empty()) {
    return;
  }
  constexpr std::size_t kUuid = 36;
  std::string id(given_id.size() >= kUuid ? given_id.substr(given_id.size() - kUuid) : given_id);
  if (!is_uuid(id) || !used_.insert(id).second) {
    id = new_uuid();
  }
  line.id = LineId(std::move(id));
  lines_.push_back({std::move(line), rank});
}

void PageBuilder::finish(PageFile& file) {
  std::stable_sort(lines_.begin(), lines_.end(),
                   [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; });
  const RectPx page{0, 0, size_.width, size_.height};
  const auto clip = [&](model::Box& box) { box = page.empty() ? box : intersection(box, page); };
  for (Ranked& one : lines_) {
    clip(one.line.box);
    for (model::Glyph& glyph : one.line.glyphs) {
      clip(glyph.box);
    }
    file.lines_without_glyphs += one.line.glyphs.empty() ? 1 : 0;
    file.text.lines.push_back(std::move(one.line));
  }
  file.text.width_px = size_.width;
  file.text.height_px = size_.height;
  file.text.producer = "import:" + (file.software.empty() ? "unnamed software" : file.software);
}

Result<SizePx> size_from(double width, double height, const std::string& what) {
  if (!(width >= 0.5) || !(height >= 0.5)) {
    return SizePx{};
  }
  if (width > kFarthest || height > kFarthest) {
    return fail(ErrorCode::InvalidInput, what, {}, "the page is larger than an image can be");
  }
  return SizePx{static_cast<int>(std::lround(width)), static_cast<int>(std::lround(height))};
}

Result<std::size_t> chosen_page(std::size_t count, const ReadOptions& options,
                                const std::string& what) {
  if (count == 0) {
    return fail(ErrorCode::InvalidInput, what, {}, "there is no page in it");
  }
  if (options.page == 0 && count > 1) {
    return fail(ErrorCode::InvalidInput, what, {},
                fmt::format("it holds {} pages: say which", count));
  }
  if (options.page < 0 || static_cast<std::size_t>(options.page) > count) {
    return fail(ErrorCode::NotFound, what, {},
                fmt::format("it holds {} pages, not page {}", count, options.page));
  }
  return options.page == 0 ? 0 : static_cast<std::size_t>(options.page) - 1;
}

}  // namespace shiqu::text_formats
