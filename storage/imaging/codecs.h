#pragma once

#include "storage/base/result.h"
#include "storage/imaging/image.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace shiqu::imaging {

/// Caps put on foreign images before any pixel is decoded.
struct DecodeLimits {
  std::int64_t pixels = 600'000'000;  ///< width × height
  std::uint64_t file_bytes = 4ULL << 30U;
};

/// Decodes a JPEG, PNG or TIFF file, told apart by its first bytes, never by its name. CMYK,
/// a palette becomes RGB, alpha is dropped where everything is opaque; CMYK and transparent pixels
/// are refused rather than guessed. Only call it in a worker process: the bytes are foreign.
/// Errors: Unsupported (another format), Corrupt, InvalidInput (over a limit), NotFound, Io.
Result<DecodedImage> decode_file(const std::filesystem::path& file,
                                 const DecodeLimits& limits = {});

/// JPEG from memory (live view frames). Gray8 or Rgb8. Errors: Corrupt, InvalidInput.
Result<DecodedImage> decode_jpeg(std::span<const std::uint8_t> bytes,
                                 const DecodeLimits& limits = {});

/// Baseline JPEG, 4:4:4, with JFIF resolution and an ICC profile (sRGB or gray when `info` has
/// none). `quality` 1…100. Gray8 or Rgb8 only. Errors: Unsupported.
Result<std::vector<std::uint8_t>> encode_jpeg(const Image& image, int quality,
                                              const ImageInfo& info = {});

/// PNG, Gray8 or Rgb8, for screenshots and debug images. Errors: Unsupported, Io.
Status write_png(const std::filesystem::path& file, const Image& image);

}  // namespace shiqu::imaging
