#pragma once

#include "storage/base/channel.h"
#include "storage/package/exporter.h"

#include <functional>

namespace shiqu::package {

/// What asks a worker for the pictures of one page: {"op": "render", "master": path, "folder":
/// path, "wishes": [{"name", "area": [x, y, width, height], "quality"}], "blank": [box]}.
Json render_request(const std::filesystem::path& master, const std::filesystem::path& folder,
                    const std::vector<PixelWish>& wishes, const std::vector<RectPx>& blank = {});

/// Worker side, op "render": decodes the master once and writes all pictures into the folder as
/// 8-bit sRGB (kLikeMaster: as a master of the same depth and profile, without its other tags), at
/// the master's resolution. Areas are cut at the edges. Boxes of `blank` are made black before
/// anything is written; the answer counts them: {"pictures", "blanked"}.
/// Errors: InvalidInput (an area outside, a name with a '/'), those of decoding and writing.
Result<Json> answer_render(const Json& request, const std::function<void(const Json&)>& progress);

}  // namespace shiqu::package
