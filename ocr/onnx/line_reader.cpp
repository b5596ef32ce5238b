#include "ocr/onnx/line_reader.h"

#include "ocr/onnx/graph.h"
#include "storage/base/text.h"
#include "storage/imaging/operations.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr int kLeastLengthPx = 320;
constexpr float kLeastP = 1e-4F;

/// Length given to a column, of what its width asks for: a tenth less loses nothing on real pages,
/// and the network is done sooner (docs/reading.md).
constexpr double kSqueeze = 0.9;

/// Columns longer than this many times their width are not text: their aspect is capped so that a
/// mistaken area cannot take all memory.
constexpr double kLongestAspect = 120;

int length_for(SizePx column) {
  const double aspect = std::min(static_cast<double>(column.height) / column.width, kLongestAspect);
  return std::max(LineReader::kStepPx,
                  static_cast<int>(std::lround(kSqueeze * aspect * LineReader::kHeightPx)));
}

std::u32string classes_of(const std::u32string& between) {
  return U'\0' + between + U' ';
}

}  // namespace

LineReader::LineReader(OnnxSession session, std::u32string characters)
    : session_(std::move(session)), characters_(std::move(characters)) {}

Result<LineReader> LineReader::open(std::span<const std::uint8_t> base, const Weights& head,
                                    std::string_view base_characters) {
  SHIQU_TRY_ASSIGN(OnnxGraph graph, OnnxGraph::parse(base));
  std::u32string characters;
  if (head.tensors.empty()) {
    for (const std::string& line : split(base_characters, '\n')) {
      characters += to_utf32(line).substr(0, 1);
    }
  } else {
    for (const auto& [name, tensor] : head.tensors) {
      SHIQU_TRY(graph.set_weight(name, tensor));
    }
    SHIQU_TRY_ASSIGN(characters, characters_of(head, "head of the line reader"));
  }
  graph.fuse();
  SHIQU_TRY_ASSIGN(OnnxSession session, OnnxSession::open(graph.bytes()));
  return LineReader(std::move(session), classes_of(characters));
}

double LineReader::step_px(SizePx column) noexcept {
  return static_cast<double>(column.height) * kStepPx / length_for(column);
}

Tensor line_tensor(const imaging::Image& column) {
  const int length = length_for(column.size());
  const imaging::Image line = imaging::rotate_quarters(
      imaging::to_rgb8(imaging::resize(column, {LineReader::kHeightPx, length})), 3);
  const int padded = std::max(kLeastLengthPx, (length + LineReader::kStepPx - 1) /
                                                  LineReader::kStepPx * LineReader::kStepPx);
  Tensor out{{1, 3, LineReader::kHeightPx, padded}, {}};
  const auto width = static_cast<std::size_t>(padded);
  const std::size_t plane = LineReader::kHeightPx * width;
  out.values.assign(3 * plane, 0.0F);
  for (int y = 0; y < LineReader::kHeightPx; ++y) {
    const auto row = line.row(y);
    for (int x = 0; x < length; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        const std::size_t from = 3 * static_cast<std::size_t>(x) + (2 - c);
        out.values[c * plane + static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x)] =
            static_cast<float>(row[from]) / 127.5F - 1.0F;
      }
    }
  }
  return out;
}

Result<Steps> LineReader::read(const imaging::Image& column) {
  if (column.empty() || imaging::bits_of(column.format()) != 8) {
    return fail(ErrorCode::Unsupported, "read column", {}, "not an 8-bit image");
  }
  SHIQU_TRY_ASSIGN(const Tensor scores, session_.run(line_tensor(column)));
  const auto classes = static_cast<std::int64_t>(characters_.size());
  if (scores.shape.size() != 3 || scores.shape[2] != classes) {
    return fail(ErrorCode::Corrupt, "read column", {},
                "the network has other classes than its list");
  }
  const std::int64_t used = (length_for(column.size()) + kStepPx - 1) / kStepPx;
  Steps out(static_cast<std::size_t>(std::min(scores.shape[1], used)));
  const float* p = scores.values.data();
  for (auto& guesses : out) {
    for (std::int64_t c = 0; c < classes; ++c) {
      if (c == 0 || p[c] >= kLeastP) {
        guesses.push_back(
            {characters_[static_cast<std::size_t>(c)], std::log(std::max(p[c], 1e-12F))});
      }
    }
    p += classes;
  }
  return out;
}

}  // namespace shiqu::ocr
