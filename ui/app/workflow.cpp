#include "ui/app/workflow.h"

#include "ocr/ocr_job.h"
#include "storage/derive/derive.h"

namespace shiqu::app {
namespace {

store::JobRecord ocr_job_for(const Settings& settings, const PageId& page, int priority) {
  ocr::EngineSettings engine;
  engine.languages = settings.ocr_languages;
  engine.vertical = settings.ocr_vertical;
  return ocr::ocr_job(page, settings.ocr_engine, engine, priority);
}

/// One row: when it applies, and the job it adds.
struct AfterKept {
  bool (*applies)(const Settings&);
  store::JobRecord (*job)(const Settings&, const store::KeptCapture&);
};

constexpr AfterKept kAfterKept[] = {
    {[](const Settings&) { return true; },
     [](const Settings&, const store::KeptCapture& kept) {
       return derive::derive_job(kept.page, kept.master);
     }},
    {[](const Settings& settings) { return settings.ocr_at_capture; },
     [](const Settings& settings, const store::KeptCapture& kept) {
       return ocr_job_for(settings, kept.page, 0);
     }},
};

}  // namespace

Status after_kept(store::Store& store, const store::Session& by, const Settings& settings,
                  const store::KeptCapture& kept) {
  for (const AfterKept& row : kAfterKept) {
    if (row.applies(settings)) {
      SHIQU_TRY(store.add_job(by, row.job(settings, kept)));
    }
  }
  return {};
}

Result<JobId> request_ocr(store::Store& store, const store::Session& by, const Settings& settings,
                          const PageId& page, int priority) {
  return store.add_job(by, ocr_job_for(settings, page, priority));
}

Result<store::BatchId> request_ocr(store::Store& store, const store::Session& by,
                                   const Settings& settings, const std::string& label,
                                   const std::vector<model::Page>& pages) {
  std::vector<store::JobRecord> jobs;
  jobs.reserve(pages.size());
  for (const model::Page& page : pages) {
    jobs.push_back(ocr_job_for(settings, page.id, 0));
  }
  return store.add_batch(by, label, jobs);
}

}  // namespace shiqu::app
