#include "storage/base/side_hasher.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace shiqu;

namespace {

std::vector<std::uint8_t> piece(std::size_t size, std::size_t seed) {
  std::vector<std::uint8_t> out(size);
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = static_cast<std::uint8_t>((i * 131 + seed * 17) & 0xFF);
  }
  return out;
}

}  // namespace

TEST_CASE("a digest taken beside the work is the one taken in it, whatever the pieces") {
  for (std::size_t round = 0; round < 300; ++round) {
    const DigestKind kind = round % 2 == 0 ? DigestKind::Sha256 : DigestKind::Sha512;
    Hasher here(kind);
    Hasher begun(kind);
    const std::vector<std::uint8_t> first = piece(round % 7, round);
    here.update(first);
    begun.update(first);
    SideHasher beside(std::move(begun));
    for (std::size_t at = 0; at < round % 23; ++at) {
      const std::vector<std::uint8_t> bytes = piece((at * 4099 + round) % 20000, at);
      beside.update(bytes);
      here.update(bytes);
    }
    CHECK(beside.finish_hex() == here.finish_hex());
  }
}

TEST_CASE("a hasher beside the work that nobody asks for its digest ends, moved or not") {
  for (std::size_t pieces = 0; pieces < 12; ++pieces) {
    SideHasher begun{Hasher(DigestKind::Sha256)};
    begun.update(piece(100, 0));
    SideHasher beside(std::move(begun));
    for (std::size_t at = 0; at < pieces; ++at) {
      beside.update(piece(1000, at));
    }
  }
  CHECK(SideHasher(Hasher(DigestKind::Sha512)).finish_hex().size() == 128);
}
