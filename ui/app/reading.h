#pragma once

#include "ocr/profile.h"
#include "storage/base/result.h"
#include "storage/model/text.h"

#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>

namespace shiqu::app {

/// What became of one picture.
struct ReadPicture {
  std::filesystem::path file;
  Result<model::PageText> text;
  double seconds = 0;
};

/// Reads pictures without an archive, each in one of `workers` sandboxed worker processes that see
/// nothing but the pictures' folders. `done` is called once a picture, in the order in which they
/// end, never twice at a time. A picture that cannot be read, or crashes its worker, is one failed
/// ReadPicture; the rest goes on. Blocks. Errors: Cancelled.
Status read_pictures(std::span<const std::filesystem::path> files,
                     const ocr::ReadingProfile& profile, int workers, std::stop_token stop,
                     const std::function<void(const ReadPicture&)>& done);

}  // namespace shiqu::app
