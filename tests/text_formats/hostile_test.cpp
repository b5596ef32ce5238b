#include "tests/text_formats/support.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::text_formats;
using namespace shiqu::text_formats::test;

namespace {

constexpr const char* kOpen =
    "<PcGts xmlns='http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15'>";

Error refusal_of(const std::string& bytes) {
  const auto read = make_page_format()->read(bytes, {});
  REQUIRE_FALSE(read);
  return read.error();
}

std::string nested(int levels) {
  std::string out = kOpen;
  for (int i = 0; i < levels; ++i) {
    out += "<TextRegion>";
  }
  return out;
}

}  // namespace

TEST_CASE("a file that declares entities is refused before it is parsed") {
  const Error bomb =
      refusal_of("<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><PcGts>&b;</PcGts>");
  CHECK(bomb.code == ErrorCode::InvalidInput);
  CHECK(bomb.native.find("declares") != std::string::npos);
  CHECK(refusal_of(std::string(kOpen) + "&file;</PcGts>").native.find("&file;") !=
        std::string::npos);
  CHECK(refusal_of(std::string(kOpen) + "<Page imageFilename='&x;'/></PcGts>").native.find("&x;") !=
        std::string::npos);
  CHECK(refusal_of(std::string(kOpen) + "a & b</PcGts>").code == ErrorCode::InvalidInput);
}

TEST_CASE("too deep, too large, cut, wrong encodings and other files are refused") {
  CHECK(refusal_of(nested(100'000)).native.find("levels") != std::string::npos);
  CHECK(refusal_of(nested(3)).native.find("well-formed") != std::string::npos);
  std::string many = kOpen;
  for (int i = 0; i < 2'000'001; ++i) {
    many += "<a/>";
  }
  CHECK(refusal_of(many).native.find("elements") != std::string::npos);
  CHECK(refusal_of(std::string((64U << 20U) + 1, ' ')).native.find("64 MiB") != std::string::npos);
  CHECK(refusal_of("\xff\xfe<\0P\0").code == ErrorCode::Unsupported);
  CHECK(refusal_of("").code == ErrorCode::InvalidInput);
  CHECK(refusal_of("<PcGts/>").code == ErrorCode::Unsupported);
  CHECK(refusal_of("<!--").code == ErrorCode::InvalidInput);
  CHECK(make_alto_format()->read("<alto xmlns='other'/>", {}).error().code ==
        ErrorCode::Unsupported);
  CHECK(make_hocr_format()->read("<html/>", {}).error().code == ErrorCode::Unsupported);
}

TEST_CASE("numbers beyond reason give no place, and a page beyond reason is refused") {
  const auto page = [](const std::string& width, const std::string& points) {
    return std::string(kOpen) + "<Page imageFilename='a' imageWidth='" + width +
           "' imageHeight='200'><TextRegion id='r'><TextLine id='l'><Coords points='" + points +
           "'/><TextEquiv conf='nan'><Unicode>a&#0;\xef\xbf\xbe b&#x1;</Unicode></TextEquiv>"
           "</TextLine></TextRegion></Page></PcGts>";
  };
  for (const char* points : {"1e999,1 2,2", "nan,nan inf,inf", "-9e300,5 -8e300,9", "5", "", "a b",
                             "99999999999999999999,1 5,5e"}) {
    CAPTURE(points);
    const PageFile file = read_with(*make_page_format(), page("100", points));
    REQUIRE(file.text.lines.size() == 1);
    CHECK(file.text.lines[0].box.right() <= 100);
    CHECK(file.text.lines[0].confidence == -1);
  }
  CHECK(refusal_of(page("1e12", "")).code == ErrorCode::InvalidInput);
  CHECK(read_with(*make_page_format(), page("0", "1,1 2,2")).text.width_px == 0);
}
