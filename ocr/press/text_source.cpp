#include "ocr/press/text_source.h"

#include "ocr/press/internal/compose.h"
#include "ocr/press/internal/noise.h"
#include "storage/base/file.h"
#include "storage/base/handle.h"
#include "storage/base/text.h"

#include <opencc/opencc.h>

#include <algorithm>
#include <string_view>

namespace shiqu::ocr {
namespace {

constexpr std::uint64_t kNoteStream = 11;
constexpr std::uint64_t kStartStream = 12;
constexpr std::string_view kBlankCell = "\u3000";
constexpr std::string_view kAuthorMark = "作者：";

/// Drops terminal colours: ESC [ … letter.
std::string without_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b') {
      out += text[i];
      continue;
    }
    while (i + 1 < text.size() && !((text[i + 1] >= 'a' && text[i + 1] <= 'z') ||
                                    (text[i + 1] >= 'A' && text[i + 1] <= 'Z'))) {
      ++i;
    }
    ++i;
  }
  return out;
}

inline void close_converter(opencc_t converter) noexcept {
  ::opencc_close(converter);
}
using ConverterHandle = Handle<void, close_converter>;

/// The poems are in simplified characters, in which no old book was ever printed.
Result<std::string> in_traditional_characters(const std::string& text) {
  const ConverterHandle converter(::opencc_open(OPENCC_DEFAULT_CONFIG_SIMP_TO_TRAD));
  if (converter.get() == nullptr || converter.get() == reinterpret_cast<opencc_t>(-1)) {
    return fail(ErrorCode::NotFound, "load conversion to traditional characters",
                OPENCC_DEFAULT_CONFIG_SIMP_TO_TRAD, "install the Debian package libopencc-data");
  }
  char* const converted = ::opencc_convert_utf8(converter.get(), text.data(), text.size());
  if (converted == nullptr) {
    return fail(ErrorCode::Corrupt, "convert to traditional characters", {}, ::opencc_error());
  }
  std::string out(converted);
  ::opencc_convert_utf8_free(converted);
  return out;
}

void add_poem(std::string_view entry, std::vector<Paragraph>& out) {
  Paragraph heading;
  heading.heading = true;
  heading.indent_cells = 2;
  Paragraph verse;
  for (const std::string& raw : split(entry, '\n')) {
    const std::string_view line = trim(raw);
    if (line.empty()) {
      continue;
    }
    if (heading.text.empty()) {
      heading.text = line;
    } else if (line.starts_with(kAuthorMark) && heading.tail.empty()) {
      heading.tail = line.substr(kAuthorMark.size());
    } else {
      verse.text += line;
    }
  }
  if (!press::signs_of(heading.text).empty() && !press::signs_of(verse.text).empty()) {
    out.push_back(std::move(heading));
    out.push_back(std::move(verse));
  }
}

Paragraph paragraph_from(std::string_view line) {
  Paragraph out;
  if (line.starts_with('#')) {
    out.heading = true;
    line = trim(line.substr(1));
  }
  while (line.starts_with(kBlankCell)) {
    ++out.indent_cells;
    line.remove_prefix(kBlankCell.size());
  }
  out.text = line;
  return out;
}

bool ends_sentence(char32_t c) {
  return c == U'。' || c == U'！' || c == U'？' || c == U'；';
}

/// Sentences with their closing mark; text in parentheses is never cut.
std::vector<std::u32string> sentences_of(std::u32string_view text) {
  std::vector<std::u32string> out(1);
  bool in_note = false;
  for (const char32_t c : text) {
    in_note = c == U'（' || (in_note && c != U'）');
    out.back() += c;
    if (ends_sentence(c) && !in_note) {
      out.emplace_back();
    }
  }
  if (out.back().empty()) {
    out.pop_back();
  }
  return out;
}

std::u32string plain_signs(std::u32string_view text) {
  std::u32string out;
  for (const press::Sign& sign : press::signs_of(to_utf8(text))) {
    out += sign.character;
  }
  return out;
}

}  // namespace

Result<std::vector<Paragraph>> tang_poems(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "tang300";
  auto read = read_file(file);
  if (!read) {
    Error error = std::move(read).error();
    if (error.code == ErrorCode::NotFound) {
      error.what = "read Tang poems";
      error.native = "install the Debian package fortunes-zh";
    }
    return fail(std::move(error));
  }
  SHIQU_TRY_ASSIGN(const std::string text, in_traditional_characters(without_escapes(*read)));
  std::vector<Paragraph> out;
  std::string entry;
  for (const std::string& line : split(text, '\n')) {
    if (trim(line) == "%") {
      add_poem(entry, out);
      entry.clear();
    } else {
      entry += line + '\n';
    }
  }
  add_poem(entry, out);
  if (out.empty()) {
    return fail(ErrorCode::InvalidInput, "read Tang poems", file.string(), "no poem in the file");
  }
  return out;
}

Result<std::vector<Paragraph>> paragraphs_from_file(const std::filesystem::path& file) {
  auto read = read_file(file);
  if (!read) {
    Error error = std::move(read).error();
    error.what = "read the text to typeset";
    error.subject = file.string();
    return fail(std::move(error));
  }
  if (!is_utf8(*read)) {
    return fail(ErrorCode::InvalidInput, "read the text to typeset", file.string(), "not UTF-8");
  }
  std::vector<Paragraph> out;
  for (const std::string& line : split(*read, '\n')) {
    Paragraph paragraph = paragraph_from(trim(line));
    if (!press::signs_of(paragraph.text).empty()) {
      out.push_back(std::move(paragraph));
    }
  }
  if (out.empty()) {
    return fail(ErrorCode::InvalidInput, "read the text to typeset", file.string(),
                "nothing to print");
  }
  return out;
}

std::vector<Paragraph> with_quoted_notes(std::span<const Paragraph> paragraphs, double share,
                                         std::uint64_t seed) {
  press::Prng prng(seed, kNoteStream);
  std::vector<std::u32string> quotes;
  for (const Paragraph& one : paragraphs) {
    for (const std::u32string& sentence : sentences_of(to_utf32(one.text))) {
      if (std::u32string signs = plain_signs(sentence); !one.heading && !signs.empty()) {
        quotes.push_back(std::move(signs));
      }
    }
  }
  std::vector<Paragraph> out(paragraphs.begin(), paragraphs.end());
  for (Paragraph& one : out) {
    if (one.heading || quotes.empty()) {
      continue;
    }
    std::u32string text;
    for (const std::u32string& sentence : sentences_of(to_utf32(one.text))) {
      text += sentence;
      if (prng.chance(share)) {
        text += U'（' + quotes[prng.below(quotes.size())] + U'）';
      }
    }
    one.text = to_utf8(text);
  }
  return out;
}

std::vector<Paragraph> started_anywhere(std::span<const Paragraph> paragraphs, std::uint64_t seed) {
  std::vector<Paragraph> out(paragraphs.begin(), paragraphs.end());
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i == 0 || out[i].heading || !out[i - 1].heading) {
      starts.push_back(i);
    }
  }
  const bool has_headings =
      std::any_of(out.begin(), out.end(), [](const Paragraph& p) { return p.heading; });
  if (has_headings) {  // begin at a heading only: verse without its title would mislead
    std::erase_if(starts, [&](std::size_t i) { return !out[i].heading; });
  }
  if (!starts.empty()) {
    press::Prng prng(seed, kStartStream);
    const auto first = static_cast<std::ptrdiff_t>(starts[prng.below(starts.size())]);
    std::rotate(out.begin(), out.begin() + first, out.end());
  }
  return out;
}

}  // namespace shiqu::ocr
