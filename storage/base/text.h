#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu {

/// Lower-case hexadecimal.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// Inverse of to_hex, either case. Errors: InvalidInput.
Result<std::vector<std::uint8_t>> from_hex(std::string_view text);

/// Standard Base64 with padding (RFC 4648 §4).
std::string to_base64(std::span<const std::uint8_t> bytes);

/// Inverse of to_base64; white space is not allowed. Errors: InvalidInput.
Result<std::vector<std::uint8_t>> from_base64(std::string_view text);

/// True if `text` is well-formed UTF-8 (no surrogates, no overlong forms, ≤ U+10FFFF).
bool is_utf8(std::string_view text) noexcept;

/// Decodes UTF-8; every malformed sequence becomes one U+FFFD.
std::u32string to_utf32(std::string_view text);

std::string to_utf8(std::u32string_view text);
std::string to_utf8(char32_t character);

/// `text` without white space (ASCII, U+3000 and the other Unicode spaces) and punctuation
/// (ASCII, General Punctuation, CJK Symbols, full-width forms): the form character error rates
/// are measured on.
std::u32string without_space_and_punctuation(std::u32string_view text);

std::vector<std::string> split(std::string_view text, char separator);
std::string_view trim(std::string_view text) noexcept;

/// `text` for HTML, between tags and in attributes: & < > and " as entities.
std::string html_text(std::string_view text);

/// Terminal columns of `text`: 2 for East Asian wide characters, 0 for combining marks, else 1.
int display_width(std::string_view text);

}  // namespace shiqu
