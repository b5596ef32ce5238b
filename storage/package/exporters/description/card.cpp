#include "storage/base/clock.h"
#include "storage/base/text.h"
#include "storage/package/exporters/dataset/annotations.h"
#include "storage/package/exporters/description/description.h"
#include "storage/package/stream_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace shiqu::package {
namespace {

constexpr const char* kUnknown = "本包未记载，由收藏单位说明。\n";

std::string quoted(const std::string& text) {
  return json_line(Json(text));  // a JSON string is a YAML string
}

/// Names that Hugging Face has for licences, by the address of the text.
std::string licence_id(const std::string& rights) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kKnown = {{
      {"creativecommons.org/publicdomain/zero/1.0", "cc0-1.0"},
      {"creativecommons.org/licenses/by/4.0", "cc-by-4.0"},
      {"creativecommons.org/licenses/by-sa/4.0", "cc-by-sa-4.0"},
      {"creativecommons.org/licenses/by-nc/4.0", "cc-by-nc-4.0"},
      {"creativecommons.org/licenses/by-nc-sa/4.0", "cc-by-nc-sa-4.0"},
  }};
  for (const auto& [address, id] : kKnown) {
    if (rights.find(address) != std::string::npos) {
      return std::string(id);
    }
  }
  return rights.empty() ? "unknown" : "other";
}

std::string size_category(std::size_t pages) {
  return pages < 1000     ? "n<1K"
         : pages < 10000  ? "1K<n<10K"
         : pages < 100000 ? "10K<n<100K"
                          : "100K<n<1M";
}

class Card final : public ExportRun {
 public:
  explicit Card(const ExportContext& context) : context_(context) {}

  Status page(const PageContent& content) override {
    for (const dataset::Annotation& one : dataset::annotations_of(content)) {
      ++labels_[one.category];
    }
    for (const model::Line& line : content.text.lines) {
      characters_ += to_utf32(line.text).size();
    }
    lines_ += content.text.lines.size();
    ++origins_[content.origin];
    if (sample_.empty() && !content.text.lines.empty()) {
      sample_ = content.text.lines.front().text;
      sample_page_ = content.page->number;
    }
    devices_[content.page->capture.device] += 1;
    return {};
  }

  Status finish() override {
    SHIQU_TRY_ASSIGN(TextOut out, TextOut::open(context_.bag(), "data/dataset/README.md"));
    out.put(front_matter() + basics() + contents() + making() + use());
    return out.finish();
  }

 private:
  [[nodiscard]] std::string front_matter() const;
  [[nodiscard]] std::string basics() const;
  [[nodiscard]] std::string contents() const;
  [[nodiscard]] std::string making() const;
  [[nodiscard]] std::string use() const;

  const ExportContext& context_;
  std::map<int, std::size_t> labels_;
  std::map<TextOrigin, std::size_t> origins_;
  std::map<std::string, std::size_t> devices_;
  std::size_t lines_ = 0;
  std::size_t characters_ = 0;
  std::string sample_;
  std::string sample_page_;
};

std::string Card::front_matter() const {
  const PackagePlan& plan = context_.plan();
  const std::string licence = licence_id(plan.item.rights);
  std::string out = "---\n";
  out += "license: " + licence + "\n";
  if (licence == "other") {
    out += "license_name: " + quoted(plan.item.rights) + "\n";
  }
  out +=
      "pretty_name: " + quoted(plan.item.title.empty() ? plan.item.identifier : plan.item.title) +
      "\n";
  out += "size_categories:\n- " + size_category(plan.pages.size()) + "\n";
  out += "task_categories:\n- image-to-text\n- object-detection\n";
  std::string configs;
  const auto config = [&](const char* name, const std::vector<std::string>& paths) {
    configs += fmt::format("- config_name: {}\n  data_files:\n  - split: {}\n    path:\n", name,
                           plan.split);
    for (const std::string& path : paths) {
      configs += "    - " + quoted(path) + "\n";
    }
  };
  if (context_.has("imagefolder")) {
    config("pages", {"metadata.jsonl", "images/*.jpg"});
  }
  if (context_.has("columns")) {
    config("columns", {"columns/metadata.jsonl", "columns/*.png"});
  }
  if (context_.has("glyphs")) {
    config("glyphs", {"glyphs/metadata.jsonl", "glyphs/*/*.png"});
  }
  if (context_.has("webdataset")) {
    config("shards", {"shards/" + plan.split + "-*.tar"});
  }
  return out + (configs.empty() ? "" : "configs:\n" + configs) + "---\n";
}

std::string Card::basics() const {
  const PackagePlan& plan = context_.plan();
  std::string out = fmt::format("# {}\n\n{} · {} · 第 {} 版 · {}\n\n## 基本信息（0101）\n",
                                plan.item.title.empty() ? plan.item.identifier : plan.item.title,
                                plan.item.identifier, plan.info.source_organization,
                                plan.info.version, iso_date(plan.made_ms));
  out += fmt::format("### 数据集规模\n{} 页，{} 行，{} 字。\n", plan.pages.size(), lines_,
                     characters_);
  out += fmt::format(
      "### 数据格式规范\n本包所含输出项：{}。各文件格式见 BagIt 清单与 "
      "ro-crate-metadata.json。\n",
      fmt::join(context_.chosen(), "、"));
  out += "### 文件结构\n";
  for (const auto& [name, words] :
       {std::pair{"images", "`images/` 页图（JPEG，sRGB）"},
        std::pair{"imagefolder", "`metadata.jsonl` 每页文本与来源"},
        std::pair{"coco", "`coco.json` 区域与行"}, std::pair{"yolo", "`labels/` 区域与行（YOLO）"},
        std::pair{"columns", "`columns/` 列图与文本"}, std::pair{"glyphs", "`glyphs/` 单字图"},
        std::pair{"webdataset", "`shards/` WebDataset 分片"},
        std::pair{"tc609", "`records.tc609.jsonl` 记录"}}) {
    if (context_.has(name)) {
      out += fmt::format("- {}\n", words);
    }
  }
  out += fmt::format("### 访问渠道\n由 {} 以签名数据包交付。\n### 技术支持\n{}",
                     plan.info.source_organization, kUnknown);
  return out;
}

std::string Card::contents() const {
  std::string out = "\n## 内容特征（0102）\n### 模态类型\n图像、文本。\n### 数据分布\n";
  for (const auto& [origin, pages] : origins_) {
    out += fmt::format("- {} 页：{}（`{}`）\n", pages, sentence_of(origin), name_of(origin));
  }
  out += "### 标签类别统计\n";
  for (const dataset::Category& one : dataset::categories()) {
    if (const auto found = labels_.find(one.id); found != labels_.end()) {
      out += fmt::format("- `{}`：{}\n", one.name, found->second);
    }
  }
  out += "### 样本示例\n";
  out += sample_.empty() ? std::string("无文本。\n")
                         : fmt::format("第 {} 页首行：\n\n    {}\n", sample_page_, sample_);
  out +=
      "### 局限性说明\n单一藏品，本身不构成任何时代或文字的代表性样本；"
      "训练、验证、测试只可按藏品划分，不可按页划分。\n";
  if (origins_.contains(TextOrigin::Machine)) {
    out += "**部分文本为机器识别，未经人工校对：不可当作真值。**\n";
  }
  return out;
}

std::string Card::making() const {
  const PackagePlan& plan = context_.plan();
  std::string out = fmt::format("\n## 建设过程（0103）\n### 数据来源\n{}，{}。\n### 采集方法\n",
                                plan.info.source_organization, plan.item.identifier);
  for (const auto& [device, pages] : devices_) {
    out += fmt::format("- {} 页：{}\n", pages, device.empty() ? "设备未记载" : device);
  }
  out +=
      "### 加工处理流程\n页图由采集母版转换为 8 位 sRGB，未裁切、未旋转；"
      "逐步记录见 `../provenance/events.jsonl`。\n";
  out += "### 标注规范\n每列一行，右起；双行小注左右各为一行；字照原样。\n";
  out += fmt::format("### 版本控制\n第 {} 版；每版为完整数据包，文件逐一列明摘要。\n",
                     plan.info.version);
  return out;
}

std::string Card::use() const {
  const model::Item& item = context_.plan().item;
  std::string out = "\n## 应用说明（0104）\n### 使用许可\n";
  out += item.rights.empty() ? std::string("权利状况不明。\n") : item.rights + "\n";
  out += fmt::format("敏感程度：`{}`。\n", model::name_of(item.grade));
  out += "### 目标应用场景\n版面分析与文字识别的训练与评测。\n";
  out += "### 评估方法\n字错误率（CER），区域以交并比（IoU）计。\n";
  out += fmt::format("### 基准测试结果\n{}### 典型应用案例\n{}", kUnknown, kUnknown);
  return out;
}

}  // namespace

std::unique_ptr<Exporter> make_card_exporter() {
  return make_exporter({"card",
                        "card of the data set with the 20 aspects of TC609-5-2025-04",
                        Inclusion::Default,
                        {"images"},
                        start_run<Card>});
}

}  // namespace shiqu::package
