#pragma once

#include "ocr/engine.h"
#include "ocr/prepare/page.h"
#include "storage/base/result.h"
#include "storage/imaging/image.h"
#include "storage/model/text.h"

#include <functional>
#include <stop_token>

namespace shiqu::ocr {

/// Called before the first area and after each: areas read so far, areas in all.
using ReadingProgress = std::function<void(int done, int total)>;

/// Reads a page. Vertical: prepared (prepare/page.h), then each area is given to the engine at a
/// scale where a glyph is about 50 px. Horizontal: the page is one area at its own scale.
/// Pages scanned on their side or upside down are turned (prepare/turn.h): the longest columns are
/// read first, and only when that goes badly are other turns tried on as many columns.
///
/// Lines come in reading order, each with a new id; boxes are in pixels of `page` and lie inside
/// it; glyphs are exactly the characters of their line; confidences are 0…1. `producer` is the
/// engine's version. `settings.dpi` is that of `page`.
/// Errors: InvalidInput (page too small), Cancelled, and those of Engine::read.
/// One thread at a time per engine; blocks for seconds; `stop` is polled between areas.
Result<model::PageText> recognise_page(const imaging::Image& page, Engine& engine,
                                       const EngineSettings& settings, std::stop_token stop = {},
                                       const ReadingProgress& progress = {});

}  // namespace shiqu::ocr
