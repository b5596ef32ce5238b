#include "ocr/prepare/internal/runs.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace shiqu::ocr {
namespace {

/// The next ink from `at` on, or `end`. By memchr, since most of a page is empty.
const std::uint8_t* next_ink(const std::uint8_t* at, const std::uint8_t* end) {
  const void* found = std::memchr(at, 1, static_cast<std::size_t>(end - at));
  return found == nullptr ? end : static_cast<const std::uint8_t*>(found);
}

/// The runs of one row, added to `out`.
void add_row(const std::uint8_t* ink, int width, int y, std::vector<InkRun>& out) {
  const std::uint8_t* const end = ink + width;
  for (const std::uint8_t* at = next_ink(ink, end); at != end;) {
    const std::uint8_t* const stop = std::find(at, end, 0);
    out.push_back({y, static_cast<int>(at - ink), static_cast<int>(stop - ink), out.size()});
    at = next_ink(stop, end);
  }
}

/// The first run of the piece, halving the way to it.
std::size_t root_of(std::vector<InkRun>& runs, std::size_t at) {
  while (runs[at].piece != at) {
    runs[at].piece = runs[runs[at].piece].piece;
    at = runs[at].piece;
  }
  return at;
}

/// Joins the runs from `row` on with those of the row above, which begin at `above`.
void join_rows(std::vector<InkRun>& runs, std::size_t above, std::size_t row) {
  std::size_t upper = above;
  for (std::size_t at = row; at < runs.size(); ++at) {
    while (upper < row && runs[upper].end < runs[at].first) {
      ++upper;
    }
    for (std::size_t near = upper; near < row && runs[near].first <= runs[at].end; ++near) {
      const auto [first, second] = std::minmax({root_of(runs, near), root_of(runs, at)});
      runs[second].piece = first;
    }
  }
}

}  // namespace

InkRuns find_runs(const quality::InkMask& mask) {
  InkRuns out;
  std::size_t above = 0;
  const std::uint8_t* ink = mask.ink.data();
  for (int y = 0; y < mask.size.height; ++y, ink += mask.size.width) {
    const std::size_t row = out.runs.size();
    add_row(ink, mask.size.width, y, out.runs);
    join_rows(out.runs, above, row);
    above = row;
  }
  // A run points at itself or at an earlier one, which has its number already.
  for (std::size_t i = 0; i < out.runs.size(); ++i) {
    InkRun& run = out.runs[i];
    run.piece = run.piece == i ? out.pieces++ : out.runs[run.piece].piece;
  }
  return out;
}

}  // namespace shiqu::ocr
