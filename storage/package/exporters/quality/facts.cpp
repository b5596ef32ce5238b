#include "storage/package/exporters/quality/facts.h"

#include "storage/base/clock.h"
#include "storage/base/text.h"

#include <algorithm>

namespace shiqu::package::quality {
namespace {

bool is_unclean(char32_t c) noexcept {
  return c < U' ' || c == 0x7F || c == 0xFFFD || (c >= 0xE000 && c <= 0xF8FF) ||
         (c >= 0xF0000 && c <= 0x10FFFF);
}

double share(std::size_t part, std::size_t whole) noexcept {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// A figure that was measured here; `method` tells how, for its definition is ours.
Json measured(const char* code, const char* name, Json value, const char* method) {
  return {{"code", code},         {"name", name},
          {"status", "measured"}, {"value", std::move(value)},
          {"method", method},     {"definition", "ours"}};
}

Json documented(const char* code, const char* name, bool present, const char* where) {
  return {{"code", code},
          {"name", name},
          {"status", present ? "documented" : "not_documented"},
          {"where", where},
          {"definition", "ours"}};
}

Json open(const char* code, const char* name, const char* why) {
  return {{"code", code}, {"name", name}, {"status", "not_measured"}, {"why", why}};
}

Json documentation(const ExportContext& context) {
  const bool card = context.has("card");
  constexpr const char* kWhere = "dataset/README.md";
  return Json::array(
      {documented("0101", "基本信息", card, kWhere), documented("0102", "内容特征", card, kWhere),
       documented("0103", "建设过程", card, kWhere), documented("0104", "应用说明", card, kWhere)});
}

Json cleanness(const Facts& facts) {
  return Json::array(
      {measured("020801", "文本", share(facts.unclean, facts.characters),
                "share of control, replacement and private-use characters"),
       facts.lowest_dpi > 0
           ? measured("02080201", "分辨率", facts.lowest_dpi, "lowest resolution of a master, dpi")
           : open("02080201", "分辨率", "the resolution is not known"),
       measured("02080202", "重复", facts.repeated_masters,
                "neighbouring pages with equal masters, by SHA-256"),
       open("02080203", "信噪比", "no measure of the archive's is a signal-to-noise ratio"),
       facts.sharpness_measured > 0
           ? measured("02080204", "清晰度", share(facts.sharp_enough, facts.sharpness_measured),
                      "share of pages whose sharpness passed the limits of their profile")
           : open("02080204", "清晰度", "sharpness was measured on no page")});
}

Json data_quality(const Facts& facts, const ExportContext& context) {
  const bool graded = context.plan().item.grade != model::Grade::Ungraded;
  Json clean = {{"code", "0208"}, {"name", "内容干净性"}, {"parts", cleanness(facts)}};
  return Json::array(
      {measured("0201", "格式规范性", 1.0,
                "every file is written by a writer of its standard and parsed by verification"),
       measured("0202", "安全规范性", graded ? 1.0 : 0.0, "the item has a sensitivity grade"),
       measured("0203", "标注规范性", share(facts.lines_with_box, facts.lines),
                "share of lines that have a kind and a place"),
       measured("0204", "结构完整性", 1.0, "every page has master, PAGE XML and text file"),
       measured("0205", "内容真实性", share(facts.traced, facts.pages),
                "share of pages with device or source file and moment of capture"),
       measured("0206", "内容一致性", share(facts.same_size, facts.with_text),
                "share of texts whose places refer to an image of the master's size"),
       measured("0207", "类型一致性", 1.0, "all masters are TIFF, all texts UTF-8"),
       std::move(clean)});
}

Json model_use(const Facts& facts) {
  return Json::array(
      {measured("0301", "内容多样性", facts.different.size(), "different characters"),
       measured("0302", "规模完整性", share(facts.with_text, facts.pages),
                "share of pages with text"),
       measured("0303", "内容时效性", iso8601(facts.latest_ms), "last change of a text or image"),
       measured("0304", "标注准确性", share(facts.reviewed, facts.with_text),
                "share of texts that a second person accepted; no error rate"),
       open("0305", "模型适配性", "no model was trained on this package by itself")});
}

Json check(const char* name, const char* status, const char* how) {
  return {{"check", name}, {"status", status}, {"how", how}, {"item", "ours"}};
}

}  // namespace

void Facts::add(const PageContent& content) {
  const model::Capture& capture = content.page->capture;
  ++pages;
  with_text += content.origin == TextOrigin::None ? 0U : 1U;
  reviewed += content.origin == TextOrigin::Reviewed ? 1U : 0U;
  machine_only += content.origin == TextOrigin::Machine ? 1U : 0U;
  const bool same =
      content.text.width_px == capture.width_px && content.text.height_px == capture.height_px;
  same_size += content.origin != TextOrigin::None && same ? 1U : 0U;
  const bool known = !capture.device.empty() || !capture.received_name.empty();
  traced += known && capture.taken_ms > 0 ? 1U : 0U;
  if (const auto* sharpness = capture.quality.find("sharpness")) {
    ++sharpness_measured;
    sharp_enough += sharpness->verdict == model::Verdict::Pass ? 1U : 0U;
  }
  if (capture.dpi > 0) {
    lowest_dpi = lowest_dpi > 0 ? std::min(lowest_dpi, capture.dpi) : capture.dpi;
  }
  lines += content.text.lines.size();
  for (const model::Line& line : content.text.lines) {
    lines_with_box += line.box.empty() ? 0U : 1U;
    for (const char32_t c : to_utf32(line.text)) {
      ++characters;
      unclean += is_unclean(c) ? 1U : 0U;
      different.insert(c);
    }
  }
  latest_ms = std::max(
      {latest_ms, capture.taken_ms, content.origin == TextOrigin::None ? 0 : content.revised_ms});
}

Json metric_tree(const Facts& facts, const ExportContext& context) {
  return {{"standard", "TC609-5-2025-04"},
          {"basis",
           "codes and names as public implementations give them; the standard's own text "
           "was not seen, so how each figure is made is ours"},
          {"dimensions",
           Json::array(
               {{{"code", "01"}, {"name", "说明文档"}, {"metrics", documentation(context)}},
                {{"code", "02"}, {"name", "数据质量"}, {"metrics", data_quality(facts, context)}},
                {{"code", "03"}, {"name", "模型应用"}, {"metrics", model_use(facts)}}})}};
}

Json four_dimensions(const Facts& facts, const ExportContext& context) {
  const auto& plan = context.plan();
  const bool chain = std::none_of(plan.findings.begin(), plan.findings.end(),
                                  [](const auto& one) { return one.gate == "journal_broken"; });
  const bool graded = plan.item.grade != model::Grade::Ungraded;
  const bool rights = !plan.item.rights.empty();
  return {
      {"standard", "DA/T 70-2018"},
      {"basis",
       "the four dimensions are the standard's; its list of items was not seen, so the "
       "checks under them are ours"},
      {"真实性", Json::array({check("journal", chain ? "pass" : "fail",
                                    "hash chain of the whole journal, recomputed"),
                              check("source", facts.traced == facts.pages ? "pass" : "warn",
                                    "device or source file and moment of each capture"),
                              check("signature", "at_receipt", "minisign over the tag manifest")})},
      {"完整性",
       Json::array({check("fixity", "pass", "each master compared with its SHA-256 while copied"),
                    check("pages", "pass", "1…n without gaps, each with master and text"),
                    check("manifest", "at_receipt", "SHA-512 and SHA-256 of every file")})},
      {"可用性", Json::array({check("formats", "pass", "TIFF 6.0, PAGE XML 2019-07-15, UTF-8"),
                              check("text", facts.with_text == facts.pages ? "pass" : "warn",
                                    "pages with text"),
                              check("review", facts.reviewed == facts.with_text ? "pass" : "warn",
                                    "texts accepted by a second person")})},
      {"安全性", Json::array({check("grade", graded ? "pass" : "fail", "sensitivity grade"),
                              check("rights", rights ? "pass" : "fail", "rights are known")})}};
}

}  // namespace shiqu::package::quality
