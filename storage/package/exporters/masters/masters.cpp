#include "storage/package/exporters/masters/masters.h"

namespace shiqu::package {
namespace {

class Masters final : public ExportRun {
 public:
  explicit Masters(const ExportContext& context) : context_(context) {}

  Status page(const PageContent& content) override {
    const std::string& digest = content.page->capture.master;
    return context_.bag().add_file("data/masters/" + content.page->number + ".tif",
                                   context_.store().object_path(digest), digest, {},
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
