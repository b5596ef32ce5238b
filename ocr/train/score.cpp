#include "ocr/train/score.h"

#include "storage/base/channel.h"
#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace shiqu::ocr::train {

char32_t VariantClasses::root(char32_t character) {
  const auto found = parent_.emplace(character, character).first;
  if (found->second == character) {
    return character;
  }
  const char32_t top = root(found->second);
  parent_[character] = top;
  return top;
}

void VariantClasses::join(std::u32string_view row) {
  for (std::size_t i = 1; i < row.size(); ++i) {
    const char32_t first = root(row[0]);
    const char32_t other = root(row[i]);
    parent_[other] = first;
  }
}

Result<VariantClasses> VariantClasses::read(const std::filesystem::path& folder) {
  VariantClasses out;
  for (const char* const name : {"variants-table.txt", "t2s.tsv", "extra.txt"}) {
    SHIQU_TRY_ASSIGN(const std::string text, read_file(folder / name));
    for (const std::string& line : split(text, '\n')) {
      std::u32string row = to_utf32(line);
      std::erase_if(row,
                    [](char32_t c) { return c == U',' || c == U'\t' || c == U'\r' || c == U' '; });
      if (row.find(U'去') != std::u32string::npos) {  // that row would join 去 and 棄
        std::erase_if(row, [](char32_t c) { return c == U'弆' || c == U'厺'; });
        std::erase_if(row, [&](char32_t c) { return c == U'棄'; });
      }
      out.join(row);
    }
  }
  std::vector<char32_t> all;
  for (const auto& one : out.parent_) {
    all.push_back(one.first);
  }
  for (const char32_t character : all) {
    out.root(character);
  }
  return out;
}

char32_t VariantClasses::of(char32_t character) const {
  const auto found = parent_.find(character);
  return found == parent_.end() ? character : found->second;
}

ErrorCount& ErrorCount::operator+=(const ErrorCount& other) noexcept {
  strict += other.strict;
  folded += other.folded;
  characters += other.characters;
  return *this;
}

namespace {

/// An upright column as the network takes it.
imaging::Image turned(const imaging::Image& column) {
  const imaging::Image lying = imaging::rotate_quarters(column, -1);
  const double scale = static_cast<double>(kLineHeightPx) / lying.height();
  const int width = std::max(16, static_cast<int>(std::lround(lying.width() * scale)));
  return imaging::resize(lying, {width, kLineHeightPx});
}

Result<RealLine> cut_line(const imaging::Image& page, const Json& segment, Backbone& backbone) {
  const Json& box = segment["box"];
  if (!box.is_array() || box.size() != 4) {
    return fail(ErrorCode::Corrupt, "read columns", {}, "a box has four numbers");
  }
  const int left = box[0].get<int>();
  const int top = box[1].get<int>();
  const imaging::Image line =
      turned(imaging::crop(page, {left, top, box[2].get<int>() - left, box[3].get<int>() - top}));
  RealLine out;
  out.kind = get_or(segment, "kind", std::string()) == "m" ? "text" : "note";
  out.truth = without_space_and_punctuation(to_utf32(get_or(segment, "gt", std::string())));
  const imaging::Image* const one = &line;
  const int width = std::max(320, (line.width() + 7) / 8 * 8);
  SHIQU_TRY_ASSIGN(out.features, backbone.features({&one, 1}, width));
  return out;
}

bool of_one_kind(const Json& column) {
  bool text = false;
  bool note = false;
  for (const Json& segment : column["segs"]) {
    (get_or(segment, "kind", std::string()) == "m" ? text : note) = true;
  }
  return text != note;
}

Status read_page(const std::filesystem::path& folder, const std::string& name, const Json& columns,
                 Backbone& backbone, std::vector<RealLine>& out) {
  SHIQU_TRY_ASSIGN(const imaging::DecodedImage decoded, imaging::decode_file(folder / name));
  const imaging::Image page = imaging::to_rgb8(decoded.image);
  for (const Json& column : columns) {
    if (!of_one_kind(column)) {
      continue;
    }
    for (const Json& segment : column["segs"]) {
      SHIQU_TRY_ASSIGN(RealLine line, cut_line(page, segment, backbone));
      line.page = name;
      line.set = name.substr(0, name.find('/'));
      if (!line.truth.empty()) {
        out.push_back(std::move(line));
      }
    }
  }
  return {};
}

std::vector<std::int64_t> numbers(std::u32string_view text, const VariantClasses* variants) {
  std::vector<std::int64_t> out;
  for (const char32_t character : text) {
    out.push_back(static_cast<std::int64_t>(variants ? variants->of(character) : character));
  }
  return out;
}

}  // namespace

Result<std::vector<RealLine>> read_real_lines(const std::filesystem::path& folder,
                                              Backbone& backbone) {
  SHIQU_TRY_ASSIGN(const std::string text, read_file(folder / "columns.json"));
  SHIQU_TRY_ASSIGN(const Json list, parse_json(text, "columns.json"));
  std::vector<RealLine> out;
  for (const auto& [name, page] : list.items()) {
    if (!page.is_object() || !page.contains("cols")) {
      return fail(ErrorCode::Corrupt, "read columns", name);
    }
    SHIQU_TRY(read_page(folder, name, page["cols"], backbone, out));
  }
  return out;
}

std::vector<ReadLine> read_lines(const Learner& learner, const ClassList& classes,
                                 const std::vector<RealLine>& lines,
                                 const VariantClasses& variants) {
  std::vector<ReadLine> out;
  for (const RealLine& line : lines) {
    ReadLine one;
    one.line = &line;
    for (const std::int64_t best : collapsed(learner.best_classes(line.features).front())) {
      one.read.push_back(classes.character(best));
    }
    one.read = without_space_and_punctuation(one.read);
    one.errors.characters = static_cast<std::int64_t>(line.truth.size());
    one.errors.strict = edit_distance(numbers(line.truth, nullptr), numbers(one.read, nullptr));
    one.errors.folded = edit_distance(numbers(line.truth, &variants), numbers(one.read, &variants));
    out.push_back(std::move(one));
  }
  return out;
}

std::string score_text(const std::vector<ReadLine>& lines) {
  std::map<std::string, ErrorCount> sums;
  for (const ReadLine& one : lines) {
    sums[" all"] += one.errors;  // sorts first
    sums[one.line->set + (one.line->kind == "note" ? "-notes" : "")] += one.errors;
  }
  std::string out;
  for (const auto& [name, sum] : sums) {
    const double characters = static_cast<double>(std::max<std::int64_t>(1, sum.characters));
    out += fmt::format("{}{} {:.2f}/{:.2f}", out.empty() ? "" : "  ", name == " all" ? "all" : name,
                       100.0 * static_cast<double>(sum.strict) / characters,
                       100.0 * static_cast<double>(sum.folded) / characters);
  }
  return out;
}

}  // namespace shiqu::ocr::train
