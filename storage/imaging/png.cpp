#include "storage/imaging/internal/png.h"

#include "storage/base/file.h"
#include "storage/base/handle.h"

#include <png.h>

#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <string>

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

}  // namespace

Result<DecodedImage> decode_png(const std::filesystem::path& file, const DecodeLimits& limits) {
  const FileHandle stream(std::fopen(file.c_str(), "rb"));
  if (!stream) {
    return fail_errno(errno, "open", file.string());
  }
  DecodedImage out;
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
  const int colour = png_get_color_type(reader.png, reader.info);
  const bool gray = colour == PNG_COLOR_TYPE_GRAY;
  if (!gray && colour != PNG_COLOR_TYPE_RGB) {
    return fail(ErrorCode::Unsupported, "decode PNG", file.string(), "palette or transparency");
  }
  const int bits = png_get_bit_depth(reader.png, reader.info);
  if (bits < 8) {
    png_set_expand_gray_1_2_4_to_8(reader.png);
  }
  if (bits == 16) {
    png_set_swap(reader.png);  // PNG is big-endian, the machine little-endian
  }
  png_read_update_info(reader.png, reader.info);
  const PixelFormat format = bits == 16 ? (gray ? PixelFormat::Gray16 : PixelFormat::Rgb16)
                                        : (gray ? PixelFormat::Gray8 : PixelFormat::Rgb8);
  out.image = Image(format, {static_cast<int>(width), static_cast<int>(height)});
  for (int y = 0; y < out.image.height(); ++y) {
    png_read_row(reader.png, out.image.row(y).data(), nullptr);
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
