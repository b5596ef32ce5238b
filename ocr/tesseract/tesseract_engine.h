#pragma once

#include "ocr/engine.h"
#include "storage/base/result.h"

#include <memory>

namespace shiqu::ocr {

/// An engine on libtesseract. Default language: "HanT_vert" when settings are vertical, the best
/// of what Debian packages for old print read in columns, and
/// "eng" when they are not. Vertical images are read as one block of columns (page segmentation
/// mode 5), horizontal ones with Tesseract's own layout (mode 3).
///
/// Glyph confidences are Tesseract's percentages ÷ 100; alternatives are its other choices for
/// the symbol. White space between symbols is not text. Data are loaded at the first read and
/// kept until another language is asked for. Set OMP_THREAD_LIMIT=1 in the environment of the
/// worker: Tesseract's threads only get into each other's way.
/// Errors of read(): NotFound (language data, naming the Debian package), Unsupported (16-bit
/// image), InvalidInput (empty image), Cancelled, Internal.
Result<std::unique_ptr<Engine>> make_tesseract_engine();

}  // namespace shiqu::ocr
