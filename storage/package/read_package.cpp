#include "storage/package/internal/read_package.h"

#include "storage/base/file.h"
#include "storage/text_formats/page_xml.h"

#include <pugixml.hpp>

#include <cstdio>
#include <ctime>

namespace shiqu::package {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kLargestRecord = 1U << 30U;

tl::unexpected<Error> bad(const std::string& what, const std::string& why) {
  return fail(ErrorCode::InvalidInput, "read package", what, why);
}

/// "2026-11-25T04:01:02.345Z"; 0 when it is not of that form.
std::int64_t ms_from_iso(const std::string& text) {
  std::tm time{};
  int ms = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &time.tm_year, &time.tm_mon,
                  &time.tm_mday, &time.tm_hour, &time.tm_min, &time.tm_sec, &ms) < 6) {
    return 0;
  }
  time.tm_year -= 1900;
  time.tm_mon -= 1;
  return static_cast<std::int64_t>(::timegm(&time)) * 1000 + ms;
}

const Json& member(const Json& object, const char* name) {
  static const Json nothing = Json::object();
  return object.is_object() && object.contains(name) ? object[name] : nothing;
}

Result<PackagePage> page_from(const Json& json) {
  PackagePage out;
  out.number = get_or<std::string>(json, "number", "");
  out.page.id = PageId(get_or<std::string>(json, "id", ""));
  out.page.label = get_or<std::string>(json, "label", "");
  const Json& master = member(json, "master");
  const Json& capture = member(json, "capture");
  out.capture.master = get_or<std::string>(master, "sha256", "");
  out.master_bytes = get_or<std::uint64_t>(master, "size_bytes", 0);
  out.capture.width_px = get_or<int>(master, "width_px", 0);
  out.capture.height_px = get_or<int>(master, "height_px", 0);
  out.capture.dpi = get_or<double>(master, "dpi", 0);
  out.capture.id = CaptureId(get_or<std::string>(capture, "id", ""));
  out.capture.source = model::capture_source_from(get_or<std::string>(capture, "source", "import"));
  out.capture.device = get_or<std::string>(capture, "device", "");
  out.capture.taken_ms = ms_from_iso(get_or<std::string>(capture, "taken", ""));
  out.capture.received = get_or<std::string>(capture, "received_sha256", "");
  out.capture.received_name = get_or<std::string>(capture, "received_name", "");
  out.accepted_by = get_or<std::string>(member(json, "text"), "accepted_by", "");
  if (out.number.empty() || out.capture.master.size() != 64 || out.capture.width_px <= 0 ||
      out.capture.height_px <= 0) {
    return bad("record.json, page " + out.number, "number, master or its size is missing");
  }
  return out;
}

Status read_quality(const fs::path& folder, std::vector<PackagePage>& pages) {
  SHIQU_TRY_ASSIGN(const std::string text,
                   read_file(folder / "data/reports/quality.json", kLargestRecord));
  SHIQU_TRY_ASSIGN(const Json report, parse_json(text, "quality.json"));
  const Json& listed = member(report, "pages");
  for (std::size_t i = 0; i < pages.size() && i < listed.size() && listed.is_array(); ++i) {
    if (get_or<std::string>(listed[i], "master_sha256", "") == pages[i].capture.master) {
      pages[i].capture.quality = model::quality_from_json(member(listed[i], "report"));
    }
  }
  return {};
}

struct Origin {
  std::string author;
  std::string created;
};

/// Who and when, as our PAGE files say it.
Origin origin_of(const std::string& page_xml) {
  Origin out;
  pugi::xml_document document;
  if (!document.load_buffer(page_xml.data(), page_xml.size())) {
    return out;
  }
  const pugi::xml_node metadata = document.document_element().child("Metadata");
  out.created = metadata.child("LastChange").text().get();
  for (const pugi::xml_node item : metadata.children("MetadataItem")) {
    if (std::string_view(item.attribute("name").value()) == "author") {
      out.author = item.attribute("value").value();
    }
  }
  return out;
}

}  // namespace

Result<PackageRecord> read_record(const fs::path& folder) {
  SHIQU_TRY_ASSIGN(const std::string text,
                   read_file(folder / "data/metadata/record.json", kLargestRecord));
  SHIQU_TRY_ASSIGN(const Json json, parse_json(text, "record.json"));
  PackageRecord out;
  model::Item& item = out.item;
  item.id = ItemId(get_or<std::string>(json, "id", ""));
  item.identifier = get_or<std::string>(json, "identifier", "");
  item.title = get_or<std::string>(json, "title", "");
  item.creator = get_or<std::string>(json, "creator", "");
  item.date = get_or<std::string>(json, "date", "");
  item.description = get_or<std::string>(json, "description", "");
  item.rights = get_or<std::string>(json, "rights", "");
  if (!model::grade_from(get_or<std::string>(json, "grade", ""), item.grade) ||
      !is_uuid(item.id.str())) {
    return bad("record.json", "id or grade is missing");
  }
  const Json& pages = member(json, "pages");
  for (const Json& page : pages) {
    SHIQU_TRY_ASSIGN(PackagePage one, page_from(page));
    out.pages.push_back(std::move(one));
  }
  SHIQU_TRY(read_quality(folder, out.pages));
  return out;
}

Result<std::optional<PackageText>> read_text(const fs::path& folder, const std::string& number) {
  SHIQU_TRY_ASSIGN(const std::string xml, read_file(folder / "data/ocr/page" / (number + ".xml")));
  SHIQU_TRY_ASSIGN(text_formats::PageFile file, text_formats::read_page_xml(xml, {}));
  const Origin origin = origin_of(xml);
  if (origin.author.empty()) {
    return std::optional<PackageText>();
  }
  PackageText out;
  out.text = std::move(file.text);
  out.text.producer = file.software;
  out.author = origin.author;
  out.by_person = origin.author.starts_with("person:");
  out.at_ms = ms_from_iso(origin.created);
  return std::optional(std::move(out));
}

Result<std::string> canonical_text(const model::PageText& text) {
  model::PageText bare = text;
  bare.producer.clear();
  text_formats::PageFacts facts;
  facts.image = {text.width_px, text.height_px};
  return text_formats::make_page_xml(bare, facts);
}

}  // namespace shiqu::package
