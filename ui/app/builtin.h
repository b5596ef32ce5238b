#pragma once

#include "capture/device.h"
#include "ocr/engine.h"
#include "storage/base/registry.h"
#include "storage/jobs/runner.h"

#include <filesystem>

namespace shiqu::app {

/// The composition root: every device backend, recogniser and job that this build has, in the
/// order in which they are offered. A new one is its folder and one line here.
Registry<capture::Backend> builtin_backends();

/// Where the models of the recognisers lie: beside the programs, as in an installation.
std::filesystem::path models_folder();

/// Recognisers whose data cannot be loaded are left out, with a warning in the log. The first is
/// the one to use for classical Chinese. Loading takes about half a second.
Registry<ocr::Engine> builtin_engines();

Registry<jobs::Handler> builtin_jobs();

}  // namespace shiqu::app
