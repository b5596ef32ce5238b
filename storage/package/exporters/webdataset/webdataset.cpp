#include "storage/package/exporters/webdataset/webdataset.h"

#include "storage/package/exporters/access/access.h"
#include "storage/package/exporters/dataset/annotations.h"
#include "storage/package/exporters/webdataset/tar_writer.h"
#include "storage/package/stream_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace shiqu::package {
namespace {

constexpr int kSamples = 1000;
constexpr std::uint64_t kBytes = 1ULL << 30U;

class WebDataset final : public ExportRun {
 public:
  explicit WebDataset(const ExportContext& context) : context_(context) {
    const std::string& name = context_.plan().name;
    stem_ = name.substr(0, std::min<std::size_t>(name.rfind("-v"), 60));
    std::replace(stem_.begin(), stem_.end(), '.', '-');  // a key ends at the first dot
  }

  void want(const PageContent& /*content*/, std::vector<PixelWish>& wishes) override {
    want_page_image(context_, wishes);
  }

  Status page(const PageContent& content) override {
    if (!shard_) {
      SHIQU_TRY_ASSIGN(PayloadFile file,
                       context_.bag().open(fmt::format("data/dataset/shards/{}-{:06}.tar",
                                                       context_.plan().split, shards_++)));
      shard_.emplace(std::move(file), context_.plan().made_ms / 1000);
    }
    const std::string key = stem_ + "-" + content.page->number;
    SHIQU_TRY(shard_->add_file(key + ".jpg", page_image(content)));
    SHIQU_TRY(shard_->add(key + ".json", json_line(facts_of(content))));
    SHIQU_TRY(shard_->add(key + ".txt", content.text.plain()));
    return ++samples_ >= kSamples || shard_->size_bytes() > kBytes ? close() : Status();
  }

  Status finish() override { return shard_ ? close() : Status(); }

 private:
  [[nodiscard]] Json facts_of(const PageContent& content) const {
    Json facts = dataset::page_facts(context_, content);
    Json lines = Json::array();
    for (const model::Line& line : content.text.lines) {
      lines.push_back({{"text", line.text},
                       {"kind", model::name_of(line.kind)},
                       {"box", model::to_json(line.box)}});
    }
    facts["lines"] = std::move(lines);
    return facts;
  }

  Status close() {
    SHIQU_TRY_ASSIGN(PayloadFile file, shard_->finish());
    shard_.reset();
    samples_ = 0;
    return context_.bag().close(std::move(file));
  }

  const ExportContext& context_;
  std::string stem_;
  std::optional<TarWriter> shard_;
  int shards_ = 0;
  int samples_ = 0;
};

}  // namespace

std::unique_ptr<Exporter> make_webdataset_exporter() {
  return make_exporter({"webdataset",
                        "pages as image, text and facts in tar files, WebDataset",
                        Inclusion::OnRequest,
                        {},
                        start_run<WebDataset>,
                        {.images = 1, .pages_of_file = kSamples}});
}

}  // namespace shiqu::package
