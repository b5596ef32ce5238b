#include "capture/folder/folder_backend.h"
#include "storage/base/file.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace shiqu;

namespace {

struct Card {
  void add(const std::string& name, const std::string& content = "bytes") {
    REQUIRE(write_new_file(folder.path() / name, content));
  }
  std::unique_ptr<capture::Device> open() {
    auto opened = capture::make_folder_backend()->open(folder.path().string());
    REQUIRE(opened);
    return std::move(*opened);
  }
  /// Names of all files that the device gives, to the end.
  std::vector<std::string> take_all(capture::Device& device) {
    std::vector<std::string> names;
    while (true) {
      const auto shot = device.capture(spool.path(), {});
      if (!shot) {
        CHECK(shot.error().code == ErrorCode::NotFound);
        return names;
      }
      names.push_back(shot->frames[0].name);
    }
  }

  TempDir folder;
  TempDir spool;
};

}  // namespace

TEST_CASE("files come in the order people count") {
  Card card;
  for (const char* name : {"page10.jpg", "page2.jpg", "page1.tif", "page02b.png", "卷二.JPEG"}) {
    card.add(name);
  }
  const auto device = card.open();
  CHECK(card.take_all(*device) == std::vector<std::string>{"page1.tif", "page2.jpg", "page02b.png",
                                                           "page10.jpg", "卷二.JPEG"});
}

TEST_CASE("numbers compare by value whatever their length") {
  CHECK(capture::comes_before("a9", "a10"));
  CHECK_FALSE(capture::comes_before("a10", "a9"));
  CHECK(capture::comes_before("a99999999999999999999998", "a99999999999999999999999"));
  CHECK(capture::comes_before("a1", "a1b"));
  CHECK_FALSE(capture::comes_before("a1", "a1"));
  CHECK(capture::comes_before("01", "1") != capture::comes_before("1", "01"));
}

TEST_CASE("hidden files, folders and other kinds are passed over") {
  Card card;
  for (const char* name : {".hidden.jpg", "notes.txt", "raw.nef", "jpg", "a.png"}) {
    card.add(name);
  }
  std::filesystem::create_directory(card.folder.path() / "folder.jpg");
  const auto device = card.open();
  CHECK(card.take_all(*device) == std::vector<std::string>{"a.png"});
}

TEST_CASE("a copy has the bytes of its source, which stays where it was") {
  Card card;
  const std::string content(3'000'000, 'x');
  card.add("a.jpg", content);
  const auto device = card.open();
  std::vector<Json> seen;
  const auto shot =
      device->capture(card.spool.path(), [&](const Json& one) { seen.push_back(one); });
  REQUIRE(shot);
  REQUIRE(device->clear(*shot));
  const auto& frame = shot->frames.at(0);
  CHECK(frame.role == capture::FrameRole::Image);
  CHECK(frame.size_bytes == content.size());
  CHECK(frame.file.extension() == ".jpg");
  CHECK(*read_file(frame.file) == content);
  CHECK(*read_file(card.folder.path() / "a.jpg") == content);
  CHECK(seen.size() >= 3);
  CHECK(seen.back()["done"] == content.size());
}

TEST_CASE("a file that appears later is taken, and none is taken twice") {
  Card card;
  card.add("b.jpg");
  const auto device = card.open();
  CHECK(card.take_all(*device) == std::vector<std::string>{"b.jpg"});
  card.add("a.jpg");
  const auto polled = device->poll(card.spool.path(), std::chrono::milliseconds(0), {});
  REQUIRE(polled);
  REQUIRE(polled->has_value());
  CHECK((*polled)->frames[0].name == "a.jpg");
  const auto again = device->poll(card.spool.path(), std::chrono::milliseconds(0), {});
  REQUIRE(again);
  CHECK_FALSE(again->has_value());
}

TEST_CASE("a folder that is not there is not found") {
  Card card;
  const auto opened = capture::make_folder_backend()->open((card.folder.path() / "no").string());
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::NotFound);
}

TEST_CASE("a spool that cannot be written gives an error and leaves the source") {
  Card card;
  card.add("a.jpg");
  const auto device = card.open();
  const auto shot = device->capture(card.spool.path() / "missing", {});
  REQUIRE_FALSE(shot);
  CHECK(std::filesystem::exists(card.folder.path() / "a.jpg"));
}
