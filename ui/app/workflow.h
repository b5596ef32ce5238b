#pragma once

#include "storage/store/store.h"
#include "ui/app/settings.h"

#include <string>
#include <vector>

namespace shiqu::app {

/// What follows when a frame has been kept: the only "after this comes that" of the program.
/// Adds the jobs; it does not run them.
Status after_kept(store::Store& store, const store::Session& by, const Settings& settings,
                  const store::KeptCapture& kept);

/// What is due although nobody does anything: the second disk brought up to date, files checked
/// again. Adds the jobs, each once; what goes wrong is logged.
void request_due(store::Store& store, const Settings& settings);

/// A batch of jobs that makes the screen images of every page in force: a restored archive has
/// none.
Status request_derivations(store::Store& store, const store::Session& by);

/// Adds an OCR job for a page, with the archive's engine. `priority`: 20 for what a person looks
/// at.
Result<JobId> request_ocr(store::Store& store, const store::Session& by, const Settings& settings,
                          const PageId& page, int priority = 0);

/// OCR jobs of many pages as one batch named `label`.
Result<store::BatchId> request_ocr(store::Store& store, const store::Session& by,
                                   const Settings& settings, const std::string& label,
                                   const std::vector<model::Page>& pages);

}  // namespace shiqu::app
