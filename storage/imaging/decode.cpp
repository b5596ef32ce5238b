#include "storage/imaging/codecs.h"
#include "storage/imaging/internal/png.h"
#include "storage/imaging/operations.h"
#include "storage/imaging/tiff.h"

#include "storage/base/file.h"

#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

namespace shiqu::imaging {
namespace {

enum class Kind { Jpeg, Png, Tiff, Unknown };

Kind kind_of(const std::filesystem::path& file) {
  std::array<char, 8> head{};
  std::ifstream(file, std::ios::binary).read(head.data(), head.size());
  const std::string_view bytes(head.data(), head.size());
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) {
    return Kind::Jpeg;
  }
  if (bytes == "\x89PNG\r\n\x1A\n"sv) {
    return Kind::Png;
  }
  return bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv) ? Kind::Tiff : Kind::Unknown;
}

Result<DecodedImage> decode_jpeg_file(const std::filesystem::path& file,
                                      const DecodeLimits& limits) {
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(file, limits.file_bytes));
  auto decoded =
      decode_jpeg({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, limits);
  if (!decoded) {
    Error error = decoded.error();
    error.subject = file.string();
    return fail(std::move(error));
  }
  if (decoded->info.exif_orientation != 1) {
    decoded->image = upright(decoded->image, decoded->info.exif_orientation);
    decoded->info.exif_orientation = 1;
  }
  return decoded;
}

}  // namespace

Result<DecodedImage> decode_file(const std::filesystem::path& file, const DecodeLimits& limits) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) {
    return fail(ErrorCode::NotFound, "decode image", file.string(), error.message());
  }
  if (size > limits.file_bytes) {
    return fail(ErrorCode::InvalidInput, "decode image", file.string(), "file too large");
  }
  switch (kind_of(file)) {
    case Kind::Jpeg:
      return decode_jpeg_file(file, limits);
    case Kind::Png:
      return decode_png(file, limits);
    case Kind::Tiff:
      return read_tiff(file, limits);
    case Kind::Unknown:
      break;
  }
  return fail(ErrorCode::Unsupported, "decode image", file.string(),
              "not a JPEG, PNG or TIFF file");
}

}  // namespace shiqu::imaging
