#include "storage/base/clock.h"
#include "storage/package/exporters/dataset/annotations.h"
#include "storage/package/exporters/dataset/dataset.h"
#include "storage/package/stream_text.h"

#include <fmt/format.h>

/// One record a page: files of lines.
namespace shiqu::package {
namespace {

class Yolo final : public ExportRun {
 public:
  explicit Yolo(const ExportContext& context) : context_(context) {}

  Status page(const PageContent& content) override {
    const double width = content.page->capture.width_px;
    const double height = content.page->capture.height_px;
    std::string out;
    for (const dataset::Annotation& one : dataset::annotations_of(content)) {
      const model::Box& box = one.box;
      out += fmt::format("{} {:.6f} {:.6f} {:.6f} {:.6f}\n", one.category - 1,
                         (box.x + box.width / 2.0) / width, (box.y + box.height / 2.0) / height,
                         box.width / width, box.height / height);
    }
    return context_.bag().add_text("data/dataset/labels/" + content.page->number + ".txt", out);
  }

  Status finish() override {
    const std::string& split = context_.plan().split;
    std::string out =
        "# Boxes as the text has them; metadata.jsonl tells of each page whether a\n"
        "# machine or a person made them.\npath: .\n";
    out += fmt::format("{}: images\nnames:\n", split == "validation" ? "val" : split);
    for (const dataset::Category& one : dataset::categories()) {
      out += fmt::format("  {}: {}\n", one.id - 1, one.name);
    }
    return context_.bag().add_text("data/dataset/yolo.yaml", out);
  }

 private:
  const ExportContext& context_;
};

/// A file of one JSON object a page.
class Records final : public ExportRun {
 public:
  using Make = Json (*)(const ExportContext&, const PageContent&);
  Records(const ExportContext& context, TextOut out, Make make)
      : context_(context), out_(std::move(out)), make_(make) {}

  Status page(const PageContent& content) override {
    out_.put(json_line(make_(context_, content)) + "\n");
    return {};
  }
  Status finish() override { return out_.finish(); }

 private:
  const ExportContext& context_;
  TextOut out_;
  Make make_;
};

Json image_record(const ExportContext& context, const PageContent& content) {
  Json out = dataset::page_facts(context, content);
  out["file_name"] = "images/" + content.page->number + ".jpg";
  out["text"] = content.text.plain();
  return out;
}

Json labels_of(const PageContent& content) {
  Json labels = Json::array();
  for (const dataset::Annotation& one : dataset::annotations_of(content)) {
    Json label = {
        {"category", dataset::categories()[static_cast<std::size_t>(one.category) - 1].name},
        {"bbox", model::to_json(one.box)}};
    if (!one.text.empty()) {
      label["text"] = one.text;
    }
    labels.push_back(std::move(label));
  }
  return labels;
}

/// TC609-5-2025-02 as others have understood it: derived, not the standard.
Json tc609_record(const ExportContext& context, const PageContent& content) {
  const PackagePlan& plan = context.plan();
  const PackagedPage& page = *content.page;
  Json data =
      Json::array({{{"media_type", "image"}, {"content", "images/" + page.number + ".jpg"}}});
  if (const std::string text = content.text.plain(); !text.empty()) {
    data.push_back({{"media_type", "text"}, {"content", text}});
  }
  Json annotation = nullptr;
  if (Json labels = labels_of(content); !labels.empty()) {
    const bool machine = content.origin == TextOrigin::Machine;
    const bool by_hand = content.text.producer.starts_with("person:");
    annotation = {{"label", std::move(labels)},
                  {"annotation_method", machine   ? "自动标注"
                                        : by_hand ? "人工标注"
                                                  : "半自动标注"},
                  {"annotator", machine ? Json() : Json("其他")}};
  }
  const std::int64_t taken = page.capture.taken_ms > 0 ? page.capture.taken_ms : plan.made_ms;
  return {{"id", page.page.id.str()},
          {"rid", nullptr},
          {"data_content", std::move(data)},
          {"annotation", std::move(annotation)},
          {"original_time", iso8601(taken)},
          {"last_modified_time", iso8601(content.revised_ms)},
          {"version", std::to_string(plan.info.version)},
          {"license", plan.item.rights.empty() ? "未知" : plan.item.rights},
          {"source", "馆藏数字化"},
          {"source_details", fmt::format("{} {} {}", plan.info.source_organization,
                                         plan.item.identifier, page.number)},
          {"generated_data_indicator", 0}};
}

std::unique_ptr<Exporter> make(std::string_view name, std::string_view purpose, const char* path,
                               Records::Make make_record) {
  return make_exporter({name,
                        purpose,
                        Inclusion::Default,
                        {"images"},
                        [=](const ExportContext& context) -> Result<std::unique_ptr<ExportRun>> {
                          SHIQU_TRY_ASSIGN(TextOut out, TextOut::open(context.bag(), path));
                          return std::unique_ptr<ExportRun>(
                              std::make_unique<Records>(context, std::move(out), make_record));
                        }});
}

}  // namespace

std::unique_ptr<Exporter> make_yolo_exporter() {
  return make_exporter({"yolo",
                        "regions and lines of the page images, YOLO",
                        Inclusion::OnRequest,
                        {"images"},
                        start_run<Yolo>});
}

std::unique_ptr<Exporter> make_imagefolder_exporter() {
  return make("imagefolder", "text of each page image, Hugging Face image folder",
              "data/dataset/metadata.jsonl", image_record);
}

std::unique_ptr<Exporter> make_tc609_exporter() {
  return make("tc609", "records in the style of TC609-5-2025-02, derived",
              "data/dataset/records.tc609.jsonl", tc609_record);
}

}  // namespace shiqu::package
