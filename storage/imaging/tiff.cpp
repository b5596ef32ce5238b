#include "storage/imaging/tiff.h"

#include "storage/base/file.h"
#include "storage/base/handle.h"
#include "storage/imaging/colour.h"
#include "storage/imaging/internal/tiff_handle.h"

#include <algorithm>
#include <cmath>
#include <system_error>

namespace shiqu::imaging {
namespace {

bool is_printable_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

Status check_tags(const MasterTags& tags) {
  for (const std::string* text :
       {&tags.make, &tags.model, &tags.software, &tags.date_time, &tags.document_name}) {
    if (!is_printable_ascii(*text)) {
      return fail(ErrorCode::Unsupported, "write master", *text, "TIFF text must be 7-bit ASCII");
    }
  }
  return {};
}

void set_text(TIFF* tiff, std::uint32_t tag, const std::string& text) {
  if (!text.empty()) {
    TIFFSetField(tiff, tag, text.c_str());
  }
}

void set_structure(TIFF* tiff, const Image& image) {
  TIFFSetField(tiff, TIFFTAG_SUBFILETYPE, 0);
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(image.width()));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(image.height()));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits_of(image.format()));
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC,
               image.channels() == 1 ? PHOTOMETRIC_MINISBLACK : PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, image.channels());
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  // One strip a row group of about 64 KiB: readers need not hold the whole image.
  const auto rows = std::max<std::size_t>(1, 65536 / image.row_bytes());
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(rows));
}

void set_description(TIFF* tiff, const Image& image, const MasterTags& tags) {
  TIFFSetField(tiff, TIFFTAG_XRESOLUTION, tags.dpi);
  TIFFSetField(tiff, TIFFTAG_YRESOLUTION, tags.dpi);
  TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  set_text(tiff, TIFFTAG_MAKE, tags.make);
  set_text(tiff, TIFFTAG_MODEL, tags.model);
  set_text(tiff, TIFFTAG_SOFTWARE, tags.software);
  set_text(tiff, TIFFTAG_DATETIME, tags.date_time);
  set_text(tiff, TIFFTAG_DOCUMENTNAME, tags.document_name);
  const auto& icc = !tags.icc.empty()       ? tags.icc
                    : image.channels() == 1 ? gray_profile()
                                            : srgb_profile();
  TIFFSetField(tiff, TIFFTAG_ICCPROFILE, static_cast<std::uint32_t>(icc.size()), icc.data());
  if (!tags.xmp.empty()) {
    TIFFSetField(tiff, TIFFTAG_XMLPACKET, static_cast<std::uint32_t>(tags.xmp.size()),
                 tags.xmp.data());
  }
}

Status write_rows(TIFF* tiff, const Image& image, const TiffMessages& messages,
                  const std::filesystem::path& file) {
  std::vector<std::uint8_t> row(image.row_bytes());
  for (int y = 0; y < image.height(); ++y) {
    const auto from = image.row(y);
    std::copy(from.begin(), from.end(), row.begin());
    if (TIFFWriteScanline(tiff, row.data(), static_cast<std::uint32_t>(y)) < 0) {
      return fail_errno(errno, "write master (" + messages.text + ")", file.string());
    }
  }
  return {};
}

/// Structure of a TIFF that we can hold without guessing.
struct Layout {
  PixelFormat format = PixelFormat::Gray8;
  SizePx size;
  bool min_is_white = false;
};

Result<Layout> layout_of(TIFF* tiff, const std::filesystem::path& file,
                         const DecodeLimits& limits) {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint16_t bits = 1;
  std::uint16_t samples = 1;
  std::uint16_t photometric = 0;
  std::uint16_t planar = PLANARCONFIG_CONTIG;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
  TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
  TIFFGetFieldDefaulted(tiff, TIFFTAG_PLANARCONFIG, &planar);
  const auto pixels = static_cast<std::int64_t>(width) * static_cast<std::int64_t>(height);
  if (width == 0 || height == 0 || width > 0x7FFFFFU || height > 0x7FFFFFU ||
      pixels > limits.pixels) {
    return fail(ErrorCode::InvalidInput, "decode TIFF", file.string(), "image size out of range");
  }
  const bool gray = samples == 1 && (photometric == PHOTOMETRIC_MINISBLACK ||
                                     photometric == PHOTOMETRIC_MINISWHITE);
  const bool rgb =
      samples == 3 && (photometric == PHOTOMETRIC_RGB || photometric == PHOTOMETRIC_YCBCR);
  if ((bits != 8 && bits != 16) || (!gray && !rgb) || planar != PLANARCONFIG_CONTIG ||
      TIFFIsTiled(tiff) != 0) {
    return fail(ErrorCode::Unsupported, "decode TIFF", file.string(),
                "only 8/16-bit gray and RGB in strips");
  }
  Layout out;
  out.format = bits == 16 ? (gray ? PixelFormat::Gray16 : PixelFormat::Rgb16)
                          : (gray ? PixelFormat::Gray8 : PixelFormat::Rgb8);
  out.size = {static_cast<int>(width), static_cast<int>(height)};
  out.min_is_white = photometric == PHOTOMETRIC_MINISWHITE;
  return out;
}

ImageInfo info_of(TIFF* tiff) {
  ImageInfo info;
  float resolution = 0;
  std::uint16_t unit = RESUNIT_INCH;
  if (TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &resolution) == 1) {
    TIFFGetFieldDefaulted(tiff, TIFFTAG_RESOLUTIONUNIT, &unit);
    info.dpi = unit == RESUNIT_CENTIMETER ? static_cast<double>(resolution) * 2.54
               : unit == RESUNIT_INCH     ? static_cast<double>(resolution)
                                          : 0.0;
  }
  std::uint32_t length = 0;
  void* icc = nullptr;
  if (TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &length, &icc) == 1 && icc != nullptr) {
    const auto* bytes = static_cast<const std::uint8_t*>(icc);
    info.icc.assign(bytes, bytes + length);
  }
  return info;
}

}  // namespace

Status write_master(const std::filesystem::path& file, const Image& image, const MasterTags& tags) {
  SHIQU_TRY(check_tags(tags));
  if (image.format() == PixelFormat::Gray16) {
    return fail(ErrorCode::Unsupported, "write master", file.string(),
                "16-bit gray is not archival");
  }
  TiffMessages messages;
  SHIQU_TRY_ASSIGN(NewTiff fresh, create_tiff(file, messages));
  set_structure(fresh.tiff.get(), image);
  set_description(fresh.tiff.get(), image, tags);
  errno = 0;
  SHIQU_TRY(write_rows(fresh.tiff.get(), image, messages, file));
  if (TIFFWriteDirectory(fresh.tiff.get()) == 0) {
    return fail_errno(errno, "write master (" + messages.text + ")", file.string());
  }
  return fresh.finish("write master", messages);
}

Result<DecodedImage> read_tiff(const std::filesystem::path& file, const DecodeLimits& limits) {
  TiffMessages messages;
  SHIQU_TRY_ASSIGN(const TiffHandle tiff, open_tiff(file, messages));
  SHIQU_TRY_ASSIGN(const Layout layout, layout_of(tiff.get(), file, limits));
  TIFFSetField(tiff.get(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  DecodedImage out;
  out.image = Image(layout.format, layout.size);
  if (static_cast<std::size_t>(TIFFScanlineSize(tiff.get())) != out.image.row_bytes()) {
    return fail(ErrorCode::Unsupported, "decode TIFF", file.string(), "unexpected row size");
  }
  for (int y = 0; y < out.image.height(); ++y) {
    if (TIFFReadScanline(tiff.get(), out.image.row(y).data(), static_cast<std::uint32_t>(y)) < 0) {
      return fail(ErrorCode::Corrupt, "decode TIFF", file.string(), messages.text);
    }
  }
  if (layout.min_is_white) {
    for (std::uint8_t& sample : out.image.bytes()) {
      sample = static_cast<std::uint8_t>(~sample);
    }
  }
  out.info = info_of(tiff.get());
  return out;
}

std::string make_xmp(const std::string& title, const std::string& identifier,
                     const std::string& creator_tool) {
  const auto escaped = [](const std::string& text) {
    std::string out;
    for (const char c : text) {
      if (c == '&') {
        out += "&amp;";
      } else if (c == '<') {
        out += "&lt;";
      } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') {
        out += c;
      }
    }
    return out;
  };
  return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
         "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
         "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
         "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
         " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">"
         "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">" +
         escaped(title) + "</rdf:li></rdf:Alt></dc:title><dc:identifier>" + escaped(identifier) +
         "</dc:identifier><xmp:CreatorTool>" + escaped(creator_tool) +
         "</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>";
}

}  // namespace shiqu::imaging
