#include "storage/package/exporters/quality/quality.h"

#include "storage/package/exporters/quality/facts.h"
#include "storage/package/reports.h"
#include "storage/package/stream_text.h"

namespace shiqu::package {
namespace {

class Quality final : public ExportRun {
 public:
  explicit Quality(const ExportContext& context) : context_(context) {}

  Status page(const PageContent& content) override {
    const std::string& master = content.page->capture.master;
    facts_.repeated_masters += master == last_master_ ? 1U : 0U;
    last_master_ = master;
    facts_.add(content);
    return {};
  }

  Status finish() override {
    const PackagePlan& plan = context_.plan();
    SHIQU_TRY_ASSIGN(JsonOut out, JsonOut::open(context_.bag(), "data/reports/quality.json"));
    out.member("identifier", plan.item.identifier);
    out.member("version", plan.info.version);
    out.members(to_json(summarize_quality(plan.pages)));
    out.member("text_origins", {{"machine", facts_.machine_only},
                                {"reviewed", facts_.reviewed},
                                {"none", facts_.pages - facts_.with_text}});
    out.member("tc609_5_2025_04", quality::metric_tree(facts_, context_));
    out.member("dat_70_2018", quality::four_dimensions(facts_, context_));
    out.begin_array("gates");
    for (const GateFinding& finding : plan.findings) {
      out.entry(to_json(finding));
    }
    out.end_array();
    out.begin_array("outliers");
    for (const Outlier& outlier : plan.outliers) {
      out.entry(to_json(outlier));
    }
    out.end_array();
    out.begin_array("pages");
    for (const PackagedPage& page : plan.pages) {
      out.entry(make_page_quality(page));
    }
    out.end_array();
    return out.finish();
  }

 private:
  const ExportContext& context_;
  quality::Facts facts_;
  std::string last_master_;
};

}  // namespace

std::unique_ptr<Exporter> make_quality_exporter() {
  return make_exporter({"quality",
                        "report on the quality of the package",
                        Inclusion::Always,
                        {},
                        start_run<Quality>});
}

}  // namespace shiqu::package
