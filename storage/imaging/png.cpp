#include "storage/imaging/internal/png.h"

#include "storage/base/file.h"
#include "storage/base/handle.h"

#include <png.h>

#include <algorithm>
#include <cmath>
#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

namespace shiqu::imaging {
namespace {

constexpr double kInchMetres = 0.0254;

void keep_message(png_structp png, png_const_charp message) {
  *static_cast<std::string*>(png_get_error_ptr(png)) = message;
  png_longjmp(png, 1);
}

void ignore_warning(png_structp /*png*/, png_const_charp /*message*/) {}

void close_file(std::FILE* file) noexcept {
  std::fclose(file);
}
using FileHandle = Handle<std::FILE, close_file>;

/// Destroys the pair of structures libpng reads with.
struct Reader {
  png_structp png = nullptr;
  png_infop info = nullptr;
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
};

void read_info(const Reader& reader, ImageInfo& out) {
  const png_uint_32 per_metre = png_get_pixels_per_meter(reader.png, reader.info);
  out.dpi = per_metre * kInchMetres;
  png_charp name = nullptr;
  png_bytep icc = nullptr;
  png_uint_32 length = 0;
  int method = 0;
  if (png_get_iCCP(reader.png, reader.info, &name, &method, &icc, &length) != 0) {
    out.icc.assign(icc, icc + length);
  }
}

/// How the samples of a file come out of libpng.
struct Samples {
  PixelFormat format = PixelFormat::Gray8;
  bool alpha = false;  ///< one more sample per pixel
};

/// Asks for plain samples: a palette as RGB, low depths as 8 bits, transparency as alpha.
Samples plain_samples(const Reader& reader) {
  const int colour = png_get_color_type(reader.png, reader.info);
  const int bits = png_get_bit_depth(reader.png, reader.info);
  if (colour == PNG_COLOR_TYPE_PALETTE) {
    png_set_palette_to_rgb(reader.png);
  } else if (bits < 8) {
    png_set_expand_gray_1_2_4_to_8(reader.png);
  }
  const bool marked = png_get_valid(reader.png, reader.info, PNG_INFO_tRNS) != 0;
  if (marked) {
    png_set_tRNS_to_alpha(reader.png);
  }
  if (bits == 16) {
    png_set_swap(reader.png);  // PNG is big-endian, the machine little-endian
  }
  const bool gray = colour == PNG_COLOR_TYPE_GRAY || colour == PNG_COLOR_TYPE_GRAY_ALPHA;
  Samples out;
  out.format = bits == 16 ? (gray ? PixelFormat::Gray16 : PixelFormat::Rgb16)
                          : (gray ? PixelFormat::Gray8 : PixelFormat::Rgb8);
  out.alpha = marked || (colour & PNG_COLOR_MASK_ALPHA) != 0;
  return out;
}

/// Copies a row of pixels with alpha without it; false when one of them is not opaque.
bool without_alpha(const png_byte* from, std::span<std::uint8_t> to, std::size_t pixel_bytes,
                   std::size_t sample_bytes) {
  for (std::size_t at = 0; at + pixel_bytes <= to.size(); at += pixel_bytes) {
    std::copy(from, from + pixel_bytes, to.begin() + static_cast<std::ptrdiff_t>(at));
    from += pixel_bytes;
    if (!std::all_of(from, from + sample_bytes, [](png_byte part) { return part == 0xff; })) {
      return false;
    }
    from += sample_bytes;
  }
  return true;
}

}  // namespace

Result<DecodedImage> decode_png(const std::filesystem::path& file, const DecodeLimits& limits) {
  const FileHandle stream(std::fopen(file.c_str(), "rb"));
  if (!stream) {
    return fail_errno(errno, "open", file.string());
  }
  DecodedImage out;
  std::vector<png_byte> raw;  // rows with alpha
  std::string message;
  Reader reader;
  reader.png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &message, keep_message, ignore_warning);
  reader.info = png_create_info_struct(reader.png);
  if (setjmp(png_jmpbuf(reader.png)) != 0) {
    return fail(ErrorCode::Corrupt, "decode PNG", file.string(), message);
  }
  png_init_io(reader.png, stream.get());
  png_read_info(reader.png, reader.info);
  const auto width = static_cast<std::int64_t>(png_get_image_width(reader.png, reader.info));
  const auto height = static_cast<std::int64_t>(png_get_image_height(reader.png, reader.info));
  if (width * height > limits.pixels) {
    return fail(ErrorCode::InvalidInput, "decode PNG", file.string(), "too many pixels");
  }
  const Samples samples = plain_samples(reader);
  const int passes = png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  out.image = Image(samples.format, {static_cast<int>(width), static_cast<int>(height)});
  const std::size_t row_bytes = png_get_rowbytes(reader.png, reader.info);
  if (samples.alpha) {
    raw.resize(row_bytes * static_cast<std::size_t>(height));
  }
  for (int pass = 0; pass < passes; ++pass) {
    for (int y = 0; y < out.image.height(); ++y) {
      png_bytep row = samples.alpha ? raw.data() + static_cast<std::size_t>(y) * row_bytes
                                    : out.image.row(y).data();
      png_read_row(reader.png, row, nullptr);
    }
  }
  const std::size_t sample_bytes = static_cast<std::size_t>(bits_of(samples.format)) / 8;
  for (int y = 0; samples.alpha && y < out.image.height(); ++y) {
    if (!without_alpha(raw.data() + static_cast<std::size_t>(y) * row_bytes, out.image.row(y),
                       sample_bytes * static_cast<std::size_t>(out.image.channels()),
                       sample_bytes)) {
      return fail(ErrorCode::Unsupported, "decode PNG", file.string(), "transparent pixels");
    }
  }
  png_read_end(reader.png, nullptr);
  read_info(reader, out.info);
  return out;
}

Status write_png(const std::filesystem::path& file, const Image& image) {
  if (bits_of(image.format()) != 8) {
    return fail(ErrorCode::Unsupported, "write PNG", file.string(), "16-bit image");
  }
  png_image simple{};
  simple.version = PNG_IMAGE_VERSION;
  simple.width = static_cast<png_uint_32>(image.width());
  simple.height = static_cast<png_uint_32>(image.height());
  simple.format = image.channels() == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  simple.flags = PNG_IMAGE_FLAG_FAST;
  if (png_image_write_to_file(&simple, file.c_str(), 0, image.bytes().data(), 0, nullptr) == 0) {
    return fail(ErrorCode::Io, "write PNG", file.string(), simple.message);
  }
  return sync_file(file);
}

}  // namespace shiqu::imaging
