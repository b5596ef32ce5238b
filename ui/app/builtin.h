#pragma once

#include "capture/device.h"
#include "ocr/engine.h"
#include "storage/base/registry.h"
#include "storage/jobs/runner.h"

namespace shiqu::app {

/// The composition root: every device backend, recogniser and job that this build has, in the
/// order in which they are offered. A new one is its folder and one line here.
Registry<capture::Backend> builtin_backends();

/// Recognisers whose data cannot be loaded are left out, with a warning in the log.
Registry<ocr::Engine> builtin_engines();

Registry<jobs::Handler> builtin_jobs();

}  // namespace shiqu::app
