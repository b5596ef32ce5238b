#pragma once

#include "storage/base/channel.h"
#include "storage/base/registry.h"
#include "storage/jobs/runner.h"
#include "storage/store/store.h"

#include <filesystem>
#include <functional>
#include <memory>

namespace shiqu::derive {

inline constexpr int kThumbnailPx = 256;  ///< longest side

/// Screen pyramid of a master (imaging::PyramidReader): derived/ab/cdef….pyramid.tif. Everything
/// below derived/ can be made again; names carry the master's digest, so nothing there is stale.
std::filesystem::path pyramid_path(const store::Store& store, const std::string& master_digest);
/// JPEG of at most kThumbnailPx.
std::filesystem::path thumbnail_path(const store::Store& store, const std::string& master_digest);

/// A job that derives what `master_digest` lacks; subject is the page.
store::JobRecord derive_job(const PageId& page, const std::string& master_digest);

/// Parent side: kind "derive", worker kind "decode".
std::unique_ptr<jobs::Handler> make_derive_handler();

/// Worker side, op "derive": {"master", "pyramid", "thumbnail"} are paths; files that exist stay.
/// Errors: those of reading and writing.
Result<Json> answer_derive(const Json& request, const std::function<void(const Json&)>& progress);

}  // namespace shiqu::derive
