#include "storage/text_formats/page_xml.h"

#include "storage/base/clock.h"
#include "storage/text_formats/internal/words.h"
#include "storage/text_formats/xml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace shiqu::text_formats {
namespace {

constexpr const char* kNamespace =
    "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15";
constexpr const char* kUnknownBox = "shiqu {box:unknown;}";

/// Neighbouring lines of one region type and direction.
struct Group {
  const char* type;
  bool horizontal;
  std::vector<const model::Line*> lines;
};

const char* region_type(model::LineKind kind) {
  switch (kind) {
    case model::LineKind::CentreStrip:
      return "header";
    case model::LineKind::Heading:
      return "heading";
    case model::LineKind::Marginalia:
      return "marginalia";
    case model::LineKind::Column:
    case model::LineKind::NoteRight:
    case model::LineKind::NoteLeft:
    case model::LineKind::Horizontal:
      break;
  }
  return "paragraph";
}

std::vector<Group> group_lines(const model::PageText& text) {
  std::vector<Group> groups;
  for (const model::Line& line : text.lines) {
    const char* type = region_type(line.kind);
    const bool horizontal = line.kind == model::LineKind::Horizontal;
    if (groups.empty() || std::string_view(groups.back().type) != type ||
        groups.back().horizontal != horizontal) {
      groups.push_back({type, horizontal, {}});
    }
    groups.back().lines.push_back(&line);
  }
  return groups;
}

/// Element and type of a region that bears no lines of its own; nullptr: its lines stand for it.
struct PictureRegion {
  const char* element = nullptr;
  const char* type = nullptr;
};

PictureRegion picture_region(model::RegionKind kind) {
  switch (kind) {
    case model::RegionKind::Seal:
      return {"GraphicRegion", "stamp"};
    case model::RegionKind::Figure:
      return {"ImageRegion", nullptr};
    case model::RegionKind::Table:
      return {"TableRegion", nullptr};
    case model::RegionKind::Personal:
      return {"CustomRegion", "personal"};
    case model::RegionKind::Text:
    case model::RegionKind::CentreStrip:
    case model::RegionKind::HeadNote:
    case model::RegionKind::Gloss:
      break;
  }
  return {};
}

void set_directions(pugi::xml_node node, bool horizontal) {
  node.append_attribute("readingDirection") = horizontal ? "left-to-right" : "top-to-bottom";
  node.append_attribute("textLineOrder") = horizontal ? "top-to-bottom" : "right-to-left";
}

const char* direction_of(const model::Line& line) {
  return is_vertical(line.kind)  ? "top-to-bottom"
         : runs_from_right(line) ? "right-to-left"
                                 : "left-to-right";
}

class Writer {
 public:
  Writer(const model::PageText& text, const PageFacts& facts)
      : text_(text), facts_(facts), page_box_{0, 0, facts.image.width, facts.image.height} {}

  std::string run() {
    xml::declare(document_);
    pugi::xml_node root = document_.append_child("PcGts");
    root.append_attribute("xmlns") = kNamespace;
    write_metadata(root.append_child("Metadata"));
    write_page(root.append_child("Page"));
    return xml::text_of(document_, " ");
  }

 private:
  void write_metadata(pugi::xml_node node);
  void add_item(pugi::xml_node metadata, const char* name, const std::string& value);
  void write_page(pugi::xml_node node);
  void write_reading_order(pugi::xml_node page, std::size_t regions);
  void write_region(pugi::xml_node page, const Group& group, std::size_t number);
  void write_pictures(pugi::xml_node page);
  void write_line(pugi::xml_node region, const model::Line& line, const RectPx& outline,
                  const std::string& id);
  void write_word(pugi::xml_node node, const Word& word, const RectPx& outline,
                  const std::string& id);
  void write_glyph(pugi::xml_node node, const model::Glyph& glyph, const RectPx& outline);
  void write_coords(pugi::xml_node node, const RectPx& box);
  void write_text(pugi::xml_node node, const std::string& text, double confidence, int index = -1);
  [[nodiscard]] RectPx clipped(const RectPx& box) const { return intersection(box, page_box_); }

  const model::PageText& text_;
  const PageFacts& facts_;
  RectPx page_box_;
  pugi::xml_document document_;
};

void Writer::add_item(pugi::xml_node metadata, const char* name, const std::string& value) {
  if (value.empty()) {
    return;
  }
  pugi::xml_node item = metadata.append_child("MetadataItem");
  item.append_attribute("type") = "processingStep";
  item.append_attribute("name") = name;
  item.append_attribute("value") = xml::clean(value).c_str();
}

void Writer::write_metadata(pugi::xml_node node) {
  const std::string time = iso8601(facts_.created_ms);
  node.append_child("Creator").text().set(xml::clean(facts_.creator).c_str());
  node.append_child("Created").text().set(time.c_str());
  node.append_child("LastChange").text().set(time.c_str());
  add_item(node, "producer", text_.producer);
  add_item(node, "author", facts_.author);
  add_item(node, "state", facts_.state);
}

void Writer::write_page(pugi::xml_node node) {
  const auto groups = group_lines(text_);
  const auto across = static_cast<std::size_t>(std::count_if(
      text_.lines.begin(), text_.lines.end(),
      [](const model::Line& line) { return line.kind == model::LineKind::Horizontal; }));
  node.append_attribute("imageFilename") = facts_.image_name.c_str();
  node.append_attribute("imageWidth") = facts_.image.width;
  node.append_attribute("imageHeight") = facts_.image.height;
  if (facts_.dpi > 0) {
    const std::string dpi = fmt::format("{:g}", facts_.dpi);
    node.append_attribute("imageXResolution") = dpi.c_str();
    node.append_attribute("imageYResolution") = dpi.c_str();
    node.append_attribute("imageResolutionUnit") = "PPI";
  }
  set_directions(node, 2 * across > text_.lines.size());
  if (!groups.empty()) {
    write_reading_order(node, groups.size());
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    write_region(node, groups[i], i + 1);
  }
  write_pictures(node);
}

/// Seals, figures and tables: they stand outside the reading order.
void Writer::write_pictures(pugi::xml_node page) {
  std::size_t number = 0;
  for (const model::Region& region : text_.regions) {
    const PictureRegion form = picture_region(region.kind);
    const RectPx box = clipped(region.box);
    if (form.element == nullptr || box.empty()) {
      continue;
    }
    pugi::xml_node node = page.append_child(form.element);
    node.append_attribute("id") = fmt::format("p{}", ++number).c_str();
    if (form.type != nullptr) {
      node.append_attribute("type") = form.type;
    }
    write_coords(node, box);
  }
}

void Writer::write_reading_order(pugi::xml_node page, std::size_t regions) {
  pugi::xml_node group = page.append_child("ReadingOrder").append_child("OrderedGroup");
  group.append_attribute("id") = "order";
  for (std::size_t i = 0; i < regions; ++i) {
    pugi::xml_node reference = group.append_child("RegionRefIndexed");
    reference.append_attribute("index") = static_cast<unsigned>(i);
    reference.append_attribute("regionRef") = fmt::format("r{}", i + 1).c_str();
  }
}

void Writer::write_region(pugi::xml_node page, const Group& group, std::size_t number) {
  const std::string id = fmt::format("r{}", number);
  RectPx box;
  bool whole = true;  // does every line have a place of its own?
  for (const model::Line* line : group.lines) {
    const RectPx own = box_of(*line, page_box_);
    whole = whole && !own.empty();
    box = bounding_box(box, own);
  }
  const RectPx outline = whole ? box : page_box_;
  pugi::xml_node region = page.append_child("TextRegion");
  region.append_attribute("id") = id.c_str();
  if (!whole) {
    region.append_attribute("custom") = kUnknownBox;
  }
  region.append_attribute("type") = group.type;
  set_directions(region, group.horizontal);
  write_coords(region, outline);
  for (std::size_t i = 0; i < group.lines.size(); ++i) {
    write_line(region, *group.lines[i], outline, fmt::format("{}_l{}", id, i + 1));
  }
}

void Writer::write_line(pugi::xml_node region, const model::Line& line, const RectPx& outline,
                        const std::string& id) {
  const RectPx own = box_of(line, page_box_);
  pugi::xml_node node = region.append_child("TextLine");
  node.append_attribute("id") = id.c_str();
  node.append_attribute("readingDirection") = direction_of(line);
  node.append_attribute("custom") =
      fmt::format("shiqu {{line:{}; kind:{};{}}}", xml::clean(line.id.str()), name_of(line.kind),
                  own.empty() ? " box:unknown;" : "")
          .c_str();
  const RectPx& shown = own.empty() ? outline : own;
  write_coords(node, shown);
  int number = 0;
  for (const Word& word : words_of(line)) {
    if (!word.glyphs.empty()) {
      write_word(node.append_child("Word"), word, shown, fmt::format("{}_w{}", id, ++number));
    }
  }
  write_text(node, line.text, line.confidence);
}

void Writer::write_word(pugi::xml_node node, const Word& word, const RectPx& outline,
                        const std::string& id) {
  const RectPx own = box_of(word.glyphs, page_box_);
  const bool whole = std::all_of(word.glyphs.begin(), word.glyphs.end(),
                                 [&](const auto& glyph) { return !clipped(glyph.box).empty(); });
  node.append_attribute("id") = id.c_str();
  const RectPx& shown = whole ? own : outline;
  write_coords(node, shown);
  for (std::size_t i = 0; i < word.glyphs.size(); ++i) {
    pugi::xml_node glyph = node.append_child("Glyph");
    glyph.append_attribute("id") = fmt::format("{}_g{}", id, i + 1).c_str();
    write_glyph(glyph, word.glyphs[i], shown);
  }
  write_text(node, word.text, word.confidence);
}

void Writer::write_glyph(pugi::xml_node node, const model::Glyph& glyph, const RectPx& outline) {
  const RectPx own = clipped(glyph.box);
  if (own.empty()) {
    node.append_attribute("custom") = kUnknownBox;
  }
  write_coords(node, own.empty() ? outline : own);
  write_text(node, glyph.text, glyph.confidence, glyph.alternatives.empty() ? -1 : 0);
  int index = 0;
  for (const std::string& alternative : glyph.alternatives) {
    write_text(node, alternative, -1, ++index);
  }
}

/// Corner pixels, inclusive.
void Writer::write_coords(pugi::xml_node node, const RectPx& box) {
  const int right = box.right() - 1;
  const int bottom = box.bottom() - 1;
  node.append_child("Coords").append_attribute("points") =
      fmt::format("{0},{1} {2},{1} {2},{3} {0},{3}", box.x, box.y, right, bottom).c_str();
}

void Writer::write_text(pugi::xml_node node, const std::string& text, double confidence,
                        int index) {
  pugi::xml_node equivalent = node.append_child("TextEquiv");
  if (index >= 0) {
    equivalent.append_attribute("index") = index;
  }
  if (confidence >= 0) {
    equivalent.append_attribute("conf") = confidence_text(confidence).c_str();
  }
  equivalent.append_child("Unicode").text().set(xml::clean(text).c_str());
}

}  // namespace

Result<std::string> make_page_xml(const model::PageText& text, const PageFacts& facts) {
  SHIQU_TRY(check_size(facts, "write PAGE XML"));
  return Writer(text, facts).run();
}

}  // namespace shiqu::text_formats
