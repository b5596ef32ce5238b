#include "storage/package/internal/bag_text.h"

#include "storage/base/text.h"

#include <algorithm>
#include <charconv>

namespace shiqu::package::bag {
namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t';
}

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

/// Lines without their ends; LF, CR LF and CR all end a line.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    out.push_back(text.substr(0, end));
    const bool pair = text.substr(end).starts_with("\r\n");
    text.remove_prefix(std::min(end + (pair ? 2U : 1U), text.size()));
  }
  return out;
}

bool parse_number(std::string_view text, int& number) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number >= 0;
}

/// The rest of `line` after `key`, a colon and one blank.
std::optional<std::string_view> value_after(std::string_view line, std::string_view key) {
  if (!line.starts_with(key) || line.size() < key.size() + 3 || line[key.size()] != ':' ||
      !is_blank(line[key.size() + 1])) {
    return std::nullopt;
  }
  return line.substr(key.size() + 2);
}

std::string from_latin1(std::string_view bytes) {
  std::string out;
  for (char c : bytes) {
    out += to_utf8(static_cast<char32_t>(static_cast<unsigned char>(c)));
  }
  return out;
}

Result<std::string> from_utf16(std::string_view bytes, bool big_endian) {
  if (bytes.starts_with("\xff\xfe")) {
    big_endian = false;
    bytes.remove_prefix(2);
  } else if (bytes.starts_with("\xfe\xff")) {
    big_endian = true;
    bytes.remove_prefix(2);
  }
  if (bytes.size() % 2 != 0) {
    return fail(ErrorCode::InvalidInput, "decode UTF-16", "odd length");
  }
  std::u32string out;
  char32_t high = 0;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const auto first = static_cast<unsigned char>(bytes[i]);
    const auto second = static_cast<unsigned char>(bytes[i + 1]);
    const char32_t unit = big_endian ? static_cast<char32_t>(first * 256 + second)
                                     : static_cast<char32_t>(second * 256 + first);
    const bool low_half = unit >= 0xdc00 && unit < 0xe000;
    if (low_half != (high != 0)) {
      return fail(ErrorCode::InvalidInput, "decode UTF-16", "unpaired surrogate");
    }
    if (low_half) {
      out += 0x10000 + ((high - 0xd800) << 10U) + (unit - 0xdc00);
      high = 0;
    } else if (unit >= 0xd800 && unit < 0xdc00) {
      high = unit;
    } else {
      out += unit;
    }
  }
  if (high != 0) {
    return fail(ErrorCode::InvalidInput, "decode UTF-16", "unpaired surrogate");
  }
  return to_utf8(out);
}

std::string decode_percent_path(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const std::string_view code = path.substr(i, 3);
    const char plain = equal_ignoring_case(code, "%0a")   ? '\n'
                       : equal_ignoring_case(code, "%0d") ? '\r'
                       : code == "%25"                    ? '%'
                                                          : '\0';
    out += plain != '\0' ? plain : path[i];
    i += plain != '\0' ? 2U : 0U;
  }
  return out;
}

bool is_combining(char32_t c) noexcept {
  return c >= 0x300 && c <= 0x36f;
}

bool is_ascii_letter(char32_t c) noexcept {
  return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

/// Length of "letter + marks" at `at`; 0 when something else stands there.
std::size_t decomposed_length(std::u32string_view text, std::size_t at) {
  if (at + 1 >= text.size() || !is_ascii_letter(text[at]) || !is_combining(text[at + 1])) {
    return 0;
  }
  std::size_t length = 1;
  while (at + length < text.size() && is_combining(text[at + length])) {
    ++length;
  }
  return length;
}

bool is_accented(char32_t c) noexcept {
  return (c >= 0xc0 && c < 0x250) || (c >= 0x1e00 && c < 0x1f00);
}

bool may_be_normal_forms(std::u32string_view a, std::u32string_view b) {
  std::size_t i = 0;
  std::size_t k = 0;
  while (i < a.size() && k < b.size()) {
    if (const std::size_t n = decomposed_length(b, k); n > 0 && is_accented(a[i])) {
      ++i;
      k += n;
    } else if (const std::size_t m = decomposed_length(a, i); m > 0 && is_accented(b[k])) {
      i += m;
      ++k;
    } else if (a[i++] != b[k++]) {
      return false;
    }
  }
  return i == a.size() && k == b.size();
}

}  // namespace

Result<Declaration> parse_declaration(std::string_view text) {
  const auto bad = [](std::string why) {
    return fail(ErrorCode::InvalidInput, "read bag declaration", "bagit.txt", std::move(why));
  };
  if (text.starts_with("\xef\xbb\xbf")) {
    return bad("it begins with a byte order mark");
  }
  auto lines = lines_of(text);
  while (!lines.empty() && lines.back().empty()) {
    lines.pop_back();
  }
  if (lines.size() != 2) {
    return bad("it does not have two lines");
  }
  const auto version = value_after(lines[0], "BagIt-Version");
  const auto encoding = value_after(lines[1], "Tag-File-Character-Encoding");
  if (!version || !encoding) {
    return bad("its lines are not 'BagIt-Version: M.N' and 'Tag-File-Character-Encoding: NAME'");
  }
  const std::string_view numbers = trim(*version);
  const std::size_t dot = numbers.find('.');
  Declaration out;
  if (dot == std::string_view::npos || !parse_number(numbers.substr(0, dot), out.version.major) ||
      !parse_number(numbers.substr(dot + 1), out.version.minor)) {
    return bad("version is not M.N");
  }
  out.encoding = trim(*encoding);
  return out;
}

Result<std::string> decode_tag_text(std::string_view bytes, std::string_view encoding) {
  if (equal_ignoring_case(encoding, "UTF-8") || equal_ignoring_case(encoding, "US-ASCII")) {
    if (!is_utf8(bytes)) {
      return fail(ErrorCode::InvalidInput, "decode tag file", std::string(encoding));
    }
    return std::string(bytes);
  }
  if (equal_ignoring_case(encoding, "ISO-8859-1")) {
    return from_latin1(bytes);
  }
  if (equal_ignoring_case(encoding, "UTF-16") || equal_ignoring_case(encoding, "UTF-16BE")) {
    return from_utf16(bytes, true);
  }
  if (equal_ignoring_case(encoding, "UTF-16LE")) {
    return from_utf16(bytes, false);
  }
  return fail(ErrorCode::Unsupported, "decode tag file", std::string(encoding));
}

Result<std::vector<Tag>> parse_tags(std::string_view text) {
  std::vector<Tag> tags;
  int number = 0;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    if (trim(line).empty()) {
      continue;
    }
    if (is_blank(line.front()) && !tags.empty()) {
      tags.back().value.append(" ").append(trim(line));  // a folded value goes on
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || trim(line.substr(0, colon)).empty()) {
      return fail(ErrorCode::InvalidInput, "read tags", "line " + std::to_string(number));
    }
    tags.push_back({std::string(trim(line.substr(0, colon))),
                    std::string(trim(line.substr(colon + 1))), is_blank(line[colon - 1])});
  }
  return tags;
}

Result<std::vector<ManifestLine>> parse_manifest(std::string_view text, bool decode_percent) {
  std::vector<ManifestLine> out;
  int number = 0;
  for (std::string_view line : lines_of(text)) {
    ++number;
    if (trim(line).empty()) {
      continue;
    }
    const std::size_t blank = line.find_first_of(" \t");
    const std::size_t start =
        blank == std::string_view::npos ? blank : line.find_first_not_of(" \t", blank);
    if (blank == 0 || start == std::string_view::npos) {
      return fail(ErrorCode::InvalidInput, "read manifest", "line " + std::to_string(number));
    }
    ManifestLine one;
    one.digest = line.substr(0, blank);
    std::string_view path = line.substr(start);
    one.star = path.starts_with('*');
    path.remove_prefix(one.star ? 1U : 0U);
    one.dot_slash = path.starts_with("./");
    path.remove_prefix(one.dot_slash ? 2U : 0U);
    one.path = decode_percent ? decode_percent_path(path) : std::string(path);
    out.push_back(std::move(one));
  }
  return out;
}

std::string render_manifest(const std::map<std::string, std::string>& digest_of_path) {
  std::string out;
  for (const auto& [path, digest] : digest_of_path) {
    out.append(digest).append("  ").append(path).append("\n");
  }
  return out;
}

std::optional<DigestKind> digest_kind_from(std::string_view algorithm) noexcept {
  constexpr std::pair<std::string_view, DigestKind> kKnown[] = {
      {"md5", DigestKind::Md5},       {"sha1", DigestKind::Sha1},
      {"sha224", DigestKind::Sha224}, {"sha256", DigestKind::Sha256},
      {"sha384", DigestKind::Sha384}, {"sha512", DigestKind::Sha512},
      {"sm3", DigestKind::Sm3}};
  for (const auto& [name, kind] : kKnown) {
    if (name == algorithm) {
      return kind;
    }
  }
  return std::nullopt;
}

bool may_be_one_name(std::string_view a, std::string_view b) {
  return a != b && (equal_ignoring_case(a, b) || may_be_normal_forms(to_utf32(a), to_utf32(b)));
}

}  // namespace shiqu::package::bag
