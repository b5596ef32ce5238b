#include "storage/base/clock.h"
#include "storage/package/exporters/provenance/provenance.h"
#include "storage/package/stream_text.h"

#include <fmt/format.h>

#include <set>

namespace shiqu::package {
namespace {

Json link_to(const std::string& id) {
  return {{"@id", id}};
}

std::string uuid(const std::string& id) {
  return "urn:uuid:" + id;
}

/// "person:anna" as an address: everything outside letters, digits and -._ as %XX.
std::string agent_id(const std::string& agent) {
  std::string out = "urn:shiqu:agent:";
  for (const char c : agent) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == ':';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

Json time_of(std::int64_t at_ms) {
  return {{"@type", "xsd:dateTime"}, {"@value", iso8601(at_ms)}};
}

class Prov final : public ExportRun {
 public:
  Prov(const ExportContext& context, JsonOut out) : context_(context), out_(std::move(out)) {
    out_.member("@context", {{"prov", "http://www.w3.org/ns/prov#"},
                             {"dcterms", "http://purl.org/dc/terms/"},
                             {"xsd", "http://www.w3.org/2001/XMLSchema#"},
                             {"shiqu", "urn:shiqu:terms:"}});
    out_.begin_array("@graph");
    const PackagePlan& plan = context_.plan();
    out_.entry({{"@id", uuid(plan.item.id.str())},
                {"@type", "prov:Entity"},
                {"dcterms:identifier", plan.item.identifier},
                {"dcterms:title", plan.item.title}});
  }

  Status page(const PageContent& content) override {
    const PackagedPage& page = *content.page;
    const std::string master = "../masters/" + page.number + ".tif";
    out_.entry({{"@id", master},
                {"@type", "prov:Entity"},
                {"shiqu:sha256", page.capture.master},
                {"prov:wasDerivedFrom", link_to(uuid(context_.plan().item.id.str()))},
                {"prov:wasGeneratedBy", link_to(uuid(page.capture.id.str()))}});
    out_.entry({{"@id", uuid(page.capture.id.str())},
                {"@type", "prov:Activity"},
                {"shiqu:device", page.capture.device},
                {"prov:endedAtTime", time_of(page.capture.taken_ms)}});
    if (content.origin != TextOrigin::None) {
      agents_.insert(content.author);
      out_.entry({{"@id", "../ocr/page/" + page.number + ".xml"},
                  {"@type", "prov:Entity"},
                  {"prov:wasDerivedFrom", link_to(master)},
                  {"prov:wasAttributedTo", link_to(agent_id(content.author))},
                  {"prov:generatedAtTime", time_of(content.revised_ms)},
                  {"shiqu:textOrigin", name_of(content.origin)},
                  {"shiqu:producer", content.text.producer},
                  {"shiqu:revision", page.page.text_revision}});
    }
    return {};
  }

  Status finish() override {
    SHIQU_TRY(context_.each_event([&](const model::Event& event) -> Status {
      agents_.insert(event.agent);
      out_.entry({{"@id", fmt::format("urn:shiqu:event:{}", event.hash)},
                  {"@type", "prov:Activity"},
                  {"shiqu:action", event.action},
                  {"prov:used", link_to(uuid(event.subject))},
                  {"prov:endedAtTime", time_of(event.at_ms)},
                  {"prov:wasAssociatedWith", link_to(agent_id(event.agent))}});
      return {};
    }));
    for (const std::string& agent : agents_) {
      const bool person = agent.starts_with("person:");
      out_.entry({{"@id", agent_id(agent)},
                  {"@type", person ? Json::array({"prov:Agent", "prov:Person"})
                                   : Json::array({"prov:Agent", "prov:SoftwareAgent"})},
                  {"dcterms:title", agent}});
    }
    out_.end_array();
    return out_.finish();
  }

 private:
  const ExportContext& context_;
  JsonOut out_;
  std::set<std::string> agents_;  // people and programs, not pages
};

}  // namespace

std::unique_ptr<Exporter> make_prov_exporter() {
  return make_exporter(
      {"prov",
       "provenance of images and texts, W3C PROV-O",
       Inclusion::Default,
       {},
       [](const ExportContext& context) -> Result<std::unique_ptr<ExportRun>> {
         SHIQU_TRY_ASSIGN(JsonOut out, JsonOut::open(context.bag(), "data/provenance/prov.jsonld"));
         return std::unique_ptr<ExportRun>(std::make_unique<Prov>(context, std::move(out)));
       }});
}

}  // namespace shiqu::package
