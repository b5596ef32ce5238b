#include "storage/transfer/sheet.h"

#include "tests/transfer/support.h"

using namespace shiqu;
using namespace shiqu::transfer;
using namespace shiqu::transfer::test;

namespace {

CourierSheet sheet() {
  CourierSheet out;
  out.package = "gj0001-v1";
  out.identifier = "GJ0001";
  out.title = "史記 <集解>";
  out.sender = "館藏";
  out.station = "STN01";
  out.tag_manifest_sha256 = std::string(64, 'a');
  out.signer = "0123456789ABCDEF";
  out.sequence = 7;
  out.files = 12;
  out.bytes = 34567;
  out.volumes = {"gj0001-v1.tar.001", "gj0001-v1.tar.002"};
  out.date = "2026-11-25";
  return out;
}

}  // namespace

TEST_CASE("a courier sheet names the package in both languages and is the same each time") {
  const std::string page = need(make_courier_sheet(sheet()));
  CHECK(page == need(make_courier_sheet(sheet())));
  for (const char* words : {"数据包交接单", "Package courier sheet", "史記 &lt;集解&gt;", "34567",
                            "gj0001-v1.tar.002", "aaaaaaaa aaaaaaaa", "№ 7"}) {
    CHECK_MESSAGE(page.find(words) != std::string::npos, words);
  }
  CHECK(page.find("http://") == page.find("http://www.w3.org/2000/svg"));
}

TEST_CASE("the code of a courier sheet is read by an independent reader") {
  if (shell("command -v zbarimg >/dev/null && command -v rsvg-convert >/dev/null") != 0) {
    MESSAGE("SKIPPED: no zbarimg or rsvg-convert");
    return;
  }
  const TempDir dir;
  const std::string page = need(make_courier_sheet(sheet()));
  const std::size_t begin = page.find("<svg");
  put(dir.path() / "code.svg", page.substr(begin, page.find("</svg>") + 6 - begin));
  const std::string at = dir.path().string();
  REQUIRE(shell("rsvg-convert --zoom 3 -b white -o " + at + "/code.png " + at + "/code.svg") == 0);
  REQUIRE(shell("zbarimg -q --raw " + at + "/code.png > " + at + "/text 2>/dev/null") == 0);
  CHECK(get(dir.path() / "text") == sheet_code(sheet()) + "\n");
}
