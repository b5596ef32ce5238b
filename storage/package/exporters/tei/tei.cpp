#include "storage/package/exporters/tei/tei.h"

#include "storage/base/clock.h"
#include "storage/package/stream_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace shiqu::package {
namespace {

std::string decimal(double confidence) {
  return confidence < 0 ? std::string() : fmt::format("{:.4f}", std::min(confidence, 1.0));
}

std::string zone_id(const std::string& page, std::size_t line) {
  return fmt::format("zone_{}_{}", page, line + 1);
}

class Tei final : public ExportRun {
 public:
  Tei(const ExportContext& context, XmlOut out) : context_(context), out_(std::move(out)) {
    out_.begin("TEI", {{"xmlns", "http://www.tei-c.org/ns/1.0"}});
    write_header();
    out_.begin("facsimile");
  }

  Status page(const PageContent& content) override {
    write_surface(content);
    return {};
  }

  Status finish() override {
    out_.end();
    out_.begin("text");
    out_.begin("body");
    const auto& pages = context_.plan().pages;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      SHIQU_TRY_ASSIGN(const PageContent content, context_.load(pages[i], i));
      write_text(content);
    }
    return out_.finish();
  }

 private:
  void write_header();
  void write_source();
  void write_encoding();
  void write_surface(const PageContent& content);
  void write_text(const PageContent& content);

  const ExportContext& context_;
  XmlOut out_;
};

void Tei::write_source() {
  const model::Item& item = context_.plan().item;
  out_.begin("sourceDesc");
  out_.begin("bibl");
  out_.leaf("title", item.title.empty() ? item.identifier : item.title);
  out_.leaf("author", item.creator);
  out_.leaf("date", item.date);
  out_.leaf("idno", item.identifier, {{"type", "local"}});
  out_.leaf("note", item.description);
  out_.end();
  out_.end();
}

/// Each page says by `decls` which of these holds for its text.
void Tei::write_encoding() {
  const model::Agent program = model::this_program();
  out_.begin("encodingDesc");
  for (const TextOrigin origin :
       {TextOrigin::None, TextOrigin::Machine, TextOrigin::Person, TextOrigin::Reviewed}) {
    out_.begin("editorialDecl", {{"xml:id", fmt::format("origin_{}", name_of(origin))}});
    out_.leaf("p", fmt::format("{}.", sentence_of(origin)));
    out_.end();
  }
  out_.begin("appInfo");
  out_.begin("application", {{"ident", program.name}, {"version", program.version}});
  out_.leaf("label", program.name);
  out_.end();
  out_.end();
  out_.end();
}

void Tei::write_header() {
  const PackagePlan& plan = context_.plan();
  out_.begin("teiHeader");
  out_.begin("fileDesc");
  out_.begin("titleStmt");
  out_.leaf("title", plan.item.title.empty() ? plan.item.identifier : plan.item.title);
  out_.leaf("author", plan.item.creator);
  out_.end();
  out_.leaf("extent", fmt::format("{} pages", plan.pages.size()));
  out_.begin("publicationStmt");
  out_.leaf("publisher", plan.info.source_organization);
  out_.leaf("idno", plan.item.identifier);
  out_.begin("availability");
  const std::string& rights = plan.item.rights;
  const bool address = rights.starts_with("https://") || rights.starts_with("http://");
  out_.leaf(address ? "licence" : "p", rights.empty() ? "The rights are not known." : rights,
            {{"target", address ? rights : std::string()}});
  out_.end();
  out_.leaf("date", iso_date(plan.made_ms), {{"when", iso_date(plan.made_ms)}});
  out_.end();
  write_source();
  out_.end();
  write_encoding();
  out_.end();
}

void Tei::write_surface(const PageContent& content) {
  const PackagedPage& page = *content.page;
  out_.begin("surface", {{"xml:id", "page_" + page.number},
                         {"n", page.page.label.empty() ? page.number : page.page.label},
                         {"ulx", "0"},
                         {"uly", "0"},
                         {"lrx", std::to_string(page.capture.width_px)},
                         {"lry", std::to_string(page.capture.height_px)}});
  out_.empty("graphic", {{"url", "../../masters/" + page.number + ".tif"},
                         {"mimeType", "image/tiff"},
                         {"width", fmt::format("{}px", page.capture.width_px)},
                         {"height", fmt::format("{}px", page.capture.height_px)}});
  for (std::size_t i = 0; i < content.text.lines.size(); ++i) {
    const model::Line& line = content.text.lines[i];
    if (!line.box.empty()) {
      out_.empty("zone", {{"xml:id", zone_id(page.number, i)},
                          {"ulx", std::to_string(line.box.x)},
                          {"uly", std::to_string(line.box.y)},
                          {"lrx", std::to_string(line.box.right())},
                          {"lry", std::to_string(line.box.bottom())}});
    }
  }
  out_.end();
}

void Tei::write_text(const PageContent& content) {
  const PackagedPage& page = *content.page;
  out_.begin("div",
             {{"type", "page"}, {"decls", fmt::format("#origin_{}", name_of(content.origin))}});
  out_.empty("pb", {{"n", page.page.label.empty() ? page.number : page.page.label},
                    {"facs", "#page_" + page.number}});
  bool written = false;
  for (std::size_t i = 0; i < content.text.lines.size(); ++i) {
    const model::Line& line = content.text.lines[i];
    written = written || !line.text.empty();
    out_.leaf("ab", line.text,
              {{"type", model::name_of(line.kind)},
               {"facs", line.box.empty() ? std::string() : "#" + zone_id(page.number, i)},
               {"cert", decimal(line.confidence)}});
  }
  if (!written) {
    out_.empty("ab");  // a division needs content
  }
  out_.end();
}

}  // namespace

std::unique_ptr<Exporter> make_tei_exporter() {
  return make_exporter(
      {"tei",
       "text of the item with places, TEI P5",
       Inclusion::Default,
       {},
       [](const ExportContext& context) -> Result<std::unique_ptr<ExportRun>> {
         SHIQU_TRY_ASSIGN(XmlOut out, XmlOut::open(context.bag(), "data/ocr/tei/item.xml"));
         return std::unique_ptr<ExportRun>(std::make_unique<Tei>(context, std::move(out)));
       }});
}

}  // namespace shiqu::package
