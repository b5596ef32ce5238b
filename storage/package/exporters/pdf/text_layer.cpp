#include "storage/package/exporters/pdf/text_layer.h"

#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

namespace shiqu::package::pdf {
namespace {

/// One character and where along its line it begins and ends, pixels.
struct Cell {
  std::uint16_t code = 0;
  double begin = 0;
  double end = 0;
};

/// UTF-16BE, hexadecimal.
std::string utf16_hex(char32_t c) {
  if (c < 0x10000) {
    return fmt::format("{:04X}", static_cast<std::uint32_t>(c));
  }
  const auto rest = static_cast<std::uint32_t>(c) - 0x10000;
  return fmt::format("{:04X}{:04X}", 0xD800 + (rest >> 10U), 0xDC00 + (rest & 0x3FFU));
}

bool is_vertical(const model::Line& line) {
  return line.kind != model::LineKind::Horizontal;
}

/// Where each character begins: at its own box where all have one in order, evenly otherwise.
std::vector<double> starts_of(const model::Line& line, std::size_t characters, double begin,
                              double end) {
  std::vector<double> starts;
  const bool vertical = is_vertical(line);
  if (line.glyphs.size() == characters) {
    for (const model::Glyph& glyph : line.glyphs) {
      const double at = vertical ? glyph.box.y : glyph.box.x;
      const bool in_order = starts.empty() || at > starts.back() + 1;
      if (glyph.box.empty() || !in_order || at < begin - 1 || at >= end) {
        starts.clear();
        break;
      }
      starts.push_back(at);
    }
  }
  if (starts.size() != characters) {
    starts.clear();
    for (std::size_t i = 0; i < characters; ++i) {
      starts.push_back(begin +
                       (end - begin) * static_cast<double>(i) / static_cast<double>(characters));
    }
  }
  return starts;
}

std::vector<Cell> cells_of(const model::Line& line, const model::Box& box, Codes& codes) {
  const std::u32string characters = to_utf32(line.text);
  const bool vertical = is_vertical(line);
  const double begin = vertical ? box.y : box.x;
  const double end = vertical ? box.bottom() : box.right();
  const std::vector<double> starts = starts_of(line, characters.size(), begin, end);
  std::vector<Cell> cells;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const double next = i + 1 < starts.size() ? starts[i + 1] : std::max(end, starts[i] + 1);
    if (const std::uint16_t code = codes.of(characters[i])) {
      cells.push_back({code, starts[i], next});
    }
  }
  return cells;
}

/// One size of type and even steps from the first character's ink to the end of the last one's:
/// where steps differ, readers see words and spaces that are not there. Pixels.
double size_of_column(const std::vector<Cell>& cells, const model::Box& box) {
  const double span = cells.back().end - cells.front().begin;
  const double width = box.width;
  return std::max(cells.size() > 1 ? span / static_cast<double>(cells.size())
                                   : std::clamp(span, width, 1.5 * width),
                  1.0);
}

void write_column(std::string& out, const std::vector<Cell>& cells, const model::Box& box,
                  int height_px, double scale) {
  const double size = size_of_column(cells, box);
  // The origin of a vertical character is the left end of its upper edge (Document's /W2). Readers
  // leave out what begins beside the page.
  const double left = std::max(box.x + box.width / 2.0 - size / 2, 0.0) * scale;
  out += fmt::format("/Fv {:.3f} Tf 1 0 0 1 {:.3f} {:.3f} Tm <", size * scale, left,
                     (height_px - cells.front().begin) * scale);
  for (const Cell& cell : cells) {
    out += fmt::format("{:04X}", cell.code);
  }
  out += "> Tj\n";
}

void write_row(std::string& out, const std::vector<Cell>& cells, const model::Box& box,
               int height_px, double scale) {
  const double size = std::max(box.height * scale, 1.0);
  const double base = (height_px - box.bottom()) * scale + 0.12 * size;
  out += fmt::format("1 0 0 1 0 0 Tm /Fh {:.3f} Tf\n", size);
  for (const Cell& cell : cells) {
    const double length = std::max(cell.end - cell.begin, 1.0) * scale;
    out += fmt::format("{:.3f} Tz 1 0 0 1 {:.3f} {:.3f} Tm <{:04X}> Tj\n", 100 * length / size,
                       cell.begin * scale, base, cell.code);
  }
  out += "100 Tz\n";
}

/// A line without a place gets a strip of the page, from the right to the left.
model::Box place_of(const model::PageText& text, std::size_t index) {
  const model::Box& box = text.lines[index].box;
  if (!box.empty()) {
    return box;
  }
  const auto count = static_cast<int>(text.lines.size());
  const int width = std::max(text.width_px / count, 1);
  return {text.width_px - width * (static_cast<int>(index) + 1), 0, width,
          std::max(text.height_px, 1)};
}

/// One line of a page as it is set.
struct SetLine {
  const model::Line* line = nullptr;
  model::Box box;
  std::vector<Cell> cells;
};

std::vector<SetLine> set_lines(const model::PageText& text, Codes& codes) {
  std::vector<SetLine> out;
  for (std::size_t i = 0; i < text.lines.size(); ++i) {
    const model::Box box = place_of(text, i);
    std::vector<Cell> cells = cells_of(text.lines[i], box, codes);
    if (!cells.empty()) {
      out.push_back({&text.lines[i], box, std::move(cells)});
    }
  }
  return out;
}

bool is_note(const SetLine& one) {
  const model::LineKind kind = one.line->kind;
  return kind == model::LineKind::NoteRight || kind == model::LineKind::NoteLeft;
}

/// Does the line go on in the column that the one before stands in? The two halves of a note do,
/// a note under a note, and what stands below the other, the middle of one within the wider one.
bool goes_on(const SetLine& before, const SetLine& line) {
  if (!is_vertical(*before.line) || !is_vertical(*line.line)) {
    return false;
  }
  const auto middle = [](const model::Box& box) { return box.x + box.width / 2.0; };
  const bool below = line.box.y > before.box.y;
  if (is_note(before) && is_note(line) && before.line->kind != line.line->kind) {
    return before.line->kind == model::LineKind::NoteRight ||
           (below && middle(line.box) > middle(before.box));
  }
  const model::Box& wide = before.box.width > line.box.width ? before.box : line.box;
  const model::Box& narrow = before.box.width > line.box.width ? line.box : before.box;
  return below && middle(narrow) >= wide.x && middle(narrow) < wide.right();
}

/// The end of the column that begins with line `first`.
std::size_t end_of_column(const std::vector<SetLine>& lines, std::size_t first) {
  std::size_t end = first + 1;
  while (end < lines.size() && goes_on(lines[end - 1], lines[end])) {
    ++end;
  }
  return end;
}

/// Readers that go by places set the halves of a note among the columns beside them. A column with
/// notes therefore says what it reads as a whole (ISO 32000-1 §14.9.4).
std::string begin_of_span(std::span<const SetLine> column) {
  std::string out = "/Span << /ActualText <FEFF";
  for (const SetLine& one : column) {
    out += &one == column.data() ? "" : utf16_hex(U'\n');
    for (const char32_t c : to_utf32(one.line->text)) {
      out += utf16_hex(c);
    }
  }
  return out + "> >> BDC\n";
}

/// Back to the size of the main text, which readers take as that of the whole.
std::string end_of_span(std::span<const SetLine> column, double scale) {
  const auto main = std::max_element(
      column.begin(), column.end(),
      [](const SetLine& a, const SetLine& b) { return a.box.width < b.box.width; });
  return fmt::format("/Fv {:.3f} Tf\nEMC\n", size_of_column(main->cells, main->box) * scale);
}

}  // namespace

std::uint16_t Codes::of(char32_t character) {
  const auto found = codes_.find(character);
  if (found != codes_.end()) {
    return found->second;
  }
  if (characters_.size() >= 0xFFFF) {
    return 0;
  }
  characters_ += character;
  return codes_.emplace(character, static_cast<std::uint16_t>(characters_.size())).first->second;
}

std::string Codes::to_unicode() const {
  constexpr std::size_t kAtOnce = 100;  // entries of one block, by the CMap format
  std::string out =
      "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
      "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
      "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
      "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
  for (std::size_t at = 0; at < characters_.size(); at += kAtOnce) {
    const std::size_t end = std::min(at + kAtOnce, characters_.size());
    out += fmt::format("{} beginbfchar\n", end - at);
    for (std::size_t i = at; i < end; ++i) {
      out += fmt::format("<{:04X}> <{}>\n", i + 1, utf16_hex(characters_[i]));
    }
    out += "endbfchar\n";
  }
  return out + "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
}

std::string text_layer(const model::PageText& text, int height_px, double scale, Codes& codes) {
  const std::vector<SetLine> lines = set_lines(text, codes);
  std::string out = "BT\n3 Tr\n";
  for (std::size_t first = 0; first < lines.size();) {
    const std::size_t end = end_of_column(lines, first);
    const std::span column(&lines[first], end - first);
    const bool noted = column.size() > 1 && std::any_of(column.begin(), column.end(), is_note);
    out += noted ? begin_of_span(column) : "";
    for (const SetLine& one : column) {
      const auto write = is_vertical(*one.line) ? write_column : write_row;
      write(out, one.cells, one.box, height_px, scale);
    }
    out += noted ? end_of_span(column, scale) : "";
    first = end;
  }
  return out + "ET\n";
}

}  // namespace shiqu::package::pdf
