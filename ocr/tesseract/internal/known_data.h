#pragma once

#include <array>
#include <string_view>

namespace shiqu::ocr {

/// Language data that this build trusts, by SHA-256 of the file. Data of Tesseract are code: a
/// third of damaged ones kill it. The digests are those of Debian 12's packages tesseract-ocr-*
/// 1:4.1.0-2; others are added to a station's own signed list (`shiqu ocr trust`).
struct KnownData {
  std::string_view name;
  std::string_view sha256;
};

constexpr std::array<KnownData, 9> kKnownData{{
    {"Fraktur", "ac985c3020e42986f8a19e07f1c1b501d47ed7d8e96de69f685bb907aa8db55c"},
    {"HanT_vert", "ec4e31daec478e61216b1d9f34e0441fc1fcefacfe4fb28f1ea8bcfcc97ba302"},
    {"Latin", "6dbdaf8ecc6c40f025c2648bf3b3f3fbffe073e1fd2df2047fde2e2b2f020d53"},
    {"chi_tra_vert", "1df02a4b210e5c217b783819538b63e9dfe6904e2b5e53b62664f1b9f7a989d0"},
    {"deu", "19d219bbb6672c869d20a9636c6816a81eb9a71796cb93ebe0cb1530e2cdb22d"},
    {"eng", "7d4322bd2a7749724879683fc3912cb542f19906c83bcc1a52132556427170b2"},
    {"frk", "7cd1b541e9d3884b9546a7d292c4f349cdb45ff646b4b43166dfc5099a8ad1a1"},
    {"lat", "3859d8ba60404f4b79830622625bbc76fb4ee2808eac1ad360ffa77f0a533328"},
    {"osd", "9cf5d576fcc47564f11265841e5ca839001e7e6f38ff7f7aacf46d15a96b00ff"},
}};

}  // namespace shiqu::ocr
