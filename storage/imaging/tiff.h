#pragma once

#include "storage/base/result.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/image.h"

#include <filesystem>
#include <memory>
#include <string>

namespace shiqu::imaging {

/// Tags of an archival master. ASCII fields must be printable 7-bit; Chinese goes into `xmp`.
struct MasterTags {
  double dpi = 300;               ///< XResolution = YResolution, ResolutionUnit inch
  std::string make;               ///< 271, of the camera or scanner
  std::string model;              ///< 272
  std::string software;           ///< 305
  std::string date_time;          ///< 306, "YYYY:MM:DD HH:MM:SS"
  std::string document_name;      ///< 269, ASCII identifier of the page
  std::string xmp;                ///< 700, UTF-8 XMP packet
  std::vector<std::uint8_t> icc;  ///< 34675; empty: sRGB, or the gray profile for gray images
};

/// Writes an archival master: TIFF 6.0, one image, uncompressed, contiguous, ICC embedded, only
/// white-listed tags in ascending order (the SLUB profile of checkit_tiff), word-aligned.
/// Gray8, Rgb8 and Rgb16. The file is fsynced; `file` must not exist.
/// Errors: Unsupported (Gray16, non-ASCII tag), Exists, NoSpace, Io.
Status write_master(const std::filesystem::path& file, const Image& image, const MasterTags& tags);

/// Reads any TIFF that libtiff turns into Gray8, Rgb8, Gray16 or Rgb16 without guessing.
Result<DecodedImage> read_tiff(const std::filesystem::path& file, const DecodeLimits& limits = {});

/// XMP packet (ISO 16684-1) with Dublin Core title and identifier, and xmp:CreatorTool.
/// Characters that XML 1.0 forbids are dropped.
std::string make_xmp(const std::string& title, const std::string& identifier,
                     const std::string& creator_tool);

/// Writes a screen pyramid: level 0 is the image, each further level half the size, down to one
/// tile; 512 × 512 tiles, 8 bit, JPEG quality 90. 16-bit samples are reduced to their high byte.
/// `file` must not exist; it is fsynced. Errors: NoSpace, Io.
Status write_pyramid(const std::filesystem::path& file, const Image& image);

/// Reads tiles of a screen pyramid. One thread at a time: libtiff handles keep a position.
class PyramidReader {
 public:
  static constexpr int kTile = 512;
  /// Errors: NotFound, Corrupt.
  static Result<PyramidReader> open(const std::filesystem::path& file);
  PyramidReader(PyramidReader&&) noexcept;
  PyramidReader& operator=(PyramidReader&&) noexcept;
  ~PyramidReader();

  [[nodiscard]] int levels() const noexcept;
  /// Size of level 0…levels()-1.
  [[nodiscard]] SizePx size(int level) const;
  /// Tile column `tx`, row `ty` of `level` as Rgb8, cut at the edge of the level.
  /// Errors: InvalidInput (outside), Corrupt.
  Result<Image> tile(int level, int tx, int ty);

 private:
  struct State;
  explicit PyramidReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace shiqu::imaging
