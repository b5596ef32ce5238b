#include "ocr/train/internal/paper.h"

#include "ocr/train/synthesis.h"
#include "storage/imaging/codecs.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace shiqu::ocr::train {
namespace {

using Colour = std::array<float, 3>;

struct Tones {
  Colour paper{255, 255, 255};
  Colour ink{0, 0, 0};
  Colour seal{190, 50, 40};
  bool coloured = false;
};

Tones choose_tones(Random& random) {
  Tones out;
  const bool white = random.chance(0.4);
  const auto bright = static_cast<float>(white ? 255 : random.between(140, 255));
  const auto dark =
      static_cast<float>(random.chance(0.4) ? 0 : random.between(0, std::min(95.0, bright * 0.5)));
  out.paper.fill(bright);
  out.ink.fill(dark);
  out.coloured = !white && random.chance(0.3);
  if (out.coloured) {
    out.paper[1] *= static_cast<float>(random.between(0.84, 0.98));
    out.paper[2] *= static_cast<float>(random.between(0.6, 0.93));
  } else {
    // A red seal scanned in grey: anything from a shadow to nearly black.
    out.seal.fill(bright * static_cast<float>(random.between(0.35, 0.85)));
  }
  return out;
}

/// Light and stains: a factor for each pixel.
Plane shade(Random& random, int width, int height) {
  Plane out(width, height, 1);
  if (!random.chance(0.5)) {
    return out;
  }
  const auto depth = static_cast<float>(random.between(0.02, 0.2));
  const Plane field = smooth_noise(random, width, height, random.between(30, 300), height);
  const Plane fibres =
      smooth_noise(random, width, height, random.between(2, 9), random.between(1, 4));
  const auto fibre = static_cast<float>(random.chance(0.4) ? random.between(0.01, 0.06) : 0);
  for (std::size_t i = 0; i < out.values.size(); ++i) {
    out.values[i] = 1 - depth * (0.5F + 0.5F * field.values[i]) - fibre * fibres.values[i];
  }
  return out;
}

/// The other side of the leaf: this line's own ink, mirrored, far away and soft.
void shine_through(Plane& ink, Random& random) {
  const Plane soft = blurred(ink, random.between(1.5, 3));
  const auto strength = static_cast<float>(random.between(0.05, 0.28));
  for (int y = 0; y < ink.height; ++y) {
    for (int x = 0; x < ink.width; ++x) {
      const float behind = soft.row(y)[ink.width - 1 - x] * strength;
      ink.row(y)[x] = std::max(ink.row(y)[x], behind);
    }
  }
}

Plane channel(const Layers& layers, const Plane& light, const Tones& tones, std::size_t index) {
  Plane out(layers.ink.width, layers.ink.height);
  for (std::size_t i = 0; i < out.values.size(); ++i) {
    float paper = tones.paper[index] * light.values[i];
    if (!layers.seal.values.empty()) {
      paper += (std::min(paper, tones.seal[index]) - paper) * layers.seal.values[i];
    }
    out.values[i] = paper + (tones.ink[index] - paper) * layers.ink.values[i];
  }
  return out;
}

void add_noise(Plane& plane, Random& random, float deviation) {
  for (float& value : plane.values) {
    value += deviation * random.normal();
  }
}

void binarise(Plane& plane, const Tones& tones, Random& random) {
  const float range = tones.paper[0] - tones.ink[0];
  const float level = tones.ink[0] + range * static_cast<float>(random.between(0.35, 0.72));
  for (float& value : plane.values) {
    value = value > level ? 255.0F : 0.0F;
  }
}

imaging::Image to_image(const std::vector<Plane>& planes) {
  imaging::Image out(imaging::PixelFormat::Rgb8, {planes[0].width, planes[0].height});
  for (int y = 0; y < planes[0].height; ++y) {
    const auto row = out.row(y);
    for (std::size_t c = 0; c < 3; ++c) {
      const float* const in = planes[std::min(c, planes.size() - 1)].row(y);
      for (int x = 0; x < planes[0].width; ++x) {
        row[static_cast<std::size_t>(x) * 3 + c] =
            static_cast<std::uint8_t>(std::clamp(in[x] + 0.5F, 0.0F, 255.0F));
      }
    }
  }
  return out;
}

void through_jpeg(std::vector<Plane>& planes, int quality) {
  const auto bytes = imaging::encode_jpeg(to_image(planes), quality);
  if (!bytes) {
    return;  // no memory: the line stays as it is
  }
  const auto back = imaging::decode_jpeg(*bytes);
  if (!back) {
    return;
  }
  const std::size_t channels = static_cast<std::size_t>(back->image.channels());
  for (std::size_t c = 0; c < planes.size(); ++c) {
    for (int y = 0; y < planes[c].height; ++y) {
      const auto row = back->image.row(y);
      for (int x = 0; x < planes[c].width; ++x) {
        planes[c].row(y)[x] =
            row[static_cast<std::size_t>(x) * channels + std::min(c, channels - 1)];
      }
    }
  }
}

}  // namespace

imaging::Image scanned(const Layers& layers, int width_px, double least_height_px, Random& random) {
  const Tones tones = choose_tones(random);
  const double low = std::clamp(least_height_px, 17.0, 31.0);
  const int scan_height =
      static_cast<int>(random.chance(0.25) ? random.between(low, 31) : random.between(34, 96.99));
  const int scan_width = std::max(8, static_cast<int>(std::lround(static_cast<double>(width_px) *
                                                                  scan_height / kLineHeightPx)));
  Layers seen{resized(layers.ink, scan_width, scan_height),
              layers.seal.values.empty() ? Plane() : resized(layers.seal, scan_width, scan_height)};
  if (random.chance(0.12)) {
    shine_through(seen.ink, random);
  }
  const Plane light = shade(random, scan_width, scan_height);
  const bool two_tones = !tones.coloured && random.chance(0.33);
  const double lens =
      random.chance(0.5) ? random.between(0.3, 1.0) * std::min(1.0, scan_height / 48.0) : 0;
  const auto deviation =
      static_cast<float>(random.chance(0.5) ? random.between(0, two_tones ? 20 : 13) : 0);
  std::vector<Plane> planes;
  for (std::size_t c = 0; c < (tones.coloured ? 3U : 1U); ++c) {
    planes.push_back(blurred(channel(seen, light, tones, c), lens));
    add_noise(planes.back(), random, deviation);
  }
  if (two_tones) {
    binarise(planes[0], tones, random);
  }
  if (random.chance(0.3)) {
    through_jpeg(planes, static_cast<int>(random.between(30, 92)));
  }
  const Filter filter = random.chance(0.5) ? Filter::Linear : Filter::Cubic;
  for (Plane& plane : planes) {
    plane = resized(plane, width_px, kLineHeightPx, filter);
  }
  return to_image(planes);
}

}  // namespace shiqu::ocr::train
