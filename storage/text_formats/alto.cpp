#include "storage/text_formats/alto.h"

#include "storage/base/clock.h"
#include "storage/base/text.h"
#include "storage/text_formats/internal/words.h"
#include "storage/text_formats/xml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace shiqu::text_formats {
namespace {

constexpr const char* kNamespace = "http://www.loc.gov/standards/alto/ns-v4#";
constexpr const char* kSchema =
    "http://www.loc.gov/standards/alto/ns-v4# http://www.loc.gov/standards/alto/v4/alto-4-4.xsd";
constexpr std::size_t kLongestVariant = 3;  // code points, by the schema

std::string tag_id(model::LineKind kind) {
  return fmt::format("kind_{}", model::name_of(kind));
}

void write_box(pugi::xml_node node, const RectPx& box) {
  if (box.empty()) {
    return;
  }
  node.append_attribute("HPOS") = box.x;
  node.append_attribute("VPOS") = box.y;
  node.append_attribute("WIDTH") = box.width;
  node.append_attribute("HEIGHT") = box.height;
}

class Writer {
 public:
  Writer(const model::PageText& text, const PageFacts& facts)
      : text_(text),
        facts_(facts),
        page_box_{0, 0, facts.image.width, facts.image.height},
        ids_(line_ids(text)) {}

  std::string run() {
    xml::declare(document_);
    pugi::xml_node root = document_.append_child("alto");
    root.append_attribute("xmlns") = kNamespace;
    root.append_attribute("xmlns:xsi") = "http://www.w3.org/2001/XMLSchema-instance";
    root.append_attribute("xsi:schemaLocation") = kSchema;
    root.append_attribute("SCHEMAVERSION") = "4.4";
    write_description(root.append_child("Description"));
    write_tags(root);
    write_layout(root.append_child("Layout"));
    return xml::text_of(document_, " ");
  }

 private:
  void write_description(pugi::xml_node node);
  static void write_software(pugi::xml_node step, const std::string& software);
  void write_tags(pugi::xml_node root);
  void write_layout(pugi::xml_node node);
  void write_line(pugi::xml_node block, const model::Line& line, const std::string& id);
  void write_string(pugi::xml_node node, const Word& word, const model::Line& line);
  void write_glyph(pugi::xml_node node, const model::Glyph& glyph);

  const model::PageText& text_;
  const PageFacts& facts_;
  RectPx page_box_;
  std::vector<std::string> ids_;
  std::size_t written_ = 0;
  pugi::xml_document document_;
};

void Writer::write_description(pugi::xml_node node) {
  node.append_child("MeasurementUnit").text().set("pixel");
  node.append_child("sourceImageInformation")
      .append_child("fileName")
      .text()
      .set(xml::clean(facts_.image_name).c_str());
  const std::string time = iso8601(facts_.created_ms);
  const auto step = [&](const char* id, const char* category) {
    pugi::xml_node out = node.append_child("Processing");
    out.append_attribute("ID") = id;
    out.append_child("processingCategory").text().set(category);
    return out;
  };
  if (!text_.producer.empty()) {
    write_software(step("step_read", "contentGeneration"), text_.producer);
  }
  if (facts_.author.starts_with("person:")) {
    pugi::xml_node author = step("step_author", "contentModification");
    author.append_child("processingDateTime").text().set(time.c_str());
    author.append_child("processingAgency").text().set(xml::clean(facts_.author).c_str());
  }
  if (!facts_.creator.empty()) {
    pugi::xml_node creator = step("step_write", "other");
    creator.append_child("processingDateTime").text().set(time.c_str());
    if (!facts_.state.empty()) {
      creator.append_child("processingStepDescription")
          .text()
          .set(xml::clean("state of the text: " + facts_.state).c_str());
    }
    write_software(creator, facts_.creator);
  }
}

/// "software:name/version" as two.
void Writer::write_software(pugi::xml_node step, const std::string& software) {
  constexpr std::string_view kKind = "software:";
  const std::size_t start = software.starts_with(kKind) ? kKind.size() : 0;
  const std::string name = software.substr(start);
  const std::size_t slash = name.rfind('/');
  pugi::xml_node node = step.append_child("processingSoftware");
  node.append_child("softwareName").text().set(xml::clean(name.substr(0, slash)).c_str());
  if (slash != std::string::npos) {
    node.append_child("softwareVersion").text().set(xml::clean(name.substr(slash + 1)).c_str());
  }
}

void Writer::write_tags(pugi::xml_node root) {
  std::set<model::LineKind> kinds;
  for (const model::Line& line : text_.lines) {
    kinds.insert(line.kind);
  }
  if (kinds.empty()) {
    return;
  }
  pugi::xml_node tags = root.append_child("Tags");
  for (const model::LineKind kind : kinds) {
    pugi::xml_node tag = tags.append_child("LayoutTag");
    tag.append_attribute("ID") = tag_id(kind).c_str();
    tag.append_attribute("TYPE") = "shiqu line kind";
    tag.append_attribute("LABEL") = std::string(model::name_of(kind)).c_str();
  }
}

void Writer::write_layout(pugi::xml_node node) {
  pugi::xml_node page = node.append_child("Page");
  page.append_attribute("ID") = "page_1";
  page.append_attribute("PHYSICAL_IMG_NR") = 1;
  page.append_attribute("WIDTH") = facts_.image.width;
  page.append_attribute("HEIGHT") = facts_.image.height;
  pugi::xml_node space = page.append_child("PrintSpace");
  write_box(space, page_box_);
  int number = 0;
  for (const Block& block : blocks_of(text_)) {
    pugi::xml_node out = space.append_child("TextBlock");
    out.append_attribute("ID") = fmt::format("block_{}", ++number).c_str();
    out.append_attribute("TAGREFS") = tag_id(block.kind).c_str();
    RectPx around;
    for (const model::Line& line : block.lines) {
      around = bounding_box(around, box_of(line, page_box_));
    }
    write_box(out, around);
    out.append_attribute("BASEDIRECTION") = is_vertical(block.kind) ? "ttb" : "ltr";
    for (const model::Line& line : block.lines) {
      write_line(out, line, ids_[written_++]);
    }
  }
}

void Writer::write_line(pugi::xml_node block, const model::Line& line, const std::string& id) {
  pugi::xml_node node = block.append_child("TextLine");
  node.append_attribute("ID") = id.c_str();
  node.append_attribute("TAGREFS") = tag_id(line.kind).c_str();
  write_box(node, box_of(line, page_box_));
  node.append_attribute("BASEDIRECTION") = is_vertical(line.kind)  ? "ttb"
                                           : runs_from_right(line) ? "rtl"
                                                                   : "ltr";
  std::vector<Word> words = words_of(line);
  if (words.empty()) {
    words.push_back({});  // the schema wants one
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) {
      node.append_child("SP");
    }
    write_string(node.append_child("String"), words[i], line);
  }
}

void Writer::write_string(pugi::xml_node node, const Word& word, const model::Line& line) {
  node.append_attribute("CONTENT") = xml::clean(word.text).c_str();
  write_box(node, box_of(word.glyphs, page_box_));
  if (word.confidence >= 0) {
    node.append_attribute("WC") = confidence_text(word.confidence).c_str();
  }
  if (line.confidence < 0 && facts_.author.starts_with("person:")) {
    node.append_attribute("CS") = "true";
  }
  // A Glyph holds exactly one character, by the schema.
  const bool single = std::all_of(word.glyphs.begin(), word.glyphs.end(), [](const auto& glyph) {
    return to_utf32(xml::clean(glyph.text)).size() == 1;
  });
  if (single) {
    for (const model::Glyph& glyph : word.glyphs) {
      write_glyph(node.append_child("Glyph"), glyph);
    }
  }
}

void Writer::write_glyph(pugi::xml_node node, const model::Glyph& glyph) {
  node.append_attribute("CONTENT") = xml::clean(glyph.text).c_str();
  write_box(node, intersection(glyph.box, page_box_));
  if (glyph.confidence >= 0) {
    node.append_attribute("GC") = confidence_text(glyph.confidence).c_str();
  }
  for (const std::string& alternative : glyph.alternatives) {
    const std::string text = xml::clean(alternative);
    if (to_utf32(text).size() <= kLongestVariant) {
      node.append_child("Variant").append_attribute("CONTENT") = text.c_str();
    }
  }
}

}  // namespace

Result<std::string> make_alto(const model::PageText& text, const PageFacts& facts) {
  SHIQU_TRY(check_size(facts, "write ALTO"));
  return Writer(text, facts).run();
}

}  // namespace shiqu::text_formats
