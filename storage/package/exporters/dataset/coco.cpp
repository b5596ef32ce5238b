#include "storage/base/clock.h"
#include "storage/package/exporters/dataset/annotations.h"
#include "storage/package/exporters/dataset/dataset.h"
#include "storage/package/stream_text.h"

namespace shiqu::package {
namespace {

class Coco final : public ExportRun {
 public:
  Coco(const ExportContext& context, JsonOut out) : context_(context), out_(std::move(out)) {
    const PackagePlan& plan = context_.plan();
    out_.member("info", {{"description", plan.item.title},
                         {"version", std::to_string(plan.info.version)},
                         {"contributor", plan.info.source_organization},
                         {"date_created", iso_date(plan.made_ms)}});
    out_.begin_array("licenses");
    out_.entry({{"id", 1},
                {"name", plan.item.rights.empty() ? "not known" : plan.item.rights},
                {"url", plan.item.rights}});
    out_.end_array();
    out_.begin_array("categories");
    for (const dataset::Category& one : dataset::categories()) {
      out_.entry({{"id", one.id}, {"name", one.name}, {"supercategory", one.group}});
    }
    out_.end_array();
    out_.begin_array("images");
  }

  Status page(const PageContent& content) override {
    const PackagedPage& page = *content.page;
    out_.entry({{"id", content.index + 1},
                {"file_name", "images/" + page.number + ".jpg"},
                {"width", page.capture.width_px},
                {"height", page.capture.height_px},
                {"license", 1},
                {"text_origin", name_of(content.origin)}});
    return {};
  }

  Status finish() override {
    out_.end_array();
    out_.begin_array("annotations");
    const auto& pages = context_.plan().pages;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      SHIQU_TRY_ASSIGN(const PageContent content, context_.load(pages[i], i));
      write_annotations(content);
    }
    out_.end_array();
    return out_.finish();
  }

 private:
  void write_annotations(const PageContent& content) {
    for (const dataset::Annotation& one : dataset::annotations_of(content)) {
      const model::Box& box = one.box;
      Json attributes = {{"origin", name_of(content.origin)}};
      if (!one.text.empty()) {
        attributes["text"] = one.text;
      }
      if (one.confidence >= 0) {
        attributes["confidence"] = one.confidence;
      }
      out_.entry(
          {{"id", ++last_id_},
           {"image_id", content.index + 1},
           {"category_id", one.category},
           {"bbox", model::to_json(box)},
           {"area", box.area()},
           {"segmentation",
            {{box.x, box.y, box.right(), box.y, box.right(), box.bottom(), box.x, box.bottom()}}},
           {"iscrowd", 0},
           {"attributes", std::move(attributes)}});
    }
  }

  const ExportContext& context_;
  JsonOut out_;
  std::int64_t last_id_ = 0;
};

}  // namespace

std::unique_ptr<Exporter> make_coco_exporter() {
  return make_exporter(
      {"coco",
       "regions and lines of the page images, COCO",
       Inclusion::Default,
       {"images"},
       [](const ExportContext& context) -> Result<std::unique_ptr<ExportRun>> {
         SHIQU_TRY_ASSIGN(JsonOut out, JsonOut::open(context.bag(), "data/dataset/coco.json"));
         return std::unique_ptr<ExportRun>(std::make_unique<Coco>(context, std::move(out)));
       }});
}

}  // namespace shiqu::package
