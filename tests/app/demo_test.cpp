#include "storage/base/channel.h"
#include "storage/base/file.h"
#include "storage/base/process.h"
#include "storage/base/text.h"

#include <doctest/doctest.h>

#include <filesystem>

using namespace shiqu;
namespace fs = std::filesystem;

TEST_CASE("the demonstration takes pages the whole way, and its JSON says so") {
  const TempDir folder;
  const fs::path output = folder.path() / "output";
  auto child =
      ChildProcess::start({fs::path(SHIQU_BIN_DIR) / "shiqu",
                           {"demo", "--json", "--archive", (folder.path() / "archive").string()},
                           {},
                           false,
                           output});
  REQUIRE(child);
  const auto status = child->wait(std::chrono::minutes(9));
  REQUIRE(status);
  const std::string content = read_file(output).value();
  CAPTURE(content);
  CHECK(*status == 0);
  const std::vector<std::string> lines = split(trim(content), '\n');
  const auto facts = parse_json(lines.back());
  REQUIRE(facts);
  const Json& demo = *facts;
  CHECK(demo["frames"]["camera"] == 3);
  CHECK(demo["frames"]["scanner"] == 1);
  CHECK(demo["frames"]["import"] == 2);
  CHECK(demo["pages_read"] == 5);
  CHECK(demo["characters"] > 500);
  CHECK(demo["cer_tesseract"] < 0.9);
  CHECK(demo["cer"] <= demo["cer_tesseract"]);
  CHECK(demo["cer_corrected"] < demo["cer"]);
  CHECK(demo["jobs_failed"] == 0);
  CHECK(demo["verified"] == true);
  CHECK(demo["tampered_refused"] == true);
  CHECK(demo["journal_intact"] == true);
  CHECK(fs::is_directory(demo["package"].get<std::string>()));
  CHECK(demo["seconds"].size() == 11);
}
