#include "storage/package/exporters/mets/mets.h"

#include "storage/base/clock.h"
#include "storage/package/exporters/mets/premis.h"

#include <fmt/format.h>

#include <array>
#include <functional>
#include <set>

namespace shiqu::package {
namespace {

struct Group {
  std::string_view exporter;
  std::string_view use;
};
/// Files of a page, in the order in which they stand at its place in the structure.
constexpr std::array kPageGroups = {Group{"masters", "MASTER"}, Group{"access", "ACCESS"},
                                    Group{"page", "PAGE"},      Group{"alto", "ALTO"},
                                    Group{"hocr", "HOCR"},      Group{"text", "TEXT"}};

bool is_of_dataset(const BagEntry& entry) {
  return entry.path.starts_with("data/dataset/");
}

class Mets final : public ExportRun {
 public:
  explicit Mets(const ExportContext& context) : context_(context) {}

  Status page(const PageContent& content) override {
    origins_.push_back(content.origin);  // one byte a page
    return {};
  }

  Status finish() override {
    count_ = context_.bag().entries().size();
    SHIQU_TRY_ASSIGN(XmlOut out, XmlOut::open(context_.bag(), "data/metadata/mets.xml"));
    const PackagePlan& plan = context_.plan();
    out.begin("mets", {{"xmlns", "http://www.loc.gov/METS/"},
                       {"xmlns:xlink", "http://www.w3.org/1999/xlink"},
                       {"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"},
                       {"OBJID", plan.item.identifier},
                       {"LABEL", plan.item.title}});
    write_header(out);
    write_mods(out);
    SHIQU_TRY(write_administration(out));
    write_files(out);
    write_structure(out);
    return out.finish();
  }

 private:
  void write_header(XmlOut& out);
  void write_mods(XmlOut& out);
  Status write_administration(XmlOut& out);
  void write_techniques(XmlOut& out);
  Status write_events(XmlOut& out);
  void write_files(XmlOut& out);
  void write_file(XmlOut& out, std::size_t index);
  void write_other_files(XmlOut& out, std::string_view use,
                         const std::function<bool(const BagEntry&)>& belongs);
  void write_structure(XmlOut& out);

  [[nodiscard]] const BagEntry& entry(std::size_t index) const {
    return context_.bag().entries()[index];
  }
  [[nodiscard]] TextOrigin origin_of(const BagEntry& file, const PayloadRule* rule) const;
  /// Where the file of a page stands among the entries; nullopt: it has none.
  [[nodiscard]] std::optional<std::size_t> index_of(std::string_view exporter,
                                                    const std::string& number) const;

  const ExportContext& context_;
  std::size_t count_ = 0;
  std::vector<TextOrigin> origins_;
};

void begin_section(XmlOut& out, std::string_view element, const std::string& id,
                   std::string_view type, std::string_view version) {
  out.begin(element, {{"ID", id}});
  out.begin("mdWrap", {{"MDTYPE", type}, {"MDTYPEVERSION", version}});
  out.begin("xmlData");
}

void end_section(XmlOut& out) {
  out.end();
  out.end();
  out.end();
}

void Mets::write_header(XmlOut& out) {
  const std::string time = iso8601(context_.plan().made_ms);
  const model::Agent program = model::this_program();
  out.begin("metsHdr", {{"CREATEDATE", time}, {"LASTMODDATE", time}});
  out.begin("agent", {{"ROLE", "CUSTODIAN"}, {"TYPE", "ORGANIZATION"}});
  out.leaf("name", context_.plan().info.source_organization);
  out.end();
  out.begin("agent", {{"ROLE", "CREATOR"}, {"TYPE", "OTHER"}, {"OTHERTYPE", "SOFTWARE"}});
  out.leaf("name", program.name + " " + program.version);
  out.end();
  out.end();
}

void Mets::write_mods(XmlOut& out) {
  const model::Item& item = context_.plan().item;
  begin_section(out, "dmdSec", "dmd", "MODS", "3.8");
  out.begin("mods:mods", {{"xmlns:mods", "http://www.loc.gov/mods/v3"}, {"version", "3.8"}});
  out.begin("mods:titleInfo");
  out.leaf("mods:title", item.title.empty() ? item.identifier : item.title);
  out.end();
  if (!item.creator.empty()) {
    out.begin("mods:name");
    out.leaf("mods:namePart", item.creator);
    out.end();
  }
  if (!item.date.empty()) {
    out.begin("mods:originInfo");
    out.leaf("mods:dateCreated", item.date);
    out.end();
  }
  out.begin("mods:physicalDescription");
  out.leaf("mods:digitalOrigin", "reformatted digital");
  out.leaf("mods:extent", fmt::format("{} images", context_.plan().pages.size()));
  out.end();
  out.leaf("mods:abstract", item.description);
  out.leaf("mods:identifier", item.identifier, {{"type", "local"}});
  out.leaf("mods:accessCondition", item.rights, {{"type", "use and reproduction"}});
  out.end();
  end_section(out);
}

TextOrigin Mets::origin_of(const BagEntry& file, const PayloadRule* rule) const {
  if (rule == nullptr || !rule->per_page || !rule->folder.starts_with("ocr/")) {
    return TextOrigin::None;
  }
  const std::string number = file.path.substr(
      5 + rule->folder.size(), file.path.size() - 5 - rule->folder.size() - rule->ending.size());
  const std::size_t page = std::stoul(number);
  return page >= 1 && page <= origins_.size() ? origins_[page - 1] : TextOrigin::None;
}

void Mets::write_techniques(XmlOut& out) {
  for (std::size_t i = 0; i < count_; ++i) {
    const BagEntry file = entry(i);  // a copy: the vector may grow meanwhile
    const PayloadRule* rule = rule_for(file.path);
    begin_section(out, "techMD", fmt::format("object_{}", i + 1), "PREMIS:OBJECT", "3.0");
    mets::write_object(out, file, rule, origin_of(file, rule));
    end_section(out);
  }
  for (const PackagedPage& page : context_.plan().pages) {
    begin_section(out, "techMD", "mix_" + page.number, "NISOIMG", "2.0");
    mets::write_mix(out, page.capture);
    end_section(out);
  }
}

Status Mets::write_events(XmlOut& out) {
  std::set<std::string> agents;
  SHIQU_TRY(context_.each_event([&](const model::Event& event) -> Status {
    agents.insert(event.agent);
    begin_section(out, "digiprovMD", fmt::format("event_{}", event.sequence), "PREMIS:EVENT",
                  "3.0");
    mets::write_event(out, event);
    end_section(out);
    return {};
  }));
  int number = 0;
  for (const std::string& agent : agents) {
    begin_section(out, "digiprovMD", fmt::format("agent_{}", ++number), "PREMIS:AGENT", "3.0");
    mets::write_agent(out, agent);
    end_section(out);
  }
  return {};
}

Status Mets::write_administration(XmlOut& out) {
  out.begin("amdSec", {{"ID", "amd"}});
  write_techniques(out);
  begin_section(out, "rightsMD", "rights", "PREMIS:RIGHTS", "3.0");
  mets::write_rights(out, context_.plan().item);
  end_section(out);
  SHIQU_TRY(write_events(out));
  out.end();
  return {};
}

std::optional<std::size_t> Mets::index_of(std::string_view exporter,
                                          const std::string& number) const {
  for (const PayloadRule& rule : payload_rules()) {
    if (rule.exporter == exporter) {
      const BagEntry* found = context_.bag().find(path_by(rule, number));
      if (found == nullptr) {
        return std::nullopt;
      }
      return static_cast<std::size_t>(found - context_.bag().entries().data());
    }
  }
  return std::nullopt;
}

void Mets::write_file(XmlOut& out, std::size_t index) {
  const BagEntry& file = entry(index);
  const PayloadRule* rule = rule_for(file.path);
  std::string administration = fmt::format("object_{}", index + 1);
  if (rule != nullptr && rule->exporter == "masters") {
    administration += " mix_" + file.path.substr(13, file.path.size() - 17);
  }
  out.begin("file", {{"ID", fmt::format("file_{}", index + 1)},
                     {"ADMID", administration},
                     {"MIMETYPE", rule != nullptr ? rule->media_type : "application/octet-stream"},
                     {"SIZE", std::to_string(file.size_bytes)},
                     {"CHECKSUM", file.sha512},
                     {"CHECKSUMTYPE", "SHA-512"}});
  out.empty("FLocat", {{"LOCTYPE", "URL"}, {"xlink:href", "../" + file.path.substr(5)}});
  out.end();
}

void Mets::write_files(XmlOut& out) {
  out.begin("fileSec");
  std::set<std::string_view> done;
  for (const Group& group : kPageGroups) {
    done.insert(group.exporter);
    if (!context_.has(group.exporter)) {
      continue;
    }
    out.begin("fileGrp", {{"USE", group.use}});
    for (const PackagedPage& page : context_.plan().pages) {
      if (const auto index = index_of(group.exporter, page.number)) {
        write_file(out, *index);
      }
    }
    out.end();
  }
  write_other_files(out, "WHOLE", [&](const BagEntry& file) {
    const PayloadRule* rule = rule_for(file.path);
    return !is_of_dataset(file) && (rule == nullptr || !done.contains(rule->exporter));
  });
  write_other_files(out, "DATASET", is_of_dataset);
  out.end();
}

void Mets::write_other_files(XmlOut& out, std::string_view use,
                             const std::function<bool(const BagEntry&)>& belongs) {
  bool begun = false;  // a group may not be empty
  for (std::size_t i = 0; i < count_; ++i) {
    if (!belongs(entry(i))) {
      continue;
    }
    if (!begun) {
      out.begin("fileGrp", {{"USE", use}});
      begun = true;
    }
    write_file(out, i);
  }
  if (begun) {
    out.end();
  }
}

void Mets::write_structure(XmlOut& out) {
  out.begin("structMap", {{"TYPE", "PHYSICAL"}});
  out.begin("div", {{"TYPE", "item"},
                    {"LABEL", context_.plan().item.title},
                    {"DMDID", "dmd"},
                    {"ADMID", "rights"}});
  int order = 0;
  for (const PackagedPage& page : context_.plan().pages) {
    out.begin("div", {{"TYPE", "page"},
                      {"ID", "page_" + page.number},
                      {"ORDER", std::to_string(++order)},
                      {"ORDERLABEL", page.page.label},
                      {"CONTENTIDS", "urn:uuid:" + page.page.id.str()}});
    for (const Group& group : kPageGroups) {
      if (const auto index = index_of(group.exporter, page.number)) {
        out.empty("fptr", {{"FILEID", fmt::format("file_{}", *index + 1)}});
      }
    }
    out.end();
  }
  out.end();
  out.end();
}

}  // namespace

std::unique_ptr<Exporter> make_mets_exporter() {
  return make_exporter({"mets",
                        "METS 1.12.1 with MODS 3.8, PREMIS 3.0 and MIX 2.0",
                        Inclusion::Default,
                        {},
                        start_run<Mets>});
}

}  // namespace shiqu::package
