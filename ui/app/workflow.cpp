#include "ui/app/workflow.h"

#include "ocr/ocr_job.h"
#include "ocr/station.h"
#include "storage/base/clock.h"
#include "storage/base/log.h"
#include "storage/derive/derive.h"
#include "storage/keeping/mirror_job.h"
#include "storage/keeping/scrub_job.h"

namespace shiqu::app {
namespace {

/// How an archive reads now, with what its station has learnt.
Result<ocr::EngineSettings> engine_settings(store::Store& store, const Settings& settings) {
  ocr::EngineSettings out;
  out.languages = settings.ocr_languages;
  out.vertical = settings.ocr_vertical;
  out.language = settings.ocr_prior;
  SHIQU_TRY_ASSIGN(out.station, ocr::station_language(store));
  return out;
}

Result<store::JobRecord> ocr_job_for(store::Store& store, const Settings& settings,
                                     const PageId& page, int priority) {
  SHIQU_TRY_ASSIGN(const ocr::EngineSettings engine, engine_settings(store, settings));
  return ocr::ocr_job(page, settings.ocr_engine, engine, priority);
}

/// One row: when it applies, and the job it adds.
struct AfterKept {
  bool (*applies)(const Settings&);
  Result<store::JobRecord> (*job)(store::Store&, const Settings&, const store::KeptCapture&);
};

constexpr AfterKept kAfterKept[] = {
    {[](const Settings&) { return true; },
     [](store::Store&, const Settings&, const store::KeptCapture& kept) {
       return Result<store::JobRecord>(derive::derive_job(kept.page, kept.master));
     }},
    {[](const Settings& settings) { return settings.ocr_at_capture; },
     [](store::Store& store, const Settings& settings, const store::KeptCapture& kept) {
       return ocr_job_for(store, settings, kept.page, 0);
     }},
};

}  // namespace

Status after_kept(store::Store& store, const store::Session& by, const Settings& settings,
                  const store::KeptCapture& kept) {
  for (const AfterKept& row : kAfterKept) {
    if (row.applies(settings)) {
      SHIQU_TRY_ASSIGN(const store::JobRecord job, row.job(store, settings, kept));
      SHIQU_TRY(store.add_job(by, job));
    }
  }
  return keeping::request_mirror(store, by, settings.backup_folder);
}

void request_due(store::Store& store, const Settings& settings) {
  const store::Session by = store::Session::for_program();
  if (const Status asked = keeping::request_mirror_when_due(store, by, settings.backup_folder);
      !asked) {
    log::warning("backup", "{}", asked.error().text());
  }
  const keeping::ScrubPolicy policy{
      settings.fixity_days, static_cast<double>(settings.fixity_limit), settings.backup_folder};
  if (const Status asked = keeping::request_scrub(store, by, policy, now_unix_ms()); !asked) {
    log::warning("scrub", "{}", asked.error().text());
  }
}

Status request_derivations(store::Store& store, const store::Session& by) {
  constexpr int kAtOnce = 1000;
  std::vector<store::JobRecord> jobs;
  std::optional<store::PageCursor> at = store::PageCursor{};
  while (at) {
    SHIQU_TRY_ASSIGN(const store::PageSlice slice, store.list_pages({}, *at, kAtOnce));
    for (const store::ListedPage& one : slice.pages) {
      if (!one.master.empty()) {
        jobs.push_back(derive::derive_job(one.page.id, one.master));
      }
    }
    at = slice.next;
  }
  if (!jobs.empty()) {
    SHIQU_TRY(store.add_batch(by, "screen images", jobs));
  }
  return {};
}

Result<JobId> request_ocr(store::Store& store, const store::Session& by, const Settings& settings,
                          const PageId& page, int priority) {
  SHIQU_TRY_ASSIGN(const store::JobRecord job, ocr_job_for(store, settings, page, priority));
  return store.add_job(by, job);
}

Result<store::BatchId> request_ocr(store::Store& store, const store::Session& by,
                                   const Settings& settings, const std::string& label,
                                   const std::vector<model::Page>& pages) {
  SHIQU_TRY_ASSIGN(const ocr::EngineSettings engine, engine_settings(store, settings));
  std::vector<store::JobRecord> jobs;
  jobs.reserve(pages.size());
  for (const model::Page& page : pages) {
    jobs.push_back(ocr::ocr_job(page.id, settings.ocr_engine, engine, 0));
  }
  return store.add_batch(by, label, jobs);
}

}  // namespace shiqu::app
