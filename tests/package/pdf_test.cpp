#include "storage/package/exporters/pdf/document.h"

#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "tests/package/support.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <random>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

namespace {

/// Leaves with double-column notes as old books have them, each character another one.
class Leaf {
 public:
  explicit Leaf(unsigned seed) : random_(seed) {
    text_.width_px = kWidth;
    text_.height_px = kHeight;
    const int columns = between(4, 12);
    const int pitch = (kWidth - 100) / columns;
    for (int i = 0; i < columns; ++i) {
      column(kWidth - 50 - pitch * (i + 1) + pitch / 10, pitch * 8 / 10);
    }
  }
  [[nodiscard]] const model::PageText& text() const { return text_; }
  [[nodiscard]] std::string lines() const {
    std::string out;
    for (const model::Line& line : text_.lines) {
      out += line.text + "\n";
    }
    return out;
  }

  static constexpr int kWidth = 1500;
  static constexpr int kHeight = 2000;

 private:
  int between(int least, int most) {
    return std::uniform_int_distribution<int>(least, most)(random_);
  }
  /// Main text and notes by turns, from the top edge down.
  void column(int x, int width) {
    int y = 100;
    bool note = between(0, 5) == 0;
    const int half = width / 2;
    while (y < kHeight - 100 - 2 * width) {
      const int pitch = (note ? half : width) * between(90, 112) / 100;
      const int characters = between(1, std::min((kHeight - 100 - y) / pitch, 900 / width));
      const int length = characters * pitch;
      if (note) {
        line(model::LineKind::NoteRight, {x + half, y, half, length}, characters);
        line(model::LineKind::NoteLeft, {x, y, half, length},
             std::max(characters - between(0, 1), 1));
      } else {
        line(model::LineKind::Column, {x, y, width, length}, characters);
      }
      y += length;
      note = !note || between(0, 3) == 0;  // a note may follow a note
    }
  }
  void line(model::LineKind kind, const model::Box& box, int characters) {
    model::Line out;
    out.id = LineId::make();
    out.kind = kind;
    out.box = box;
    for (int i = 0; i < characters; ++i) {
      out.text += to_utf8(std::u32string(1, next_++));
    }
    text_.lines.push_back(std::move(out));
  }

  std::mt19937 random_;
  model::PageText text_;
  char32_t next_ = 0x4E00;
};

/// Without blank lines and the blanks around lines; of a `raw` text without any.
std::string tidy(const std::string& text, bool raw) {
  std::string out;
  for (const std::string& line : split(text, '\n')) {
    if (const auto words = trim(line); !words.empty()) {
      out += std::string(words) + (raw ? "" : "\n");
    }
  }
  return out;
}

}  // namespace

TEST_CASE("pdftotext gives columns with notes in our order, by places as well as raw") {
  const TempDir dir;
  imaging::Image white(imaging::PixelFormat::Rgb8, {Leaf::kWidth, Leaf::kHeight});
  const fs::path jpeg = dir.path() / "white.jpg";
  const auto bytes = imaging::encode_jpeg(white, 50);
  REQUIRE(bytes);
  REQUIRE(write_new_file(jpeg, {reinterpret_cast<const char*>(bytes->data()), bytes->size()}));
  auto bag = BagWriter::create(dir.path() / "bag");
  REQUIRE(bag);
  pdf::Document document({});
  std::vector<Leaf> leaves;
  for (unsigned seed = 0; seed < 60; ++seed) {
    leaves.emplace_back(seed);
    REQUIRE(document.add_page({jpeg, Leaf::kWidth, Leaf::kHeight, 300}, leaves.back().text()));
  }
  auto file = bag->open("data/a.pdf");
  REQUIRE(file);
  REQUIRE(document.save(*file));
  REQUIRE(bag->close(std::move(*file)));
  const fs::path pdf = bag->where("data/a.pdf");
  const fs::path words = dir.path() / "words.txt";
  for (const std::string order : {"-q", "-raw", "-layout"}) {  // -q: the default order
    const bool raw = order == "-raw";  // which breaks the line behind each character of a column
    const int taken = test::run("pdftotext", {order, pdf.string(), words.string()});
    if (taken == -1) {
      MESSAGE("SKIPPED: no pdftotext on this machine");
      return;
    }
    REQUIRE(taken == 0);
    const auto pages = split(test::get(words), '\f');
    REQUIRE(pages.size() >= leaves.size());
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      INFO(order << " page " << i + 1);
      CHECK(tidy(pages[i], raw) == tidy(leaves[i].lines(), raw));
    }
  }
  CHECK(test::run("qpdf", {"--check", pdf.string()}) <= 0);
}
