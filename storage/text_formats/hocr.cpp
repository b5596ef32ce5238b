#include "storage/text_formats/hocr.h"

#include "storage/text_formats/internal/words.h"
#include "storage/text_formats/xml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace shiqu::text_formats {
namespace {

constexpr const char* kCapabilities = "ocr_page ocr_carea ocr_line ocrx_word ocrx_cinfo ocrp_wconf";

/// Properties of a title attribute, separated as hOCR wants it.
class Title {
 public:
  Title& add(const std::string& property) {
    if (!property.empty()) {
      text_ += (text_.empty() ? "" : "; ") + property;
    }
    return *this;
  }
  Title& box(const char* name, const RectPx& box) {
    return box.empty()
               ? *this
               : add(fmt::format("{} {} {} {} {}", name, box.x, box.y, box.right(), box.bottom()));
  }
  void put(pugi::xml_node node) const {
    if (!text_.empty()) {
      node.append_attribute("title") = text_.c_str();
    }
  }

 private:
  std::string text_;
};

pugi::xml_node append(pugi::xml_node parent, const char* element, const char* kind) {
  pugi::xml_node node = parent.append_child(element);
  node.append_attribute("class") = kind;
  return node;
}

/// Written without indents, which would be white space between characters: breaks stand here.
void append_text(pugi::xml_node parent, const char* text) {
  parent.append_child(pugi::node_pcdata).set_value(text);
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
    // Without the address of a definition, which parsers would go and fetch.
    document_.append_child(pugi::node_doctype).set_value("html");
    pugi::xml_node root = document_.append_child("html");
    root.append_attribute("xmlns") = "http://www.w3.org/1999/xhtml";
    write_head(root.append_child("head"));
    append_text(root, "\n");
    pugi::xml_node body = root.append_child("body");
    append_text(body, "\n");
    write_page(append(body, "div", "ocr_page"));
    append_text(body, "\n");
    return xml::text_of(document_, "", pugi::format_raw) + "\n";
  }

 private:
  void write_head(pugi::xml_node head);
  void write_page(pugi::xml_node page);
  void write_area(pugi::xml_node area, const Block& block);
  void write_line(pugi::xml_node node, const model::Line& line, const std::string& id);
  void write_word(pugi::xml_node node, const Word& word);

  const model::PageText& text_;
  const PageFacts& facts_;
  RectPx page_box_;
  std::vector<std::string> ids_;
  std::size_t written_ = 0;
  pugi::xml_document document_;
};

void Writer::write_head(pugi::xml_node head) {
  const auto meta = [&](const char* name, const std::string& content) {
    append_text(head, "\n");
    pugi::xml_node node = head.append_child("meta");
    node.append_attribute("name") = name;
    node.append_attribute("content") = xml::clean(content).c_str();
  };
  append_text(head, "\n");
  head.append_child("title").text().set(xml::clean(facts_.image_name).c_str());
  append_text(head, "\n");
  pugi::xml_node type = head.append_child("meta");
  type.append_attribute("http-equiv") = "Content-Type";
  type.append_attribute("content") = "text/html; charset=utf-8";
  meta("ocr-system", text_.producer.empty() ? facts_.creator : text_.producer);
  meta("ocr-capabilities", kCapabilities);
  meta("ocr-number-of-pages", "1");
  if (facts_.author.starts_with("person:")) {
    meta("shiqu-author", facts_.author);
  }
  if (!facts_.state.empty()) {
    meta("shiqu-state", facts_.state);
  }
  append_text(head, "\n");
}

void Writer::write_page(pugi::xml_node page) {
  page.append_attribute("id") = "page_1";
  std::string name = xml::clean(facts_.image_name);
  std::replace(name.begin(), name.end(), '"', '\'');  // the title has no escape for it
  Title title;
  title.add(fmt::format("image \"{}\"", name)).box("bbox", page_box_).add("ppageno 0");
  if (facts_.dpi > 0) {
    const long dpi = std::lround(std::min(facts_.dpi, 1e6));
    title.add(fmt::format("scan_res {} {}", dpi, dpi));
  }
  title.put(page);
  append_text(page, "\n");
  int number = 0;
  for (const Block& block : blocks_of(text_)) {
    pugi::xml_node area = append(page, "div", "ocr_carea");
    area.append_attribute("id") = fmt::format("block_{}", ++number).c_str();
    write_area(area, block);
    append_text(page, "\n");
  }
}

void Writer::write_area(pugi::xml_node area, const Block& block) {
  RectPx around;
  for (const model::Line& line : block.lines) {
    around = bounding_box(around, box_of(line, page_box_));
  }
  Title().box("bbox", around).put(area);
  if (is_vertical(block.kind)) {
    area.append_attribute("style") = "writing-mode: vertical-rl";
  }
  append_text(area, "\n");
  for (const model::Line& line : block.lines) {
    write_line(append(area, "span", "ocr_line"), line, ids_[written_++]);
    append_text(area, "\n");
  }
}

void Writer::write_line(pugi::xml_node node, const model::Line& line, const std::string& id) {
  node.append_attribute("id") = id.c_str();
  Title()
      .box("bbox", box_of(line, page_box_))
      .add(fmt::format("x_shiqu_kind {}", model::name_of(line.kind)))
      .put(node);
  bool first = true;
  for (const Word& word : words_of(line)) {
    if (!first) {
      append_text(node, " ");
    }
    first = false;
    write_word(append(node, "span", "ocrx_word"), word);
  }
}

void Writer::write_word(pugi::xml_node node, const Word& word) {
  Title title;
  title.box("bbox", box_of(word.glyphs, page_box_));
  if (word.confidence >= 0) {
    title.add(fmt::format("x_wconf {}", std::lround(100 * std::min(word.confidence, 1.0))));
  }
  title.put(node);
  for (const model::Glyph& glyph : word.glyphs) {
    pugi::xml_node info = append(node, "span", "ocrx_cinfo");
    Title facts;
    facts.box("x_bboxes", intersection(glyph.box, page_box_));
    if (glyph.confidence >= 0) {
      facts.add(fmt::format("x_conf {:.2f}", 100 * std::min(glyph.confidence, 1.0)));
    }
    facts.put(info);
    append_text(info, xml::clean(glyph.text).c_str());
  }
  if (word.glyphs.empty()) {
    append_text(node, xml::clean(word.text).c_str());
  }
}

}  // namespace

Result<std::string> make_hocr(const model::PageText& text, const PageFacts& facts) {
  SHIQU_TRY(check_size(facts, "write hOCR"));
  return Writer(text, facts).run();
}

}  // namespace shiqu::text_formats
