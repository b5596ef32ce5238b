#include "ocr/onnx/glyph_reader.h"

#include "ocr/onnx/glyph_window.h"
#include "ocr/onnx/internal/glyph_graph.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr std::size_t kOwnGuesses = 3;

}  // namespace

GlyphReader::GlyphReader(OnnxSession session, std::u32string characters)
    : session_(std::move(session)), characters_(std::move(characters)) {
  for (std::size_t i = 0; i < characters_.size(); ++i) {
    class_of_.emplace(characters_[i], i);
  }
}

Result<GlyphReader> GlyphReader::open(const Weights& weights) {
  SHIQU_TRY_ASSIGN(std::u32string characters, characters_of(weights, "glyph network"));
  SHIQU_TRY_ASSIGN(const std::vector<std::uint8_t> graph,
                   glyph_graph(weights, static_cast<std::int64_t>(characters.size())));
  SHIQU_TRY_ASSIGN(OnnxSession session, OnnxSession::open(graph));
  return GlyphReader(std::move(session), std::move(characters));
}

std::vector<StepGuess> GlyphReader::scores_for(const Place& place, const float* scores) const {
  std::vector<StepGuess> out;
  for (const Guess& guess : place.guesses) {
    if (const auto found = class_of_.find(guess.character); found != class_of_.end()) {
      out.push_back({guess.character, scores[found->second]});
    }
  }
  std::vector<std::size_t> order(characters_.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto best =
      order.begin() + static_cast<std::ptrdiff_t>(std::min(kOwnGuesses, order.size()));
  std::partial_sort(order.begin(), best, order.end(),
                    [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  for (auto one = order.begin(); one != best; ++one) {
    out.push_back({characters_[*one], scores[*one]});
  }
  return out;
}

Status GlyphReader::look_again(const imaging::Image& column, double step_px,
                               const SecondLookSettings& settings, Places& places) {
  std::vector<std::size_t> doubtful;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (is_doubtful(places[i], settings)) {
      doubtful.push_back(i);
    }
  }
  if (doubtful.empty()) {
    return {};
  }
  const imaging::Image narrow = glyph_column(column);
  const double rows = step_px * narrow.height() / column.height();  // of `narrow`, a step
  Tensor windows{{static_cast<std::int64_t>(doubtful.size()), 1, kGlyphSidePx, kGlyphSidePx}, {}};
  for (const std::size_t i : doubtful) {
    add_glyph_window(narrow, places[i].middle() * rows, advance_around(places, i) * rows,
                     windows.values);
  }
  SHIQU_TRY_ASSIGN(const Tensor scores, session_.run(std::move(windows)));
  for (std::size_t n = 0; n < doubtful.size(); ++n) {
    Place& place = places[doubtful[n]];
    weigh(place, scores_for(place, scores.values.data() + n * characters_.size()), settings);
  }
  return {};
}

}  // namespace shiqu::ocr
