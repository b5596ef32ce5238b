#include "storage/package/exporters/dataset/annotations.h"

#include <array>

namespace shiqu::package::dataset {
namespace {

constexpr std::array kRegions = {model::RegionKind::Text,     model::RegionKind::CentreStrip,
                                 model::RegionKind::HeadNote, model::RegionKind::Gloss,
                                 model::RegionKind::Seal,     model::RegionKind::Figure,
                                 model::RegionKind::Table};
constexpr std::array kLines = {model::LineKind::Column,    model::LineKind::NoteRight,
                               model::LineKind::NoteLeft,  model::LineKind::CentreStrip,
                               model::LineKind::Heading,   model::LineKind::Marginalia,
                               model::LineKind::Horizontal};

int id_of(const std::string& name) {
  for (const Category& one : categories()) {
    if (one.name == name) {
      return one.id;
    }
  }
  return 0;
}

}  // namespace

const std::vector<Category>& categories() {
  static const std::vector<Category> all = [] {
    std::vector<Category> out;
    int id = 0;
    for (const model::RegionKind kind : kRegions) {
      out.push_back({++id, "region_" + std::string(model::name_of(kind)), "region"});
    }
    for (const model::LineKind kind : kLines) {
      out.push_back({++id, "line_" + std::string(model::name_of(kind)), "line"});
    }
    // Last, so that the numbers of the others stay: where something was blacked out.
    const auto personal = std::string(model::name_of(model::RegionKind::Personal));
    out.push_back({++id, "region_" + personal, "region"});
    return out;
  }();
  return all;
}

std::vector<Annotation> annotations_of(const PageContent& content) {
  const model::Capture& capture = content.page->capture;
  const RectPx page{0, 0, capture.width_px, capture.height_px};
  std::vector<Annotation> out;
  const auto add = [&](const std::string& name, const model::Box& box, std::string_view text,
                       double confidence) {
    const model::Box inside = intersection(box, page);
    if (!inside.empty()) {
      out.push_back({id_of(name), inside, text, confidence});
    }
  };
  for (const model::Region& region : content.text.regions) {
    add("region_" + std::string(model::name_of(region.kind)), region.box, {}, -1);
  }
  for (const model::Line& line : content.text.lines) {
    add("line_" + std::string(model::name_of(line.kind)), line.box, line.text, line.confidence);
  }
  return out;
}

Json page_facts(const ExportContext& context, const PageContent& content) {
  const PackagedPage& page = *content.page;
  return {{"page", page.number},
          {"page_id", page.page.id.str()},
          {"label", page.page.label},
          {"identifier", context.plan().item.identifier},
          {"group", context.plan().info.bag_group_identifier},
          {"split", context.plan().split},
          {"text_origin", name_of(content.origin)},
          {"text_producer", content.text.producer}};
}

}  // namespace shiqu::package::dataset
