#include "storage/base/text.h"

#include <algorithm>
#include <array>

namespace shiqu {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

struct Decoded {
  char32_t character = kReplacement;
  std::size_t length = 1;
  bool valid = false;
};

/// Decodes the sequence at the start of `text` (not empty), after Unicode 15.0 table 3-7.
Decoded decode_one(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80U) {
    return {static_cast<char32_t>(lead), 1, true};
  }
  const std::size_t length = lead >= 0xF0U ? 4U : lead >= 0xE0U ? 3U : 2U;
  if (lead < 0xC2U || lead > 0xF4U || text.size() < length) {
    return {};
  }
  char32_t value = lead & (0xFFU >> (length + 1U));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return {};
    }
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && value < 0x800U) || (length == 4 && value < 0x10000U);
  const bool surrogate = value >= 0xD800U && value <= 0xDFFFU;
  if (overlong || surrogate || value > 0x10FFFFU) {
    return {};
  }
  return {value, length, true};
}

bool is_space_or_punctuation(char32_t c) {
  static constexpr std::array<std::pair<char32_t, char32_t>, 12> kRanges{{
      {0x00, 0x2F},
      {0x3A, 0x40},
      {0x5B, 0x60},
      {0x7B, 0xBF},
      {0x2000, 0x206F},
      {0x3000, 0x3004},
      {0x3008, 0x3020},
      {0x3030, 0x3030},
      {0xFE10, 0xFE4F},
      {0xFF00, 0xFF0F},
      {0xFF1A, 0xFF20},
      {0xFF3B, 0xFF65},
  }};
  return std::any_of(kRanges.begin(), kRanges.end(),
                     [c](const auto& range) { return c >= range.first && c <= range.second; });
}

}  // namespace

std::string to_hex(std::span<const std::uint8_t> bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t b : bytes) {
    out += kHexDigits[b >> 4U];
    out += kHexDigits[b & 0x0FU];
  }
  return out;
}

Result<std::vector<std::uint8_t>> from_hex(std::string_view text) {
  std::vector<std::uint8_t> out;
  if (text.size() % 2 != 0) {
    return fail(ErrorCode::InvalidInput, "decode hexadecimal", "odd length");
  }
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) {
      return fail(ErrorCode::InvalidInput, "decode hexadecimal", std::string(text));
    }
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return out;
}

std::string to_base64(std::span<const std::uint8_t> bytes) {
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = (group << 8U) | (k < have ? bytes[i + k] : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= have ? kBase64[(group >> (18U - 6U * k)) & 0x3FU] : '=';
    }
  }
  return out;
}

Result<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  std::vector<std::uint8_t> out;
  const auto bad = [&] {
    return fail(ErrorCode::InvalidInput, "decode base64", std::string(text.substr(0, 40)));
  };
  if (text.size() % 4 != 0) {
    return bad();
  }
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    std::size_t padding = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const char c = text[i + k];
      const std::size_t value = kBase64.find(c);
      const bool pad = c == '=' && k >= 2 && i + 4 == text.size();
      if ((value == std::string_view::npos && !pad) || (padding > 0 && !pad)) {
        return bad();
      }
      padding += pad ? 1U : 0U;
      group = (group << 6U) | (pad ? 0U : static_cast<std::uint32_t>(value));
    }
    for (std::size_t k = 0; k < 3 - padding; ++k) {
      out.push_back(static_cast<std::uint8_t>((group >> (16U - 8U * k)) & 0xFFU));
    }
  }
  return out;
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const Decoded one = decode_one(text);
    if (!one.valid) {
      return false;
    }
    text.remove_prefix(one.length);
  }
  return true;
}

std::u32string to_utf32(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded one = decode_one(text);
    out += one.character;
    text.remove_prefix(one.length);
  }
  return out;
}

std::string to_utf8(char32_t c) {
  std::string out;
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((static_cast<std::uint32_t>(c) >> shift) & 0x3FU));
  };
  const auto head = [&](std::uint32_t mark, unsigned shift) {
    out += static_cast<char>(mark | (static_cast<std::uint32_t>(c) >> shift));
  };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    head(0xC0U, 6);
    tail(0);
  } else if (c < 0x10000) {
    head(0xE0U, 12);
    tail(6);
    tail(0);
  } else {
    head(0xF0U, 18);
    tail(12);
    tail(6);
    tail(0);
  }
  return out;
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  out.reserve(text.size() * 3);
  for (const char32_t c : text) {
    out += to_utf8(c);
  }
  return out;
}

std::u32string without_space_and_punctuation(std::u32string_view text) {
  std::u32string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char32_t c) { return !is_space_or_punctuation(c); });
  return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  std::size_t start = 0;
  for (std::size_t at = text.find(separator); at != std::string_view::npos;
       at = text.find(separator, start)) {
    out.emplace_back(text.substr(start, at - start));
    start = at + 1;
  }
  out.emplace_back(text.substr(start));
  return out;
}

std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string html_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

int display_width(std::string_view text) {
  int width = 0;
  for (const char32_t c : to_utf32(text)) {
    const bool combining = c >= 0x300 && c <= 0x36F;
    const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                      (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                      (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                      (c >= 0x20000 && c <= 0x3FFFD);
    width += combining ? 0 : wide ? 2 : 1;
  }
  return width;
}

}  // namespace shiqu
