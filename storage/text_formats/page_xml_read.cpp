#include "storage/base/text.h"
#include "storage/text_formats/internal/line_builder.h"
#include "storage/text_formats/internal/xml_input.h"
#include "storage/text_formats/page_xml.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace shiqu::text_formats {
namespace {

constexpr const char* kWhat = "read PAGE XML";
constexpr const char* kUnknownBox = "box:unknown";

/// The value behind `key` in a custom attribute like "readingOrder {index:3;}".
std::string custom_value(const pugi::xml_node& node, std::string_view key) {
  const std::string_view custom = node.attribute("custom").as_string();
  const std::size_t at = custom.find(key);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view rest = custom.substr(at + key.size());
  return std::string(trim(rest.substr(0, std::min(rest.find_first_of(";}"), rest.size()))));
}

model::Box box_of(const pugi::xml_node& node) {
  if (std::string_view(node.attribute("custom").as_string()).find(kUnknownBox) !=
      std::string_view::npos) {
    return {};
  }
  const pugi::xml_node coords = xml::child(node, "Coords");
  if (const pugi::xml_attribute points = coords.attribute("points")) {
    return box_around(numbers_in(points.as_string()));
  }
  std::vector<double> points;  // before 2013
  for (const pugi::xml_node& point : xml::children(coords, "Point")) {
    points.push_back(point.attribute("x").as_double());
    points.push_back(point.attribute("y").as_double());
  }
  const bool finite =
      std::all_of(points.begin(), points.end(), [](double value) { return std::isfinite(value); });
  return finite ? box_around(points) : model::Box{};
}

/// What a TextEquiv says, in the order of their indexes; the first is the text.
struct Reading {
  std::string text;
  double confidence;
  int index;
};

std::vector<Reading> readings_of(const pugi::xml_node& node) {
  std::vector<Reading> out;
  for (const pugi::xml_node& one : xml::children(node, "TextEquiv")) {
    pugi::xml_node text = xml::child(one, "Unicode");
    if (!text) {
      text = xml::child(one, "PlainText");
    }
    out.push_back({xml::content(text), confidence_from(one.attribute("conf").as_string()),
                   one.attribute("index").as_int()});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Reading& a, const Reading& b) { return a.index < b.index; });
  return out;
}

Direction direction_of(const pugi::xml_node& node, Direction inherited) {
  const std::string reading = xml::attribute(node, "readingDirection");
  if (reading == "top-to-bottom" || reading == "bottom-to-top") {
    return Direction::Vertical;
  }
  if (reading == "left-to-right" || reading == "right-to-left") {
    return Direction::Horizontal;
  }
  const std::string order = xml::attribute(node, "textLineOrder");
  if (order == "left-to-right" || order == "right-to-left") {
    return Direction::Vertical;  // lines beside each other stand upright
  }
  return direction_by_language(
      {xml::attribute(node, "primaryLanguage"), xml::attribute(node, "primaryScript")}, inherited);
}

/// Numbers the regions of nested groups in their order.
void number(const pugi::xml_node& group, std::map<std::string, int>& ranks) {
  const auto place = [&](const pugi::xml_node& node) {
    if (const pugi::xml_attribute reference = node.attribute("regionRef")) {
      ranks.emplace(reference.as_string(), static_cast<int>(ranks.size()));
    }
  };
  std::vector<pugi::xml_node> members(group.begin(), group.end());
  if (xml::local_name(group).starts_with("Ordered")) {
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
      return a.attribute("index").as_int() < b.attribute("index").as_int();
    });
  }
  for (const pugi::xml_node& member : members) {
    const std::string_view name = xml::local_name(member);
    if (name.starts_with("RegionRef") || name.ends_with("Group") ||
        name.ends_with("GroupIndexed")) {
      place(member);
      number(member, ranks);
    }
  }
}

class Reader {
 public:
  Reader(const pugi::xml_node& page, SizePx size) : page_(page), lines_(size) {
    number(xml::child(page, "ReadingOrder"), ranks_);
  }

  void run(PageFile& file) {
    regions_in(page_, direction_of(page_, Direction::Unknown), PageBuilder::kUnordered);
    lines_.finish(file);
    file.text.regions = std::move(pictures_);
  }

 private:
  /// Regions that stand for themselves; those of text are told by their lines.
  static std::optional<model::RegionKind> picture_kind(const pugi::xml_node& region) {
    const std::string_view name = xml::local_name(region);
    if (name == "GraphicRegion" && xml::attribute(region, "type") == "stamp") {
      return model::RegionKind::Seal;
    }
    if (name == "ImageRegion" || name == "LineDrawingRegion" || name == "GraphicRegion") {
      return model::RegionKind::Figure;
    }
    if (name == "CustomRegion" && xml::attribute(region, "type") == "personal") {
      return model::RegionKind::Personal;
    }
    return name == "TableRegion" ? std::optional(model::RegionKind::Table) : std::nullopt;
  }

  void regions_in(const pugi::xml_node& parent, Direction direction, int rank) {
    for (const pugi::xml_node& one : parent.children()) {
      if (!xml::local_name(one).ends_with("Region")) {
        continue;
      }
      const auto ranked = ranks_.find(one.attribute("id").as_string());
      const int own = ranked == ranks_.end() ? rank : ranked->second;
      const Direction turned = direction_of(one, direction);
      if (xml::local_name(one) == "TextRegion") {
        text_region(one, turned, own);
      }
      if (const auto kind = picture_kind(one); kind && !box_of(one).empty()) {
        pictures_.push_back({*kind, box_of(one)});
      }
      regions_in(one, turned, own);
    }
  }

  void text_region(const pugi::xml_node& region, Direction direction, int rank) {
    Role role = role_from(region.attribute("type").as_string());
    if (role == Role::Text) {
      role = role_from(custom_value(region, "type:"));
    }
    const std::vector<pugi::xml_node> lines = lines_of(region);
    for (const pugi::xml_node& line : lines) {
      text_line(line, role, direction_of(line, direction), rank);
    }
    if (lines.empty()) {
      text_without_lines(region, role, direction, rank);
    }
  }

  /// In the order of `index` or of the custom attribute, where every line has one.
  static std::vector<pugi::xml_node> lines_of(const pugi::xml_node& region) {
    const auto index_of = [](const pugi::xml_node& line) {
      const pugi::xml_attribute index = line.attribute("index");
      return index ? xml::attribute(line, "index") : custom_value(line, "readingOrder {index:");
    };
    std::vector<pugi::xml_node> lines = xml::children(region, "TextLine");
    const bool all = std::all_of(lines.begin(), lines.end(), [&](const pugi::xml_node& line) {
      return !numbers_in(index_of(line)).empty();
    });
    if (all) {
      std::stable_sort(lines.begin(), lines.end(), [&](const auto& a, const auto& b) {
        return numbers_in(index_of(a)).front() < numbers_in(index_of(b)).front();
      });
    }
    return lines;
  }

  void text_line(const pugi::xml_node& node, Role role, Direction direction, int rank) {
    const std::optional<model::LineKind> own_kind = known_kind(custom_value(node, "kind:"));
    LineBuilder builder;
    for (const pugi::xml_node& word : xml::children(node, "Word")) {
      builder.add_space();
      add_word(builder, word);
    }
    std::optional<std::string> declared;
    std::optional<double> confidence;
    if (const std::vector<Reading> readings = readings_of(node); !readings.empty()) {
      declared = readings.front().text;
      // Shiqu leaves it out where a person decided; others where their glyphs have their own.
      if (readings.front().confidence >= 0 || own_kind) {
        confidence = readings.front().confidence;
      }
    }
    model::Line line = builder.finish(declared, confidence, box_of(node));
    line.kind = own_kind.value_or(kind_of(role, direction, line));
    lines_.add(std::move(line), custom_value(node, "line:"), rank);
  }

  static void add_word(LineBuilder& builder, const pugi::xml_node& word) {
    const std::vector<pugi::xml_node> glyphs = xml::children(word, "Glyph");
    for (const pugi::xml_node& glyph : glyphs) {
      std::vector<Reading> readings = readings_of(glyph);
      if (readings.empty()) {
        continue;
      }
      std::vector<std::string> alternatives;
      for (std::size_t i = 1; i < readings.size(); ++i) {
        alternatives.push_back(std::move(readings[i].text));
      }
      builder.add_symbol(readings.front().text, box_of(glyph), readings.front().confidence,
                         std::move(alternatives));
    }
    if (const std::vector<Reading> readings = readings_of(word);
        glyphs.empty() && !readings.empty()) {
      builder.add_word(readings.front().text, box_of(word), readings.front().confidence);
    }
  }

  /// Transcriptions of whole regions: each line of the text is a line without a place.
  void text_without_lines(const pugi::xml_node& region, Role role, Direction direction, int rank) {
    const std::vector<Reading> readings = readings_of(region);
    if (readings.empty()) {
      return;
    }
    const std::vector<std::string> texts = split(trim(readings.front().text), '\n');
    for (const std::string& text : texts) {
      model::Line line =
          LineBuilder().finish(text, std::nullopt, texts.size() == 1 ? box_of(region) : RectPx{});
      line.kind = kind_of(role, direction, line);
      lines_.add(std::move(line), {}, rank);
    }
  }

  pugi::xml_node page_;
  PageBuilder lines_;
  std::vector<model::Region> pictures_;
  std::map<std::string, int> ranks_;
};

/// The last step that recognised something, or the program that wrote the file.
void read_metadata(const pugi::xml_node& root, PageFile& file) {
  const pugi::xml_node metadata = xml::child(root, "Metadata");
  file.software = one_line(xml::content(xml::child(metadata, "Creator")));
  for (const pugi::xml_node& item : xml::children(metadata, "MetadataItem")) {
    const std::string name = xml::attribute(item, "name");
    const std::string value = one_line(xml::attribute(item, "value"));
    if (name == "producer" || name.starts_with("recognition")) {
      file.software = value.empty() ? file.software : value;
    }
    file.by_person = file.by_person || (name == "author" && value.starts_with("person:"));
  }
}

}  // namespace

Result<PageFile> read_page_xml(std::string_view bytes, const ReadOptions& options) {
  pugi::xml_document document;
  SHIQU_TRY(xml::parse(document, bytes, kWhat));
  const pugi::xml_node root = document.document_element();
  if (xml::local_name(root) != "PcGts" ||
      xml::namespace_of(root).find("PAGE/gts/pagecontent/") == std::string::npos) {
    return fail(ErrorCode::Unsupported, kWhat, {}, "it is no PAGE XML");
  }
  const std::vector<pugi::xml_node> pages = xml::children(root, "Page");
  SHIQU_TRY_ASSIGN(const std::size_t chosen, chosen_page(pages.size(), options, kWhat));
  const pugi::xml_node& page = pages[chosen];
  PageFile file;
  read_metadata(root, file);
  file.image_name = xml::attribute(page, "imageFilename");
  SHIQU_TRY_ASSIGN(const SizePx size, size_from(page.attribute("imageWidth").as_double(),
                                                page.attribute("imageHeight").as_double(), kWhat));
  Reader(page, size).run(file);
  return file;
}

}  // namespace shiqu::text_formats
