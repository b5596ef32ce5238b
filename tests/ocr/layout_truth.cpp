#include "tests/ocr/layout_truth.h"

#include "capture/quality/ink.h"
#include "storage/base/file.h"
#include "storage/imaging/operations.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

namespace fixture {
namespace {

using nlohmann::json;
using shiqu::RectPx;
using shiqu::model::LineKind;

json read_json(const std::filesystem::path& file) {
  const auto text = shiqu::read_file(file);
  return text ? json::parse(*text, nullptr, false) : json();
}

/// Two corners, the second one past.
RectPx corners(const json& box) {
  const int x = box.at(0).get<int>();
  const int y = box.at(1).get<int>();
  return {x, y, box.at(2).get<int>() - x, box.at(3).get<int>() - y};
}

void add_marked(const json& marked, std::vector<TruePage>& out) {
  for (const auto& [file, page] : marked.items()) {
    TruePage one;
    one.file = file;
    one.set = file.substr(0, file.find('/'));
    one.pitch = page.at("pitch").get<double>();
    if (one.set == "tripitaka") {
      continue;  // its own files have tighter boxes
    }
    for (const json& column : page.at("cols")) {
      for (const json& part : column.at("segs")) {
        one.segments.push_back({corners(part.at("box")), part.at("kind") != "m", true,
                                part.at("gt").get<std::string>()});
      }
    }
    out.push_back(std::move(one));
  }
}

void add_canon(const std::filesystem::path& file, std::vector<TruePage>& out) {
  const json columns = read_json(file);
  TruePage one;
  one.set = "tripitaka";
  one.file = "tripitaka/" + file.stem().string() + ".jpg";
  std::vector<int> widths;
  for (const json& column : columns) {
    const RectPx box = corners(column.at("box"));
    one.segments.push_back(
        {box, false, column.at("ok").get<bool>(), column.at("gt").get<std::string>()});
    widths.push_back(box.width);
  }
  std::nth_element(widths.begin(), widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2),
                   widths.end());
  one.pitch = widths[widths.size() / 2] * 1.1;
  out.push_back(std::move(one));
}

int overlap(int a0, int a1, int b0, int b1) {
  return std::max(0, std::min(a1, b1) - std::max(a0, b0));
}

/// Title and author of one column are two lines of the press: page analysis need not tell them
/// apart, so they become one segment.
void add_pressed_line(const RectPx& ink, const std::string& kind, const std::string& text,
                      TruePage& page) {
  if (kind == "centre_strip" || kind == "marginalia") {
    return;
  }
  page.pitch = std::max(page.pitch, 1.2 * ink.width);
  const bool note = kind.substr(0, 4) == "note";
  if (!page.segments.empty() && !note && !page.segments.back().note && !ink.empty()) {
    TrueSegment& before = page.segments.back();
    if (overlap(before.box.x, before.box.right(), ink.x, ink.right()) * 2 > ink.width &&
        ink.y >= before.box.bottom()) {
      before.box = shiqu::bounding_box(before.box, ink);
      before.text += text;
      return;
    }
  }
  page.segments.push_back({ink, note, !ink.empty(), text});
}

/// A page of shiqu-press: exact boxes on the ink.
void add_pressed(const std::filesystem::path& file, std::vector<TruePage>& out) {
  const json page = read_json(file);
  if (!page.is_object() || page.value("format", "") != "shiqu-press-truth/1") {
    return;
  }
  TruePage one;
  one.set = "press";
  one.file = page.at("image").get<std::string>();
  for (const json& line : page.at("lines")) {
    const json& box = line.at("box");
    if (!box.is_null()) {
      add_pressed_line(
          {box.at(0).get<int>(), box.at(1).get<int>(), box.at(2).get<int>(), box.at(3).get<int>()},
          line.at("kind").get<std::string>(), line.at("text").get<std::string>(), one);
    }
  }
  out.push_back(std::move(one));
}

bool is_body(LineKind kind) {
  return kind != LineKind::CentreStrip && kind != LineKind::Marginalia;
}

/// Share of the narrower one's width, and of the shorter one's height.
bool touches(const RectPx& area, const RectPx& truth) {
  const int wide = overlap(area.x, area.right(), truth.x, truth.right());
  const int high = overlap(area.y, area.bottom(), truth.y, truth.bottom());
  return wide * 2 > std::min(area.width, truth.width) &&
         high * 5 > std::min(area.height, truth.height);
}

bool agrees(const RectPx& area, const TrueSegment& truth, bool note, double pitch) {
  const int wide = overlap(area.x, area.right(), truth.box.x, truth.box.right());
  const int both = std::max(area.right(), truth.box.right()) - std::min(area.x, truth.box.x);
  const int high = overlap(area.y, area.bottom(), truth.box.y, truth.box.bottom());
  const double beyond = 0.6 * pitch;
  return note == truth.note && wide * 10 >= both * 6 && high * 10 >= truth.box.height * 9 &&
         area.y > truth.box.y - beyond && area.bottom() < truth.box.bottom() + beyond;
}

constexpr std::array<std::array<int, 5>, 10> kDigits{{{7, 5, 5, 5, 7},
                                                      {2, 6, 2, 2, 7},
                                                      {7, 1, 7, 4, 7},
                                                      {7, 1, 7, 1, 7},
                                                      {5, 5, 7, 1, 1},
                                                      {7, 4, 7, 1, 7},
                                                      {7, 4, 7, 5, 7},
                                                      {7, 1, 1, 1, 1},
                                                      {7, 5, 7, 5, 7},
                                                      {7, 5, 7, 1, 7}}};

using Colour = std::array<std::uint8_t, 3>;

void paint(shiqu::imaging::Image& rgb, const RectPx& area, const Colour& colour) {
  const RectPx inside = shiqu::intersection(area, {0, 0, rgb.width(), rgb.height()});
  for (int y = inside.y; y < inside.bottom(); ++y) {
    for (int x = inside.x; x < inside.right(); ++x) {
      std::copy(colour.begin(), colour.end(), rgb.row(y).begin() + 3 * x);
    }
  }
}

void paint_number(shiqu::imaging::Image& rgb, int x, int y, int number, const Colour& colour) {
  const int dot = std::max(2, rgb.height() / 500);
  for (const char sign : std::to_string(number)) {
    const auto& digit = kDigits[static_cast<std::size_t>(sign - '0')];
    for (int row = 0; row < 5; ++row) {
      for (int column = 0; column < 3; ++column) {
        if ((digit[static_cast<std::size_t>(row)] >> (2 - column) & 1) != 0) {
          paint(rgb, {x + column * dot, y + row * dot, dot, dot}, colour);
        }
      }
    }
    x += 4 * dot;
  }
}

Colour colour_of(LineKind kind) {
  switch (kind) {
    case LineKind::CentreStrip:
      return {0, 0, 255};
    case LineKind::NoteRight:
      return {0, 160, 0};
    case LineKind::NoteLeft:
      return {220, 120, 0};
    case LineKind::Marginalia:
      return {160, 0, 200};
    default:
      return {255, 0, 0};
  }
}

}  // namespace

TruePage true_page_of(const shiqu::model::PageText& text) {
  TruePage out;
  out.set = "press";
  for (const shiqu::model::Line& line : text.lines) {
    add_pressed_line(line.box, std::string(shiqu::model::name_of(line.kind)), line.text, out);
  }
  return out;
}

void LayoutScore::add(const LayoutScore& other) {
  segments += other.segments;
  found += other.found;
  notes += other.notes;
  notes_found += other.notes_found;
  false_areas += other.false_areas;
  order_errors += other.order_errors;
}

std::vector<TruePage> true_pages(const std::filesystem::path& pages) {
  std::vector<TruePage> out;
  const json marked = read_json(pages / "columns.json");
  if (!marked.is_object()) {
    std::set<std::filesystem::path> pressed;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(pages, missing)) {
      if (entry.path().extension() == ".json") {
        pressed.insert(entry.path());
      }
    }
    for (const auto& file : pressed) {
      add_pressed(file, out);
    }
    return out;
  }
  add_marked(marked, out);
  std::set<std::filesystem::path> canons;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(pages / "tripitaka", ignored)) {
    if (entry.path().extension() == ".json") {
      canons.insert(entry.path());
    }
  }
  for (const auto& file : canons) {
    add_canon(file, out);
  }
  return out;
}

namespace {

/// From the first to one past the last row of text. Low runs of inked rows at the ends, away from
/// the others, are rests of the frame.
std::pair<int, int> text_rows(const std::vector<int>& ink, int top, double pitch) {
  std::vector<std::pair<int, int>> runs;
  for (int i = 0; i < static_cast<int>(ink.size()); ++i) {
    if (ink[static_cast<std::size_t>(i)] < 2) {
      continue;
    }
    if (runs.empty() || i - runs.back().second > 0.1 * pitch) {
      runs.emplace_back(i, i);
    }
    runs.back().second = i + 1;
  }
  const auto low = [&](const std::pair<int, int>& run) {
    return run.second - run.first < 0.3 * pitch;
  };
  while (runs.size() > 1 && low(runs.back()) &&
         runs.back().first - runs[runs.size() - 2].second > 0.25 * pitch) {
    runs.pop_back();
  }
  while (runs.size() > 1 && low(runs.front()) &&
         runs[1].first - runs.front().second > 0.25 * pitch) {
    runs.erase(runs.begin());
  }
  return runs.empty() ? std::pair{top, top}
                      : std::pair{top + runs.front().first, top + runs.back().second};
}

}  // namespace

void shrink_to_ink(TruePage& page, const shiqu::imaging::Image& image) {
  if (page.set == "tripitaka" || page.set == "press") {
    return;
  }
  const auto ink = shiqu::quality::find_ink(shiqu::imaging::to_gray8(image));
  for (TrueSegment& segment : page.segments) {
    const RectPx box = segment.box;
    const int x0 = box.x + box.width / 5;
    const int x1 = box.right() - box.width / 5;
    std::vector<int> rows;
    for (int y = box.y; y < box.bottom(); ++y) {
      const int found = ink.in_row(y, x0, x1);
      rows.push_back(found * 4 > 3 * (x1 - x0) ? 0
                                               : found);  // lines of the frame count for nothing
    }
    const auto [first, last] = text_rows(rows, box.y, page.pitch);
    if (last > first) {
      segment.box = {box.x, first, box.width, last - first};
    }
  }
}

LayoutScore score_layout(const TruePage& truth, const shiqu::ocr::PreparedPage& made) {
  LayoutScore out;
  int before = -1;
  std::set<std::size_t> used;
  for (const TrueSegment& segment : truth.segments) {
    int touching = 0;
    int match = -1;
    for (std::size_t i = 0; i < made.areas.size(); ++i) {
      const auto& area = made.areas[i];
      const RectPx box = made.on_page(area.box);
      if (!is_body(area.kind) || !touches(box, segment.box)) {
        continue;
      }
      used.insert(i);
      ++touching;
      const bool note = area.kind == LineKind::NoteRight || area.kind == LineKind::NoteLeft;
      match = agrees(box, segment, note, truth.pitch) ? static_cast<int>(i) : match;
    }
    if (!segment.counts) {
      continue;
    }
    ++out.segments;
    out.notes += segment.note ? 1 : 0;
    if (match < 0 || touching != 1) {
      out.missed.push_back(segment.text);
      continue;
    }
    ++out.found;
    out.notes_found += segment.note ? 1 : 0;
    out.order_errors += match < before ? 1 : 0;
    before = match;
  }
  for (std::size_t i = 0; i < made.areas.size(); ++i) {
    out.false_areas += is_body(made.areas[i].kind) && used.count(i) == 0 ? 1 : 0;
  }
  return out;
}

shiqu::imaging::Image picture_of(const shiqu::ocr::PreparedPage& made) {
  shiqu::imaging::Image out = shiqu::imaging::to_rgb8(made.gray);
  const int pen = std::max(2, out.height() / 800);
  int number = 0;
  for (const auto& area : made.areas) {
    const Colour colour = colour_of(area.kind);
    const RectPx& box = area.box;
    paint(out, {box.x, box.y, box.width, pen}, colour);
    paint(out, {box.x, box.bottom() - pen, box.width, pen}, colour);
    paint(out, {box.x, box.y, pen, box.height}, colour);
    paint(out, {box.right() - pen, box.y, pen, box.height}, colour);
    paint_number(out, box.x + box.width / 3, box.y - 6 * std::max(2, out.height() / 500), number++,
                 colour);
  }
  return out;
}

}  // namespace fixture
