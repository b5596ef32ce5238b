#include "ocr/score/evidence.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"
#include "storage/model/text.h"

namespace shiqu::ocr::score {
namespace {

Result<std::string> crop_of(const imaging::Image& page, const RectPx& area, int longest_px,
                            int quality) {
  const RectPx inside = intersection(area, {0, 0, page.width(), page.height()});
  if (inside.empty()) {
    return std::string();
  }
  const imaging::Image cut = imaging::fit(imaging::crop(page, inside), longest_px);
  SHIQU_TRY_ASSIGN(const std::vector<std::uint8_t> jpeg, imaging::encode_jpeg(cut, quality));
  return to_base64(jpeg);
}

}  // namespace

Result<Json> answer_crops(const Json& request, const std::function<void(const Json&)>& progress) {
  const int longest_px = get_or(request, "longest_px", 240);
  const int quality = get_or(request, "quality", 80);
  if (!request.contains("areas") || !request["areas"].is_array() || longest_px < 1 || quality < 1 ||
      quality > 100) {
    return fail(ErrorCode::InvalidInput, "cut pieces from page");
  }
  SHIQU_TRY_ASSIGN(const imaging::DecodedImage page,
                   imaging::decode_file(get_or<std::string>(request, "image", "")));
  const imaging::Image upright =
      imaging::upright(imaging::to_rgb8(page.image), page.info.exif_orientation);
  Json crops = Json::array();
  for (const Json& area : request["areas"]) {
    SHIQU_TRY_ASSIGN(std::string jpeg,
                     crop_of(upright, model::box_from_json(area), longest_px, quality));
    crops.push_back(std::move(jpeg));
    progress({{"done", crops.size()}, {"total", request["areas"].size()}});
  }
  return Json{
      {"crops", std::move(crops)}, {"width_px", upright.width()}, {"height_px", upright.height()}};
}

}  // namespace shiqu::ocr::score
