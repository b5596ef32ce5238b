#include "ocr/prepare/internal/pieces.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace shiqu;
using ocr::InkMask;
using ocr::Piece;

InkMask drawn(const std::vector<std::string>& rows) {
  InkMask out{{static_cast<int>(rows.front().size()), static_cast<int>(rows.size())}, {}};
  for (const std::string& row : rows) {
    for (const char pixel : row) {
      out.ink.push_back(pixel == '#' ? 1 : 0);
    }
  }
  return out;
}

/// The pixels of the piece around (x, y), taken off `mask` one by one.
int flooded(InkMask& mask, int x, int y) {
  if (x < 0 || y < 0 || x >= mask.size.width || y >= mask.size.height || !mask.at(x, y)) {
    return 0;
  }
  mask.ink[static_cast<std::size_t>(y * mask.size.width + x)] = 0;
  int px = 1;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      px += flooded(mask, x + dx, y + dy);
    }
  }
  return px;
}

}  // namespace

TEST_CASE("ink that meets lower down, or at a corner only, is one piece") {
  const auto pieces = ocr::find_pieces(drawn({"#..#....#",  //
                                              "#..#.....",  //
                                              "####.....",  //
                                              "....#...#"}),
                                       1, 9, {});
  REQUIRE(pieces.size() == 3);
  CHECK(pieces[0].px == 9);
  CHECK(pieces[0].box == RectPx{0, 0, 5, 4});
  CHECK(pieces[0].middle == PointPx{(0 + 3 + 0 + 3 + 6 + 4) / 9.0, (1 + 1 + 8 + 3) / 9.0});
  CHECK(pieces[1].box == RectPx{8, 0, 1, 1});
  CHECK(pieces[2].box == RectPx{8, 3, 1, 1});
}

TEST_CASE("pieces are those that flooding finds, in the order in which they begin") {
  std::mt19937 random(7);
  for (const unsigned density : {20U, 40U, 60U}) {
    InkMask mask{{61, 47}, std::vector<std::uint8_t>(61 * 47, 0)};
    for (std::uint8_t& pixel : mask.ink) {
      pixel = random() % 100 < density ? 1 : 0;
    }
    std::vector<int> expected;
    InkMask rest = mask;
    for (int y = 0; y < mask.size.height; ++y) {
      for (int x = 0; x < mask.size.width; ++x) {
        const int px = flooded(rest, x, y);
        if (px > 0) {
          expected.push_back(px);
        }
      }
    }
    std::vector<int> found;
    for (const Piece& piece : ocr::find_pieces(mask, 1, 61, {})) {
      found.push_back(piece.px);
    }
    CHECK(found == expected);
  }
}

TEST_CASE("a piece too wide is cut at the borders; specks are dropped") {
  const InkMask mask = drawn({"#####..#",  //
                              "#####...",  //
                              "........"});
  const auto pieces = ocr::find_pieces(mask, 2, 4, {2});
  REQUIRE(pieces.size() == 2);
  CHECK(pieces[0].box == RectPx{0, 0, 2, 2});
  CHECK(pieces[1].box == RectPx{3, 0, 2, 2});
  CHECK(ocr::despeckled(mask, 2).ink == drawn({"#####...",  //
                                               "#####...",  //
                                               "........"})
                                            .ink);
}
