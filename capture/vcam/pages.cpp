#include "capture/vcam/internal/pages.h"

#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <system_error>

namespace shiqu::vcam {
namespace {

constexpr int kQuality = 92;
constexpr int kPreviewQuality = 80;
constexpr int kPreviewPx = 640;
constexpr int kThumbPx = 160;
constexpr std::string_view kRawMagic = "SHIQU-VCAM-RAW1\n";

bool is_page(const std::filesystem::path& file) {
  std::string end = file.extension().string();
  std::transform(end.begin(), end.end(), end.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array<std::string_view, 5> kEndings{".jpg", ".jpeg", ".png", ".tif", ".tiff"};
  return std::find(kEndings.begin(), kEndings.end(), end) != kEndings.end();
}

/// Magic, u32 width, u32 height, u64 length, then the picture as JPEG: enough for a host to carry
/// and compare a second, differing file. No raw converter reads it.
Bytes raw_file(SizePx size, const Bytes& jpeg) {
  Writer out;
  for (const char c : kRawMagic) {
    out.u8(static_cast<std::uint8_t>(c));
  }
  out.u32(static_cast<std::uint32_t>(size.width)).u32(static_cast<std::uint32_t>(size.height));
  return out.u64(jpeg.size()).bytes(jpeg).take();
}

Result<std::shared_ptr<const Picture>> photograph(const std::filesystem::path& file, double dpi) {
  SHIQU_TRY_ASSIGN(imaging::DecodedImage page, imaging::decode_file(file));
  imaging::Image image =
      page.image.channels() == 1 ? imaging::to_gray8(page.image) : imaging::to_rgb8(page.image);
  if (page.info.dpi <= 0) {
    page.info.dpi = dpi;
  }
  auto out = std::make_shared<Picture>();
  out->size = image.size();
  SHIQU_TRY_ASSIGN(out->jpeg, imaging::encode_jpeg(image, kQuality, page.info));
  out->raw = raw_file(out->size, out->jpeg);
  const imaging::Image preview = imaging::fit(image, kPreviewPx);
  SHIQU_TRY_ASSIGN(out->preview, imaging::encode_jpeg(preview, kPreviewQuality));
  SHIQU_TRY_ASSIGN(out->thumb,
                   imaging::encode_jpeg(imaging::fit(preview, kThumbPx), kPreviewQuality));
  return std::shared_ptr<const Picture>(std::move(out));
}

}  // namespace

Result<std::unique_ptr<PageFolder>> PageFolder::open(const std::filesystem::path& folder,
                                                     double dpi) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (is_page(it->path())) {
      files.push_back(it->path());
    }
  }
  if (error) {
    return fail_errno(error.value(), "list pages", folder.string());
  }
  if (files.empty()) {
    return fail(ErrorCode::NotFound, "find a page to photograph", folder.string());
  }
  std::sort(files.begin(), files.end());
  return std::unique_ptr<PageFolder>(new PageFolder(std::move(files), dpi));
}

Result<std::shared_ptr<const Picture>> PageFolder::current() {
  const Lock lock(mutex_);
  if (!current_) {
    SHIQU_TRY_ASSIGN(current_, photograph(files_[index_], dpi_));
  }
  return current_;
}

void PageFolder::turn() {
  const Lock lock(mutex_);
  if (files_.size() > 1) {
    index_ = (index_ + 1) % files_.size();
    current_.reset();
  }
}

}  // namespace shiqu::vcam
