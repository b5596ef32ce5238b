#include "storage/package/exporters/pdf/pdf.h"

#include "storage/package/exporters/pdf/document.h"
#include "storage/package/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace shiqu::package {
namespace {

constexpr int kPagesOfFile = 500;

class Pdf final : public ExportRun {
 public:
  explicit Pdf(const ExportContext& context) : context_(context) {}

  Status page(const PageContent& content) override {
    if (!document_) {
      vertical_ =
          std::none_of(content.text.lines.begin(), content.text.lines.end(),
                       [](const auto& line) { return line.kind == model::LineKind::Horizontal; });
      document_.emplace(properties());
    }
    const PackagedPage& page = *content.page;
    const pdf::PageImage image{context_.bag().where("data/access/" + page.number + ".jpg"),
                               page.capture.width_px, page.capture.height_px, page.capture.dpi};
    SHIQU_TRY(document_->add_page(image, content.text));
    return ++pages_ < kPagesOfFile ? Status() : save();
  }

  Status finish() override { return document_ ? save() : Status(); }

 private:
  [[nodiscard]] pdf::Properties properties() const {
    const PackagePlan& plan = context_.plan();
    pdf::Properties out;
    out.title = plan.item.title.empty() ? plan.item.identifier : plan.item.title;
    out.author = plan.item.creator;
    out.producer = model::text_of(model::this_program());
    out.made_ms = plan.made_ms;
    out.right_to_left = vertical_;
    const bool reviewed = std::all_of(plan.pages.begin(), plan.pages.end(), [](const auto& page) {
      return page.page.text_revision == 0 || !page.reviewer.empty();
    });
    out.keywords = plan.item.identifier + (reviewed ? "; text accepted by a second person"
                                                    : "; text read by a machine in whole or in "
                                                      "part, not all reviewed by a person");
    return out;
  }

  Status save() {
    const std::string path = fmt::format("data/access/text-{}.pdf", page_number(++files_));
    SHIQU_TRY_ASSIGN(PayloadFile file, context_.bag().open(path));
    SHIQU_TRY(document_->save(file));
    document_.reset();
    pages_ = 0;
    return context_.bag().close(std::move(file));
  }

  const ExportContext& context_;
  std::optional<pdf::Document> document_;
  int pages_ = 0;
  int files_ = 0;
  bool vertical_ = true;
};

}  // namespace

std::unique_ptr<Exporter> make_pdf_exporter() {
  return make_exporter({"pdf",
                        "page images with text to select and search, PDF",
                        Inclusion::Default,
                        {"access"},
                        start_run<Pdf>,
                        {.images = 1, .pages_of_file = kPagesOfFile}});
}

}  // namespace shiqu::package
