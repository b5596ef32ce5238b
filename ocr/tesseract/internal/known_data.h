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

constexpr std::array<KnownData, 20> kKnownData{{
    {"Fraktur", "ac985c3020e42986f8a19e07f1c1b501d47ed7d8e96de69f685bb907aa8db55c"},
    {"HanT_vert", "ec4e31daec478e61216b1d9f34e0441fc1fcefacfe4fb28f1ea8bcfcc97ba302"},
    {"Latin", "6dbdaf8ecc6c40f025c2648bf3b3f3fbffe073e1fd2df2047fde2e2b2f020d53"},
    {"bod", "1aab1db8dae337dfc8fa0f94a1c137c47e4c7857c3e6b30093ec726cef912a0b"},
    {"chi_sim", "a5fcb6f0db1e1d6d8522f39db4e848f05984669172e584e8d76b6b3141e1f730"},
    {"chi_sim_vert", "20590de84725bab69cde93bd6e8ed360a13cc5421a7e7364ddeb93e9af53d6da"},
    {"chi_tra", "529c5b5797d64b126065cd55f2bb4c7fd7b15790798091b1ff259941a829330b"},
    {"chi_tra_vert", "1df02a4b210e5c217b783819538b63e9dfe6904e2b5e53b62664f1b9f7a989d0"},
    {"deu", "19d219bbb6672c869d20a9636c6816a81eb9a71796cb93ebe0cb1530e2cdb22d"},
    {"ell", "4fba8a0b461038d51f1c20d043d4f2ac38c4e778f1b90830847f7bd8fa3ba726"},
    {"eng", "7d4322bd2a7749724879683fc3912cb542f19906c83bcc1a52132556427170b2"},
    {"fra", "ced037562e8c80c13122dece28dd477d399af80911a28791a66a63ac1e3445ca"},
    {"frk", "7cd1b541e9d3884b9546a7d292c4f349cdb45ff646b4b43166dfc5099a8ad1a1"},
    {"grc", "57b735557eeb67503803cf9f99786dd0b62417931352601952a0b1a23b6c4759"},
    {"jpn", "1f5de9236d2e85f5fdf4b3c500f2d4926f8d9449f28f5394472d9e8d83b91b4d"},
    {"jpn_vert", "bf1e2640954691797e2dc14f38533e601b59ee37958698ae0f0b81dc6f09c71b"},
    {"lat", "3859d8ba60404f4b79830622625bbc76fb4ee2808eac1ad360ffa77f0a533328"},
    {"mon", "a151a3806d61ac43619cd383896d551ba5c3b07388ffec6fc83c8c604d677570"},
    {"osd", "9cf5d576fcc47564f11265841e5ca839001e7e6f38ff7f7aacf46d15a96b00ff"},
    {"san", "a399958921c64e7d2319369ade1e74b4db2577744ac5bfeabd16663cf743b91c"},
}};

}  // namespace shiqu::ocr
