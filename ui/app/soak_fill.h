#pragma once

#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::app {

struct SoakFillOptions {
  std::int64_t pages = 1000;
  int glyphs_per_page = 50;
  int pages_per_item = 100;
  std::uint64_t seed = 1;
  std::vector<std::filesystem::path> texts;  ///< UTF-8; none: characters drawn from the seed
};

struct SoakFillSummary {
  std::int64_t items = 0;
  std::int64_t pages = 0;
  std::int64_t glyphs = 0;
  std::uint64_t body_bytes = 0;  ///< of all page texts as stored
  store::TextIndexSize index;
  std::uint64_t catalogue_bytes = 0;
  double seconds = 0;
};

/// Fills an archive with pages to measure how it behaves when it is large: items of some hundred
/// pages, each page with a capture, a text with a box per character, and its journal events. The
/// same seed and texts give the same pages. The captures share a few masters: real files drawn
/// for this, with a blot where each character's box lies, for objects are named by their content.
/// `by` needs Annotator. `progress(done, total)` is called now and then. Errors: Cancelled (what
/// was committed stays), those of the store, InvalidInput (a text without characters).
Result<SoakFillSummary> soak_fill(
    store::Store& store, const store::Session& by, const SoakFillOptions& options,
    const std::function<void(std::int64_t, std::int64_t)>& progress = {},
    const std::stop_token& stop = {});

}  // namespace shiqu::app
