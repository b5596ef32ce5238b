#include "storage/transfer/volumes.h"

#include "tests/transfer/support.h"

using namespace shiqu;
using namespace shiqu::transfer;
using namespace shiqu::transfer::test;

namespace {

VolumeIndex cut(const std::filesystem::path& folder, const std::string& stream) {
  VolumeWriter writer = need(VolumeWriter::create(folder, "gj0001-v1", "tar", 65536));
  for (std::size_t at = 0; at < stream.size(); at += 10000) {
    need(writer.write(bytes_of(std::string_view(stream).substr(at, 10000))));
  }
  return need(writer.finish(std::string(64, 'a')));
}

}  // namespace

TEST_CASE("a stream is cut into parts for disks and joined from several of them") {
  const TempDir dir;
  const std::string stream = noise(200000);
  const VolumeIndex index = cut(dir.path() / "a", stream);
  REQUIRE(index.volumes.size() == 4);
  CHECK(index.volumes[3].bytes == 200000 - 3 * 65536);
  std::filesystem::create_directories(dir.path() / "b");
  std::filesystem::rename(dir.path() / "a" / index.volumes[2].file,
                          dir.path() / "b" / index.volumes[2].file);
  std::string out;
  need(join_volumes(index, {dir.path() / "a", dir.path() / "b"}, into(out)));
  CHECK(out == stream);
  std::string rest;
  const Status missing = join_volumes(index, {dir.path() / "a"}, into(rest));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == ErrorCode::NotFound);
}

TEST_CASE("a part that was altered, cut or exchanged is found") {
  const TempDir dir;
  const VolumeIndex index = cut(dir.path(), noise(140000));
  const auto first = dir.path() / index.volumes[0].file;
  const std::string good = get(first);
  for (std::string bad : {good.substr(1), good + "x", get(dir.path() / index.volumes[1].file)}) {
    put(first, bad);
    std::string out;
    CHECK_FALSE(join_volumes(index, {dir.path()}, into(out)));
  }
}

TEST_CASE("an index has one form only") {
  const TempDir dir;
  const VolumeIndex index = cut(dir.path(), noise(140000));
  const std::string text = text_of(index);
  CHECK(need(parse_volume_index(text)) == index);
  CHECK_FALSE(parse_volume_index(text + " "));
  std::string outside = text;
  outside.replace(outside.find("gj0001-v1.tar.001"), 17, "../../etc/passwd.");
  CHECK_FALSE(parse_volume_index(outside));
}
