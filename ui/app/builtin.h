#pragma once

#include "capture/device.h"
#include "ocr/engine.h"
#include "ocr/language.h"
#include "storage/base/registry.h"
#include "storage/jobs/runner.h"
#include "storage/model/catalogue.h"
#include "storage/package/exporter.h"
#include "storage/package/keyring.h"
#include "storage/text_formats/text_format.h"

#include <filesystem>
#include <string>
#include <vector>

namespace shiqu::app {

/// The composition root: every device backend, recogniser and job that this build has, in the
/// order in which they are offered. A new one is its folder and one line here.
Registry<capture::Backend> builtin_backends();

/// The backend that serves `address`: `wanted` when it is given, otherwise the only registered one
/// of that kind, or with several the one that sees the address, or the first of them.
/// Errors: InvalidInput (no such backend, or it is of another kind).
Result<std::string> backend_for(model::CaptureSource kind, const std::string& wanted,
                                const std::string& address, const std::filesystem::path& archive);
/// Names of the registered backends of a kind, for help texts.
std::vector<std::string> backends_of(model::CaptureSource kind);

/// Where the models of the recognisers lie: beside the programs, as in an installation.
std::filesystem::path models_folder();

/// Recognisers whose data cannot be loaded are left out, with a warning in the log. The first is
/// the one to use for classical Chinese. Loading takes about half a second.
Registry<ocr::Engine> builtin_engines();

/// The prior of the reader of classical Chinese. Errors: NotFound, Corrupt (not the one this build
/// knows), Unsupported (built without that reader).
Result<ocr::LanguageModel> general_language();

/// `passphrase`: of the station's keys, for the jobs that sign; empty: a sealed key signs nothing.
Registry<jobs::Handler> builtin_jobs(const package::AskPassphrase& passphrase = {});

/// Formats for the text of a page, in the order in which a file is asked what it is.
Registry<text_formats::TextFormat> builtin_text_formats();

/// What a package can consist of, in the order in which it is written: each stands behind those
/// whose files it lists.
Registry<package::Exporter> builtin_exporters();

}  // namespace shiqu::app
