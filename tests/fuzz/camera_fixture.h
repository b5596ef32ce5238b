#pragma once

#include "capture/vcam/internal/camera.h"
#include "storage/base/file.h"
#include "storage/imaging/codecs.h"
#include "tests/fuzz/fuzz.h"

#include <memory>

namespace shiqu::fuzz {

/// A folder with one small page for the virtual camera.
inline const std::filesystem::path& page_folder() {
  static const TempDir folder;
  static const bool written = [] {
    const auto jpeg =
        imaging::encode_jpeg(imaging::Image(imaging::PixelFormat::Rgb8, SizePx{32, 48}), 80);
    return jpeg && write_new_file(folder.path() / "page.jpg", text_of(jpeg->data(), jpeg->size()));
  }();
  expect(written);
  return folder.path();
}

inline std::unique_ptr<vcam::Camera> new_camera(vcam::Persona persona) {
  vcam::VirtualCameraOptions options;
  options.persona = persona;
  options.exposure_ms = 0;
  options.pages = page_folder();
  auto pages = vcam::PageFolder::open(options.pages, options.dpi);
  expect(pages.has_value());
  return std::make_unique<vcam::Camera>(options, std::move(*pages));
}

}  // namespace shiqu::fuzz
