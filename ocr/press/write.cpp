#include "ocr/press/press.h"
#include "storage/base/file.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/colour.h"
#include "storage/imaging/operations.h"
#include "storage/imaging/tiff.h"

#include <fmt/format.h>

#include <utility>

namespace shiqu::ocr {
namespace {

constexpr int kJpegQuality = 92;

std::string_view suffix_of(PressFormat format) {
  switch (format) {
    case PressFormat::Png:
      return ".png";
    case PressFormat::Tiff:
      return ".tif";
    case PressFormat::Jpeg:
      break;
  }
  return ".jpg";
}

Status write_jpeg(const std::filesystem::path& file, const imaging::Image& image, double dpi) {
  imaging::ImageInfo info;
  info.dpi = dpi;
  SHIQU_TRY_ASSIGN(const std::vector<std::uint8_t> bytes,
                   imaging::encode_jpeg(image, kJpegQuality, info));
  SHIQU_TRY_ASSIGN(AtomicFile out, AtomicFile::create(file));
  SHIQU_TRY(out.write(bytes));
  return out.commit();
}

Status write_image(const std::filesystem::path& file, const imaging::Image& image, double dpi,
                   PressFormat format) {
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    return fail(ErrorCode::Exists, "write pressed page", file.string());
  }
  switch (format) {
    case PressFormat::Png:
      return imaging::write_png(file, image);
    case PressFormat::Tiff: {
      imaging::MasterTags tags;
      tags.dpi = dpi;
      tags.software = "shiqu-press " SHIQU_VERSION;
      return imaging::write_master(file, image, tags);
    }
    case PressFormat::Jpeg:
      break;
  }
  return write_jpeg(file, image, dpi);
}

Json box_or_null(const std::optional<RectPx>& box) {
  return box ? model::to_json(*box) : Json(nullptr);
}

std::string plain_text(const model::PageText& truth) {
  std::string out = truth.plain();
  if (!out.empty()) {
    out.pop_back();  // lines are joined by line ends, none after the last
  }
  return out;
}

Json truth_json(const PressedPage& page, const std::string& image_name) {
  Json lines = Json::array();
  for (const model::Line& line : page.truth.lines) {
    Json glyphs = Json::array();
    for (const model::Glyph& glyph : line.glyphs) {
      glyphs.push_back({{"t", glyph.text}, {"b", model::to_json(glyph.box)}});
    }
    lines.push_back({{"kind", model::name_of(line.kind)},
                     {"box", model::to_json(line.box)},
                     {"text", line.text},
                     {"glyphs", std::move(glyphs)}});
  }
  Json out{{"format", "shiqu-press-truth/1"},
           {"image", image_name},
           {"width_px", page.truth.width_px},
           {"height_px", page.truth.height_px},
           {"dpi", page.dpi},
           {"seed", page.seed},
           {"style", name_of(page.style)},
           {"text", plain_text(page.truth)},
           {"lines", std::move(lines)},
           {"frame", model::to_json(page.frame)},
           {"seal", box_or_null(page.seal)},
           {"skew_deg", page.skew_deg}};
  for (const model::Region& region : page.truth.regions) {
    out["regions"].push_back(
        {{"kind", model::name_of(region.kind)}, {"box", model::to_json(region.box)}});
  }
  return out;
}

Result<std::vector<std::filesystem::path>> write_both(const imaging::Image& image, double dpi,
                                                      Json truth,
                                                      const std::filesystem::path& folder,
                                                      const std::string& name, PressFormat format) {
  const std::string image_name = name + std::string(suffix_of(format));
  truth["image"] = image_name;
  const std::vector<std::filesystem::path> out{folder / image_name, folder / (name + ".json")};
  SHIQU_TRY(make_folders(folder));
  SHIQU_TRY(write_image(out[0], image, dpi, format));
  SHIQU_TRY(write_new_file(out[1], truth.dump(1) + '\n'));
  return out;
}

/// The part of `page` that shows one line, with a little paper around, as a page of its own.
PressedPage line_alone(const PressedPage& page, const model::Line& line) {
  const int margin = std::max(3, line.box.width / 10);
  const RectPx area = intersection({line.box.x - margin, line.box.y - margin,
                                    line.box.width + 2 * margin, line.box.height + 2 * margin},
                                   {0, 0, page.truth.width_px, page.truth.height_px});
  PressedPage out;
  out.image = imaging::crop(page.image, area);
  out.truth.width_px = area.width;
  out.truth.height_px = area.height;
  out.truth.producer = page.truth.producer;
  out.truth.lines.push_back(line);
  const auto move = [&](RectPx& box) {
    if (!box.empty()) {
      box.x -= area.x;
      box.y -= area.y;
    }
  };
  move(out.truth.lines[0].box);
  for (model::Glyph& glyph : out.truth.lines[0].glyphs) {
    move(glyph.box);
  }
  out.skew_deg = page.skew_deg;
  out.dpi = page.dpi;
  out.seed = page.seed;
  out.style = page.style;
  return out;
}

}  // namespace

Result<PressFormat> press_format_from(std::string_view name) {
  for (const PressFormat one : {PressFormat::Jpeg, PressFormat::Png, PressFormat::Tiff}) {
    if (suffix_of(one).substr(1) == name) {
      return one;
    }
  }
  return fail(ErrorCode::InvalidInput, "choose a file format", std::string(name),
              "jpg, png or tif");
}

Result<std::vector<std::filesystem::path>> write_page(const PressedPage& page,
                                                      const std::filesystem::path& folder,
                                                      const std::string& name, PressFormat format) {
  return write_both(page.image, page.dpi, truth_json(page, name), folder, name, format);
}

Result<std::vector<std::filesystem::path>> write_lines(const PressedPage& page,
                                                       const std::filesystem::path& folder,
                                                       const std::string& name,
                                                       PressFormat format) {
  std::vector<std::filesystem::path> out;
  std::size_t number = 0;
  for (const model::Line& line : page.truth.lines) {
    ++number;
    if (line.box.empty()) {
      continue;
    }
    const std::string line_name = fmt::format("{}-l{:03}", name, number);
    SHIQU_TRY_ASSIGN(std::vector<std::filesystem::path> written,
                     write_page(line_alone(page, line), folder, line_name, format));
    out.insert(out.end(), written.begin(), written.end());
  }
  return out;
}

}  // namespace shiqu::ocr
