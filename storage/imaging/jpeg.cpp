#include "storage/imaging/codecs.h"
#include "storage/imaging/colour.h"

#include <array>
#include <csetjmp>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include <jpeglib.h>

#include <jerror.h>

namespace shiqu::imaging {
namespace {

/// libjpeg reports errors by a function that must not return: it jumps back to the caller's frame,
/// which holds only plain data beside the handle, so nothing is skipped by the jump.
struct ErrorManager {
  jpeg_error_mgr base{};
  std::jmp_buf frame{};
  char message[JMSG_LENGTH_MAX] = {};
};

[[noreturn]] void jump_back(j_common_ptr info) {
  auto* manager = reinterpret_cast<ErrorManager*>(info->err);
  info->err->format_message(info, manager->message);
  std::longjmp(manager->frame, 1);
}

void keep_quiet(j_common_ptr /*info*/) {}

jpeg_error_mgr* install(ErrorManager& manager) {
  jpeg_error_mgr* base = jpeg_std_error(&manager.base);
  base->error_exit = jump_back;
  base->output_message = keep_quiet;
  return base;
}

/// Where the encoder writes to. Not libjpeg's own jpeg_mem_dest(): after an error its caller does
/// not know the buffer any more, which has grown since, and would free an earlier one again.
struct Output {
  jpeg_destination_mgr manager{};  // first: libjpeg knows the whole by it
  std::array<JOCTET, 1U << 14U> piece{};
  std::vector<std::uint8_t> bytes;

  Output() {
    manager.init_destination = begin;
    manager.empty_output_buffer = take_all;
    manager.term_destination = [](j_compress_ptr info) {
      take(info, of(info).piece.size() - info->dest->free_in_buffer);
    };
  }

  static Output& of(j_compress_ptr info) { return *reinterpret_cast<Output*>(info->dest); }
  static void begin(j_compress_ptr info) {
    info->dest->next_output_byte = of(info).piece.data();
    info->dest->free_in_buffer = of(info).piece.size();
  }
  static boolean take_all(j_compress_ptr info) {
    take(info, of(info).piece.size());
    begin(info);
    return TRUE;
  }
  static void take(j_compress_ptr info, std::size_t count) {
    if (!of(info).append(count)) {
      ERREXIT1(info, JERR_OUT_OF_MEMORY, 0);  // outside of any handler: it jumps
    }
  }
  bool append(std::size_t count) {
    try {
      bytes.insert(bytes.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
    } catch (const std::bad_alloc&) {
      return false;
    }
    return true;
  }
};

constexpr unsigned kExifMarker = JPEG_APP0 + 1;
constexpr unsigned kIccMarker = JPEG_APP0 + 2;
constexpr unsigned kOrientationTag = 0x0112;

unsigned read16(const std::uint8_t* at, bool little) {
  return little ? at[0] | (static_cast<unsigned>(at[1]) << 8U)
                : at[1] | (static_cast<unsigned>(at[0]) << 8U);
}

unsigned read32(const std::uint8_t* at, bool little) {
  return little ? read16(at, true) | (read16(at + 2, true) << 16U)
                : read16(at + 2, false) | (read16(at, false) << 16U);
}

/// EXIF 2.3 §4.6: TIFF header behind "Exif\0\0", IFD0 with 12-byte entries.
int orientation_in(std::span<const std::uint8_t> exif) {
  constexpr std::size_t kHeader = 6;
  if (exif.size() < kHeader + 8 || std::memcmp(exif.data(), "Exif\0\0", kHeader) != 0) {
    return 1;
  }
  const auto tiff = exif.subspan(kHeader);
  const bool little = tiff[0] == 'I';
  const std::size_t ifd = read32(tiff.data() + 4, little);
  if (ifd + 2 > tiff.size()) {
    return 1;
  }
  const std::size_t entries = read16(tiff.data() + ifd, little);
  for (std::size_t i = 0; i < entries && ifd + 2 + 12 * (i + 1) <= tiff.size(); ++i) {
    const std::uint8_t* entry = tiff.data() + ifd + 2 + 12 * i;
    if (read16(entry, little) == kOrientationTag) {
      const auto value = static_cast<int>(read16(entry + 8, little));
      return value >= 1 && value <= 8 ? value : 1;
    }
  }
  return 1;
}

ImageInfo read_info(jpeg_decompress_struct& jpeg) {
  ImageInfo info;
  if (jpeg.density_unit != 0 && jpeg.X_density > 0) {
    info.dpi = jpeg.density_unit == 2 ? jpeg.X_density * 2.54 : jpeg.X_density;
  }
  for (jpeg_saved_marker_ptr marker = jpeg.marker_list; marker != nullptr; marker = marker->next) {
    if (marker->marker == kExifMarker) {
      info.exif_orientation = orientation_in({marker->data, marker->data_length});
    }
  }
  JOCTET* icc = nullptr;
  unsigned icc_length = 0;
  if (jpeg_read_icc_profile(&jpeg, &icc, &icc_length)) {
    info.icc.assign(icc, icc + icc_length);
    std::free(icc);
  }
  return info;
}

}  // namespace

Result<DecodedImage> decode_jpeg(std::span<const std::uint8_t> bytes, const DecodeLimits& limits) {
  DecodedImage out;
  jpeg_decompress_struct jpeg{};
  ErrorManager errors;
  jpeg.err = install(errors);
  if (setjmp(errors.frame) != 0) {
    jpeg_destroy_decompress(&jpeg);
    return fail(ErrorCode::Corrupt, "decode JPEG", {}, errors.message);
  }
  jpeg_create_decompress(&jpeg);
  jpeg_save_markers(&jpeg, static_cast<int>(kExifMarker), 0xFFFF);
  jpeg_save_markers(&jpeg, static_cast<int>(kIccMarker), 0xFFFF);
  jpeg_mem_src(&jpeg, bytes.data(), bytes.size());
  jpeg_read_header(&jpeg, TRUE);
  const auto pixels = static_cast<std::int64_t>(jpeg.image_width) * jpeg.image_height;
  if (pixels > limits.pixels || jpeg.num_components == 4) {
    jpeg_destroy_decompress(&jpeg);
    return pixels > limits.pixels
               ? fail(ErrorCode::InvalidInput, "decode JPEG", "image", "too many pixels")
               : fail(ErrorCode::Unsupported, "decode JPEG", "CMYK image");
  }
  const bool gray = jpeg.num_components == 1;
  jpeg.out_color_space = gray ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&jpeg);
  out.image = Image(gray ? PixelFormat::Gray8 : PixelFormat::Rgb8,
                    {static_cast<int>(jpeg.output_width), static_cast<int>(jpeg.output_height)});
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = out.image.row(static_cast<int>(jpeg.output_scanline)).data();
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  out.info = read_info(jpeg);
  jpeg_finish_decompress(&jpeg);
  const long warnings = jpeg.err->num_warnings;
  jpeg_destroy_decompress(&jpeg);
  if (warnings > 0) {
    return fail(ErrorCode::Corrupt, "decode JPEG", {}, "damaged or cut short");
  }
  return out;
}

Result<std::vector<std::uint8_t>> encode_jpeg(const Image& image, int quality,
                                              const ImageInfo& info) {
  if (bits_of(image.format()) != 8) {
    return fail(ErrorCode::Unsupported, "encode JPEG", "16-bit image");
  }
  const bool gray = image.channels() == 1;
  const std::vector<std::uint8_t>& icc = !info.icc.empty() ? info.icc
                                         : gray            ? gray_profile()
                                                           : srgb_profile();
  jpeg_compress_struct jpeg{};
  ErrorManager errors;
  Output output;
  jpeg.err = install(errors);
  if (setjmp(errors.frame) != 0) {
    jpeg_destroy_compress(&jpeg);
    return fail(ErrorCode::Internal, "encode JPEG", {}, errors.message);
  }
  jpeg_create_compress(&jpeg);
  jpeg.dest = &output.manager;
  jpeg.image_width = static_cast<JDIMENSION>(image.width());
  jpeg.image_height = static_cast<JDIMENSION>(image.height());
  jpeg.input_components = image.channels();
  jpeg.in_color_space = gray ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  for (int c = 0; c < jpeg.num_components; ++c) {
    jpeg.comp_info[c].h_samp_factor = 1;
    jpeg.comp_info[c].v_samp_factor = 1;
  }
  if (info.dpi > 0) {
    jpeg.density_unit = 1;
    jpeg.X_density = static_cast<UINT16>(info.dpi + 0.5);
    jpeg.Y_density = jpeg.X_density;
  }
  jpeg_start_compress(&jpeg, TRUE);
  jpeg_write_icc_profile(&jpeg, icc.data(), static_cast<unsigned>(icc.size()));
  while (jpeg.next_scanline < jpeg.image_height) {
    // libjpeg's interface lacks const; it only reads.
    auto* row = const_cast<JSAMPROW>(image.row(static_cast<int>(jpeg.next_scanline)).data());
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return std::move(output.bytes);
}

}  // namespace shiqu::imaging
