#include "ocr/train/synthesis.h"

#include "ocr/train/internal/ink.h"
#include "ocr/train/internal/paper.h"
#include "ocr/train/internal/plane.h"
#include "ocr/train/internal/random.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

namespace shiqu::ocr::train {
namespace {

/// How the characters stand; px of the finished line.
struct Setting {
  std::size_t font = 0;
  double advance = 30;
  double along = 28;  ///< of an em
  double across = 40;
  double middle = 24;  ///< of the column at its beginning
  double slope = 0;
  double start = 0;
  double length = 0;  ///< of the column
  double turn_rad = 0;
  double shear = 0;
  double unruly = 1;  ///< of the hand
};

struct Band {
  double across_low, across_high, advance_low, advance_high, share;
};
// Columns of print and manuscript, note halves and wide-set copies, tightly cut canons, anything.
constexpr Band kBands[] = {
    {27, 47, 19, 42, 0.5}, {19, 46, 30, 66, 0.25}, {39, 51, 22, 36, 0.17}, {19, 51, 18, 60, 0.08}};

Setting choose_setting(Random& random, double length) {
  double left = random.unit();
  std::size_t band = 0;
  while (band + 1 < std::size(kBands) && left >= kBands[band].share) {
    left -= kBands[band].share;
    ++band;
  }
  Setting out;
  out.length = length;
  out.across = random.between(kBands[band].across_low, kBands[band].across_high);
  out.advance = random.between(kBands[band].advance_low, kBands[band].advance_high);
  const double wanted = std::min(out.advance * random.between(0.88, 1.1), out.across * 1.25);
  out.along = std::max(wanted, out.across * 0.42);
  out.middle = kLineHeightPx * (0.5 + random.between(-0.06, 0.06) + random.between(-0.06, 0.06));
  out.slope = random.between(-0.012, 0.012);
  out.start = out.advance * (random.chance(0.2) ? random.between(0, 4.5) : random.between(0, 1));
  out.turn_rad = random.between(-0.04, 0.04);
  out.shear = random.between(-0.05, 0.05);
  out.unruly = random.chance(0.5) ? random.between(0.2, 0.7) : random.between(0.7, 1.6);
  return out;
}

Stamp place(const Setting& set, Random& random, double x, double y) {
  const double u = set.unruly;
  const double size = 1 + u * random.between(-0.07, 0.07);
  Stamp out;
  out.x = (x + u * set.advance * random.between(-0.035, 0.035)) * kInkScale;
  out.y = (y + u * set.across * random.between(-0.035, 0.035)) * kInkScale;
  out.along = set.along * size * (1 + u * random.between(-0.07, 0.07)) * kInkScale;
  out.across = set.across * size * kInkScale;
  out.turn_rad = set.turn_rad + u * random.between(-0.05, 0.05);
  out.shear = set.shear + u * random.between(-0.06, 0.06);
  for (double& bend : out.bend) {
    bend = u * random.between(-0.16, 0.16);
  }
  return out;
}

}  // namespace

struct LineSynthesiser::Inside {
  const Corpus* corpus;
  TypeCase* fonts;
  SynthRecipe recipe;
  std::uint64_t seed;
  double all_weights = 0;

  std::size_t choose_font(Random& random) const {
    double left = random.unit() * all_weights;
    std::size_t last = 0;
    for (std::size_t font = 0; font < fonts->size(); ++font) {
      if (fonts->weight(font) <= 0) {
        continue;
      }
      last = font;
      left -= fonts->weight(font);
      if (left < 0) {
        break;
      }
    }
    return last;
  }

  /// The glyph in the main font, else in another one chosen by chance.
  const Glyph* glyph(Random& random, std::size_t font, char32_t character) const {
    if (fonts->has(font, character)) {
      return fonts->glyph(font, character);
    }
    std::vector<std::size_t> main;
    std::vector<std::size_t> gap;
    for (std::size_t other = 0; other < fonts->size(); ++other) {
      if (fonts->has(other, character)) {
        (fonts->weight(other) > 0 ? main : gap).push_back(other);
      }
    }
    main.insert(main.end(), gap.begin(), gap.end());
    return main.empty() ? nullptr : fonts->glyph(main[random.below(main.size())], character);
  }

  char32_t any_character(Random& random) const {
    const bool practise = !recipe.wanted.empty() && random.chance(recipe.new_share);
    const bool common = !practise && random.chance(0.5);
    if (common) {
      const std::u32string& line = corpus->lines[random.below(corpus->lines.size())];
      return line[random.below(line.size())];
    }
    const std::u32string& from = practise ? recipe.wanted : recipe.drawable;
    return from[random.below(from.size())];
  }

  /// A main font that has most of the text: lines of mixed hands are rare in books.
  std::size_t font_for(Random& random, std::u32string_view text) const {
    std::size_t font = choose_font(random);
    for (int more = 0; more < 5; ++more) {
      const auto covered = std::count_if(text.begin(), text.end(),
                                         [&](char32_t one) { return fonts->has(font, one); });
      if (static_cast<std::size_t>(covered) * 4 >= text.size() * 3) {
        break;
      }
      font = choose_font(random);
    }
    return font;
  }

  std::u32string choose_text(Random& random, std::size_t count, double random_share) const {
    std::u32string out;
    if (random.chance(random_share)) {
      while (out.size() < count) {
        out.push_back(any_character(random));
      }
      return out;
    }
    std::size_t line = random.below(corpus->lines.size());
    const std::size_t skip = random.below(corpus->lines[line].size());
    out = corpus->lines[line].substr(skip);
    while (out.size() < count) {
      line = (line + 1) % corpus->lines.size();
      out += corpus->lines[line];
    }
    out.resize(count);
    return out;
  }

  void set_text(SynthLine& out, Plane& ink, Setting& set, Random& random,
                double random_share) const {
    const double room = set.length - set.start - random.between(0, 0.15) * set.advance;
    auto count = static_cast<std::size_t>(std::max(1.0, std::floor(room / set.advance)));
    if (random.chance(0.14)) {
      count = 1 + random.below(count);
    }
    double x = set.start + set.advance / 2;
    const std::u32string text = choose_text(random, count, random_share);
    set.font = font_for(random, text);
    for (const char32_t character : text) {
      if (x + set.along * 0.44 > set.length) {
        break;
      }
      const Glyph* const found =
          drawable.contains(character) ? glyph(random, set.font, character) : nullptr;
      if (found == nullptr) {
        continue;
      }
      stamp(ink, *found, place(set, random, x, set.middle + set.slope * x));
      out.text.push_back(character);
      out.middles_px.push_back(x);
      x += set.advance * (1 + set.unruly * random.between(-0.04, 0.04));
      x += random.chance(0.02) ? set.advance * random.between(0.3, 1.6) : 0;
    }
  }

  /// What of other columns a careless cut leaves at the long edges.
  void set_neighbour(Plane& ink, const Setting& set, Random& random, int side) const {
    const double intrusion = random.between(-2, 7.5);
    const double offset = set.across * 0.46 - intrusion;
    const double y = side == 0 ? -offset : kLineHeightPx + offset;
    double x =
        set.start + set.advance * (0.5 + (random.chance(0.6) ? 0 : random.between(-0.5, 0.5)));
    for (; x < set.length; x += set.advance) {
      const Glyph* const found = glyph(random, set.font, any_character(random));
      if (found != nullptr && random.chance(0.9)) {
        stamp(ink, *found, place(set, random, x, y + set.slope * x));
      }
    }
  }

  /// The edge of a character that the cut has parted; not in the text.
  void set_fragment(Plane& ink, const Setting& set, Random& random, bool at_end,
                    double room) const {
    const double shown = std::min(room, set.along * random.between(0.05, 0.24));
    const double x = at_end ? set.length + set.along * 0.45 - shown : shown - set.along * 0.45;
    const Glyph* const found = glyph(random, set.font, any_character(random));
    if (found != nullptr) {
      stamp(ink, *found, place(set, random, x, set.middle + set.slope * x));
    }
  }

  Plane seal(Random& random, int width) const {
    Plane out(width, kLineHeightPx * kInkScale);
    Setting big;
    big.font = choose_font(random);
    big.length = width / static_cast<double>(kInkScale);
    big.across = random.between(40, 110);
    big.along = big.across * random.between(0.8, 1.3);
    double x = random.between(-0.3, 0.8) * big.length;
    const double y = random.between(-10, 58);
    const std::size_t count = 1 + random.below(4);
    for (std::size_t i = 0; i < count; ++i, x += big.along * 0.95) {
      const Glyph* const found = glyph(random, big.font, any_character(random));
      if (found != nullptr) {
        stamp(out, *found, place(big, random, x, y));
      }
    }
    const auto strength = static_cast<float>(random.between(0.3, 0.95));
    const bool negative = random.chance(0.35);
    const Plane grain = smooth_noise(random, out.width, out.height, 4, 4);
    for (std::size_t i = 0; i < out.values.size(); ++i) {
      const float value = negative ? 1 - out.values[i] : out.values[i];
      out.values[i] = strength * value * std::clamp(0.9F + 0.5F * grain.values[i], 0.0F, 1.0F);
    }
    return blurred(out, random.between(0.5, 1.5));
  }

  SynthLine try_draw(Random& random, int width_px, double random_share) const {
    const bool cut_short = random.chance(0.12);
    const int length =
        cut_short ? 24 + static_cast<int>(random.below(static_cast<std::size_t>(width_px) - 24))
                  : width_px;
    Setting set = choose_setting(random, length);
    set.start = std::min(set.start, std::max(0.0, length - set.advance));
    Layers layers{Plane(length * kInkScale, kLineHeightPx * kInkScale), Plane()};
    SynthLine out;
    set_text(out, layers.ink, set, random, random_share);
    out.advance_px = set.advance;
    for (int side = 0; side < 2; ++side) {
      if (random.chance(0.3)) {
        set_neighbour(layers.ink, set, random, side);
      }
    }
    if (random.chance(0.12) && set.start > 4) {
      set_fragment(layers.ink, set, random, false, set.start - 3);
    }
    const double left =
        length - set.start - set.advance * (static_cast<double>(out.text.size()) + 0.3);
    if (random.chance(0.12) && left > 4) {
      set_fragment(layers.ink, set, random, true, left - 3);
    }
    const bool rules_wear = random.chance(0.7);  // else they are drawn sharp by a ruling pen
    if (rules_wear) {
      rule(layers.ink, random);
    }
    wear(layers.ink, random);
    if (!rules_wear) {
      rule(layers.ink, random);
    }
    speckle(layers.ink, random);
    if (random.chance(0.13)) {  // two levels leave a texture of a red seal
      coarsen(layers.ink, random.chance(0.6) ? seal(random, layers.ink.width) : Plane(), random);
    }
    if (random.chance(0.1)) {
      layers.seal = seal(random, layers.ink.width);
    }
    // Less than ten px a character tell nothing.
    out.image =
        scanned(layers, length, 10 * kLineHeightPx / std::min(set.advance, set.across), random);
    return out;
  }

  std::unordered_set<char32_t> drawable;
};

LineSynthesiser::LineSynthesiser(const Corpus& corpus, TypeCase& fonts, SynthRecipe recipe,
                                 std::uint64_t seed)
    : inside_(std::make_unique<Inside>()) {
  inside_->corpus = &corpus;
  inside_->fonts = &fonts;
  inside_->drawable.insert(recipe.drawable.begin(), recipe.drawable.end());
  inside_->recipe = std::move(recipe);
  inside_->seed = seed;
  for (std::size_t font = 0; font < fonts.size(); ++font) {
    inside_->all_weights += fonts.weight(font);
  }
}

LineSynthesiser::LineSynthesiser(LineSynthesiser&&) noexcept = default;
LineSynthesiser& LineSynthesiser::operator=(LineSynthesiser&&) noexcept = default;
LineSynthesiser::~LineSynthesiser() = default;

SynthLine LineSynthesiser::draw(std::uint64_t number, int width_px, double random_share) {
  Random random(inside_->seed, number);
  SynthLine out;
  do {  // a line of characters that no font draws is given up
    out = inside_->try_draw(random, width_px, random_share);
  } while (out.text.empty());
  return out;
}

std::u32string drawable_characters(const ClassList& classes, const Corpus& corpus,
                                   std::u32string_view extra, const TypeCase& fonts) {
  std::u32string out;
  for (const char32_t character : classes.characters()) {
    const bool wanted =
        corpus.counts.contains(character) || extra.find(character) != std::u32string_view::npos;
    if (wanted && fonts.has(character)) {
      out.push_back(character);
    }
  }
  return out;
}

}  // namespace shiqu::ocr::train
