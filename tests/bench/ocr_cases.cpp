#include "ocr/press/press.h"
#include "ocr/recognise.h"
#include "ocr/tesseract/tesseract_engine.h"
#include "storage/imaging/codecs.h"
#include "tests/bench/compare.h"

#include <fmt/format.h>

namespace shiqu::bench {
namespace {

namespace fs = std::filesystem;

Status press(const fs::path& folder) {
  SHIQU_TRY_ASSIGN(const std::vector<ocr::Paragraph> poems, ocr::tang_poems());
  ocr::PressOptions options;
  options.strip_title = "唐詩選";
  SHIQU_TRY_ASSIGN(options.ageing, ocr::ageing_preset("light"));
  SHIQU_TRY_ASSIGN(const ocr::PressedPage page, ocr::press_page(options, poems, {}));
  SHIQU_TRY(ocr::write_page(page, folder, "page", ocr::PressFormat::Jpeg));
  return {};
}

Status read(const fs::path& file) {
  SHIQU_TRY_ASSIGN(const imaging::DecodedImage page, imaging::decode_file(file));
  SHIQU_TRY_ASSIGN(const auto engine, ocr::make_tesseract_engine());
  ocr::EngineSettings settings;
  settings.languages = "HanT_vert";
  SHIQU_TRY_ASSIGN(const model::PageText text, ocr::recognise_page(page.image, *engine, settings));
  return text.lines.empty() ? fail(ErrorCode::Internal, "read page", "no lines") : Status{};
}

}  // namespace

std::vector<Comparison> ocr_cases(const fs::path& folder) {
  const fs::path pages = folder / "pages";
  const fs::path page = pages / "page.jpg";
  return {{"page: prepare and read its columns",
           "tesseract --psm 5",
           [=] { return press(pages); },
           {},
           [=] { return read(page); },
           command(fmt::format("exec tesseract '{}' - -l HanT_vert --psm 5 >/dev/null 2>&1",
                               page.string()))}};
}

}  // namespace shiqu::bench
