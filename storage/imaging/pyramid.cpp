#include "storage/imaging/internal/tiff_handle.h"
#include "storage/imaging/operations.h"
#include "storage/imaging/tiff.h"

#include "storage/base/file.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace shiqu::imaging {
namespace {

constexpr int kJpegQuality = 90;
constexpr std::uint32_t kLongestSide = 1U
                                       << 24U;  // no sensor comes near; keeps int arithmetic safe

/// Copies tile (tx, ty) of `level` into a full tile; beyond the edge the last pixel repeats,
/// which keeps JPEG from ringing there.
void fill_tile(const Image& level, int tx, int ty, std::vector<std::uint8_t>& tile) {
  const int tile_px = PyramidReader::kTile;
  for (int y = 0; y < tile_px; ++y) {
    const auto row = level.row(std::min(ty * tile_px + y, level.height() - 1));
    for (int x = 0; x < tile_px; ++x) {
      const int sx = std::min(tx * tile_px + x, level.width() - 1);
      std::copy_n(row.begin() + static_cast<std::ptrdiff_t>(sx) * 3, 3,
                  tile.begin() + (static_cast<std::ptrdiff_t>(y) * tile_px + x) * 3);
    }
  }
}

Status write_level(TIFF* tiff, const Image& level, bool reduced, const TiffMessages& messages) {
  const int tile_px = PyramidReader::kTile;
  TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, reduced ? FILETYPE_REDUCEDIMAGE : 0);
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(level.width()));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(level.height()));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_JPEG);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_YCBCR);
  TIFFSetField(tiff, TIFFTAG_YCBCRSUBSAMPLING, 2, 2);
  TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, kJpegQuality);
  TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  TIFFSetField(tiff, TIFFTAG_TILEWIDTH, tile_px);
  TIFFSetField(tiff, TIFFTAG_TILELENGTH, tile_px);
  std::vector<std::uint8_t> tile(static_cast<std::size_t>(tile_px) * tile_px * 3);
  for (int ty = 0; ty * tile_px < level.height(); ++ty) {
    for (int tx = 0; tx * tile_px < level.width(); ++tx) {
      fill_tile(level, tx, ty, tile);
      if (TIFFWriteTile(tiff, tile.data(), static_cast<std::uint32_t>(tx * tile_px),
                        static_cast<std::uint32_t>(ty * tile_px), 0, 0) < 0) {
        return fail_errno(errno, "write pyramid (" + messages.text + ")");
      }
    }
  }
  if (TIFFWriteDirectory(tiff) == 0) {
    return fail_errno(errno, "write pyramid (" + messages.text + ")");
  }
  return {};
}

Status write_levels(TIFF* tiff, const Image& image, const TiffMessages& messages) {
  Image level = to_rgb8(image);
  for (bool reduced = false;; reduced = true) {
    SHIQU_TRY(write_level(tiff, level, reduced, messages));
    if (level.width() <= PyramidReader::kTile && level.height() <= PyramidReader::kTile) {
      return {};
    }
    level = halve(level);
  }
}

}  // namespace

Status write_pyramid(const std::filesystem::path& file, const Image& image) {
  TiffMessages messages;
  SHIQU_TRY_ASSIGN(NewTiff fresh, create_tiff(file, messages));
  SHIQU_TRY(write_levels(fresh.tiff.get(), image, messages));
  return fresh.finish("write pyramid", messages);
}

struct PyramidReader::State {
  TiffMessages messages;  // before the handle: its callbacks write here
  TiffHandle tiff;
  std::vector<SizePx> sizes;
  std::string name;
};

PyramidReader::PyramidReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
PyramidReader::PyramidReader(PyramidReader&&) noexcept = default;
PyramidReader& PyramidReader::operator=(PyramidReader&&) noexcept = default;
PyramidReader::~PyramidReader() = default;

Result<PyramidReader> PyramidReader::open(const std::filesystem::path& file) {
  auto state = std::make_unique<State>();
  state->name = file.string();
  SHIQU_TRY_ASSIGN(state->tiff, open_tiff(file, state->messages));
  do {
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t tile_width = 0;
    TIFFGetField(state->tiff.get(), TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(state->tiff.get(), TIFFTAG_IMAGELENGTH, &height);
    TIFFGetField(state->tiff.get(), TIFFTAG_TILEWIDTH, &tile_width);
    if (tile_width != static_cast<std::uint32_t>(kTile) || width == 0 || height == 0 ||
        width > kLongestSide || height > kLongestSide) {
      return fail(ErrorCode::Corrupt, "open pyramid", state->name);
    }
    state->sizes.push_back({static_cast<int>(width), static_cast<int>(height)});
  } while (TIFFReadDirectory(state->tiff.get()) == 1);
  return PyramidReader(std::move(state));
}

int PyramidReader::levels() const noexcept {
  return static_cast<int>(state_->sizes.size());
}

SizePx PyramidReader::size(int level) const {
  return state_->sizes.at(static_cast<std::size_t>(level));
}

Result<Image> PyramidReader::tile(int level, int tx, int ty) {
  // Compared as counts of tiles: the product with a number from outside could overflow.
  if (level < 0 || level >= levels() || tx < 0 || ty < 0 || tx > (size(level).width - 1) / kTile ||
      ty > (size(level).height - 1) / kTile) {
    return fail(ErrorCode::InvalidInput, "read tile", state_->name);
  }
  TIFF* tiff = state_->tiff.get();
  if (TIFFSetDirectory(tiff, static_cast<tdir_t>(level)) == 0) {
    return fail(ErrorCode::Corrupt, "read tile", state_->name, state_->messages.text);
  }
  TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  Image whole(PixelFormat::Rgb8, {kTile, kTile});
  if (TIFFTileSize(tiff) != static_cast<tmsize_t>(whole.bytes().size()) ||
      TIFFReadTile(tiff, whole.bytes().data(), static_cast<std::uint32_t>(tx * kTile),
                   static_cast<std::uint32_t>(ty * kTile), 0, 0) < 0) {
    return fail(ErrorCode::Corrupt, "read tile", state_->name, state_->messages.text);
  }
  const int width = std::min(kTile, size(level).width - tx * kTile);
  const int height = std::min(kTile, size(level).height - ty * kTile);
  return width == kTile && height == kTile ? std::move(whole) : crop(whole, {0, 0, width, height});
}

}  // namespace shiqu::imaging
