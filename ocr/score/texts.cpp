#include "ocr/score/texts.h"

#include "ocr/score/normal.h"
#include "storage/base/file.h"
#include "storage/base/text.h"

#include <algorithm>
#include <array>
#include <set>

namespace shiqu::ocr::score {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOpen = "（";
constexpr std::string_view kClose = "）";

struct Piece {
  TruthKind kind;
  std::string text;
  std::int32_t row;
};

/// The next （right/left） at or behind `from`: places of its opening, slash and closing bracket.
struct Note {
  std::size_t open;
  std::size_t slash;
  std::size_t close;
};

std::optional<Note> next_note(std::string_view line, std::size_t from) {
  for (std::size_t open = line.find(kOpen, from); open != std::string_view::npos;
       open = line.find(kOpen, open + kOpen.size())) {
    const std::size_t slash = line.find('/', open);
    const std::size_t early = line.find(kClose, open);
    if (slash != std::string_view::npos && early != std::string_view::npos && slash < early) {
      return Note{open, slash, early};
    }
  }
  return std::nullopt;
}

void cut_line(std::string_view line, std::int32_t row, std::vector<Piece>& out) {
  std::size_t at = 0;
  while (const auto note = next_note(line, at)) {
    const std::size_t right = note->open + kOpen.size();
    out.push_back({TruthKind::Column, std::string(line.substr(at, note->open - at)), row});
    out.push_back(
        {TruthKind::NoteRight, std::string(line.substr(right, note->slash - right)), row});
    out.push_back({TruthKind::NoteLeft,
                   std::string(line.substr(note->slash + 1, note->close - note->slash - 1)), row});
    at = note->close + kClose.size();
  }
  out.push_back({TruthKind::Column, std::string(line.substr(at)), row});
}

std::string_view without_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::string plain(without_mark(text));
  std::replace(plain.begin(), plain.end(), '\r', '\n');
  return split(plain, '\n');
}

Truth truth_of(const std::vector<Piece>& pieces) {
  std::string whole;
  Truth out;
  std::u32string joined;
  for (const Piece& piece : pieces) {
    whole += piece.text;
    const std::u32string text = normal_form(piece.text);
    if (!text.empty()) {
      out.lines.push_back({piece.kind, static_cast<std::int32_t>(joined.size()),
                           static_cast<std::int32_t>(text.size()), piece.row});
      joined += text;
    }
  }
  out.text = normal_form(whole);
  if (out.text != joined) {  // a mark combines across two pieces: nothing can be told apart
    out.lines.assign(1, {TruthKind::Column, 0, static_cast<std::int32_t>(out.text.size()), 0});
  }
  for (std::size_t i = 0; i < out.lines.size(); ++i) {
    out.line_of.insert(out.line_of.end(), static_cast<std::size_t>(out.lines[i].count),
                       static_cast<std::int32_t>(i));
  }
  return out;
}

void add_line(Reading& out, std::u32string_view text, std::int32_t glyph) {
  out.text += text;
  out.line_of.insert(out.line_of.end(), text.size(),
                     static_cast<std::int32_t>(out.lines.size()) - 1);
  out.glyph_of.insert(out.glyph_of.end(), text.size(), glyph);
}

bool is_list_of_columns(const fs::path& file) {
  const auto text = read_file(file);
  const auto json = text ? parse_json(*text) : fail(ErrorCode::Io, "read");
  return json && truth_of_columns(*json, {});
}

}  // namespace

bool is_body(model::LineKind kind) noexcept {
  return kind != model::LineKind::CentreStrip && kind != model::LineKind::Marginalia;
}

Truth truth_of_text(std::string_view text) {
  std::vector<Piece> pieces;
  std::int32_t row = 0;
  for (const std::string& line : lines_of(text)) {
    cut_line(line, row++, pieces);
  }
  return truth_of(pieces);
}

Result<Truth> truth_of_columns(const Json& columns, const std::string& subject) {
  std::vector<Piece> pieces;
  if (!columns.is_array() || columns.empty()) {
    return fail(ErrorCode::InvalidInput, "read truth", subject, "no list of columns");
  }
  std::int32_t row = 0;
  for (const Json& column : columns) {
    if (!column.is_object() || !column.contains("gt") || !column["gt"].is_string()) {
      return fail(ErrorCode::InvalidInput, "read truth", subject, "a column without \"gt\"");
    }
    cut_line(column["gt"].get<std::string>(), row++, pieces);
  }
  return truth_of(pieces);
}

Result<Truth> read_truth(const fs::path& folder, const std::string& name) {
  const fs::path text = folder / (name + ".gt.txt");
  if (fs::exists(text)) {
    SHIQU_TRY_ASSIGN(const std::string content, read_file(text));
    return truth_of_text(content);
  }
  const fs::path columns = folder / (name + ".json");
  SHIQU_TRY_ASSIGN(const std::string content, read_file(columns));
  SHIQU_TRY_ASSIGN(const Json json, parse_json(content, columns.string()));
  return truth_of_columns(json, columns.string());
}

Result<std::vector<std::string>> pages_with_truth(const fs::path& folder) {
  constexpr std::string_view kTruth = ".gt.txt";
  std::error_code problem;
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder, problem)) {
    const std::string file = entry.path().filename().string();
    if (file.ends_with(kTruth)) {
      names.insert(file.substr(0, file.size() - kTruth.size()));
    } else if (file.ends_with(".json") && is_list_of_columns(entry.path())) {
      names.insert(entry.path().stem().string());
    }
  }
  if (problem) {
    return fail(ErrorCode::NotFound, "list truths", folder.string(), problem.message());
  }
  return std::vector<std::string>(names.begin(), names.end());
}

Reading reading_of_text(std::string_view text) {
  Reading out;
  for (const std::string& line : lines_of(text)) {
    model::Line one;
    one.text = line;
    out.lines.push_back(std::move(one));
    add_line(out, normal_form(line), -1);
  }
  const std::u32string whole = normal_form(without_mark(text));
  if (whole != out.text) {
    out.lines.resize(1);
    out.text = whole;
    out.line_of.assign(whole.size(), 0);
    out.glyph_of.assign(whole.size(), -1);
  }
  return out;
}

Reading reading_of(std::string_view text, const model::PageText& page) {
  Reading out;
  for (const model::Line& line : page.lines) {
    if (!is_body(line.kind)) {
      continue;
    }
    out.lines.push_back(line);
    if (line.glyphs.empty()) {
      add_line(out, normal_form(line.text), -1);
    }
    for (std::size_t i = 0; i < line.glyphs.size(); ++i) {
      add_line(out, normal_form(line.glyphs[i].text), static_cast<std::int32_t>(i));
    }
  }
  if (out.text != normal_form(without_mark(text))) {
    return reading_of_text(text);
  }
  out.producer = page.producer;
  out.details = true;
  return out;
}

Result<std::optional<Reading>> read_reading(const fs::path& folder, const std::string& name) {
  const fs::path text_file = folder / (name + ".txt");
  if (!fs::exists(text_file)) {
    return std::optional<Reading>();
  }
  SHIQU_TRY_ASSIGN(const std::string text, read_file(text_file));
  const fs::path details = folder / (name + ".json");
  if (!fs::exists(details)) {
    return std::optional<Reading>(reading_of_text(text));
  }
  SHIQU_TRY_ASSIGN(const std::string content, read_file(details));
  SHIQU_TRY_ASSIGN(const Json json, parse_json(content, details.string()));
  SHIQU_TRY_ASSIGN(const model::PageText page, model::page_text_from_json(json));
  return std::optional<Reading>(reading_of(text, page));
}

}  // namespace shiqu::ocr::score
