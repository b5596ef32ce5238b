#include "storage/base/text.h"

#include <doctest/doctest.h>

using namespace shiqu;

TEST_CASE("every plane survives UTF-8 to UTF-32 and back") {
  const std::string text = "a é 天 𠀀 𰻝 \U0010FFFF";
  CHECK(to_utf8(to_utf32(text)) == text);
  CHECK(to_utf32("𠀀") == U"\U00020000");
  CHECK(is_utf8(text));
}

TEST_CASE("malformed UTF-8 is seen and becomes replacement characters") {
  CHECK_FALSE(is_utf8("\xC0\x80"));          // overlong
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  CHECK_FALSE(is_utf8("\xE5\xA4"));          // cut short
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  CHECK(to_utf32("a\xFFz") == U"a\uFFFDz");
}

TEST_CASE("base64 agrees with RFC 4648 and refuses what is not base64") {
  const auto bytes = [](std::string_view s) {
    return std::vector<std::uint8_t>(s.begin(), s.end());
  };
  CHECK(to_base64(bytes("f")) == "Zg==");
  CHECK(to_base64(bytes("foobar")) == "Zm9vYmFy");
  CHECK(from_base64("Zm9vYg==").value() == bytes("foob"));
  CHECK_FALSE(from_base64("Zm9"));
  CHECK_FALSE(from_base64("Z=9v"));
  CHECK_FALSE(from_base64("Zm 9"));
}

TEST_CASE("hexadecimal goes there and back") {
  CHECK(from_hex("00ffA0").value() == std::vector<std::uint8_t>{0, 255, 160});
  CHECK(to_hex(std::vector<std::uint8_t>{0, 255, 160}) == "00ffa0");
  CHECK_FALSE(from_hex("0"));
  CHECK_FALSE(from_hex("0g"));
}

TEST_CASE("measured text is free of space and punctuation") {
  CHECK(without_space_and_punctuation(U"床前，明月 光。\n（注）「𠀀」") == U"床前明月光注𠀀");
  CHECK(without_space_and_punctuation(U"卷1 a") == U"卷1a");
}

TEST_CASE("terminal columns count ideographs twice") {
  CHECK(display_width("ab") == 2);
  CHECK(display_width("天a") == 3);
  CHECK(display_width("𠀀") == 2);
}
