#pragma once

#include "capture/device.h"

#include <memory>

namespace shiqu::capture {

/// A folder of images, such as a camera's card or another program's scans, as a device
/// ("folder"). open(PATH) takes the folder; list() is empty, as no folder offers itself.
///
/// capture() gives the next file that ends in .jpg, .jpeg, .png, .tif or .tiff (either case) in
/// the order people count: "page 2" before "page 10". Hidden files, folders and all others are
/// passed over. The file is copied into the spool and fsynced; the source is never moved, changed
/// or removed, and clear() does nothing. A file that appears later is taken when its turn comes:
/// the folder is read anew at each call, and what was given once is not given again.
/// Errors: NotFound after the last file, and when the folder is not there; Denied, NoSpace, Io.
/// A file that cannot be read stops its own capture() only: the next call goes on behind it.
/// poll() gives the next file at once or nothing; it does not wait. Settings, live view: none.
std::unique_ptr<Backend> make_folder_backend();

/// Order in which people count: runs of digits compare as numbers, all else byte by byte.
bool comes_before(std::string_view a, std::string_view b) noexcept;

}  // namespace shiqu::capture
