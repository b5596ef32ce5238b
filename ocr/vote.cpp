#include "ocr/vote.h"

#include "storage/imaging/operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr std::size_t kMostAlternatives = 9;

double weighed(double confidence, double ratio) {
  const double odds = confidence * ratio;
  return odds / (odds + 1 - confidence);
}

/// For each glyph of `first` the glyph of `second` that stands for it on a shortest way from one
/// to the other; -1: none.
std::vector<int> matched(const std::vector<model::Glyph>& first,
                         const std::vector<model::Glyph>& second) {
  const std::size_t rows = first.size() + 1;
  const std::size_t columns = second.size() + 1;
  std::vector<int> cost(rows * columns, 0);
  const auto at = [&](std::size_t i, std::size_t j) -> int& { return cost[i * columns + j]; };
  const auto other = [&](std::size_t i, std::size_t j) {
    return first[i - 1].text == second[j - 1].text ? 0 : 1;
  };
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      if (i == 0 || j == 0) {
        at(i, j) = static_cast<int>(i + j);
      } else {
        at(i, j) = std::min({at(i - 1, j - 1) + other(i, j), at(i - 1, j) + 1, at(i, j - 1) + 1});
      }
    }
  }
  std::vector<int> out(first.size(), -1);
  std::size_t i = first.size();
  std::size_t j = second.size();
  while (i > 0 && j > 0) {
    if (at(i, j) == at(i - 1, j - 1) + other(i, j)) {
      out[--i] = static_cast<int>(--j);
    } else if (at(i, j) == at(i - 1, j) + 1) {
      --i;
    } else {
      --j;
    }
  }
  return out;
}

void put_first(const std::string& text, std::vector<std::string>& alternatives) {
  alternatives.erase(std::remove(alternatives.begin(), alternatives.end(), text),
                     alternatives.end());
  alternatives.insert(alternatives.begin(), text);
  alternatives.resize(std::min(alternatives.size(), kMostAlternatives));
}

bool is_doubtful(const model::Line& line) {
  return std::any_of(line.glyphs.begin(), line.glyphs.end(), [](const model::Glyph& glyph) {
    return glyph.confidence >= 0 && glyph.confidence < kDoubtful;
  });
}

/// A cutting made for one engine as another wants it.
imaging::Image in_form(const imaging::Image& column, const ColumnForm& from, const ColumnForm& to) {
  const imaging::Image gray = imaging::to_gray8(column);
  const imaging::Image bare = imaging::crop(
      gray, {from.paper_px, from.paper_px, std::max(1, gray.width() - 2 * from.paper_px),
             std::max(1, gray.height() - 2 * from.paper_px)});
  const double scale = static_cast<double>(to.width_px) / bare.width();
  const int height = std::max(1, static_cast<int>(std::lround(bare.height() * scale)));
  const imaging::Image scaled = imaging::resize(bare, {to.width_px, height});
  imaging::Image out(imaging::PixelFormat::Gray8,
                     {scaled.width() + 2 * to.paper_px, scaled.height() + 2 * to.paper_px});
  std::fill(out.bytes().begin(), out.bytes().end(), std::uint8_t{255});
  for (int y = 0; y < scaled.height(); ++y) {
    const auto row = scaled.row(y);
    std::copy(row.begin(), row.end(), out.row(y + to.paper_px).begin() + to.paper_px);
  }
  return out;
}

model::Line joined(const std::vector<model::Line>& lines) {
  model::Line out;
  for (const model::Line& line : lines) {
    out.text += line.text;
    out.glyphs.insert(out.glyphs.end(), line.glyphs.begin(), line.glyphs.end());
  }
  return out;
}

class VotingEngine final : public Engine {
 public:
  VotingEngine(Engine& first, Engine& second, const VoteRatios& ratios)
      : first_(first),
        second_(second),
        ratios_(ratios),
        name_(fmt::format("{}+{}", first.name(), second.name())) {}

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] std::string version(const EngineSettings& settings) const override {
    return fmt::format("{} + {}", first_.version(settings), second_.version(settings));
  }
  [[nodiscard]] bool reads(const EngineSettings& settings) const override {
    return settings.vertical && first_.reads(settings) && second_.reads(settings);
  }
  [[nodiscard]] ColumnForm form() const override { return first_.form(); }

  Result<AreaReading> read(const imaging::Image& image, const EngineSettings& settings,
                           std::stop_token stop) override {
    SHIQU_TRY_ASSIGN(AreaReading out, first_.read(image, settings, stop));
    if (out.lines.size() == 1 && is_doubtful(out.lines.front())) {
      SHIQU_TRY_ASSIGN(
          AreaReading second,
          second_.read(in_form(image, first_.form(), second_.form()), settings, std::move(stop)));
      out.second_opinion = std::move(second.lines);
      weigh(out);
    }
    return out;
  }

  Status read_together(std::span<AreaReading* const> columns,
                       const EngineSettings& settings) override {
    SHIQU_TRY(first_.read_together(columns, settings));
    for (AreaReading* const column : columns) {
      if (!column->places.empty()) {
        weigh(*column);
      }
    }
    return {};
  }

 private:
  void weigh(AreaReading& reading) const {
    if (reading.lines.size() == 1 && !reading.second_opinion.empty()) {
      vote(reading.lines.front(), joined(reading.second_opinion), ratios_);
    }
  }

  Engine& first_;
  Engine& second_;
  VoteRatios ratios_;
  std::string name_;
};

}  // namespace

void vote(model::Line& first, const model::Line& second, const VoteRatios& ratios) {
  const std::vector<int> match = matched(first.glyphs, second.glyphs);
  double sum = 0;
  for (std::size_t i = 0; i < match.size(); ++i) {
    model::Glyph& glyph = first.glyphs[i];
    if (match[i] < 0) {
      glyph.confidence = weighed(glyph.confidence, ratios.silent);
    } else if (const model::Glyph& other = second.glyphs[static_cast<std::size_t>(match[i])];
               other.text == glyph.text) {
      glyph.confidence = weighed(glyph.confidence, ratios.agrees);
    } else {
      glyph.confidence = weighed(glyph.confidence, ratios.differs);
      put_first(other.text, glyph.alternatives);
    }
    sum += glyph.confidence;
  }
  if (!first.glyphs.empty()) {
    first.confidence = sum / static_cast<double>(first.glyphs.size());
  }
}

std::unique_ptr<Engine> make_voting_engine(Engine& first, Engine& second,
                                           const VoteRatios& ratios) {
  return std::make_unique<VotingEngine>(first, second, ratios);
}

}  // namespace shiqu::ocr
