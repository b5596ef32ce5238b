#include "storage/model/text.h"

#include "storage/base/text.h"

#include <algorithm>
#include <array>

namespace shiqu::model {
namespace {

constexpr std::array<std::string_view, 7> kKinds{
    "column", "note_right", "note_left", "centre_strip", "heading", "marginalia", "horizontal"};

constexpr std::array<std::string_view, 8> kRegionKinds{
    "text", "centre_strip", "head_note", "gloss", "seal", "figure", "table", "personal"};

Json glyph_json(const Glyph& glyph) {
  Json out{{"t", glyph.text}, {"b", to_json(glyph.box)}, {"c", glyph.confidence}};
  if (!glyph.alternatives.empty()) {
    out["a"] = glyph.alternatives;
  }
  return out;
}

Glyph glyph_from(const Json& json) {
  Glyph out;
  out.text = get_or<std::string>(json, "t", "");
  out.confidence = get_or(json, "c", -1.0);
  if (json.is_object() && json.contains("b")) {
    out.box = box_from_json(json["b"]);
  }
  if (json.is_object() && json.contains("a") && json["a"].is_array()) {
    for (const Json& one : json["a"]) {
      if (one.is_string()) {
        out.alternatives.push_back(one.get<std::string>());
      }
    }
  }
  return out;
}

Result<Line> line_from(const Json& json) {
  Line out;
  out.id = LineId(get_or<std::string>(json, "id", ""));
  if (!is_uuid(out.id.str())) {
    return fail(ErrorCode::InvalidInput, "read page text", "line without id");
  }
  out.kind = line_kind_from(get_or<std::string>(json, "kind", "column"));
  out.text = get_or<std::string>(json, "text", "");
  out.confidence = get_or(json, "confidence", -1.0);
  if (json.contains("box")) {
    out.box = box_from_json(json["box"]);
  }
  if (json.contains("glyphs") && json["glyphs"].is_array()) {
    for (const Json& glyph : json["glyphs"]) {
      out.glyphs.push_back(glyph_from(glyph));
    }
  }
  return out;
}

bool touches(const Box& box, const std::vector<Box>& boxes) {
  return std::any_of(boxes.begin(), boxes.end(),
                     [&](const Box& one) { return !intersection(one, box).empty(); });
}

std::int64_t black_out_line(Line& line, const std::vector<Box>& boxes) {
  const bool line_touches = !boxes.empty() && (line.box.empty() || touches(line.box, boxes));
  std::int64_t blacked = 0;
  std::string joined;
  for (Glyph& glyph : line.glyphs) {
    if (glyph.box.empty() ? line_touches : touches(glyph.box, boxes)) {
      glyph.text = kBlackedOut;
      glyph.confidence = -1;
      glyph.alternatives.clear();
      ++blacked;
    }
    joined += glyph.text;
  }
  if (line.glyphs.empty() && line_touches) {
    for (std::size_t i = to_utf32(line.text).size(); i > 0; --i) {
      joined += kBlackedOut;
      ++blacked;
    }
  }
  if (blacked > 0) {
    line.text = joined;
    line.confidence = -1;
  }
  return blacked;
}

}  // namespace

std::string_view name_of(LineKind kind) noexcept {
  return kKinds[static_cast<std::size_t>(kind)];
}

LineKind line_kind_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds[i] == name) {
      return static_cast<LineKind>(i);
    }
  }
  return LineKind::Column;
}

std::string_view name_of(RegionKind kind) noexcept {
  return kRegionKinds[static_cast<std::size_t>(kind)];
}

RegionKind region_kind_from(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kRegionKinds.size(); ++i) {
    if (kRegionKinds[i] == name) {
      return static_cast<RegionKind>(i);
    }
  }
  return RegionKind::Text;
}

std::string PageText::plain() const {
  std::string out;
  for (const Line& line : lines) {
    out += line.text;
    out += '\n';
  }
  return out;
}

std::vector<Box> PageText::personal() const {
  std::vector<Box> out;
  for (const Region& region : regions) {
    if (region.kind == RegionKind::Personal) {
      out.push_back(region.box);
    }
  }
  return out;
}

std::int64_t black_out(PageText& text, const std::vector<Box>& boxes) {
  std::int64_t blacked = 0;
  for (Line& line : text.lines) {
    blacked += black_out_line(line, boxes);
  }
  return blacked;
}

Json to_json(const Box& box) {
  return Json::array({box.x, box.y, box.width, box.height});
}

Box box_from_json(const Json& json) noexcept {
  if (!json.is_array() || json.size() != 4) {
    return {};
  }
  std::array<int, 4> v{};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto number = number_from<int>(json[i]);
    if (!number) {
      return {};
    }
    v[i] = *number;
  }
  return {v[0], v[1], v[2], v[3]};
}

Json to_json(const PageText& text) {
  Json lines = Json::array();
  for (const Line& line : text.lines) {
    Json glyphs = Json::array();
    for (const Glyph& glyph : line.glyphs) {
      glyphs.push_back(glyph_json(glyph));
    }
    lines.push_back({{"id", line.id.str()},
                     {"kind", name_of(line.kind)},
                     {"box", to_json(line.box)},
                     {"text", line.text},
                     {"confidence", line.confidence},
                     {"glyphs", std::move(glyphs)}});
  }
  Json out{{"width_px", text.width_px},
           {"height_px", text.height_px},
           {"producer", text.producer},
           {"lines", std::move(lines)}};
  if (!text.regions.empty()) {
    Json regions = Json::array();
    for (const Region& region : text.regions) {
      regions.push_back({{"kind", name_of(region.kind)}, {"box", to_json(region.box)}});
    }
    out["regions"] = std::move(regions);
  }
  return out;
}

Result<PageText> page_text_from_json(const Json& json) {
  PageText out;
  out.width_px = get_or(json, "width_px", 0);
  out.height_px = get_or(json, "height_px", 0);
  out.producer = get_or<std::string>(json, "producer", "");
  if (!json.is_object() || !json.contains("lines") || !json["lines"].is_array()) {
    return fail(ErrorCode::InvalidInput, "read page text", "no lines");
  }
  for (const Json& one : json["lines"]) {
    SHIQU_TRY_ASSIGN(Line line, line_from(one));
    out.lines.push_back(std::move(line));
  }
  if (json.contains("regions") && json["regions"].is_array()) {
    for (const Json& one : json["regions"]) {
      if (one.is_object() && one.contains("box")) {
        out.regions.push_back({region_kind_from(get_or<std::string>(one, "kind", "text")),
                               box_from_json(one["box"])});
      }
    }
  }
  return out;
}

}  // namespace shiqu::model
