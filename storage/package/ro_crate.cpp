#include "storage/package/ro_crate.h"

#include "storage/base/channel.h"

#include <array>
#include <string_view>
#include <utility>

namespace shiqu::package {
namespace {

constexpr std::string_view kData = "data/";

std::string compact(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string_view media_type(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes = {{
      {".tif", "image/tiff"},
      {".jpg", "image/jpeg"},
      {".xml", "application/xml"},
      {".json", "application/json"},
      {".jsonl", "application/jsonl"},
      {".txt", "text/plain; charset=utf-8"},
  }};
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) {
      return type;
    }
  }
  return "application/octet-stream";
}

std::string_view description(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kWords = {{
      {"masters/", "Capture master of one page"},
      {"ocr/page/", "Text of one page with places, PAGE XML 2019-07-15"},
      {"ocr/text/", "Text of one page"},
      {"metadata/", "Catalogue record"},
      {"provenance/", "Extract of the journal with its hash chain"},
      {"reports/", "Report on the quality of the package"},
  }};
  for (const auto& [folder, words] : kWords) {
    if (path.starts_with(folder)) {
      return words;
    }
  }
  return "Payload file";
}

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
  return {{"@id", path},
          {"@type", "File"},
          {"name", path},
          {"description", description(path)},
          {"encodingFormat", media_type(path)},
          {"contentSize", std::to_string(entry.size_bytes)},
          {"sha256", entry.sha256}};
}

Status write_root(BagWriter& bag, const std::vector<BagEntry>& files, const CrateFacts& facts,
                  const std::string& licence) {
  std::string root = compact(root_entity(facts, licence));
  root.pop_back();  // the closing brace: the parts come before it
  SHIQU_TRY(bag.append(root + ",\n\"hasPart\":["));
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Json part = {{"@id", files[i].path.substr(kData.size())}};
    SHIQU_TRY(bag.append((i == 0 ? "\n" : ",\n") + compact(part)));
  }
  return bag.append(std::string_view("\n]},\n"));
}

}  // namespace

Status write_ro_crate(BagWriter& bag, const CrateFacts& facts) {
  const auto files = bag.entries();  // a copy: the descriptor is no part of itself
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
  SHIQU_TRY(bag.begin("data/ro-crate-metadata.json"));
  SHIQU_TRY(bag.append(std::string_view(
      "{\"@context\":\"https://w3id.org/ro/crate/1.2/context\",\n\"@graph\":[\n")));
  SHIQU_TRY(bag.append(compact(head) + ",\n"));
  SHIQU_TRY(write_root(bag, files, facts, licence));
  SHIQU_TRY(bag.append(compact(rights) + ",\n" + compact(publisher)));
  for (const BagEntry& file : files) {
    SHIQU_TRY(bag.append(",\n" + compact(file_entity(file))));
  }
  SHIQU_TRY(bag.append(std::string_view("\n]}\n")));
  return bag.end();
}

}  // namespace shiqu::package
