#include "storage/base/text.h"
#include "storage/text_formats/hocr.h"
#include "storage/text_formats/internal/line_builder.h"
#include "storage/text_formats/internal/xml_input.h"

#include <algorithm>
#include <map>

namespace shiqu::text_formats {
namespace {

constexpr const char* kWhat = "read hOCR";

using Properties = std::map<std::string, std::string>;

/// "bbox 1 2 3 4; x_wconf 90" by name; a semicolon between quotes belongs to the value.
Properties properties_of(const pugi::xml_node& node) {
  Properties out;
  std::string one;
  char quote = 0;
  const auto take = [&] {
    const std::string_view property = trim(one);
    const std::size_t space = std::min(property.find(' '), property.size());
    if (!property.empty()) {
      out.emplace(property.substr(0, space), trim(property.substr(space)));
    }
    one.clear();
  };
  for (const char c : std::string_view(node.attribute("title").as_string())) {
    if (c == ';' && quote == 0) {
      take();
      continue;
    }
    one += c;
    if (quote != 0) {
      quote = c == quote ? '\0' : quote;
    } else if (c == '"') {  // an apostrophe stands in file names
      quote = c;
    }
  }
  take();
  return out;
}

std::string value_of(const Properties& properties, const char* name) {
  const auto found = properties.find(name);
  return found == properties.end() ? std::string() : found->second;
}

model::Box box_from(const std::vector<double>& edges, std::size_t at = 0) {
  return edges.size() < at + 4
             ? model::Box{}
             : box_between(edges[at], edges[at + 1], edges[at + 2], edges[at + 3]);
}

bool has_class(const pugi::xml_node& node, std::string_view wanted) {
  const std::vector<std::string> classes = split(node.attribute("class").as_string(), ' ');
  return std::find(classes.begin(), classes.end(), wanted) != classes.end();
}

bool is_line(const pugi::xml_node& node) {
  return has_class(node, "ocr_line") || has_class(node, "ocrx_line") ||
         has_class(node, "ocr_header") || has_class(node, "ocr_footer") ||
         has_class(node, "ocr_caption") || has_class(node, "ocr_textfloat");
}

bool is_word(const pugi::xml_node& node) {
  return has_class(node, "ocrx_word") || has_class(node, "ocr_word");
}

bool is_character(const pugi::xml_node& node) {
  return has_class(node, "ocrx_cinfo") || has_class(node, "ocr_cinfo");
}

/// The outermost elements below `node` for which `wanted` holds, in document order.
template <class Wanted>
void collect(const pugi::xml_node& node, const Wanted& wanted, std::vector<pugi::xml_node>& out) {
  for (const pugi::xml_node& one : node.children()) {
    if (wanted(one)) {
      out.push_back(one);
    } else {
      collect(one, wanted, out);
    }
  }
}

template <class Wanted>
std::vector<pugi::xml_node> all_below(const pugi::xml_node& node, const Wanted& wanted) {
  std::vector<pugi::xml_node> out;
  collect(node, wanted, out);
  return out;
}

/// All text below `node`: without readings that were struck out, and without character elements
/// unless `characters`.
std::string text_below(const pugi::xml_node& node, bool characters) {
  std::string out;
  for (const pugi::xml_node& one : node.children()) {
    if (one.type() == pugi::node_pcdata || one.type() == pugi::node_cdata) {
      out += one.value();
    } else if (xml::local_name(one) != "del" && (characters || !is_character(one))) {
      out += text_below(one, characters);
    }
  }
  return out;
}

std::string text_of(const pugi::xml_node& node) {
  std::string own = one_line(text_below(node, false));
  return own.empty() ? one_line(text_below(node, true)) : own;
}

Direction direction_of(const pugi::xml_node& node, Direction inherited) {
  const std::string_view style = node.attribute("style").as_string();
  if (style.find("writing-mode") != std::string_view::npos) {
    const auto says = [&](const char* mode) { return style.find(mode) != style.npos; };
    const bool upright = says("vertical") || says("tb-rl") || says("tb-lr");
    return upright ? Direction::Vertical : Direction::Horizontal;
  }
  const std::string language = xml::attribute(node, "lang");
  if (language.ends_with("_vert")) {  // Tesseract names its model; those for vertical text end so
    return Direction::Vertical;
  }
  return direction_by_language({language}, inherited);
}

class Reader {
 public:
  explicit Reader(SizePx size) : lines_(size) {}

  void run(const pugi::xml_node& page, PageFile& file) {
    lines_in(page, direction_of(page, Direction::Unknown));
    lines_.finish(file);
  }

 private:
  void lines_in(const pugi::xml_node& parent, Direction direction) {
    for (const pugi::xml_node& one : parent.children()) {
      const Direction turned = direction_of(one, direction);
      if (is_line(one)) {
        text_line(one, turned);
      } else {
        lines_in(one, turned);
      }
    }
  }

  void text_line(const pugi::xml_node& node, Direction direction) {
    const Properties properties = properties_of(node);
    const std::vector<double> angle = numbers_in(value_of(properties, "textangle"));
    if (!angle.empty() && (angle.front() == 90 || angle.front() == 270)) {
      direction = Direction::Vertical;  // its box stands upright
    }
    LineBuilder builder;
    const std::vector<pugi::xml_node> words = all_below(node, is_word);
    for (const pugi::xml_node& word : words) {
      add_word(builder, word);
    }
    if (words.empty()) {
      add_characters(builder, node, properties);
    }
    const model::Box box = box_from(numbers_in(value_of(properties, "bbox")));
    model::Line line = builder.finish(std::nullopt, std::nullopt, box);
    const bool running = has_class(node, "ocr_header") || has_class(node, "ocr_footer");
    line.kind = known_kind(value_of(properties, "x_shiqu_kind"))
                    .value_or(kind_of(running ? Role::Running : Role::Text, direction, line));
    lines_.add(std::move(line), node.attribute("id").as_string());
  }

  static void add_word(LineBuilder& builder, const pugi::xml_node& node) {
    const Properties properties = properties_of(node);
    LineBuilder symbols;
    for (const pugi::xml_node& character : all_below(node, is_character)) {
      const Properties facts = properties_of(character);
      const std::vector<double> box =
          numbers_in(value_of(facts, facts.count("x_bboxes") > 0 ? "x_bboxes" : "bbox"));
      std::string confidence = value_of(facts, "x_conf");
      confidence = confidence.empty() ? value_of(facts, "x_confs") : confidence;
      const bool choice = character.attribute("id").as_string()[0] != '\0' && box.empty();
      if (!choice) {  // with an id and without a place: what else it might be
        symbols.add_symbol(one_line(text_below(character, true)), box_from(box),
                           confidence_from(confidence, 100));
      }
    }
    if (symbols.empty()) {
      builder.add_word_gap(text_of(node));
      add_characters(builder, node, properties);
      return;
    }
    builder.add_word_gap(symbols.text());
    builder.append(std::move(symbols), box_from(numbers_in(value_of(properties, "bbox"))));
  }

  /// A text with the boxes and confidences of its characters in one list each, or without.
  static void add_characters(LineBuilder& builder, const pugi::xml_node& node,
                             const Properties& properties) {
    const std::string text = text_of(node);
    const model::Box box = box_from(numbers_in(value_of(properties, "bbox")));
    std::u32string characters = to_utf32(text);
    std::erase(characters, U' ');
    const std::vector<double> boxes = numbers_in(value_of(properties, "x_bboxes"));
    const std::vector<double> confidences = numbers_in(value_of(properties, "x_confs"));
    const bool boxed = !characters.empty() && boxes.size() == 4 * characters.size();
    const bool rated = !characters.empty() && confidences.size() == characters.size();
    if (!boxed && !rated) {
      builder.add_word(text, box, confidence_from(value_of(properties, "x_wconf"), 100));
      return;
    }
    std::size_t at = 0;
    for (const char32_t character : to_utf32(text)) {
      if (character == U' ') {
        builder.add_space();
        continue;
      }
      builder.add_symbol(to_utf8(character), boxed ? box_from(boxes, 4 * at) : model::Box{},
                         rated ? std::clamp(confidences[at] / 100, 0.0, 1.0) : -1);
      ++at;
    }
  }

  PageBuilder lines_;
};

std::string unquoted(std::string text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  return xml::clean(text);
}

void read_head(const pugi::xml_node& root, PageFile& file) {
  for (const pugi::xml_node& meta : xml::children(xml::child(root, "head"), "meta")) {
    const std::string name = xml::attribute(meta, "name");
    const std::string content = one_line(xml::attribute(meta, "content"));
    if (name == "ocr-system") {
      file.software = content;
    }
    file.by_person = file.by_person || (name == "shiqu-author" && content.starts_with("person:"));
  }
}

}  // namespace

Result<PageFile> read_hocr(std::string_view bytes, const ReadOptions& options) {
  pugi::xml_document document;
  if (const Status parsed = xml::parse(document, bytes, kWhat, xml::Entities::Html); !parsed) {
    Error error = parsed.error();
    if (error.code == ErrorCode::InvalidInput) {
      error.native += "; hOCR is read as XHTML only: `tidy -asxhtml -numeric -utf8` makes it that";
    }
    return fail(std::move(error));
  }
  const pugi::xml_node root = document.document_element();
  const std::vector<pugi::xml_node> pages =
      all_below(document, [](const pugi::xml_node& node) { return has_class(node, "ocr_page"); });
  if (pages.empty()) {
    return fail(ErrorCode::Unsupported, kWhat, {}, "it is no hOCR: no ocr_page");
  }
  SHIQU_TRY_ASSIGN(const std::size_t chosen, chosen_page(pages.size(), options, kWhat));
  const Properties properties = properties_of(pages[chosen]);
  const std::vector<double> box = numbers_in(value_of(properties, "bbox"));
  PageFile file;
  SHIQU_TRY_ASSIGN(const SizePx size,
                   box.size() < 4 ? Result<SizePx>(SizePx{}) : size_from(box[2], box[3], kWhat));
  read_head(root, file);
  file.image_name = unquoted(value_of(properties, "image"));
  Reader(size).run(pages[chosen], file);
  return file;
}

}  // namespace shiqu::text_formats
