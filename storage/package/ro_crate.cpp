#include "storage/package/ro_crate.h"

#include "storage/package/payload_rules.h"
#include "storage/package/stream_text.h"

#include <string_view>

namespace shiqu::package {
namespace {

constexpr std::string_view kData = "data/";

bool is_address(const std::string& text) {
  return (text.starts_with("https://") || text.starts_with("http://")) &&
         text.find(' ') == std::string::npos;
}

/// The root without its parts, which follow one by one.
Json root_entity(const CrateFacts& facts, const std::string& licence) {
  Json root = {
      {"@id", "./"},
      {"@type", "Dataset"},
      {"name", facts.item.title.empty() ? facts.item.identifier : facts.item.title},
      {"identifier", facts.item.identifier},
      {"description", facts.item.description.empty() ? "Digitised item " + facts.item.identifier
                                                     : facts.item.description},
      {"datePublished", facts.published},
      {"license", {{"@id", licence}}},
      {"publisher", {{"@id", "#publisher"}}}};
  if (!facts.item.creator.empty()) {
    root["creditText"] = facts.item.creator;
  }
  return root;
}

Json file_entity(const BagEntry& entry) {
  const std::string path = entry.path.substr(kData.size());
  const PayloadRule* rule = rule_for(entry.path);
  return {{"@id", path},
          {"@type", "File"},
          {"name", path},
          {"description", rule != nullptr ? rule->words : "Payload file"},
          {"encodingFormat", rule != nullptr ? rule->media_type : "application/octet-stream"},
          {"contentSize", std::to_string(entry.size_bytes)},
          {"sha256", entry.sha256}};
}

void write_root(TextOut& out, const std::vector<BagEntry>& files, const CrateFacts& facts,
                const std::string& licence) {
  std::string root = json_line(root_entity(facts, licence));
  root.pop_back();  // the closing brace: the parts come before it
  out.put(root + ",\n\"hasPart\":[");
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Json part = {{"@id", files[i].path.substr(kData.size())}};
    out.put((i == 0 ? "\n" : ",\n") + json_line(part));
  }
  out.put("\n]},\n");
}

}  // namespace

Status write_ro_crate(BagWriter& bag, const CrateFacts& facts) {
  const std::string licence = is_address(facts.item.rights) ? facts.item.rights : "#rights";
  const Json head = {{"@id", "ro-crate-metadata.json"},
                     {"@type", "CreativeWork"},
                     {"about", {{"@id", "./"}}},
                     {"conformsTo", {{"@id", "https://w3id.org/ro/crate/1.2"}}}};
  const Json rights = {
      {"@id", licence},
      {"@type", "CreativeWork"},
      {"name", facts.item.rights.empty() ? "Rights not known" : facts.item.rights},
      {"description", facts.item.rights.empty() ? "The rights are not known."
                                                : "Terms as the catalogue has them"}};
  const Json publisher = {
      {"@id", "#publisher"}, {"@type", "Organization"}, {"name", facts.organization}};
  SHIQU_TRY_ASSIGN(TextOut out, TextOut::open(bag, "data/ro-crate-metadata.json"));
  const auto& files = bag.entries();  // the descriptor is not among them: it is no part of itself
  out.put("{\"@context\":\"https://w3id.org/ro/crate/1.2/context\",\n\"@graph\":[\n");
  out.put(json_line(head) + ",\n");
  write_root(out, files, facts, licence);
  out.put(json_line(rights) + ",\n" + json_line(publisher));
  for (const BagEntry& file : files) {
    out.put(",\n" + json_line(file_entity(file)));
  }
  out.put("\n]}\n");
  return out.finish();
}

}  // namespace shiqu::package
