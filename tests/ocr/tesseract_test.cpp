#include "ocr/evaluate.h"
#include "ocr/recognise.h"
#include "ocr/tesseract/tesseract_engine.h"
#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"
#include "tests/ocr/drawing.h"

#include <doctest/doctest.h>

#include <string>

using namespace shiqu;

namespace {

std::unique_ptr<ocr::Engine> engine() {
  auto made = ocr::make_tesseract_engine();
  REQUIRE(made);
  return std::move(*made);
}

void check_line(const model::Line& line, const RectPx& image) {
  std::string joined;
  for (const model::Glyph& glyph : line.glyphs) {
    joined += glyph.text;
    CHECK(to_utf32(glyph.text).size() == 1);
    CHECK(glyph.confidence >= 0);
    CHECK(glyph.confidence <= 1);
    CHECK(intersection(glyph.box, image) == glyph.box);
    for (const std::string& other : glyph.alternatives) {
      CHECK(other != glyph.text);
    }
  }
  CHECK(joined == line.text);
  CHECK(line.confidence >= 0);
  CHECK(line.confidence <= 1);
  CHECK(intersection(line.box, image) == line.box);
}

/// A real page, or nothing where the shared data are not at hand.
Result<imaging::DecodedImage> leaf() {
  const auto file = fixture::shared("zongmu/zongmu_01.png");
  return imaging::decode_file(file);
}

}  // namespace

TEST_CASE("a blank area gives no lines") {
  const auto read = engine()->read(fixture::paper({80, 900}), {}, {});
  REQUIRE(read);
  CHECK(read->lines.empty());
}

TEST_CASE("missing language data name the package that brings them") {
  ocr::EngineSettings settings;
  settings.languages = "Atlantis_vert";
  const auto lines = engine()->read(fixture::paper({80, 900}), settings, {});
  REQUIRE_FALSE(lines);
  CHECK(lines.error().code == ErrorCode::NotFound);
  CHECK(lines.error().subject.find("tesseract-ocr-script-atlantis-vert") != std::string::npos);
}

TEST_CASE("an engine works on after language data were missing") {
  const auto one = engine();
  ocr::EngineSettings settings;
  settings.languages = "qqq";
  REQUIRE_FALSE(one->read(fixture::paper({80, 900}), settings, {}));
  CHECK(one->read(fixture::paper({80, 900}), {}, {}));
}

TEST_CASE("the version names program and language") {
  ocr::EngineSettings settings;
  settings.languages = "chi_tra_vert";
  CHECK(engine()->version(settings).find("tesseract 5.") == 0);
  CHECK(engine()->version(settings).find("chi_tra_vert") != std::string::npos);
  CHECK(engine()->version({}).find("HanT_vert") != std::string::npos);
}

TEST_CASE("images of 16 bits and stopped readings are refused") {
  const auto wide = engine()->read(imaging::Image(imaging::PixelFormat::Gray16, {80, 80}), {}, {});
  REQUIRE_FALSE(wide);
  CHECK(wide.error().code == ErrorCode::Unsupported);
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = engine()->read(fixture::paper({80, 80}), {}, stop.get_token());
  REQUIRE_FALSE(stopped);
  CHECK(stopped.error().code == ErrorCode::Cancelled);
}

TEST_CASE("a column of a real leaf gives lines whose glyphs are their text") {
  const auto page = leaf();
  if (!page) {
    MESSAGE("SKIPPED: no shared pages");
    return;
  }
  const auto column = imaging::resize(imaging::crop(page->image, {973, 583, 144, 1740}), {64, 773});
  const auto read = engine()->read(column, {}, {});
  REQUIRE(read);
  REQUIRE_FALSE(read->lines.empty());
  for (const model::Line& line : read->lines) {
    check_line(line, {0, 0, column.width(), column.height()});
  }
}

TEST_CASE("a real leaf is read in columns, and not all of it wrong") {
  const auto page = leaf();
  if (!page) {
    MESSAGE("SKIPPED: no shared pages");
    return;
  }
  const auto one = engine();
  const auto read = ocr::recognise_page(page->image, *one, {});
  REQUIRE(read);
  CHECK(read->lines.size() >= 8);
  for (const model::Line& line : read->lines) {
    check_line(line, {0, 0, page->image.width(), page->image.height()});
  }
  const auto truth = read_file(fixture::shared("zongmu/zongmu_01.gt.txt"));
  REQUIRE(truth);
  const auto errors = ocr::character_error_rate(*truth, read->plain());
  MESSAGE("character error rate ", errors.rate());
  CHECK(errors.rate() < 0.9);
}

TEST_CASE("an early print keeps its umlauts with a small e, and the ligature ch is two letters") {
  const auto page = imaging::decode_file(fixture::shared("other/kant_INPUT_0017.tif"));
  ocr::EngineSettings settings;
  settings.vertical = false;
  settings.languages = "frk+Fraktur";
  settings.early_umlauts = true;
  if (!page || !engine()->read(fixture::paper({80, 900}), settings, {})) {
    MESSAGE("SKIPPED: no shared pages, or no language data for Fraktur");
    return;
  }
  const auto one = engine();
  const auto read = ocr::recognise_page(page->image, *one, settings);
  REQUIRE(read);
  CHECK(read->plain().find("Aufkla\u0364rung") != std::string::npos);
  CHECK(read->plain().find("\u00e4") == std::string::npos);
  CHECK(read->plain().find('<') == std::string::npos);
  const auto truth = read_file(fixture::shared("other/kant_INPUT_0017.gt.txt"));
  REQUIRE(truth);
  const auto rate = ocr::character_error_rate(*truth, read->plain());
  MESSAGE("Fraktur: " << 100 * rate.rate() << " % misread");
  CHECK(rate.rate() <= 0.06);
}
