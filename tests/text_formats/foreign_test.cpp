#include "storage/base/text.h"
#include "tests/text_formats/support.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shiqu;
using namespace shiqu::text_formats;
using namespace shiqu::text_formats::test;
namespace fs = std::filesystem;

namespace {

Registry<TextFormat> all_formats() {
  Registry<TextFormat> formats;
  formats.add(make_page_format());
  formats.add(make_alto_format());
  formats.add(make_hocr_format());
  return formats;
}

PageFile read_file_of(const fs::path& file, const ReadOptions& options = {}) {
  CAPTURE(file.string());
  const Registry<TextFormat> formats = all_formats();
  const std::string bytes = text_of(file);
  const auto format = recognise(formats, bytes);
  REQUIRE(format);
  return read_with(**format, bytes, options);
}

std::vector<std::string> lines_of_truth(const fs::path& file) {
  std::vector<std::string> out;
  for (const std::string& line : split(text_of(file), '\n')) {
    if (!trim(line).empty()) {
      out.emplace_back(trim(line));
    }
  }
  return out;
}

std::vector<std::string> lines_of(const PageFile& file) {
  std::vector<std::string> out;
  for (const model::Line& line : file.text.lines) {
    out.push_back(line.text);
  }
  return out;
}

}  // namespace

TEST_CASE("transcriptions of other programs give the lines of their ground truth") {
  const auto shared = shared_folder();
  if (!shared) {
    MESSAGE("SKIPPED: no pages on this machine");
    return;
  }
  int files = 0;
  for (const auto& entry : fs::directory_iterator(*shared / "data/pages/other")) {
    if (entry.path().extension() != ".xml") {
      continue;
    }
    CAPTURE(entry.path().string());
    const PageFile file = read_file_of(entry.path());
    CHECK(lines_of(file) == lines_of_truth(fs::path(entry.path()).replace_extension(".gt.txt")));
    CHECK(file.text.width_px > 500);
    const RectPx page{0, 0, file.text.width_px, file.text.height_px};
    for (const model::Line& line : file.text.lines) {
      CAPTURE(line.text);
      CHECK_FALSE(line.box.empty());
      CHECK(intersection(line.box, page) == line.box);
      CHECK(line.kind != model::LineKind::NoteRight);
    }
    ++files;
  }
  CHECK(files == 10);
}

TEST_CASE("the samples of ALTO 4 are read with glyphs, variants and confidences") {
  const auto shared = shared_folder();
  if (!shared) {
    MESSAGE("SKIPPED: no samples on this machine");
    return;
  }
  const fs::path folder = *shared / "schemas/fixtures/xml/alto4";
  const PageFile general = read_file_of(folder / "Glyph_Sample01_General.xml");
  REQUIRE(general.text.lines.size() == 1);
  const model::Line& line = general.text.lines[0];
  CHECK(line.text == "Marne Home");
  CHECK(line.box == model::Box{230, 216, 773, 31});  // clipped to the page of 1003
  REQUIRE(line.glyphs.size() == 10);                 // with the space
  CHECK(line.glyphs[0].alternatives == std::vector<std::string>{"H", "N"});
  CHECK(line.glyphs[0].confidence == doctest::Approx(0.8));
  CHECK(line.glyphs[0].box == model::Box{244, 223, 9, 24});
  const PageFile chinese = read_file_of(folder / "Glyph_Sample04_Chinese.xml");
  CHECK(chinese.text.lines[0].text == "義禮說選");
  CHECK(chinese.text.lines[0].glyphs.size() == 4);
}

TEST_CASE(
    "PAGE of other makers keeps its reading order, and faulty glyphs cost only their places") {
  const auto shared = shared_folder();
  if (!shared) {
    MESSAGE("SKIPPED: no samples on this machine");
    return;
  }
  const fs::path folder = *shared / "schemas/fixtures/xml/page2019";
  const PageFile faulty = read_file_of(folder / "FAULTY_GLYPHS.xml");
  CHECK(faulty.software == "PRImA Research");
  CHECK(faulty.text.lines.size() > 10);
  for (const model::Line& line : faulty.text.lines) {
    std::string spelled;
    for (const model::Glyph& glyph : line.glyphs) {
      spelled += glyph.text;
    }
    CHECK((line.glyphs.empty() || spelled == line.text));
  }
  const PageFile page = read_file_of(folder / "PAGE_0020_PAGE.xml");
  REQUIRE_FALSE(page.text.lines.empty());
  CHECK(page.text.lines.front().text.size() < 12);  // the page number comes first
  CHECK(page.text.lines.front().kind == model::LineKind::Horizontal);
}

TEST_CASE("Tesseract's own hOCR and ALTO are read, with characters where it gives them") {
  const auto shared = shared_folder();
  if (!shared || !fs::exists("/usr/bin/tesseract")) {
    MESSAGE("SKIPPED: no tesseract or no pages on this machine");
    return;
  }
  const TempDir dir;
  const std::string base = dir.path() / "out";
  const int status = run("tesseract", {*shared / "data/pages/other/kant_INPUT_0017.tif", base, "-l",
                                       "frk", "-c", "hocr_char_boxes=1", "hocr", "alto", "txt"});
  if (status != 0) {
    MESSAGE("SKIPPED: tesseract has no model for Fraktur here");
    return;
  }
  const std::vector<std::string> truth = lines_of_truth(base + ".txt");
  const PageFile hocr = read_file_of(base + ".hocr");
  CHECK(hocr.software.starts_with("tesseract"));
  CHECK(hocr.text.width_px == 1457);
  CHECK(lines_of(hocr) == truth);
  REQUIRE(hocr.text.lines.size() > 15);
  const model::Line& line = hocr.text.lines[10];
  REQUIRE_FALSE(line.glyphs.empty());
  CHECK(line.confidence > 0.5);
  CHECK(line.kind == model::LineKind::Horizontal);
  const PageFile alto = read_file_of(base + ".xml");
  CHECK(alto.software.starts_with("tesseract"));
  CHECK(lines_of(alto) == truth);
  CHECK(alto.lines_without_glyphs > 15);
}

TEST_CASE("Tesseract's vertical hOCR gives columns without spaces, a glyph per character") {
  const auto shared = shared_folder();
  if (!shared || !fs::exists("/usr/bin/tesseract")) {
    MESSAGE("SKIPPED: no tesseract or no pages on this machine");
    return;
  }
  const TempDir dir;
  const std::string base = dir.path() / "out";
  const int status = run("tesseract", {*shared / "data/pages/zongmu/zongmu_01.png", base, "-l",
                                       "chi_tra_vert", "--psm", "5", "hocr"});
  if (status != 0) {
    MESSAGE("SKIPPED: tesseract has no model for vertical Chinese here");
    return;
  }
  const PageFile file = read_file_of(base + ".hocr");
  const auto columns =
      std::count_if(file.text.lines.begin(), file.text.lines.end(), [](const model::Line& line) {
        return line.kind == model::LineKind::Column && !line.glyphs.empty() &&
               line.text.find(' ') == std::string::npos;
      });
  CHECK(columns >= 3);  // those that it took for Chinese from top to bottom
}
