#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/package/package.h"
#include "storage/package/ro_crate.h"
#include "storage/text_formats/page_xml.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace shiqu::package {
namespace {

namespace fs = std::filesystem;
using ByteProgress = std::function<void(std::uint64_t, std::uint64_t)>;

class Writer {
 public:
  Writer(store::Store& store, const PackagePlan& plan, BagWriter& bag)
      : store_(store), plan_(plan), bag_(bag) {}

  Status run(const ByteProgress& progress, const std::stop_token& stop) {
    for (const PackagedPage& page : plan_.pages) {
      if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "write package", plan_.name);
      }
      SHIQU_TRY(write_master(page, progress, stop));
      SHIQU_TRY(write_text(page));
    }
    SHIQU_TRY(write_metadata());
    SHIQU_TRY(write_journal());
    return write_ro_crate(bag_,
                          {plan_.item, iso_date(plan_.made_ms), plan_.info.source_organization});
  }

 private:
  Status write_master(const PackagedPage& page, const ByteProgress& progress,
                      const std::stop_token& stop);
  Status write_text(const PackagedPage& page);
  Status write_metadata();
  Status write_journal();

  store::Store& store_;
  const PackagePlan& plan_;
  BagWriter& bag_;
  std::uint64_t done_ = 0;
};

Status Writer::write_master(const PackagedPage& page, const ByteProgress& progress,
                            const std::stop_token& stop) {
  const auto report = [&](std::uint64_t bytes) {
    done_ += bytes;
    if (progress) {
      progress(done_, plan_.master_bytes);
    }
  };
  const std::string& digest = page.capture.master;
  return bag_.add_file("data/masters/" + page.number + ".tif", store_.object_path(digest), digest,
                       report, stop);
}

Status Writer::write_text(const PackagedPage& page) {
  text_formats::PageFacts facts;
  facts.image_name = "masters/" + page.number + ".tif";
  facts.image = {page.capture.width_px, page.capture.height_px};
  facts.dpi = page.capture.dpi;
  facts.creator = model::text_of(model::this_program());
  facts.created_ms = plan_.made_ms;
  facts.state = name_of(page.page.text_state);
  model::PageText text;
  if (page.page.text_revision > 0) {
    SHIQU_TRY_ASSIGN(store::TextRevision revision,
                     store_.text_revision(page.page.id, page.page.text_revision));
    facts.created_ms = revision.at_ms;
    facts.author = revision.author;
    text = std::move(revision.text);
  }
  SHIQU_TRY_ASSIGN(const std::string xml, text_formats::make_page_xml(text, facts));
  SHIQU_TRY(bag_.add_text("data/ocr/page/" + page.number + ".xml", xml));
  return bag_.add_text("data/ocr/text/" + page.number + ".txt", text.plain());
}

Status Writer::write_metadata() {
  const int version = plan_.info.version;
  SHIQU_TRY(bag_.add_text(
      "data/metadata/dc.xml",
      make_dublin_core(plan_.item, plan_.pages.size(), plan_.info.source_organization)));
  SHIQU_TRY(bag_.add_text("data/metadata/record.json",
                          json_text(make_record(plan_.item, version, plan_.pages))));
  return bag_.add_text(
      "data/reports/quality.json",
      json_text(make_quality_report(plan_.item, version, plan_.pages, plan_.findings)));
}

Status Writer::write_journal() {
  std::vector<std::string> subjects = {plan_.item.id.str()};
  for (const PackagedPage& page : plan_.pages) {
    subjects.push_back(page.page.id.str());
    subjects.push_back(page.capture.id.str());
  }
  SHIQU_TRY_ASSIGN(const auto events, store_.events_about(subjects));
  SHIQU_TRY(bag_.begin("data/provenance/events.jsonl"));
  for (const model::Event& event : events) {
    if (event.sequence <= plan_.journal_entries) {
      SHIQU_TRY(bag_.append(event_line(event) + "\n"));
    }
  }
  SHIQU_TRY(bag_.append(journal_head_line(plan_.journal_entries, plan_.journal_head) + "\n"));
  return bag_.end();
}

Status check_permission(store::Store& store, const store::Session& by, const PackagePlan& plan) {
  const auto closed = std::find_if(plan.findings.begin(), plan.findings.end(),
                                   [](const GateFinding& one) { return !one.waived; });
  if (closed != plan.findings.end()) {
    return fail(ErrorCode::Conflict, "write package",
                closed->page.empty() ? plan.name : "page " + closed->page,
                closed->gate + ": " + closed->message);
  }
  return plan.waived() ? store.require(by, model::Role::Lead, "waive a gate of a package")
                       : Status{};
}

/// Masters and a little for the rest: a disk that is too small is told before the work.
Status check_space(const PackagePlan& plan, const fs::path& out) {
  constexpr std::uint64_t kReserve = 16U << 20U;
  SHIQU_TRY_ASSIGN(const std::uint64_t free, free_bytes(out));
  if (free < plan.master_bytes + kReserve) {
    return fail(
        ErrorCode::NoSpace, "write package", out.string(),
        fmt::format("{} bytes are free, {} are needed", free, plan.master_bytes + kReserve));
  }
  return {};
}

Json event_detail(const PackagePlan& plan, const BagSummary& bag) {
  Json waived = Json::array();
  for (const GateFinding& one : plan.findings) {
    waived.push_back({{"gate", one.gate}, {"page", one.page}});
  }
  return {{"name", plan.name},
          {"version", plan.info.version},
          {"tag_manifest_sha256", bag.tag_manifest_sha256},
          {"files", bag.payload_files},
          {"bytes", bag.payload_bytes},
          {"waived", std::move(waived)}};
}

}  // namespace

Result<PackageSummary> write_package(store::Store& store, const store::Session& by,
                                     const PackagePlan& plan, const fs::path& out,
                                     const StationKey& key, const ByteProgress& progress,
                                     const std::stop_token& stop) {
  SHIQU_TRY(check_permission(store, by, plan));
  SHIQU_TRY(make_folders(out));
  SHIQU_TRY(check_space(plan, out));
  SHIQU_TRY_ASSIGN(BagWriter bag, BagWriter::create(out / plan.name));
  SHIQU_TRY(Writer(store, plan, bag).run(progress, stop));
  SHIQU_TRY_ASSIGN(BagSummary written, bag.finish(plan.info, key));
  if (const Status noted =
          store.note_event(by, "package.written", plan.item.id.str(), event_detail(plan, written));
      !noted) {
    std::error_code ignored;  // a package the journal does not know must not stay
    fs::remove_all(written.folder, ignored);
    return fail(noted.error());
  }
  return PackageSummary{std::move(written), plan.name, plan.info.version,
                        static_cast<int>(plan.pages.size())};
}

}  // namespace shiqu::package
