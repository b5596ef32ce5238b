#include "storage/base/digest.h"
#include "tests/package/whole.h"

#include <map>

using namespace shiqu;
using namespace shiqu::package;
using test::json_of;
using test::lines_of;
using test::whole;
namespace fs = std::filesystem;

TEST_CASE("COCO has no dangling ids, and each box and area agree and lie on their image") {
  const Json coco = json_of("dataset/coco.json");
  std::map<int, Json> images;
  for (const Json& image : coco["images"]) {
    CHECK(images.emplace(image["id"].get<int>(), image).second);
    CHECK(fs::exists(whole().file("dataset/" + image["file_name"].get<std::string>())));
  }
  std::map<int, int> ids;
  for (const Json& one : coco["annotations"]) {
    CHECK(++ids[one["id"].get<int>()] == 1);
    REQUIRE(images.contains(one["image_id"].get<int>()));
    const Json& image = images[one["image_id"].get<int>()];
    const model::Box box = model::box_from_json(one["bbox"]);
    CHECK(box.area() == one["area"].get<int>());
    CHECK(box.x >= 0);
    CHECK(box.y >= 0);
    CHECK(box.right() <= image["width"].get<int>());
    CHECK(box.bottom() <= image["height"].get<int>());
    CHECK(one["segmentation"][0].size() == 8);
  }
  CHECK(ids.size() == 6);
  CHECK(coco["annotations"].back()["attributes"]["origin"] == "machine");
}

TEST_CASE("column pictures have the size of their boxes and their text beside them") {
  const auto columns = lines_of(whole().file("dataset/columns/metadata.jsonl"));
  REQUIRE(columns.size() == 6);
  for (const Json& column : columns) {
    const fs::path file = whole().file("dataset/columns/" + column["file_name"].get<std::string>());
    const auto image = imaging::decode_file(file);
    REQUIRE(image);
    const model::Box box = model::box_from_json(column["box"]);
    CHECK(image->image.size() == SizePx{box.width, box.height});
    const std::string text = file.string().substr(0, file.string().size() - 4) + ".gt.txt";
    CHECK(test::get(text) == column["text"].get<std::string>() + "\n");
  }
}

TEST_CASE("glyph pictures stand in a folder for their character, rare ones too") {
  CHECK(fs::exists(whole().file("dataset/glyphs/u9ec3/0001-001-001.png")));
  CHECK(fs::exists(whole().file("dataset/glyphs/u20000/0001-002-001.png")));
  CHECK(lines_of(whole().file("dataset/glyphs/metadata.jsonl")).size() == 18);
}

TEST_CASE("the system's tar reads the shards: samples complete, keys unique and together") {
  const fs::path shard = whole().file("dataset/shards/train-000000.tar");
  const fs::path out = whole().archive.dir.path() / "tar.txt";
  REQUIRE(test::run("sh", {"-c", "tar tf '" + shard.string() + "' > '" + out.string() + "'"}) == 0);
  std::vector<std::string> names;
  for (const std::string& name : split(test::get(out), '\n')) {
    if (!name.empty()) {
      names.push_back(name);
    }
  }
  REQUIRE(names.size() == 12);
  for (std::size_t i = 0; i < names.size(); i += 3) {
    const std::string key = names[i].substr(0, names[i].find('.'));
    CHECK(names[i] == key + ".jpg");
    CHECK(names[i + 1] == key + ".json");
    CHECK(names[i + 2] == key + ".txt");
  }
  REQUIRE(test::run("sh", {"-c", "tar xOf '" + shard.string() + "' gj0001-0001.jpg | cmp - '" +
                                     whole().file("access/0001.jpg").string() + "'"}) == 0);
}

TEST_CASE(
    "each record of the image folder names an image that is there and where its text is from") {
  const auto records = lines_of(whole().file("dataset/metadata.jsonl"));
  REQUIRE(records.size() == 4);
  for (const Json& record : records) {
    CHECK(fs::exists(whole().file("dataset/" + record["file_name"].get<std::string>())));
    CHECK(record["split"] == "train");
  }
  CHECK(records[0]["text_origin"] == "reviewed");
  CHECK(records[2]["text_origin"] == "none");
  CHECK(records[3]["text_origin"] == "machine");
}

TEST_CASE(
    "the card has the 20 aspects as headings and warns of text that only a machine has read") {
  const std::string card = test::get(whole().file("dataset/README.md"));
  std::size_t headings = 0;
  for (const std::string& line : split(card, '\n')) {
    headings += line.starts_with("### ") ? 1U : 0U;
  }
  CHECK(headings == 20);
  CHECK(card.starts_with("---\n"));
  CHECK(card.find("不可当作真值") != std::string::npos);
}

TEST_CASE("Croissant and Data Package name each file with the digest it has") {
  const Json croissant = json_of("dataset/croissant.json");
  CHECK(croissant["distribution"].size() >= 5);
  for (const Json& file : croissant["distribution"]) {
    const std::string path = "dataset/" + file["contentUrl"].get<std::string>();
    CHECK(file["sha256"] == sha256_hex(test::get(whole().file(path))));
  }
  for (const Json& resource : json_of("dataset/datapackage.json")["resources"]) {
    const std::string path = "dataset/" + resource["path"].get<std::string>();
    CHECK(resource["hash"] == "sha256:" + sha256_hex(test::get(whole().file(path))));
  }
}
