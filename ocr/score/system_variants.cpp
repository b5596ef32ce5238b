#include "ocr/score/variants.h"
#include "storage/base/file.h"
#include "storage/base/handle.h"
#include "storage/base/text.h"

#include <bzlib.h>
#include <opencc/opencc.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <system_error>

namespace shiqu::ocr::score {
namespace {

constexpr const char* kOpenccFolder = "/usr/share/opencc";
constexpr const char* kUnihan = "/usr/share/unicode/Unihan_Variants.txt.bz2";

inline void close_converter(opencc_t converter) noexcept {
  ::opencc_close(converter);
}
using ConverterHandle = Handle<void, close_converter>;

inline void close_packed(BZFILE* file) noexcept {
  ::BZ2_bzclose(file);
}
using PackedHandle = Handle<BZFILE, close_packed>;

/// Every ideograph of Unicode 15, one a line, so that no phrase table can see two together.
std::u32string all_ideographs() {
  constexpr std::array<std::pair<char32_t, char32_t>, 5> kRanges{{{0x3400, 0x4DBF},
                                                                  {0x4E00, 0x9FFF},
                                                                  {0xF900, 0xFAD9},
                                                                  {0x20000, 0x2EBE0},
                                                                  {0x30000, 0x323AF}}};
  std::u32string out;
  for (const auto& [first, last] : kRanges) {
    for (char32_t c = first; c <= last; ++c) {
      out += c;
      out += U'\n';
    }
  }
  return out;
}

Status join_converted(const char* conversion, const std::u32string& ideographs,
                      VariantClasses& out) {
  const ConverterHandle converter(::opencc_open(conversion));
  if (converter.get() == nullptr || converter.get() == reinterpret_cast<opencc_t>(-1)) {
    return fail(ErrorCode::NotFound, "read tables of variants", conversion,
                "install the Debian package libopencc-data");
  }
  const std::string source = to_utf8(ideographs);
  char* const text = ::opencc_convert_utf8(converter.get(), source.data(), source.size());
  if (text == nullptr) {
    return fail(ErrorCode::Corrupt, "read tables of variants", conversion, ::opencc_error());
  }
  const std::vector<std::string> converted = split(text, '\n');
  ::opencc_convert_utf8_free(text);
  for (std::size_t i = 0; i < converted.size() && 2 * i < ideographs.size(); ++i) {
    const std::u32string row = ideographs[2 * i] + to_utf32(converted[i]);
    if (row.size() == 2 && row[0] != row[1]) {
      out.join(row);
    }
  }
  return {};
}

Result<std::string> unpacked(const char* path) {
  const PackedHandle file(::BZ2_bzopen(path, "rb"));
  if (!file) {
    return fail(ErrorCode::NotFound, "read tables of variants", path,
                "install the Debian package unicode-data");
  }
  std::string out;
  std::array<char, 65536> piece{};
  int taken = 0;
  while ((taken = ::BZ2_bzread(file.get(), piece.data(), static_cast<int>(piece.size()))) > 0) {
    out.append(piece.data(), static_cast<std::size_t>(taken));
  }
  if (taken < 0) {
    return fail(ErrorCode::Corrupt, "read tables of variants", path);
  }
  return out;
}

/// "U+4E18<kMatthews" → U+4E18; 0 for anything else.
char32_t code_point(std::string_view text) {
  std::uint32_t value = 0;
  if (text.starts_with("U+")) {
    std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
  }
  return value;
}

/// Lines "U+3400 ⇥ kSemanticVariant ⇥ U+4E18<kMatthews U+…".
void join_unihan(const std::string& text, VariantClasses& out) {
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> fields = split(line, '\t');
    if (fields.size() != 3 ||
        (fields[1] != "kSimplifiedVariant" && fields[1] != "kTraditionalVariant" &&
         fields[1] != "kSemanticVariant" && fields[1] != "kZVariant")) {
      continue;
    }
    std::u32string row(1, code_point(fields[0]));
    for (const std::string& other : split(fields[2], ' ')) {
      row += code_point(other);
    }
    std::erase(row, U'\0');
    out.join(row);
  }
}

}  // namespace

std::string VariantClasses::system_state() {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> files{kUnihan};
  for (fs::directory_iterator it(kOpenccFolder, error), end; !error && it != end;
       it.increment(error)) {
    files.push_back(it->path());
  }
  std::sort(files.begin(), files.end());
  std::string out;
  for (const fs::path& file : files) {
    const auto size = fs::file_size(file, error);
    const auto time = fs::last_write_time(file, error).time_since_epoch().count();
    out += file.filename().string() + ' ' + std::to_string(size) + ' ' + std::to_string(time) + ';';
  }
  return out;
}

Result<VariantClasses> VariantClasses::of_system() {
  VariantClasses out;
  const std::u32string ideographs = all_ideographs();
  for (const char* const conversion : {"t2s.json", "tw2t.json", "hk2t.json", "jp2t.json"}) {
    SHIQU_TRY(join_converted(conversion, ideographs, out));
  }
  SHIQU_TRY_ASSIGN(const std::string unihan, unpacked(kUnihan));
  join_unihan(unihan, out);
  out.flatten();
  out.source_ = "OpenCC and Unihan of this system";
  return out;
}

}  // namespace shiqu::ocr::score
