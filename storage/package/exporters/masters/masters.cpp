#include "storage/package/exporters/masters/masters.h"

namespace shiqu::package {
namespace {

constexpr const char* kRedacted = "master.tif";

class Masters final : public ExportRun {
 public:
  explicit Masters(const ExportContext& context) : context_(context) {}

  void want(const PageContent& content, std::vector<PixelWish>& wishes) override {
    if (!content.page->redacted.empty()) {
      wishes.push_back({kRedacted, {}, kLikeMaster});
    }
  }

  Status page(const PageContent& content) override {
    const std::string path = "data/masters/" + content.page->number + ".tif";
    if (!content.page->redacted.empty()) {
      return context_.bag().add_file(path, content.scratch / kRedacted, {}, {}, context_.stop());
    }
    const std::string& digest = content.page->capture.master;
    return context_.bag().add_file(path, context_.store().object_path(digest), digest, {},
                                   context_.stop());
  }

 private:
  const ExportContext& context_;
};

}  // namespace

std::unique_ptr<Exporter> make_masters_exporter() {
  return make_exporter(
      {"masters", "capture masters, byte for byte", Inclusion::Always, {}, start_run<Masters>});
}

}  // namespace shiqu::package
