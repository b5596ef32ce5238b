#ifdef SHIQU_NEURAL
#include "ocr/onnx/neural_engine.h"
#endif
#include "ocr/press/press.h"
#include "ocr/recognise.h"
#include "ocr/tesseract/tesseract_engine.h"
#include "storage/base/file.h"
#include "storage/imaging/codecs.h"
#include "tests/bench/compare.h"

#include <fmt/format.h>

namespace shiqu::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kPages = 4;

/// Leaves of 4 megapixels with 10 × 20 places for characters, and the list tesseract wants.
Status press(const fs::path& folder) {
  SHIQU_TRY_ASSIGN(const std::vector<ocr::Paragraph> poems, ocr::tang_poems());
  ocr::PressOptions options;
  options.strip_title = "唐詩選";
  options.width_px = 1700;
  options.height_px = 2400;
  SHIQU_TRY_ASSIGN(options.ageing, ocr::ageing_preset("light"));
  ocr::TextPosition position;
  std::string list;
  for (int page = 0; page < kPages; ++page) {
    options.seed = 1 + static_cast<std::uint64_t>(page);
    options.page_number = page + 1;
    SHIQU_TRY_ASSIGN(const ocr::PressedPage pressed, ocr::press_page(options, poems, position));
    position = pressed.next;
    const std::string name = fmt::format("page{}", page);
    SHIQU_TRY(ocr::write_page(pressed, folder, name, ocr::PressFormat::Jpeg));
    list += (folder / (name + ".jpg")).string() + "\n";
  }
  return write_new_file(folder / "list.txt", list);
}

Status read(const fs::path& folder, Result<std::unique_ptr<ocr::Engine>> engine,
            const ocr::EngineSettings& settings) {
  if (!engine) {
    return tl::make_unexpected(engine.error());
  }
  for (int page = 0; page < kPages; ++page) {
    SHIQU_TRY_ASSIGN(const imaging::DecodedImage image,
                     imaging::decode_file(folder / fmt::format("page{}.jpg", page)));
    SHIQU_TRY_ASSIGN(const model::PageText text,
                     ocr::recognise_page(image.image, **engine, settings));
    if (text.lines.empty()) {
      return fail(ErrorCode::Internal, "read page", "no lines");
    }
  }
  return {};
}

Work tesseract_psm5(const fs::path& pages, const char* language) {
  return command(
      fmt::format("OMP_THREAD_LIMIT=1 exec tesseract '{}' - -l {} --psm 5 >/dev/null 2>&1",
                  (pages / "list.txt").string(), language));
}

}  // namespace

std::vector<Comparison> ocr_cases(const fs::path& folder) {
  const fs::path pages = folder / "pages";
  ocr::EngineSettings hant;
  hant.languages = "HanT_vert";
  std::vector<Comparison> out;
#ifdef SHIQU_NEURAL
  out.push_back({"4 pages, 4 MP each: neural reader",
                 "tesseract chi_tra_vert",
                 [=] { return press(pages); },
                 {},
                 [=] { return read(pages, ocr::make_neural_engine(SHIQU_BENCH_MODELS), {}); },
                 tesseract_psm5(pages, "chi_tra_vert")});
#endif
  const fs::path others = folder / "other-pages";
  out.push_back({"the same: Tesseract on our columns",
                 "tesseract HanT_vert",
                 [=] { return press(others); },
                 {},
                 [=] { return read(others, ocr::make_tesseract_engine(), hant); },
                 tesseract_psm5(others, "HanT_vert")});
  return out;
}

}  // namespace shiqu::bench
