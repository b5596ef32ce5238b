#include "storage/package/catalogue_record.h"

#include "storage/base/clock.h"
#include "storage/text_formats/xml_text.h"

#include <fmt/format.h>

namespace shiqu::package {
namespace {

void add(pugi::xml_node root, const char* element, const std::string& value) {
  const std::string text = xml::clean(value);
  if (!text.empty()) {
    root.append_child(element).text().set(text.c_str());
  }
}

}  // namespace

Json make_page_record(const PackagedPage& one, const BagEntry* master) {
  const model::Capture& capture = one.capture;
  const bool altered = master != nullptr && !one.redacted.empty();
  Json out = {{"number", one.number},
              {"id", one.page.id.str()},
              {"label", one.page.label},
              {"master",
               {{"path", "masters/" + one.number + ".tif"},
                {"sha256", altered ? master->sha256 : capture.master},
                {"size_bytes", altered ? master->size_bytes : one.master_bytes},
                {"width_px", capture.width_px},
                {"height_px", capture.height_px},
                {"dpi", capture.dpi}}},
              {"capture",
               {{"id", capture.id.str()},
                {"source", model::name_of(capture.source)},
                {"device", capture.device},
                {"taken", iso8601(capture.taken_ms)},
                {"received_sha256", capture.received},
                {"received_name", capture.received_name},
                {"raw_sha256", capture.raw}}},
              {"text",
               {{"state", model::name_of(one.page.text_state)},
                {"revision", one.page.text_revision},
                {"accepted_by", one.reviewer}}}};
  if (!one.redacted.empty()) {
    out["redacted"] = make_redaction(one);
  }
  return out;
}

Json make_redaction(const PackagedPage& page) {
  Json boxes = Json::array();
  for (const model::Box& box : page.redacted) {
    boxes.push_back(model::to_json(box));
  }
  return {{"reason", "personal data"},
          {"boxes", std::move(boxes)},
          {"master_kept_sha256", page.capture.master}};
}

std::string make_dublin_core(const model::Item& item, std::size_t pages,
                             const std::string& publisher) {
  pugi::xml_document document;
  xml::declare(document);
  pugi::xml_node root = document.append_child("simpledc");
  root.append_attribute("xmlns:dc") = "http://purl.org/dc/elements/1.1/";
  add(root, "dc:identifier", item.identifier);
  add(root, "dc:title", item.title);
  add(root, "dc:creator", item.creator);
  add(root, "dc:date", item.date);
  add(root, "dc:description", item.description);
  add(root, "dc:publisher", publisher);
  add(root, "dc:type", "StillImage");
  add(root, "dc:type", "Text");
  add(root, "dc:format", "image/tiff");
  add(root, "dc:format", fmt::format("{} pages", pages));
  add(root, "dc:rights", item.rights);
  return xml::text_of(document, " ");
}

Json make_record(const model::Item& item, int version) {
  return {{"id", item.id.str()},
          {"identifier", item.identifier},
          {"version", version},
          {"title", item.title},
          {"creator", item.creator},
          {"date", item.date},
          {"description", item.description},
          {"rights", item.rights},
          {"grade", model::name_of(item.grade)}};
}

}  // namespace shiqu::package
