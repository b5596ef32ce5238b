#include "storage/package/exporters/reports/report_files.h"

#include "storage/base/digest.h"
#include "storage/package/stream_text.h"

namespace shiqu::package {
namespace {

/// A run that counts along the pages and writes one file at the end.
class Redaction final : public ExportRun {
 public:
  explicit Redaction(const ExportContext& context) : context_(context) {}

  Status page(const PageContent& content) override {
    if (!content.page->redacted.empty()) {
      blacked_.push_back(content.blacked_out);
    }
    return {};
  }

  Status finish() override {
    SHIQU_TRY_ASSIGN(JsonOut out, JsonOut::open(context_.bag(), "data/reports/redaction.json"));
    out.member("character", model::kBlackedOut);
    out.begin_array("pages");
    std::size_t at = 0;
    for (const PackagedPage& page : context_.plan().pages) {
      if (!page.redacted.empty()) {
        Json one = make_redaction(page);
        one["number"] = page.number;
        one["characters"] = blacked_.at(at++);
        out.entry(one);
      }
    }
    out.end_array();
    return out.finish();
  }

 private:
  const ExportContext& context_;
  std::vector<std::int64_t> blacked_;  ///< characters of each page that is blacked out
};

Status write_identifiers(const ExportContext& context) {
  const PackagePlan& plan = context.plan();
  SHIQU_TRY_ASSIGN(JsonOut out, JsonOut::open(context.bag(), "data/metadata/identifiers.json"));
  out.member("identifier", plan.item.identifier);
  out.member("version", plan.info.version);
  out.member("uuid", plan.item.id.str());
  out.member("patterns", {{"item", plan.item_pattern}, {"page", plan.page_pattern}});
  out.member("by_pattern", plan.item_pattern.empty() ? Json() : Json(plan.item_identifier));
  out.begin_array("pages");
  for (std::size_t i = 0; i < plan.pages.size(); ++i) {
    const PackagedPage& page = plan.pages[i];
    Json one = {{"number", page.number}, {"uuid", page.page.id.str()}};
    if (!plan.page_identifiers.empty()) {
      one["by_pattern"] = plan.page_identifiers[i];
    }
    out.entry(one);
  }
  out.end_array();
  return out.finish();
}

Status write_split(const ExportContext& context) {
  const PackagePlan& plan = context.plan();
  SHIQU_TRY_ASSIGN(JsonOut out, JsonOut::open(context.bag(), "data/reports/split.json"));
  out.member("identifier", plan.item.identifier);
  out.member("unit", "item");
  out.member("side", plan.split);
  out.member("assigned", plan.split_facts.assigned);
  out.member("group", plan.split_facts.assigned
                          ? Json(sha256_hex(plan.split_facts.group).substr(0, 16))
                          : Json());
  out.member("group_items", plan.split_facts.group_items);
  out.member("seed", plan.split_facts.seed);
  return out.finish();
}

Status write_dedup(const ExportContext& context) {
  const PackagePlan& plan = context.plan();
  SHIQU_TRY_ASSIGN(JsonOut out, JsonOut::open(context.bag(), "data/reports/dedup.json"));
  out.member("identifier", plan.item.identifier);
  out.member("exact", "equal SHA-256 of masters, or of the files as the device gave them");
  out.member("near",
             {{"method", "DCT of 64 x 64 px, lowest 16 x 16 without the first, above median"},
              {"bits", kFingerprintBits},
              {"most_bits_apart", kNearDuplicateBits},
              {"least_contrast", kLeastContrast}});
  out.member("compared_pages", plan.compared_pages);
  out.member("pages_without_fingerprint", plan.not_compared);
  out.begin_array("duplicates");
  for (const Duplicate& one : plan.duplicates) {
    out.entry(to_json(one, true));
  }
  out.end_array();
  return out.finish();
}

}  // namespace

std::unique_ptr<Exporter> make_identifiers_exporter() {
  return make_exporter_at_end("identifiers", "identifiers of item and pages, also by pattern",
                              Inclusion::Default, write_identifiers);
}

std::unique_ptr<Exporter> make_split_exporter() {
  return make_exporter_at_end("split", "side of the data set that the item stands on",
                              Inclusion::Default, write_split);
}

std::unique_ptr<Exporter> make_dedup_exporter() {
  return make_exporter_at_end("dedup", "exact and near duplicates of its pages", Inclusion::Default,
                              write_dedup);
}

std::unique_ptr<Exporter> make_redaction_exporter() {
  return make_exporter({"redaction",
                        "what was blacked out in pictures and text",
                        Inclusion::Always,
                        {},
                        start_run<Redaction>});
}

}  // namespace shiqu::package
