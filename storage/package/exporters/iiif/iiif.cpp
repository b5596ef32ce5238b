#include "storage/package/exporters/iiif/iiif.h"

#include "storage/package/stream_text.h"

#include <fmt/format.h>

namespace shiqu::package {
namespace {

Json words(const std::string& text) {
  return {{"none", Json::array({text})}};
}

/// IIIF takes only addresses of two registries for `rights`; everything else is a statement.
bool is_registered(const std::string& rights) {
  return rights.find("://creativecommons.org/") != std::string::npos ||
         rights.find("://rightsstatements.org/") != std::string::npos;
}

class Manifest final : public ExportRun {
 public:
  Manifest(const ExportContext& context, JsonOut out)
      : context_(context), out_(std::move(out)), base_(context.plan().iiif_base) {
    write_head();
    out_.begin_array("items");
  }

  Status page(const PageContent& content) override {
    out_.entry(canvas_of(content));
    return {};
  }

  Status finish() override {
    out_.end_array();
    return out_.finish();
  }

 private:
  void write_head();
  [[nodiscard]] Json canvas_of(const PageContent& content) const;
  [[nodiscard]] Json lines_of(const PageContent& content, const std::string& canvas) const;
  [[nodiscard]] Json other_files(const PackagedPage& page) const;

  const ExportContext& context_;
  JsonOut out_;
  std::string base_;  ///< of every address, with a slash at its end
};

void Manifest::write_head() {
  const PackagePlan& plan = context_.plan();
  const model::Item& item = plan.item;
  out_.member("@context", "http://iiif.io/api/presentation/3/context.json");
  out_.member("id", base_ + "metadata/iiif-manifest.json");
  out_.member("type", "Manifest");
  out_.member("label", words(item.title.empty() ? item.identifier : item.title));
  if (!item.description.empty()) {
    out_.member("summary", words(item.description));
  }
  Json facts = Json::array({{{"label", words("Identifier")}, {"value", words(item.identifier)}}});
  if (!item.creator.empty()) {
    facts.push_back({{"label", words("Creator")}, {"value", words(item.creator)}});
  }
  if (!item.date.empty()) {
    facts.push_back({{"label", words("Date")}, {"value", words(item.date)}});
  }
  out_.member("metadata", facts);
  out_.member("viewingDirection", "right-to-left");
  out_.member("behavior", Json::array({"paged"}));
  if (is_registered(item.rights)) {
    std::string rights = item.rights;  // the registries' own names begin with http:
    if (rights.starts_with("https:")) {
      rights.erase(4, 1);
    }
    out_.member("rights", rights);
  }
  out_.member(
      "requiredStatement",
      {{"label", words("Rights")},
       {"value", words(item.rights.empty() ? plan.info.source_organization
                                           : plan.info.source_organization + ": " + item.rights)}});
}

Json Manifest::other_files(const PackagedPage& page) const {
  Json out = Json::array();
  const auto add = [&](const char* exporter, const std::string& path, const char* format,
                       const char* profile) {
    if (context_.has(exporter)) {
      out.push_back(
          {{"id", base_ + path}, {"type", "Dataset"}, {"format", format}, {"profile", profile}});
    }
  };
  add("alto", "ocr/alto/" + page.number + ".xml", "application/xml",
      "http://www.loc.gov/standards/alto/ns-v4#");
  add("page", "ocr/page/" + page.number + ".xml", "application/xml",
      "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15");
  return out;
}

Json Manifest::lines_of(const PageContent& content, const std::string& canvas) const {
  Json out = Json::array();
  int number = 0;
  for (const model::Line& line : content.text.lines) {
    ++number;
    if (line.box.empty() || line.text.empty()) {
      continue;
    }
    out.push_back(
        {{"id", fmt::format("{}/line/{}", canvas, number)},
         {"type", "Annotation"},
         {"motivation", "supplementing"},
         {"body", {{"type", "TextualBody"}, {"value", line.text}, {"format", "text/plain"}}},
         {"target", fmt::format("{}#xywh={},{},{},{}", canvas, line.box.x, line.box.y,
                                line.box.width, line.box.height)}});
  }
  return out;
}

Json Manifest::canvas_of(const PageContent& content) const {
  const PackagedPage& page = *content.page;
  const std::string canvas = base_ + "canvas/" + page.number;
  const Json image = {{"id", base_ + "access/" + page.number + ".jpg"},
                      {"type", "Image"},
                      {"format", "image/jpeg"},
                      {"width", page.capture.width_px},
                      {"height", page.capture.height_px}};
  Json out = {
      {"id", canvas},
      {"type", "Canvas"},
      {"label", words(page.page.label.empty() ? page.number : page.page.label)},
      {"width", page.capture.width_px},
      {"height", page.capture.height_px},
      {"metadata", Json::array({{{"label", words("Text")},
                                 {"value", words(std::string(sentence_of(content.origin)))}}})},
      {"items", Json::array({{{"id", canvas + "/page"},
                              {"type", "AnnotationPage"},
                              {"items", Json::array({{{"id", canvas + "/image"},
                                                      {"type", "Annotation"},
                                                      {"motivation", "painting"},
                                                      {"target", canvas},
                                                      {"body", image}}})}}})},
      {"seeAlso", other_files(page)}};
  if (Json lines = lines_of(content, canvas); !lines.empty()) {
    out["annotations"] = Json::array(
        {{{"id", canvas + "/lines"}, {"type", "AnnotationPage"}, {"items", std::move(lines)}}});
  }
  return out;
}

}  // namespace

std::unique_ptr<Exporter> make_iiif_exporter() {
  return make_exporter(
      {"iiif",
       "manifest for image viewers, IIIF Presentation 3.0",
       Inclusion::Default,
       {"access"},
       [](const ExportContext& context) -> Result<std::unique_ptr<ExportRun>> {
         SHIQU_TRY_ASSIGN(JsonOut out,
                          JsonOut::open(context.bag(), "data/metadata/iiif-manifest.json"));
         return std::unique_ptr<ExportRun>(std::make_unique<Manifest>(context, std::move(out)));
       }});
}

}  // namespace shiqu::package
