#include "ocr/press/internal/ageing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace shiqu::ocr::press {
namespace {

constexpr std::uint8_t kVisible = 90;  ///< coverage from which ink counts for a box
using Row = std::vector<float>;

std::size_t index(int value) {
  return static_cast<std::size_t>(value);
}

/// Mean of 3 × 3 pixels, `times` times; edges keep their value.
void blur(Plane<std::uint8_t>& plane, int times) {
  const int width = plane.size.width;
  const int height = plane.size.height;
  std::vector<std::uint16_t> sums(index(width) * index(height));
  for (int pass = 0; pass < times; ++pass) {
    for (int y = 0; y < height; ++y) {
      const std::uint8_t* from = plane.row(y);
      std::uint16_t* to = sums.data() + index(y) * index(width);
      for (int x = 1; x + 1 < width; ++x) {
        to[x] = static_cast<std::uint16_t>(from[x - 1] + from[x] + from[x + 1]);
      }
    }
    for (int y = 1; y + 1 < height; ++y) {
      const std::uint16_t* middle = sums.data() + index(y) * index(width);
      const std::uint16_t* above = middle - width;
      const std::uint16_t* below = middle + width;
      std::uint8_t* to = plane.row(y);
      for (int x = 1; x + 1 < width; ++x) {
        to[x] = static_cast<std::uint8_t>((above[x] + middle[x] + below[x]) / 9);
      }
    }
  }
}

struct InkNoise {
  InkNoise(Prng& prng, SizePx size)
      : grain(prng, size, 2.5, 2.5),
        knots(prng, size, 7, 9),
        pressure(prng, size, 160, 220),
        wood(prng, size, 5, 60) {}
  Noise grain;     ///< of the cut edge
  Noise knots;     ///< small bad places
  Noise pressure;  ///< how well the paper was rubbed there
  Noise wood;      ///< grain of the block, upright
};

template <class T>
T sampled(const Plane<T>& plane, int x, int y) {
  const bool inside = x >= 0 && y >= 0 && x < plane.size.width && y < plane.size.height;
  return inside ? plane.row(y)[x] : T{};
}

/// Bilinear, 0…255; outside the plane there is no ink.
float sample(const Plane<std::uint8_t>& plane, PointPx at) {
  const double floor_x = std::floor(at.x);
  const double floor_y = std::floor(at.y);
  const int x = static_cast<int>(floor_x);
  const int y = static_cast<int>(floor_y);
  const auto part_x = static_cast<float>(at.x - floor_x);
  const auto part_y = static_cast<float>(at.y - floor_y);
  if (x < 0 || y < 0 || x + 1 >= plane.size.width || y + 1 >= plane.size.height) {
    return sampled(plane, x, y);
  }
  const std::uint8_t* upper = plane.row(y) + x;
  const std::uint8_t* lower = upper + plane.size.width;
  const auto mix = [&](const std::uint8_t* p) {
    return static_cast<float>(p[0]) + static_cast<float>(p[1] - p[0]) * part_x;
  };
  return mix(upper) + (mix(lower) - mix(upper)) * part_y;
}

/// Grows boxes pixel by pixel.
class Extent {
 public:
  void add(int x, int y) {
    left_ = std::min(left_, x);
    right_ = std::max(right_, x);
    top_ = std::min(top_, y);
    bottom_ = std::max(bottom_, y);
  }
  [[nodiscard]] RectPx box() const {
    return right_ < left_ ? RectPx{} : RectPx{left_, top_, right_ - left_ + 1, bottom_ - top_ + 1};
  }

 private:
  int left_ = 1 << 30;
  int right_ = -1;
  int top_ = 1 << 30;
  int bottom_ = -1;
};

using Colour = std::array<float, 3>;

/// Tone of the paper: cream when new, one of three browns when old.
Colour paper_colour(double age, Prng& prng) {
  static constexpr Colour kNew{247, 243, 231};
  static constexpr std::array<Colour, 3> kOld{{{222, 200, 158}, {228, 212, 178}, {206, 184, 144}}};
  const Colour& old = kOld[prng.below(kOld.size())];
  const auto share = static_cast<float>(age > 0 ? std::clamp(0.25 + 0.75 * age, 0.0, 1.0) : 0);
  Colour out;
  for (std::size_t i = 0; i < 3; ++i) {
    out[i] = kNew[i] + (old[i] - kNew[i]) * share;
  }
  return out;
}

/// Paper and light without print: a factor for each pixel of a row, and how brown it is.
class Ground {
 public:
  Ground(SizePx size, const Ageing& ageing, Prng& prng)
      : size_(size),
        paper_(static_cast<float>(ageing.paper)),
        light_(static_cast<float>(ageing.light)),
        cloud_(prng, size, 260, 300),
        fibre_(prng, size, 26, 2.2),
        cross_(prng, size, 2.4, 40),
        laid_(prng, size, 4000, 3.4),
        stain_(prng, size, 330, 280),
        edge_(prng, size, 45, 45),
        lamp_(prng.between(-1, 1)),
        tilt_(prng.between(-1, 1)),
        spine_left_(prng.chance(0.5)) {
    a_.resize(index(size.width));
    b_ = c_ = d_ = e_ = f_ = a_;
  }

  void row(int y, Row& brightness, Row& brown) {
    cloud_.row(y, a_);
    fibre_.row(y, b_);
    cross_.row(y, c_);
    laid_.row(y, d_);
    stain_.row(y, e_);
    edge_.row(y, f_);
    const float down = static_cast<float>(y) / static_cast<float>(size_.height) - 0.5F;
    for (std::size_t x = 0; x < a_.size(); ++x) {
      const float across = static_cast<float>(x) / static_cast<float>(size_.width) - 0.5F;
      const float texture = 0.020F * a_[x] + 0.022F * b_[x] + 0.014F * c_[x] + 0.012F * d_[x];
      const float corner = across * across + down * down;
      const float from_spine = spine_left_ ? across + 0.5F : 0.5F - across;
      const float shadow = from_spine < 0.09F ? (0.09F - from_spine) * 3.2F : 0;
      const float lit =
          0.10F * (static_cast<float>(lamp_) * across + static_cast<float>(tilt_) * down) -
          0.22F * corner - shadow * shadow * 6;
      brightness[x] = 1 + paper_ * texture + light_ * lit;
      const float wet = e_[x] + 0.12F * f_[x] - 0.42F;  // a stain has a dark rim
      const float stained =
          wet > 0 ? 0.10F + 0.5F * std::max(0.0F, 0.10F - wet) / 0.10F * 0.35F : 0;
      const float rim = std::max(0.0F, corner - 0.22F) * 0.5F;
      brown[x] = paper_ * (stained * paper_ + rim + 0.03F * (1 + a_[x]));
    }
  }

 private:
  SizePx size_;
  float paper_;
  float light_;
  Noise cloud_;
  Noise fibre_;
  Noise cross_;
  Noise laid_;
  Noise stain_;
  Noise edge_;
  double lamp_;
  double tilt_;
  bool spine_left_;
  Row a_, b_, c_, d_, e_, f_;
};

}  // namespace

void wear_ink(Plane<std::uint8_t>& ink, const Ageing& ageing, Prng& prng) {
  if (ageing.bleed <= 0 && ageing.loss <= 0) {
    return;
  }
  const InkNoise noise(prng, ink.size);
  const auto bleed = static_cast<float>(ageing.bleed);
  const auto loss = static_cast<float>(ageing.loss);
  if (bleed > 0) {
    blur(ink, bleed > 0.5F ? 2 : 1);
  }
  Row grain(index(ink.size.width));
  Row knots(grain.size());
  Row pressure(grain.size());
  Row wood(grain.size());
  for (int y = 0; y < ink.size.height; ++y) {
    noise.grain.row(y, grain);
    noise.knots.row(y, knots);
    noise.pressure.row(y, pressure);
    noise.wood.row(y, wood);
    std::uint8_t* row = ink.row(y);
    for (std::size_t x = 0; x < grain.size(); ++x) {
      if (row[x] == 0) {
        continue;
      }
      float value = static_cast<float>(row[x]) / 255;
      if (bleed > 0) {
        const float limit = 0.47F - 0.16F * bleed - 0.05F * bleed * pressure[x];
        const float rough = value + bleed * (0.13F * grain[x] + 0.08F * knots[x]);
        value = std::clamp((rough - limit) * 3.2F + 0.5F, 0.0F, 1.0F);
      }
      const float bad = 0.62F * knots[x] + 0.4F * pressure[x] + 0.35F * wood[x] + 0.15F * grain[x] -
                        (1.02F - 0.5F * loss);
      value *= 1 - loss * std::clamp(0.16F * (pressure[x] + wood[x]) + 0.1F, 0.0F, 0.4F);
      value *= loss > 0 ? std::clamp(1 - 5 * bad, 0.0F, 1.0F) : 1;
      row[x] = static_cast<std::uint8_t>(value * 255);
    }
  }
}

Plane<std::uint8_t> shine_through(const Plane<std::uint8_t>& other) {
  Plane<std::uint8_t> out = other;
  for (int y = 0; y < out.size.height; ++y) {
    std::reverse(out.row(y), out.row(y) + out.size.width);
  }
  blur(out, 3);
  return out;
}

Warp::Warp(SizePx size, double skew_deg, double curvature, Prng& prng)
    : middle_{size.width / 2.0, size.height / 2.0},
      cos_(std::cos(skew_deg * std::numbers::pi / 180)),
      sin_(std::sin(skew_deg * std::numbers::pi / 180)),
      shift_x_(index(size.height)),
      shift_y_(index(size.width)) {
  const double most = curvature * 0.0115 * size.width;
  const double bend = most * prng.between(0.5, 1) * (prng.chance(0.5) ? 1 : -1);
  const double sway = most * prng.between(0.2, 0.5) * (prng.chance(0.5) ? 1 : -1);
  const double phase = prng.between(0, std::numbers::pi);
  const bool spine_left = prng.chance(0.5);
  for (std::size_t x = 0; x < shift_y_.size(); ++x) {
    const double across = static_cast<double>(x) / size.width;
    const double from_spine = spine_left ? across : 1 - across;
    shift_y_[x] = bend * (std::exp(-from_spine * 5) + 0.5 * std::sin(std::numbers::pi * across));
  }
  for (std::size_t y = 0; y < shift_x_.size(); ++y) {
    shift_x_[y] =
        sway * std::sin(1.4 * std::numbers::pi * static_cast<double>(y) / size.height + phase);
  }
}

Photograph photograph(const Sheet& sheet, std::size_t glyph_count, const Warp& warp,
                      const Ageing& ageing, Prng& prng) {
  const Forme& forme = *sheet.forme;
  const SizePx size = forme.ink.size;
  Photograph out;
  out.image = imaging::Image(imaging::PixelFormat::Rgb8, size);
  const Colour paper = paper_colour(ageing.paper, prng);
  const auto tint = static_cast<float>(prng.between(0.85, 1.25));
  const Colour ink{34 * tint, 30 * tint, 28 * tint};
  const Colour red{static_cast<float>(prng.between(168, 200)), 44, 36};
  static constexpr Colour kBrown{0.72F, 0.60F, 0.42F};
  Ground ground(size, ageing, prng);
  const auto shine = static_cast<float>(0.34 * ageing.show_through / 255);
  const auto grain = static_cast<float>(7 * ageing.noise);
  std::uint64_t noise_state = prng.next();
  std::vector<Extent> extents(glyph_count);
  Extent frame;
  Extent seal;
  Row brightness(index(size.width));
  Row brown(brightness.size());
  for (int y = 0; y < size.height; ++y) {
    ground.row(y, brightness, brown);
    std::uint8_t* to = out.image.row(y).data();
    for (int x = 0; x < size.width; ++x, to += 3) {
      const PointPx at = warp.source(x, y);
      const float black = sample(forme.ink, at);
      if (black >= kVisible) {
        const std::uint16_t owner =
            sampled(forme.owner, static_cast<int>(at.x + 0.5), static_cast<int>(at.y + 0.5));
        if (owner == kFrame) {
          frame.add(x, y);
        } else if (owner != kNobody && owner <= glyph_count) {
          extents[owner - 1U].add(x, y);
        }
      }
      float stamped = 0;
      if (sheet.seal != nullptr) {
        const PointPx on_seal{at.x - sheet.seal->corner.x, at.y - sheet.seal->corner.y};
        stamped = sample(sheet.seal->ink, on_seal);
        if (stamped >= kVisible) {
          seal.add(x, y);
        }
      }
      const float behind = sheet.behind != nullptr ? shine * sample(*sheet.behind, at) : 0;
      const float cover = black * (0.94F / 255);
      const float stamp = stamped * (0.88F / 255);
      const float speck = grain > 0 ? grain * pixel_noise(noise_state) : 0;
      const float lit = brightness[index(x)];
      for (std::size_t i = 0; i < 3; ++i) {
        float value = paper[i] * (1 - brown[index(x)] * (1 - kBrown[i])) * (1 - behind);
        value += (red[i] * value / 255 - value) * stamp + (i == 0 ? 18 * stamp : 0);
        value = (value + (ink[i] - value) * cover) * lit + speck;
        to[i] = static_cast<std::uint8_t>(std::clamp(value, 0.0F, 255.0F));
      }
    }
  }
  out.glyphs.reserve(glyph_count);
  for (const Extent& extent : extents) {
    out.glyphs.push_back(extent.box());
  }
  out.frame = frame.box();
  out.seal = seal.box();
  return out;
}

}  // namespace shiqu::ocr::press
