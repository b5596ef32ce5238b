#include "storage/package/exporters/catalogue/catalogue.h"

#include "storage/base/clock.h"
#include "storage/package/catalogue_record.h"
#include "storage/package/reports.h"
#include "storage/package/ro_crate.h"
#include "storage/package/stream_text.h"

namespace shiqu::package {
namespace {

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
  return make_exporter_at_end("dc", "catalogue record, simple Dublin Core", Inclusion::Always,
                              write_dublin_core);
}

std::unique_ptr<Exporter> make_record_exporter() {
  return make_exporter_at_end("record", "catalogue record with all pages, JSON", Inclusion::Always,
                              write_record);
}

std::unique_ptr<Exporter> make_events_exporter() {
  return make_exporter_at_end("events", "extract of the journal with its hash chain",
                              Inclusion::Always, write_events);
}

std::unique_ptr<Exporter> make_ro_crate_exporter() {
  return make_exporter_at_end("ro-crate", "list of all files, RO-Crate 1.2", Inclusion::Always,
                              write_crate);
}

}  // namespace shiqu::package
