#include "tests/text_formats/support.h"

#include "storage/base/process.h"
#include "storage/base/text.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>

namespace shiqu::text_formats::test {

namespace fs = std::filesystem;

std::optional<fs::path> shared_folder() {
  const char* named = std::getenv("SHIQU_SHARED");
  const fs::path shared = named != nullptr && *named != '\0'
                              ? fs::path(named)
                              : fs::path(SHIQU_SOURCE_DIR "/../shared");
  if (!fs::exists(shared / "schemas") || !fs::exists(shared / "data")) {
    return std::nullopt;
  }
  return fs::canonical(shared);
}

int run(const std::string& program, const std::vector<std::string>& arguments,
        const std::string& catalogue) {
  if (!fs::exists("/usr/bin/" + program)) {
    return -1;
  }
  ProcessSpec spec;
  spec.program = "/usr/bin/" + program;
  spec.arguments = arguments;
  spec.environment = {{"XML_CATALOG_FILES", catalogue}, {"OMP_THREAD_LIMIT", "1"}};
  spec.output = "/dev/null";
  auto child = ChildProcess::start(spec);
  REQUIRE(child);
  const auto status = child->wait(std::chrono::seconds(60));
  REQUIRE(status);
  return *status;
}

bool valid_against(const std::string& content, const std::string& schema) {
  const auto shared = shared_folder();
  REQUIRE(shared);
  const TempDir dir;
  REQUIRE(write_new_file(dir.path() / "file.xml", content));
  const fs::path schemas = *shared / "schemas" / "xml";
  return run("xmllint",
             {"--nonet", "--noout", "--schema", schemas / schema, dir.path() / "file.xml"},
             schemas / "catalog.xml") == 0;
}

namespace {

model::Line line_of(model::LineKind kind, const std::string& text, const model::Box& box) {
  static int made = 0;
  model::Line line;
  line.id = LineId("0190a000-0000-7000-8000-0000000000" + std::to_string(10 + made++ % 90));
  line.kind = kind;
  line.box = box;
  line.text = text;
  const std::u32string characters = to_utf32(text);
  const int step = box.height / static_cast<int>(characters.size());
  double sum = 0;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    model::Glyph glyph;
    glyph.text = to_utf8(characters[i]);
    glyph.box = {box.x, box.y + static_cast<int>(i) * step, box.width, step};
    glyph.confidence = 0.5 + 0.0625 * static_cast<double>(i);
    glyph.alternatives = {"日", "𠀀"};
    sum += glyph.confidence;
    line.glyphs.push_back(glyph);
  }
  line.confidence = sum / static_cast<double>(characters.size());
  return line;
}

}  // namespace

model::PageText leaf() {
  model::PageText text;
  text.width_px = 400;
  text.height_px = 600;
  text.producer = "reader/1.2";
  using enum model::LineKind;
  text.lines = {line_of(Heading, "史記卷一", {360, 20, 30, 160}),
                line_of(Column, "黃帝者少典", {300, 20, 40, 200}),
                line_of(NoteRight, "徐廣", {322, 220, 18, 60}),
                line_of(NoteLeft, "<𠮷&", {300, 220, 18, 60}),
                line_of(CentreStrip, "史記", {200, 20, 20, 100}),
                line_of(Marginalia, "評", {100, 0, 20, 20}),
                line_of(Horizontal, "ab c", {20, 500, 60, 40}),
                line_of(Column, "無處可尋", {50, 20, 40, 200})};
  model::Line& words = text.lines[6];
  words.glyphs[2] = {" ", {}, words.glyphs[1].confidence, {}};
  words.confidence =
      (words.glyphs[0].confidence + words.glyphs[1].confidence + words.glyphs[3].confidence) / 3;
  text.lines[1].glyphs[2].confidence = -1;  // a person decided
  text.lines[1].confidence = -1;
  text.lines[4].glyphs[1].box = {};
  text.lines[7].glyphs.clear();
  text.lines[7].confidence = 0.75;
  return text;
}

PageFacts facts() {
  PageFacts out;
  out.image_name = "masters/0001.tif";
  out.image = {400, 600};
  out.dpi = 300;
  out.creator = "software:shiqu/0";
  out.created_ms = 1000;
  out.author = "software:reader/1.2";
  out.state = "proposed";
  return out;
}

PageFile read_with(const TextFormat& format, const std::string& bytes, const ReadOptions& options) {
  auto file = format.read(bytes, options);
  REQUIRE_MESSAGE(file, (file ? std::string() : file.error().text()));
  return std::move(*file);
}

std::string text_of(const fs::path& file) {
  auto text = read_file(file);
  REQUIRE(text);
  return std::move(*text);
}

}  // namespace shiqu::text_formats::test
