#include "storage/text_formats/internal/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace shiqu::text_formats {
namespace {

double mean_confidence(std::span<const model::Glyph> glyphs) {
  double sum = 0;
  for (const model::Glyph& glyph : glyphs) {
    if (glyph.confidence < 0) {
      return -1;
    }
    sum += std::min(glyph.confidence, 1.0);
  }
  return glyphs.empty() ? -1 : sum / static_cast<double>(glyphs.size());
}

std::string spelled(std::span<const model::Glyph> glyphs) {
  std::string out;
  for (const model::Glyph& glyph : glyphs) {
    out += glyph.text;
  }
  return out;
}

std::vector<Word> words_of_glyphs(std::span<const model::Glyph> glyphs) {
  std::vector<Word> out;
  const auto is_space = [](const model::Glyph& glyph) { return glyph.text == " "; };
  auto at = glyphs.begin();
  while (at != glyphs.end()) {
    at = std::find_if_not(at, glyphs.end(), is_space);
    const auto end = std::find_if(at, glyphs.end(), is_space);
    if (at != end) {
      const std::span<const model::Glyph> own(at, end);
      out.push_back({spelled(own), mean_confidence(own), own});
    }
    at = end;
  }
  return out;
}

}  // namespace

std::vector<Word> words_of(const model::Line& line) {
  if (!line.glyphs.empty() && spelled(line.glyphs) == line.text) {
    return words_of_glyphs(line.glyphs);
  }
  std::vector<Word> out;
  std::size_t at = 0;
  while ((at = line.text.find_first_not_of(' ', at)) != std::string::npos) {
    const std::size_t end = std::min(line.text.find(' ', at), line.text.size());
    out.push_back({line.text.substr(at, end - at), line.confidence, {}});
    at = end;
  }
  return out;
}

std::vector<Block> blocks_of(const model::PageText& text) {
  std::vector<Block> out;
  const std::span<const model::Line> lines(text.lines);
  std::size_t start = 0;
  for (std::size_t i = 1; i <= lines.size(); ++i) {
    if (i == lines.size() || lines[i].kind != lines[start].kind) {
      out.push_back({lines[start].kind, lines.subspan(start, i - start)});
      start = i;
    }
  }
  return out;
}

bool runs_from_right(const model::Line& line) noexcept {
  if (is_vertical(line.kind) || line.glyphs.size() < 2) {
    return false;
  }
  const RectPx& first = line.glyphs.front().box;
  const RectPx& last = line.glyphs.back().box;
  return !first.empty() && !last.empty() && first.x > last.x;
}

std::vector<std::string> line_ids(const model::PageText& text) {
  std::vector<std::string> out;
  std::set<std::string> used;
  for (const model::Line& line : text.lines) {
    const bool own = is_uuid(line.id.str()) && used.insert(line.id.str()).second;
    out.push_back(own ? "line_" + line.id.str() : fmt::format("line_{}", out.size() + 1));
  }
  return out;
}

RectPx box_of(std::span<const model::Glyph> glyphs, const RectPx& page) noexcept {
  RectPx all;
  for (const model::Glyph& glyph : glyphs) {
    all = bounding_box(all, intersection(glyph.box, page));
  }
  return all;
}

RectPx box_of(const model::Line& line, const RectPx& page) noexcept {
  return bounding_box(intersection(line.box, page), box_of(line.glyphs, page));
}

Status check_size(const PageFacts& facts, const char* what) {
  if (facts.image.width <= 0 || facts.image.height <= 0) {
    return fail(ErrorCode::InvalidInput, what, facts.image_name, "image without size");
  }
  return {};
}

std::string confidence_text(double confidence) {
  return fmt::format("{:.4f}", std::min(confidence, 1.0));
}

}  // namespace shiqu::text_formats
