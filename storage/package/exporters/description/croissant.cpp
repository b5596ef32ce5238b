#include "storage/base/clock.h"
#include "storage/package/exporters/description/description.h"
#include "storage/package/payload_rules.h"
#include "storage/package/stream_text.h"

#include <fmt/format.h>

#include <array>

namespace shiqu::package {
namespace {

constexpr std::string_view kDataset = "data/dataset/";

/// Single files of the data set that lists of it name.
constexpr std::array<std::string_view, 7> kFiles = {"metadata.jsonl",
                                                    "coco.json",
                                                    "records.tc609.jsonl",
                                                    "yolo.yaml",
                                                    "columns/metadata.jsonl",
                                                    "glyphs/metadata.jsonl",
                                                    "README.md"};

/// The terms of Croissant 1.1 as its specification binds them.
Json croissant_context() {
  Json context = {{"@language", "en"},
                  {"@vocab", "https://schema.org/"},
                  {"cr", "http://mlcommons.org/croissant/"},
                  {"rai", "http://mlcommons.org/croissant/RAI/"},
                  {"dct", "http://purl.org/dc/terms/"},
                  {"prov", "http://www.w3.org/ns/prov#"},
                  {"sc", "https://schema.org/"},
                  {"conformsTo", "dct:conformsTo"},
                  {"data", {{"@id", "cr:data"}, {"@type", "@json"}}},
                  {"dataType", {{"@id", "cr:dataType"}, {"@type", "@vocab"}}},
                  {"equivalentProperty", {{"@id", "cr:equivalentProperty"}, {"@type", "@vocab"}}},
                  {"examples", {{"@id", "cr:examples"}, {"@type", "@json"}}}};
  for (const char* term : {"annotation",  "arrayShape",   "citeAs",
                           "column",      "containedIn",  "equivalentProperty",
                           "extract",     "field",        "fileProperty",
                           "fileObject",  "fileSet",      "format",
                           "includes",    "isArray",      "isLiveDataset",
                           "jsonPath",    "key",          "md5",
                           "parentField", "path",         "recordSet",
                           "references",  "regex",        "repeated",
                           "replace",     "samplingRate", "separator",
                           "source",      "subField",     "transform"}) {
    if (!context.contains(term)) {
      context[term] = std::string("cr:") + term;
    }
  }
  return context;
}

Json file_object(const BagEntry& entry) {
  const std::string path = entry.path.substr(kDataset.size());
  const PayloadRule* rule = rule_for(entry.path);
  const std::string type = path.ends_with(".jsonl")
                               ? "application/jsonlines"
                               : std::string(rule != nullptr ? rule->media_type : "");
  return {{"@type", "cr:FileObject"},
          {"@id", path},
          {"name", path},
          {"description", rule != nullptr ? rule->words : ""},
          {"contentUrl", path},
          {"contentSize", fmt::format("{} B", entry.size_bytes)},
          {"encodingFormat", type},
          {"sha256", entry.sha256}};
}

Json field(const std::string& set, const std::string& file, const std::string& name) {
  return {{"@type", "cr:Field"},
          {"@id", set + "/" + name},
          {"name", name},
          {"dataType", "sc:Text"},
          {"source", {{"fileObject", {{"@id", file}}}, {"extract", {{"column", name}}}}}};
}

Json record_set(const std::string& name, const std::string& file,
                std::initializer_list<const char*> fields) {
  Json list = Json::array();
  for (const char* one : fields) {
    list.push_back(field(name, file, one));
  }
  return {{"@type", "cr:RecordSet"},
          {"@id", name},
          {"name", name},
          {"key", {{"@id", name + "/file_name"}}},
          {"field", std::move(list)}};
}

/// Responsible AI 1.0: only what the archive knows.
void add_responsible(Json& out, const PackagePlan& plan) {
  std::size_t reviewed = 0;
  for (const PackagedPage& page : plan.pages) {
    reviewed += page.reviewer.empty() ? 0U : 1U;
  }
  out["rai:dataCollection"] =
      "Pages of one catalogued item, digitised by the institution; device "
      "and moment of each stand in metadata/record.json.";
  out["rai:dataCollectionType"] = "Digitisation of physical holdings";
  out["rai:dataPreprocessingProtocol"] =
      "Images are the capture masters converted to 8-bit sRGB JPEG, neither cropped nor turned.";
  out["rai:dataAnnotationProtocol"] = fmt::format(
      "Text read by a machine, corrected by people and accepted by a second person; {} of {} pages "
      "are so accepted. text_origin tells it of each page.",
      reviewed, plan.pages.size());
  out["rai:personalSensitiveInformation"] =
      fmt::format("Sensitivity grade of the item: {}.", model::name_of(plan.item.grade));
  out["rai:dataReleaseMaintenancePlan"] = "Versioned packages; each lists all of its files.";
  out["rai:dataLimitations"] =
      "One item: no fair sample of a period or script by itself. Split only by item.";
}

Json head_of(const PackagePlan& plan) {
  const model::Item& item = plan.item;
  Json out = {{"@context", croissant_context()},
              {"@type", "sc:Dataset"},
              {"name", item.identifier},
              {"alternateName", item.title},
              {"description", item.description.empty() ? fmt::format("Digitised item {}: {}",
                                                                     item.identifier, item.title)
                                                       : item.description},
              {"conformsTo",
               {"http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"}},
              {"license", item.rights.empty() ? "not known" : item.rights},
              {"url", "urn:uuid:" + item.id.str()},
              {"version", fmt::format("{}.0.0", plan.info.version)},
              {"datePublished", iso_date(plan.made_ms)},
              {"citeAs", fmt::format("{}, {}, {}", plan.info.source_organization, item.identifier,
                                     item.title)},
              {"creator", {{"@type", "sc:Organization"}, {"name", plan.info.source_organization}}},
              {"prov:wasDerivedFrom", {{"@id", "urn:uuid:" + item.id.str()}}},
              {"prov:wasGeneratedBy",
               {{"@type", "prov:Activity"},
                {"prov:wasAssociatedWith", model::text_of(model::this_program())}}}};
  add_responsible(out, plan);
  return out;
}

class Croissant final : public ExportRun {
 public:
  explicit Croissant(const ExportContext& context) : context_(context) {}

  Status finish() override {
    SHIQU_TRY_ASSIGN(JsonOut out, JsonOut::open(context_.bag(), "data/dataset/croissant.json"));
    out.members(head_of(context_.plan()));
    out.begin_array("distribution");
    for (const std::string_view name : kFiles) {
      if (const BagEntry* entry = context_.bag().find(std::string(kDataset) + std::string(name))) {
        out.entry(file_object(*entry));
      }
    }
    out.end_array();
    out.begin_array("recordSet");
    out.entry(record_set("pages", "metadata.jsonl",
                         {"file_name", "page_id", "text", "text_origin", "split", "group"}));
    for (const char* crops : {"columns", "glyphs"}) {
      if (context_.has(crops)) {
        out.entry(record_set(crops, std::string(crops) + "/metadata.jsonl",
                             {"file_name", "text", "kind", "text_origin", "split", "group"}));
      }
    }
    out.end_array();
    return out.finish();
  }

 private:
  const ExportContext& context_;
};

class Frictionless final : public ExportRun {
 public:
  explicit Frictionless(const ExportContext& context) : context_(context) {}

  Status finish() override {
    const PackagePlan& plan = context_.plan();
    SHIQU_TRY_ASSIGN(JsonOut out, JsonOut::open(context_.bag(), "data/dataset/datapackage.json"));
    out.member("$schema", "https://datapackage.org/profiles/2.0/datapackage.json");
    out.member("name", plan.name);
    out.member("id", plan.item.id.str());
    out.member("title", plan.item.title.empty() ? plan.item.identifier : plan.item.title);
    out.member("version", fmt::format("{}.0.0", plan.info.version));
    out.member("created", iso8601(plan.made_ms));
    const std::string& rights = plan.item.rights;
    if (rights.starts_with("http")) {
      out.member("licenses", Json::array({{{"path", rights}}}));
    } else if (!rights.empty()) {
      out.member("licenses", Json::array({{{"name", "other"}, {"title", rights}}}));
    }
    out.begin_array("resources");
    for (const std::string_view name : kFiles) {
      if (const BagEntry* entry = context_.bag().find(std::string(kDataset) + std::string(name))) {
        out.entry(resource_of(*entry));
      }
    }
    out.end_array();
    return out.finish();
  }

 private:
  static Json resource_of(const BagEntry& entry) {
    const std::string path = entry.path.substr(kDataset.size());
    const PayloadRule* rule = rule_for(entry.path);
    std::string name;
    for (const char c : path) {
      name += c == '/' ? '-' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
    }
    return {{"name", name},
            {"path", path},
            {"title", rule != nullptr ? rule->words : ""},
            {"format", path.substr(path.rfind('.') + 1)},
            {"mediatype", rule != nullptr ? rule->media_type.substr(0, rule->media_type.find(';'))
                                          : "application/octet-stream"},
            {"bytes", entry.size_bytes},
            {"hash", "sha256:" + entry.sha256}};
  }

  const ExportContext& context_;
};

}  // namespace

std::unique_ptr<Exporter> make_croissant_exporter() {
  return make_exporter({"croissant",
                        "description of the data set, Croissant 1.1 with RAI 1.0",
                        Inclusion::Default,
                        {"imagefolder"},
                        start_run<Croissant>});
}

std::unique_ptr<Exporter> make_frictionless_exporter() {
  return make_exporter({"frictionless",
                        "description of the data set, Data Package 2.0",
                        Inclusion::Default,
                        {"imagefolder"},
                        start_run<Frictionless>});
}

}  // namespace shiqu::package
