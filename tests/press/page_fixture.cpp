#include "tests/press/page_fixture.h"

#include "storage/imaging/operations.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

namespace shiqu::fixture {
namespace {

constexpr int kDark = 110;  ///< gray below this is ink, on the paper of the presets

std::vector<bool> covered_by_boxes(const ocr::PressedPage& page, int grow) {
  const auto width = static_cast<std::size_t>(page.image.width());
  std::vector<bool> out(width * static_cast<std::size_t>(page.image.height()));
  for (const model::Line& line : page.truth.lines) {
    for (const model::Glyph& glyph : line.glyphs) {
      const RectPx box = intersection({glyph.box.x - grow, glyph.box.y - grow,
                                       glyph.box.width + 2 * grow, glyph.box.height + 2 * grow},
                                      {0, 0, page.image.width(), page.image.height()});
      for (int y = box.y; y < box.bottom(); ++y) {
        for (int x = box.x; x < box.right(); ++x) {
          out[static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)] = true;
        }
      }
    }
  }
  return out;
}

int count_dark(const imaging::Image& gray, const RectPx& area) {
  int out = 0;
  const RectPx inside = intersection(area, {0, 0, gray.width(), gray.height()});
  for (int y = inside.y; y < inside.bottom(); ++y) {
    const auto row = gray.row(y);
    for (int x = inside.x; x < inside.right(); ++x) {
      out += row[static_cast<std::size_t>(x)] < kDark ? 1 : 0;
    }
  }
  return out;
}

bool is_loose(const imaging::Image& gray, const RectPx& b) {
  constexpr int kBand = 3;
  return count_dark(gray, {b.x, b.y, b.width, kBand}) == 0 ||
         count_dark(gray, {b.x, b.bottom() - kBand, b.width, kBand}) == 0 ||
         count_dark(gray, {b.x, b.y, kBand, b.height}) == 0 ||
         count_dark(gray, {b.right() - kBand, b.y, kBand, b.height}) == 0;
}

/// The middle of each column of text, clear of the rules: for a column line its own width.
std::vector<RectPx> column_cores(const ocr::PressedPage& page) {
  std::vector<RectPx> out;
  for (const model::Line& line : page.truth.lines) {
    if (line.kind == model::LineKind::Column && line.glyphs.size() > 2) {
      out.push_back({line.box.x, page.frame.y + page.frame.height / 20, line.box.width,
                     page.frame.height * 9 / 10});
    }
  }
  return out;
}

}  // namespace

std::vector<ocr::Paragraph> short_text() {
  return {
      {"山居記", true, 2, "石渠"},
      {"結廬山中（廬或作屋）門對清溪，水聲終日不絕。春來花發滿徑，鳥語相和。", false, 0, ""},
      {"夜坐", true, 2, ""},
      {"月出東嶺（此處之月最明），松影在地。讀書至三更，燈火未滅。", false, 0, ""},
  };
}

std::vector<ocr::Paragraph> long_text() {
  std::vector<ocr::Paragraph> out;
  for (int i = 0; i < 6; ++i) {
    for (const ocr::Paragraph& one : short_text()) {
      out.push_back(one);
    }
  }
  return out;
}

ocr::PressedPage pressed(const ocr::PressOptions& options,
                         const std::vector<ocr::Paragraph>& text) {
  auto page = ocr::press_page(options, text);
  if (!page) {
    FAIL(page.error().text());
  }
  return std::move(*page);
}

std::vector<std::string> short_text_lines() {
  return {
      "山居記", "石渠", "結廬山中", "廬或",   "作屋",   "門對清溪水聲", "終日不絕春來花發滿徑鳥語",
      "相和",   "夜坐", "月出東嶺", "此處之", "月最明", "松影在地讀書", "至三更燈火未滅"};
}

ocr::PressOptions small_page(std::string_view ageing, std::uint64_t seed) {
  ocr::PressOptions out;
  out.seed = seed;
  out.width_px = 800;
  out.height_px = 1100;
  out.columns = 8;
  out.rows = 12;
  out.seal = false;
  out.strip_title = "山居集";
  auto preset = ocr::ageing_preset(ageing);
  REQUIRE(preset);
  out.ageing = *preset;
  return out;
}

InkFit measure(const ocr::PressedPage& page) {
  const imaging::Image gray = imaging::to_gray8(page.image);
  InkFit out;
  for (const model::Line& line : page.truth.lines) {
    for (const model::Glyph& glyph : line.glyphs) {
      ++out.glyphs;
      const int dark = count_dark(gray, glyph.box);
      out.without_ink += dark < static_cast<double>(glyph.box.area()) * 0.04 ? 1 : 0;
      out.loose += glyph.box.empty() || is_loose(gray, glyph.box) ? 1 : 0;
    }
  }
  const std::vector<bool> covered = covered_by_boxes(page, 1);
  int all = 0;
  int stray = 0;
  for (const RectPx& core : column_cores(page)) {
    for (int y = core.y; y < core.bottom(); ++y) {
      const auto row = gray.row(y);
      for (int x = core.x; x < core.right(); ++x) {
        const bool dark = row[static_cast<std::size_t>(x)] < kDark;
        const auto at = static_cast<std::size_t>(y) * static_cast<std::size_t>(gray.width()) +
                        static_cast<std::size_t>(x);
        all += dark ? 1 : 0;
        stray += dark && !covered[at] ? 1 : 0;
      }
    }
  }
  out.stray_share = all > 0 ? static_cast<double>(stray) / all : 1;
  return out;
}

double dark_share_in(const ocr::PressedPage& page, const RectPx& box) {
  const imaging::Image gray = imaging::to_gray8(page.image);
  return box.empty() ? 0
                     : static_cast<double>(count_dark(gray, box)) / static_cast<double>(box.area());
}

}  // namespace shiqu::fixture
