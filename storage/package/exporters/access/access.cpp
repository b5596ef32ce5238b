#include "storage/package/exporters/access/access.h"

namespace shiqu::package {
namespace {

constexpr const char* kPageImage = "page.jpg";

class Images final : public ExportRun {
 public:
  Images(const ExportContext& context, std::string folder)
      : context_(context), folder_(std::move(folder)) {}

  void want(const PageContent& /*content*/, std::vector<PixelWish>& wishes) override {
    want_page_image(context_, wishes);
  }

  Status page(const PageContent& content) override {
    return context_.bag().add_file(folder_ + content.page->number + ".jpg", page_image(content), {},
                                   {}, context_.stop());
  }

 private:
  const ExportContext& context_;
  std::string folder_;
};

std::unique_ptr<Exporter> make(std::string_view name, std::string_view purpose, Inclusion inclusion,
                               std::string folder) {
  return make_exporter({name,
                        purpose,
                        inclusion,
                        {},
                        [folder = std::move(folder)](const ExportContext& context) {
                          return Result<std::unique_ptr<ExportRun>>(
                              std::make_unique<Images>(context, folder));
                        },
                        {.images = 1}});
}

}  // namespace

void want_page_image(const ExportContext& context, std::vector<PixelWish>& wishes) {
  wishes.push_back({kPageImage, {}, context.plan().access_quality});
}

std::filesystem::path page_image(const PageContent& content) {
  return content.scratch / kPageImage;
}

std::unique_ptr<Exporter> make_access_exporter() {
  return make("access", "page images for reading, JPEG in sRGB", Inclusion::Default,
              "data/access/");
}

std::unique_ptr<Exporter> make_images_exporter() {
  return make("images", "page images of the data set, the same as the access images",
              Inclusion::Default, "data/dataset/images/");
}

}  // namespace shiqu::package
