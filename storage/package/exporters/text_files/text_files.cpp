#include "storage/package/exporters/text_files/text_files.h"

#include "storage/package/payload_rules.h"
#include "storage/text_formats/alto.h"
#include "storage/text_formats/hocr.h"
#include "storage/text_formats/page_xml.h"

#include <algorithm>

namespace shiqu::package {
namespace {

using Write = Result<std::string> (*)(const model::PageText&, const text_formats::PageFacts&);

/// All lines, in the order of the page, as the archive has them: centre strip and margin too.
Result<std::string> make_plain(const model::PageText& text,
                               const text_formats::PageFacts& /*facts*/) {
  return text.plain();
}

text_formats::PageFacts facts_of(const PageContent& content) {
  const PackagedPage& page = *content.page;
  text_formats::PageFacts facts;
  facts.image_name = "masters/" + page.number + ".tif";
  facts.image = {page.capture.width_px, page.capture.height_px};
  facts.dpi = page.capture.dpi;
  facts.creator = model::text_of(model::this_program());
  facts.created_ms = content.revised_ms;
  facts.author = content.author;
  facts.state = model::name_of(page.page.text_state);
  return facts;
}

class TextFiles final : public ExportRun {
 public:
  TextFiles(const ExportContext& context, const PayloadRule& rule, Write write)
      : context_(context), rule_(rule), write_(write) {}

  Status page(const PageContent& content) override {
    SHIQU_TRY_ASSIGN(const std::string file, write_(content.text, facts_of(content)));
    return context_.bag().add_text(path_by(rule_, content.page->number), file);
  }

 private:
  const ExportContext& context_;
  const PayloadRule& rule_;
  Write write_;
};

std::unique_ptr<Exporter> make(std::string_view name, std::string_view purpose, Inclusion inclusion,
                               Write write) {
  return make_exporter({name,
                        purpose,
                        inclusion,
                        {},
                        [=](const ExportContext& context) {
                          const auto rules = payload_rules();
                          const auto rule = std::find_if(
                              rules.begin(), rules.end(),
                              [&](const PayloadRule& one) { return one.exporter == name; });
                          return Result<std::unique_ptr<ExportRun>>(
                              std::make_unique<TextFiles>(context, *rule, write));
                        },
                        {.per_character = 600}});
}

}  // namespace

std::unique_ptr<Exporter> make_page_xml_exporter() {
  return make("page", "text with places, PAGE XML 2019-07-15", Inclusion::Always,
              text_formats::make_page_xml);
}

std::unique_ptr<Exporter> make_plain_text_exporter() {
  return make("text", "plain text, one line per column", Inclusion::Always, make_plain);
}

std::unique_ptr<Exporter> make_alto_exporter() {
  return make("alto", "text with places, ALTO 4.4", Inclusion::Default, text_formats::make_alto);
}

std::unique_ptr<Exporter> make_hocr_exporter() {
  return make("hocr", "text with places, hOCR 1.2", Inclusion::Default, text_formats::make_hocr);
}

}  // namespace shiqu::package
