#include "storage/base/channel.h"
#include "storage/base/file.h"
#include "storage/base/process.h"
#include "storage/imaging/codecs.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace shiqu;

namespace {

struct Ran {
  int status = -1;
  std::string output;
};

Ran run(const TempDir& folder, std::vector<std::string> arguments) {
  static int number = 0;
  ProcessSpec spec;
  spec.program = std::filesystem::path(SHIQU_BIN_DIR) / "shiqu-press";
  spec.arguments = std::move(arguments);
  spec.output = folder.path() / ("output-" + std::to_string(++number));
  auto child = ChildProcess::start(spec);
  REQUIRE(child);
  const auto status = child->wait(std::chrono::seconds(60));
  REQUIRE(status);
  const auto output = read_file(spec.output);
  REQUIRE(output);
  return {*status, *output};
}

std::string file_text(const std::filesystem::path& file) {
  const auto text = read_file(file);
  REQUIRE(text);
  return *text;
}

/// A text of 12 lines below `folder`, so that no case needs the poems of another package.
std::string text_file(const TempDir& folder) {
  const auto file = folder.path() / "text.txt";
  std::string text = "#山居記\n";
  for (int i = 0; i < 12; ++i) {
    text += "結廬山中（廬或作屋）門對清溪，水聲終日不絕。春來花發滿徑，鳥語相和。\n";
  }
  REQUIRE(write_new_file(file, text));
  return file.string();
}

}  // namespace

TEST_CASE("shiqu-press writes pages and names them in one line of JSON") {
  const TempDir folder;
  const auto out = folder.path() / "pages";
  const Ran ran = run(folder, {"--out", out.string(), "--pages", "2", "--seed", "4", "--text",
                               text_file(folder), "--columns", "6", "--rows", "10", "--width",
                               "600", "--height", "900", "--rare", "2", "--json"});
  REQUIRE(ran.status == 0);
  const Json printed = Json::parse(ran.output);
  REQUIRE(printed["files"].size() == 4);
  for (const Json& file : printed["files"]) {
    CHECK(std::filesystem::exists(file.get<std::string>()));
  }
  const Json truth = Json::parse(file_text(out / "page-0002.json"));
  CHECK(truth["image"] == "page-0002.jpg");
  const auto image = imaging::decode_file(out / "page-0002.jpg");
  REQUIRE(image);
  CHECK(image->image.size() == SizePx{600, 900});
}

TEST_CASE("shiqu-press run twice with one seed writes the same bytes") {
  const TempDir folder;
  const std::string text = text_file(folder);
  for (const std::string name : {"a", "b"}) {
    const Ran ran = run(folder, {"--out", (folder.path() / name).string(), "--seed", "8", "--text",
                                 text, "--ageing", "strong", "--style", "mixed"});
    REQUIRE(ran.status == 0);
  }
  for (const char* file : {"page-0001.jpg", "page-0001.json"}) {
    CHECK(file_text(folder.path() / "a" / file) == file_text(folder.path() / "b" / file));
  }
}

TEST_CASE("shiqu-press says which text file is missing") {
  const TempDir folder;
  const Ran ran = run(folder, {"--out", (folder.path() / "pages").string(), "--text",
                               (folder.path() / "nowhere.txt").string()});
  CHECK(ran.status == 1);
  CHECK(ran.output.find("nowhere.txt") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "pages"));
}

TEST_CASE("shiqu-press refuses options that make no sense") {
  const TempDir folder;
  const std::string out = (folder.path() / "pages").string();
  CHECK(run(folder, {"--out", out, "--style", "song"}).status == 2);
  CHECK(run(folder, {"--out", out, "--strength", "bleed"}).status == 2);
  CHECK(run(folder, {"--out", out, "--strength", "bleed=7"}).status == 2);
  CHECK_FALSE(std::filesystem::exists(out));
}

TEST_CASE("shiqu-press writes columns alone for training") {
  const TempDir folder;
  const auto out = folder.path() / "columns";
  const Ran ran = run(folder, {"--out", out.string(), "--text", text_file(folder), "--columns-only",
                               "--format", "png"});
  REQUIRE(ran.status == 0);
  const Json truth = Json::parse(file_text(out / "page-0001-l001.json"));
  CHECK(truth["text"] == "山居記");
  CHECK(truth["lines"].size() == 1);
}
