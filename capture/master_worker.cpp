#include "capture/ingest.h"

#include "capture/quality/assess.h"
#include "storage/base/clock.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/colour.h"
#include "storage/imaging/tiff.h"
#include "storage/model/agent.h"

namespace shiqu::capture {
namespace {

constexpr double kAssumedDpi = 300;  // where the device says nothing; the quality report says so

std::string program() {
  const model::Agent agent = model::this_program();
  return "Shiqu " + agent.version;
}

imaging::MasterTags tags_of(const Json& request, const imaging::ImageInfo& info, int channels, double dpi) {
  const Json wanted = request.value("tags", Json::object());
  imaging::MasterTags tags;
  tags.dpi = dpi;
  tags.make = get_or<std::string>(wanted, "make", "");
  tags.model = get_or<std::string>(wanted, "model", "");
  tags.software = program();
  tags.date_time = tiff_datetime(now_unix_ms());
  tags.document_name = get_or<std::string>(wanted, "document_name", "");
  tags.xmp = imaging::make_xmp(get_or<std::string>(wanted, "title", ""),
                               get_or<std::string>(wanted, "identifier", ""), program());
  if (imaging::profile_fits(info.icc, channels)) {
    tags.icc = info.icc;
  }
  return tags;
}

/// 16-bit gray is not archival (notes on the SLUB profile): its samples go into three equal
/// channels, so that nothing is lost.
imaging::Image archival(imaging::Image image) {
  if (image.format() != imaging::PixelFormat::Gray16) {
    return image;
  }
  imaging::Image out(imaging::PixelFormat::Rgb16, image.size());
  for (int y = 0; y < image.height(); ++y) {
    const auto from = image.row16(y);
    const auto to = out.row16(y);
    for (std::size_t x = 0; x < from.size(); ++x) {
      to[3 * x] = to[3 * x + 1] = to[3 * x + 2] = from[x];
    }
  }
  return out;
}

}  // namespace

Result<Json> answer_master(const Json& request, const std::function<void(const Json&)>& progress) {
  const std::filesystem::path input = get_or<std::string>(request, "input", "");
  const std::filesystem::path output = get_or<std::string>(request, "output", "");
  SHIQU_TRY_ASSIGN(imaging::DecodedImage decoded, imaging::decode_file(input));
  progress({{"stage", "decoded"}});
  const double told = get_or(request, "dpi", 0.0) > 0 ? get_or(request, "dpi", 0.0) : decoded.info.dpi;
  const imaging::Image image = archival(std::move(decoded.image));
  const model::QualityReport quality =
      quality::assess(image, told, quality::woodblock_default());
  progress({{"stage", "measured"}});
  const double dpi = told > 0 ? told : kAssumedDpi;
  const imaging::MasterTags tags = tags_of(request, decoded.info, image.channels(), dpi);
  SHIQU_TRY(imaging::write_master(output, image, tags));
  progress({{"stage", "written"}});
  SHIQU_TRY_ASSIGN(const imaging::DecodedImage back, imaging::read_tiff(output));
  if (!(back.image == image)) {
    return fail(ErrorCode::Corrupt, "read master back", output.string(), "pixels differ from those written");
  }
  return Json{{"width_px", image.width()},
              {"height_px", image.height()},
              {"dpi", dpi},
              {"quality", model::to_json(quality)}};
}

}  // namespace shiqu::capture
