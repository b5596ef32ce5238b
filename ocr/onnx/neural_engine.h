#pragma once

#include "ocr/engine.h"
#include "ocr/language.h"
#include "storage/base/result.h"

#include <filesystem>
#include <memory>

namespace shiqu::ocr {

/// The reader of classical Chinese: one column or note half at a time, with the language model as
/// a gentle prior; glyphs carry their ten best readings. `models`: folder with the files this build
/// knows by digest (ocr/models/README.md); a file that is not exactly that is refused, because a
/// model is code. Loads at once, about 0.2 s and 150 MB.
/// Errors: NotFound (a file is missing), Corrupt (another digest, or not a network).
/// Errors of read(): Unsupported (horizontal text, 16-bit image), Cancelled, and about the
/// station's language NotFound, Corrupt (another digest than the one named), InvalidInput (share).
Result<std::unique_ptr<Engine>> make_neural_engine(const std::filesystem::path& models);

/// The general prior of that reader alone. Errors: as above.
Result<LanguageModel> general_language(const std::filesystem::path& models);

}  // namespace shiqu::ocr
