#include "storage/base/side_hasher.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace shiqu;

namespace {

std::vector<Hasher> both() {
  std::vector<Hasher> out;
  out.emplace_back(DigestKind::Sha256);
  out.emplace_back(DigestKind::Sha512);
  return out;
}

std::vector<std::uint8_t> piece(std::size_t size, std::size_t seed) {
  std::vector<std::uint8_t> out(size);
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = static_cast<std::uint8_t>((i * 131 + seed * 17) & 0xFF);
  }
  return out;
}

}  // namespace

TEST_CASE("digests taken beside the work are those taken in it, whatever the pieces") {
  for (std::size_t round = 0; round < 300; ++round) {
    std::vector<Hasher> here = both();
    std::vector<Hasher> begun = both();
    const std::vector<std::uint8_t> first = piece(round % 7, round);
    for (std::size_t i = 0; i < here.size(); ++i) {
      here[i].update(first);
      begun[i].update(first);
    }
    SideHasher beside(std::move(begun));
    for (std::size_t at = 0; at < round % 23; ++at) {
      const std::vector<std::uint8_t> bytes = piece((at * 4099 + round) % 20000, at);
      beside.update(bytes);
      for (Hasher& hasher : here) {
        hasher.update(bytes);
      }
    }
    const std::vector<std::string> digests = beside.finish_hex();
    REQUIRE(digests.size() == here.size());
    CHECK(digests[0] == here[0].finish_hex());
    CHECK(digests[1] == here[1].finish_hex());
  }
}

TEST_CASE("a hasher beside the work that nobody asks for its digest ends") {
  for (std::size_t pieces = 0; pieces < 12; ++pieces) {
    SideHasher beside(both());
    for (std::size_t at = 0; at < pieces; ++at) {
      beside.update(piece(1000, at));
    }
  }
  CHECK(SideHasher(both()).finish_hex().size() == 2);
}
