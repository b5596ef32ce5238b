#pragma once

#include "capture/vcam/internal/encoding.h"
#include "storage/base/geometry.h"
#include "storage/base/result.h"
#include "storage/base/threads.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace shiqu::vcam {

/// One page as the camera sees it. Shared between the page folder, the objects of the card and
/// transfers that still run when an object is deleted.
struct Picture {
  SizePx size;
  Bytes jpeg;
  Bytes raw;      ///< raw-like file: header and the picture, see pages.cpp
  Bytes preview;  ///< live view frame, JPEG of at most 640 px
  Bytes thumb;    ///< JPEG of at most 160 px
};

/// The folder of pages that lies under the camera. Any thread.
class PageFolder {
 public:
  /// Errors: NotFound (no JPEG, PNG or TIFF file in `folder`), Io.
  static Result<std::unique_ptr<PageFolder>> open(const std::filesystem::path& folder, double dpi);

  /// The page that would be photographed now; decoded when asked first. Errors: those of decoding.
  Result<std::shared_ptr<const Picture>> current();
  /// Turns the page; after the last comes the first.
  void turn();

 private:
  PageFolder(std::vector<std::filesystem::path> files, double dpi)
      : files_(std::move(files)), dpi_(dpi) {}

  const std::vector<std::filesystem::path> files_;
  const double dpi_;
  Mutex mutex_;
  std::size_t index_ SHIQU_GUARDED_BY(mutex_) = 0;
  std::shared_ptr<const Picture> current_ SHIQU_GUARDED_BY(mutex_);
};

}  // namespace shiqu::vcam
