#include "storage/base/text.h"
#include "tests/cli/shiqu_process.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace shiqu;
using namespace shiqu::test;

namespace {

bool has_chinese(const std::string& text) {
  const std::u32string characters = to_utf32(text);
  return std::any_of(characters.begin(), characters.end(),
                     [](char32_t c) { return c >= 0x4e00 && c < 0xa000; });
}

const Environment kChinese = {{"LC_ALL", "zh_CN.UTF-8"}, {"LANGUAGE", "zh_CN"}};

}  // namespace

TEST_CASE("the program speaks Chinese where the locale is Chinese, and English elsewhere") {
  Terminal terminal;
  terminal.make_archive();
  const Ran chinese = terminal.run({"status"}, kChinese);
  CHECK(chinese.status == 0);
  CHECK(has_chinese(chinese.out));
  const Ran english = terminal.run({"status"});
  CHECK(english.status == 0);
  CHECK_FALSE(has_chinese(english.out));
}

TEST_CASE("help and refusals are translated") {
  Terminal terminal;
  CHECK(has_chinese(terminal.run({"fsck", "--help"}, kChinese).out));
  CHECK_FALSE(has_chinese(terminal.run({"fsck", "--help"}).out));
  const Ran refused = terminal.run({"status"}, kChinese);
  CHECK(refused.status == 3);
  CHECK(has_chinese(refused.words));
  CHECK_FALSE(has_chinese(terminal.run({"status"}).words));
}

TEST_CASE("facts in JSON are the same in both languages") {
  Terminal terminal;
  terminal.make_archive();
  CHECK(terminal.facts({"user", "list"}, 0, kChinese) == terminal.facts({"user", "list"}));
  CHECK(terminal.facts({"quality", "GJ9999"}, 3, kChinese)["error"]["code"] == "not_found");
}
