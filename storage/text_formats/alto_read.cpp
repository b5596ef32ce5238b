#include "storage/base/text.h"
#include "storage/text_formats/alto.h"
#include "storage/text_formats/internal/line_builder.h"
#include "storage/text_formats/internal/xml_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace shiqu::text_formats {
namespace {

constexpr const char* kWhat = "read ALTO";
constexpr std::array<std::string_view, 5> kNamespaces{
    "http://www.loc.gov/standards/alto/ns-v4#", "http://www.loc.gov/standards/alto/ns-v3#",
    "http://www.loc.gov/standards/alto/ns-v2#", "http://schema.ccs-gmbh.com/ALTO", ""};

/// How many pixels one unit of the file is. Errors: InvalidInput (no resolution known).
Result<double> unit_of(const pugi::xml_node& root, const ReadOptions& options, PageFile& file) {
  const pugi::xml_node description = xml::child(root, "Description");
  const std::string unit = one_line(xml::content(xml::child(description, "MeasurementUnit")));
  if (unit.empty() || unit == "pixel") {
    return 1.0;
  }
  if (unit != "mm10" && unit != "inch1200") {
    return fail(ErrorCode::Unsupported, kWhat, {}, fmt::format("unit {}", unit));
  }
  if (!(options.dpi > 0)) {
    return fail(ErrorCode::InvalidInput, kWhat, {},
                fmt::format("it measures in {}: the resolution of the image is needed", unit));
  }
  const double factor = unit == "mm10" ? options.dpi / 254 : options.dpi / 1200;
  file.size_tolerance_px = 1 + static_cast<int>(std::min(factor, 1e6));
  return factor;
}

/// Numbers the elements of nested groups in their order.
void number(const pugi::xml_node& group, std::map<std::string, int>& ranks) {
  for (const pugi::xml_node& member : group.children()) {
    for (const std::string& reference : split(xml::attribute(member, "REF"), ' ')) {
      if (!reference.empty()) {
        ranks.emplace(reference, static_cast<int>(ranks.size()));
      }
    }
    number(member, ranks);
  }
}

/// What blocks hand down to their lines.
struct Inherited {
  Role role = Role::Text;
  Direction direction = Direction::Unknown;
  int rank = PageBuilder::kUnordered;
};

class Reader {
 public:
  Reader(const pugi::xml_node& root, SizePx size, double unit) : lines_(size), unit_(unit) {
    number(xml::child(root, "ReadingOrder"), ranks_);
    for (const pugi::xml_node& tag : xml::child(root, "Tags").children()) {
      labels_.emplace(tag.attribute("ID").as_string(), xml::attribute(tag, "LABEL"));
    }
  }

  void run(const pugi::xml_node& page, PageFile& file) {
    language_ = direction_by_language({xml::attribute(page, "LANG")}, Direction::Unknown);
    // The schema puts all margins before the print space; read they are around it.
    space(page, "TopMargin", Role::Running);
    space(page, "LeftMargin", Role::Margin);
    space(page, "PrintSpace", Role::Text);
    space(page, "RightMargin", Role::Margin);
    space(page, "BottomMargin", Role::Running);
    file.by_person = by_person_;
    lines_.finish(file);
  }

 private:
  void space(const pugi::xml_node& page, std::string_view name, Role role) {
    for (const pugi::xml_node& one : xml::children(page, name)) {
      blocks_in(one, {role, language_, PageBuilder::kUnordered});
    }
  }

  void blocks_in(const pugi::xml_node& parent, const Inherited& above) {
    for (const pugi::xml_node& one : parent.children()) {
      const std::string_view name = xml::local_name(one);
      if (name == "ComposedBlock") {
        blocks_in(one, below(one, above));
      } else if (name == "TextBlock") {
        const Inherited here = below(one, above);
        for (const pugi::xml_node& line : xml::children(one, "TextLine")) {
          text_line(line, below(line, here));
        }
      }
    }
  }

  Inherited below(const pugi::xml_node& node, Inherited out) {
    const auto ranked = ranks_.find(node.attribute("ID").as_string());
    out.rank = ranked == ranks_.end() ? out.rank : ranked->second;
    const std::string direction = xml::attribute(node, "BASEDIRECTION");
    if (!direction.empty()) {
      out.direction =
          direction == "ttb" || direction == "btt" ? Direction::Vertical : Direction::Horizontal;
    }
    out.direction = direction_by_language(
        {xml::attribute(node, "LANG"), xml::attribute(node, "language")}, out.direction);
    for (const std::string& label : labels_of(node)) {
      const Role role = role_from(label);
      out.role = role == Role::Text ? out.role : role;
    }
    note_correction(node);
    return out;
  }

  std::vector<std::string> labels_of(const pugi::xml_node& node) const {
    std::vector<std::string> out;
    for (const std::string& reference : split(xml::attribute(node, "TAGREFS"), ' ')) {
      if (const auto found = labels_.find(reference); found != labels_.end()) {
        out.push_back(found->second);
      }
    }
    return out;
  }

  void note_correction(const pugi::xml_node& node) {
    by_person_ = by_person_ || node.attribute("CS").as_bool();
  }

  [[nodiscard]] model::Box box_of(const pugi::xml_node& node) const {
    const auto value = [&](const char* name) {
      const double number = node.attribute(name).as_double();
      return std::isfinite(number) ? number * unit_ : 0;
    };
    if (node.attribute("WIDTH") && node.attribute("HEIGHT")) {
      const double left = value("HPOS");
      const double top = value("VPOS");
      return box_between(left, top, left + value("WIDTH"), top + value("HEIGHT"));
    }
    std::vector<double> points = numbers_in(
        xml::child(xml::child(node, "Shape"), "Polygon").attribute("POINTS").as_string());
    for (double& point : points) {
      point *= unit_;
    }
    return box_around(points);
  }

  void text_line(const pugi::xml_node& node, const Inherited& here) {
    LineBuilder builder;
    bool gap = true;  // between two strings, unless the file has said so itself
    for (const pugi::xml_node& part : node.children()) {
      const std::string_view name = xml::local_name(part);
      if (name == "SP") {
        builder.add_space();
        gap = false;
      } else if (name == "String") {
        if (gap) {
          builder.add_word_gap(part.attribute("CONTENT").as_string());
        }
        add_string(builder, part);
        gap = true;
      } else if (name == "HYP") {
        builder.add_hyphen(part.attribute("CONTENT").as_string(), box_of(part));
      }
    }
    model::Line line = builder.finish(std::nullopt, std::nullopt, box_of(node));
    line.kind = kind_of(here.role, here.direction, line);
    for (const std::string& label : labels_of(node)) {
      line.kind = known_kind(label).value_or(line.kind);
    }
    lines_.add(std::move(line), node.attribute("ID").as_string(), here.rank);
  }

  void add_string(LineBuilder& builder, const pugi::xml_node& node) {
    note_correction(node);
    LineBuilder symbols;
    for (const pugi::xml_node& glyph : xml::children(node, "Glyph")) {
      std::vector<std::string> alternatives;
      for (const pugi::xml_node& variant : xml::children(glyph, "Variant")) {
        alternatives.push_back(xml::attribute(variant, "CONTENT"));
      }
      symbols.add_symbol(glyph.attribute("CONTENT").as_string(), box_of(glyph),
                         confidence_from(glyph.attribute("GC").as_string()),
                         std::move(alternatives));
    }
    const std::string content = xml::attribute(node, "CONTENT");
    // The string's content counts; glyphs that spell something else lost their places.
    if (!symbols.empty() && symbols.text() == content) {
      builder.append(std::move(symbols), box_of(node));
    } else {
      builder.add_word(content, box_of(node), confidence_from(node.attribute("WC").as_string()));
    }
  }

  std::map<std::string, int> ranks_;
  std::map<std::string, std::string> labels_;
  PageBuilder lines_;
  double unit_;
  Direction language_ = Direction::Unknown;
  bool by_person_ = false;
};

std::string software_in(const pugi::xml_node& step) {
  const pugi::xml_node software = xml::child(step, "processingSoftware");
  const std::string name = one_line(xml::content(xml::child(software, "softwareName")));
  const std::string version = one_line(xml::content(xml::child(software, "softwareVersion")));
  return version.empty() || name.empty() ? name : name + "/" + version;
}

/// What generated the content, otherwise the first software that is named.
std::string software_of(const pugi::xml_node& root) {
  std::string first;
  for (const pugi::xml_node& process : xml::child(root, "Description").children()) {
    const std::string_view name = xml::local_name(process);
    const bool old = name == "OCRProcessing";  // before 4.0
    if (!old && name != "Processing") {
      continue;
    }
    const std::string software =
        software_in(old ? xml::child(process, "ocrProcessingStep") : process);
    const std::string category = xml::content(xml::child(process, "processingCategory"));
    if (!software.empty() && category.find("contentGeneration") != std::string::npos) {
      return software;
    }
    first = first.empty() ? software : first;
  }
  return first;
}

}  // namespace

Result<PageFile> read_alto(std::string_view bytes, const ReadOptions& options) {
  pugi::xml_document document;
  SHIQU_TRY(xml::parse(document, bytes, kWhat));
  const pugi::xml_node root = document.document_element();
  if (xml::local_name(root) != "alto" || std::find(kNamespaces.begin(), kNamespaces.end(),
                                                   xml::namespace_of(root)) == kNamespaces.end()) {
    return fail(ErrorCode::Unsupported, kWhat, {}, "it is no ALTO of version 1 to 4");
  }
  const std::vector<pugi::xml_node> pages = xml::children(xml::child(root, "Layout"), "Page");
  SHIQU_TRY_ASSIGN(const std::size_t chosen, chosen_page(pages.size(), options, kWhat));
  const pugi::xml_node& page = pages[chosen];
  PageFile file;
  SHIQU_TRY_ASSIGN(const double unit, unit_of(root, options, file));
  SHIQU_TRY_ASSIGN(const SizePx size,
                   size_from(page.attribute("WIDTH").as_double() * unit,
                             page.attribute("HEIGHT").as_double() * unit, kWhat));
  file.software = software_of(root);
  file.image_name = one_line(xml::content(xml::child(
      xml::child(xml::child(root, "Description"), "sourceImageInformation"), "fileName")));
  Reader(root, size, unit).run(page, file);
  return file;
}

}  // namespace shiqu::text_formats
