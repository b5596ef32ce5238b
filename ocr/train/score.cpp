#include "ocr/train/score.h"

#include "ocr/score/align.h"
#include "ocr/score/normal.h"
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
  out.truth = score::normal_form(get_or(segment, "gt", std::string()));
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
                                 const score::VariantClasses& variants) {
  std::vector<ReadLine> out;
  for (const RealLine& line : lines) {
    ReadLine one;
    one.line = &line;
    for (const std::int64_t best : collapsed(learner.best_classes(line.features).front())) {
      one.read.push_back(classes.character(best));
    }
    one.read = score::normal_form(to_utf8(one.read));
    one.errors.characters = static_cast<std::int64_t>(line.truth.size());
    one.errors.strict = score::errors_of(score::align(line.truth, one.read));
    one.errors.folded =
        score::errors_of(score::align(variants.folded(line.truth), variants.folded(one.read)));
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
