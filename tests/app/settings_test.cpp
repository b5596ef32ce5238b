#include "ui/app/settings.h"

#include "storage/base/file.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::app;

namespace {

Result<Settings> read(const std::string& content) {
  const TempDir folder;
  REQUIRE(write_new_file(folder.path() / "settings.toml", content));
  return read_settings(folder.path() / "settings.toml");
}

}  // namespace

TEST_CASE("an empty settings file gives the defaults") {
  const auto settings = read("# nothing\n");
  REQUIRE(settings);
  CHECK(settings->job_threads == Settings{}.job_threads);
  CHECK(settings->reserve_mb == 256);
}

TEST_CASE("settings are read by section and key") {
  const auto settings = read(
      "[ocr]\nlanguages = \"HanT_vert\"\nprior = false\nat_capture = true\n[jobs]\nthreads = 4\n");
  REQUIRE(settings);
  CHECK(settings->ocr_languages == "HanT_vert");
  CHECK_FALSE(settings->ocr_prior);
  CHECK(settings->ocr_at_capture);
  CHECK(settings->job_threads == 4);
}

TEST_CASE("a misspelt key, a wrong type and a wrong range are refused with their line") {
  for (const char* content : {"[ocr]\n\nlanguage = \"x\"\n", "[jobs]\n\nthreads = \"two\"\n",
                              "[jobs]\n\nthreads = 0\n", "[storage]\n\nreserve_mb = -1\n"}) {
    const auto settings = read(content);
    REQUIRE_FALSE(settings);
    CHECK(settings.error().code == ErrorCode::InvalidInput);
    CHECK(settings.error().subject.find("line 3") != std::string::npos);
  }
  CHECK_FALSE(read("[ocr\n"));
  CHECK_FALSE(read("[\n\"lo\\"));  // a fuzz finding: the parser's own assertion failed
}

TEST_CASE("settings are ASCII outside comments") {
  CHECK(read("# 識別\n[jobs]\nthreads = 4  # 兩個\n"));
  CHECK_FALSE(read("[\uFE7F"));  // a fuzz finding: undefined behaviour in the parser
  const auto settings = read("[ocr]\nlanguages = \"é\"\n");
  REQUIRE_FALSE(settings);
  CHECK(settings.error().subject.find("line 2") != std::string::npos);
}
