#include "storage/package/exporters/catalogue/catalogue.h"

#include "storage/base/clock.h"
#include "storage/package/catalogue_record.h"
#include "storage/package/reports.h"
#include "storage/package/ro_crate.h"
#include "storage/package/stream_text.h"

namespace shiqu::package {
namespace {

/// A run that does all its work at the end, by one function.
class AtEnd final : public ExportRun {
 public:
  using Write = Status (*)(const ExportContext&);
  AtEnd(const ExportContext& context, Write write) : context_(context), write_(write) {}
  Status finish() override { return write_(context_); }

 private:
  const ExportContext& context_;
  Write write_;
};

std::unique_ptr<Exporter> make(std::string_view name, std::string_view purpose,
                               AtEnd::Write write) {
  return make_exporter(
      {name, purpose, Inclusion::Always, {}, [write](const ExportContext& context) {
         return Result<std::unique_ptr<ExportRun>>(std::make_unique<AtEnd>(context, write));
       }});
}

Status write_dublin_core(const ExportContext& context) {
  const PackagePlan& plan = context.plan();
  return context.bag().add_text(
      "data/metadata/dc.xml",
      make_dublin_core(plan.item, plan.pages.size(), plan.info.source_organization));
}

Status write_record(const ExportContext& context) {
  const PackagePlan& plan = context.plan();
  SHIQU_TRY_ASSIGN(JsonOut out, JsonOut::open(context.bag(), "data/metadata/record.json"));
  out.members(make_record(plan.item, plan.info.version));
  out.begin_array("pages");
  for (const PackagedPage& page : plan.pages) {
    out.entry(make_page_record(page, context.bag().find("data/masters/" + page.number + ".tif")));
  }
  out.end_array();
  return out.finish();
}

Status write_events(const ExportContext& context) {
  const PackagePlan& plan = context.plan();
  SHIQU_TRY_ASSIGN(TextOut out, TextOut::open(context.bag(), "data/provenance/events.jsonl"));
  SHIQU_TRY(context.each_event([&](const model::Event& event) -> Status {
    out.put(event_line(event) + "\n");
    return {};
  }));
  out.put(journal_head_line(plan.journal_entries, plan.journal_head) + "\n");
  return out.finish();
}

Status write_crate(const ExportContext& context) {
  const PackagePlan& plan = context.plan();
  return write_ro_crate(context.bag(),
                        {plan.item, iso_date(plan.made_ms), plan.info.source_organization});
}

}  // namespace

std::unique_ptr<Exporter> make_dublin_core_exporter() {
  return make("dc", "catalogue record, simple Dublin Core", write_dublin_core);
}

std::unique_ptr<Exporter> make_record_exporter() {
  return make("record", "catalogue record with all pages, JSON", write_record);
}

std::unique_ptr<Exporter> make_events_exporter() {
  return make("events", "extract of the journal with its hash chain", write_events);
}

std::unique_ptr<Exporter> make_ro_crate_exporter() {
  return make("ro-crate", "list of all files, RO-Crate 1.2", write_crate);
}

}  // namespace shiqu::package
