#include "storage/package/exporters/pdf/text_layer.h"

#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
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

/// One size of type per line, and each character stretched along it to its cell.
void write_column(std::string& out, const std::vector<Cell>& cells, const model::Box& box,
                  int height_px, double scale) {
  const double middle = (box.x + box.width / 2.0) * scale;
  for (const Cell& cell : cells) {
    const double length = std::max(cell.end - cell.begin, 1.0) * scale;
    // The origin of a vertical character is the middle of its upper edge.
    out += fmt::format("/Fv {:.3f} Tf 1 0 0 1 {:.3f} {:.3f} Tm <{:04X}> Tj\n", length, middle,
                       (height_px - cell.begin) * scale, cell.code);
  }
}

void write_row(std::string& out, const std::vector<Cell>& cells, const model::Box& box,
               int height_px, double scale) {
  const double size = std::max(box.height * scale, 1.0);
  const double base = (height_px - box.bottom()) * scale + 0.12 * size;
  out += fmt::format("/Fh {:.3f} Tf\n", size);
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
  std::string out = "BT\n3 Tr\n";
  for (std::size_t i = 0; i < text.lines.size(); ++i) {
    const model::Line& line = text.lines[i];
    const model::Box box = place_of(text, i);
    const std::vector<Cell> cells = cells_of(line, box, codes);
    if (is_vertical(line)) {
      write_column(out, cells, box, height_px, scale);
    } else {
      write_row(out, cells, box, height_px, scale);
    }
  }
  return out + "ET\n";
}

}  // namespace shiqu::package::pdf
