#include "storage/package/render.h"

#include "storage/base/file.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/colour.h"
#include "storage/imaging/operations.h"
#include "storage/imaging/tiff.h"

#include <algorithm>

namespace shiqu::package {
namespace {

namespace fs = std::filesystem;

Result<std::string> name_of_wish(const Json& wish) {
  auto name = get_or<std::string>(wish, "name", "");
  if (name.empty() || name.find('/') != std::string::npos) {
    return fail(ErrorCode::InvalidInput, "render page", name);
  }
  return name;
}

Status write_picture(const imaging::Image& image, const imaging::ImageInfo& info, int quality,
                     const fs::path& file) {
  if (quality <= 0) {
    return imaging::write_png(file, image);
  }
  SHIQU_TRY_ASSIGN(const auto bytes, imaging::encode_jpeg(image, quality, info));
  return replace_file(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

/// Black in every format is zero.
Status make_black(imaging::Image& image, const RectPx& box) {
  const RectPx inside = intersection(box, {0, 0, image.width(), image.height()});
  if (inside.empty()) {
    return fail(ErrorCode::InvalidInput, "black out", "a box outside the page");
  }
  const auto pixel = static_cast<std::size_t>(imaging::channels_of(image.format()) *
                                              imaging::bits_of(image.format()) / 8);
  for (int y = inside.y; y < inside.bottom(); ++y) {
    const auto row = image.row(y).subspan(static_cast<std::size_t>(inside.x) * pixel,
                                          static_cast<std::size_t>(inside.width) * pixel);
    std::fill(row.begin(), row.end(), std::uint8_t{0});
  }
  return {};
}

Result<int> make_black(imaging::Image& image, const Json& request) {
  int blanked = 0;
  const auto found = request.find("blank");
  if (found == request.end()) {
    return blanked;
  }
  if (!found->is_array()) {
    return fail(ErrorCode::InvalidInput, "black out", "no list of boxes");
  }
  for (const Json& box : *found) {
    SHIQU_TRY(make_black(image, model::box_from_json(box)));
    ++blanked;
  }
  return blanked;
}

/// The page as a master, for wishes of that kind: before it is turned into sRGB.
Status write_masters(const imaging::DecodedImage& decoded, const Json& wishes,
                     const fs::path& folder) {
  for (const Json& wish : wishes) {
    if (get_or<int>(wish, "quality", 0) != kLikeMaster) {
      continue;
    }
    SHIQU_TRY_ASSIGN(const std::string name, name_of_wish(wish));
    imaging::MasterTags tags;
    tags.dpi = decoded.info.dpi > 0 ? decoded.info.dpi : tags.dpi;
    tags.icc = decoded.info.icc;
    SHIQU_TRY(imaging::write_master(folder / name, decoded.image, tags));
  }
  return {};
}

Status grant(const imaging::Image& page, const imaging::ImageInfo& info, const Json& wish,
             const fs::path& folder) {
  SHIQU_TRY_ASSIGN(const std::string name, name_of_wish(wish));
  const int quality = get_or<int>(wish, "quality", 0);
  if (quality == kLikeMaster) {
    return {};  // written already
  }
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
                    const std::vector<PixelWish>& wishes, const std::vector<RectPx>& blank) {
  Json list = Json::array();
  for (const PixelWish& wish : wishes) {
    Json one = {{"name", wish.name}, {"quality", wish.quality}};
    if (!wish.area.empty()) {
      one["area"] = model::to_json(wish.area);
    }
    list.push_back(std::move(one));
  }
  Json request = {{"op", "render"},
                  {"master", master.string()},
                  {"folder", folder.string()},
                  {"wishes", std::move(list)}};
  if (!blank.empty()) {
    request["blank"] = Json::array();
    for (const RectPx& box : blank) {
      request["blank"].push_back(model::to_json(box));
    }
  }
  return request;
}

Result<Json> answer_render(const Json& request, const std::function<void(const Json&)>& progress) {
  const fs::path master = get_or<std::string>(request, "master", "");
  const fs::path folder = get_or<std::string>(request, "folder", "");
  if (!request.contains("wishes") || !request["wishes"].is_array()) {
    return fail(ErrorCode::InvalidInput, "render page", master.string(), "no wishes");
  }
  SHIQU_TRY_ASSIGN(imaging::DecodedImage decoded, imaging::read_tiff(master));
  SHIQU_TRY_ASSIGN(const int blanked, make_black(decoded.image, request));
  SHIQU_TRY(write_masters(decoded, request["wishes"], folder));
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
  return Json{{"pictures", done}, {"blanked", blanked}};
}

}  // namespace shiqu::package
