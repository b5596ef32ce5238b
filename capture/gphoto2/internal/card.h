#pragma once

#include "capture/device.h"
#include "capture/gphoto2/gphoto2_backend.h"
#include "capture/gphoto2/internal/camera.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// Files on the card of an open camera.
namespace shiqu::capture::gphoto2 {

/// What a file of this name is; nullopt for films, sound and notes.
std::optional<FrameRole> role_of(const std::string& name);

/// Copies a file of the card into `spool` under a new unique name, compares the size with what
/// the camera says and syncs. `path`: absolute on the card.
Result<Frame> download(Camera* camera, GPContext* context, const std::string& path,
                       const std::filesystem::path& spool, const ProgressSink& progress);

/// Deletes a file whose size is still `size_bytes`: another one may have taken the name after a
/// change of cards. Errors: NotFound, Conflict (another size), those of the camera.
Status erase(Camera* camera, GPContext* context, const std::string& path, std::uint64_t size_bytes);

Result<std::vector<CardFile>> list_pictures(Camera* camera, GPContext* context);

}  // namespace shiqu::capture::gphoto2
