#include "storage/package/render.h"

#include "storage/base/file.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/colour.h"
#include "storage/imaging/operations.h"
#include "storage/imaging/tiff.h"

namespace shiqu::package {
namespace {

namespace fs = std::filesystem;

Status write_picture(const imaging::Image& image, const imaging::ImageInfo& info, int quality,
                     const fs::path& file) {
  if (quality <= 0) {
    return imaging::write_png(file, image);
  }
  SHIQU_TRY_ASSIGN(const auto bytes, imaging::encode_jpeg(image, quality, info));
  return replace_file(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Status grant(const imaging::Image& page, const imaging::ImageInfo& info, const Json& wish,
             const fs::path& folder) {
  const auto name = get_or<std::string>(wish, "name", "");
  if (name.empty() || name.find('/') != std::string::npos) {
    return fail(ErrorCode::InvalidInput, "render page", name);
  }
  const int quality = get_or<int>(wish, "quality", 0);
  const RectPx area = model::box_from_json(wish.value("area", Json::array()));
  if (area.empty()) {
    return write_picture(page, info, quality, folder / name);
  }
  const RectPx inside = intersection(area, {0, 0, page.width(), page.height()});
  if (inside.empty()) {
    return fail(ErrorCode::InvalidInput, "render page", name, "outside the page");
  }
  return write_picture(imaging::crop(page, inside), info, quality, folder / name);
}

}  // namespace

Json render_request(const fs::path& master, const fs::path& folder,
                    const std::vector<PixelWish>& wishes) {
  Json list = Json::array();
  for (const PixelWish& wish : wishes) {
    Json one = {{"name", wish.name}, {"quality", wish.quality}};
    if (!wish.area.empty()) {
      one["area"] = model::to_json(wish.area);
    }
    list.push_back(std::move(one));
  }
  return {{"op", "render"},
          {"master", master.string()},
          {"folder", folder.string()},
          {"wishes", std::move(list)}};
}

Result<Json> answer_render(const Json& request, const std::function<void(const Json&)>& progress) {
  const fs::path master = get_or<std::string>(request, "master", "");
  const fs::path folder = get_or<std::string>(request, "folder", "");
  if (!request.contains("wishes") || !request["wishes"].is_array()) {
    return fail(ErrorCode::InvalidInput, "render page", master.string(), "no wishes");
  }
  SHIQU_TRY_ASSIGN(imaging::DecodedImage decoded, imaging::read_tiff(master));
  imaging::ImageInfo info;
  info.dpi = decoded.info.dpi;
  SHIQU_TRY_ASSIGN(const imaging::Image page, imaging::to_srgb(decoded.image, decoded.info.icc));
  decoded.image = imaging::Image();  // as large as the page itself
  progress({{"stage", "decoded"}});
  int done = 0;
  for (const Json& wish : request["wishes"]) {
    if (!wish.is_object()) {
      return fail(ErrorCode::InvalidInput, "render page", master.string(), "a wish is no object");
    }
    SHIQU_TRY(grant(page, info, wish, folder));
    progress({{"pictures", ++done}});
  }
  return Json{{"pictures", done}};
}

}  // namespace shiqu::package
