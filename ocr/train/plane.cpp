#include "ocr/train/internal/plane.h"

#include <algorithm>
#include <cmath>

namespace shiqu::ocr::train {
namespace {

std::vector<float> gaussian(double sigma) {
  const int reach = std::max(1, static_cast<int>(std::ceil(sigma * 2.5)));
  std::vector<float> out;
  float sum = 0;
  for (int i = -reach; i <= reach; ++i) {
    out.push_back(static_cast<float>(std::exp(-i * i / (2 * sigma * sigma))));
    sum += out.back();
  }
  for (float& one : out) {
    one /= sum;
  }
  return out;
}

void add_row(float* out, const float* in, float weight, int count) {
  for (int x = 0; x < count; ++x) {
    out[x] += weight * in[x];
  }
}

/// Source positions and weights of one output sample.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

float cubic(double t) {
  t = std::abs(t);
  const double value = t < 1   ? (1.5 * t - 2.5) * t * t + 1
                       : t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2
                               : 0;
  return static_cast<float>(value);
}

Taps area_taps(double begin, double end, int size) {
  Taps out;
  out.first = std::clamp(static_cast<int>(std::floor(begin)), 0, size - 1);
  const int last = std::clamp(static_cast<int>(std::ceil(end)) - 1, out.first, size - 1);
  for (int i = out.first; i <= last; ++i) {
    const double covered = std::min<double>(end, i + 1) - std::max<double>(begin, i);
    out.weights.push_back(static_cast<float>(std::max(covered, 1e-6)));
  }
  return out;
}

Taps point_taps(double centre, int size, Filter filter) {
  const int reach = filter == Filter::Cubic ? 2 : 1;
  const int base = static_cast<int>(std::floor(centre));
  Taps out;
  out.first = std::clamp(base - reach + 1, 0, size - 1);
  const int last = std::clamp(base + reach, out.first, size - 1);
  out.weights.assign(static_cast<std::size_t>(last - out.first + 1), 0);
  for (int i = base - reach + 1; i <= base + reach; ++i) {
    const double distance = centre - i;
    const float weight = filter == Filter::Cubic
                             ? cubic(distance)
                             : static_cast<float>(std::max(0.0, 1 - std::abs(distance)));
    out.weights[static_cast<std::size_t>(std::clamp(i, out.first, last) - out.first)] += weight;
  }
  return out;
}

std::vector<Taps> taps_for(int from, int to, Filter filter) {
  const double scale = static_cast<double>(from) / to;
  std::vector<Taps> out;
  for (int i = 0; i < to; ++i) {
    out.push_back(scale > 1 ? area_taps(i * scale, (i + 1) * scale, from)
                            : point_taps((i + 0.5) * scale - 0.5, from, filter));
    float sum = 0;
    for (const float weight : out.back().weights) {
      sum += weight;
    }
    for (float& weight : out.back().weights) {
      weight /= sum;
    }
  }
  return out;
}

}  // namespace

Plane blurred(const Plane& plane, double sigma) {
  if (sigma < 0.2) {
    return plane;
  }
  const std::vector<float> kernel = gaussian(sigma);
  const int reach = static_cast<int>(kernel.size() / 2);
  const int width = plane.width;
  Plane out(width, plane.height);
  std::vector<float> mixed(static_cast<std::size_t>(width + 2 * reach));
  for (int y = 0; y < plane.height; ++y) {
    std::fill(mixed.begin(), mixed.end(), 0.0F);
    float* const middle = mixed.data() + reach;
    for (int i = -reach; i <= reach; ++i) {
      add_row(middle, plane.row(std::clamp(y + i, 0, plane.height - 1)),
              kernel[static_cast<std::size_t>(i + reach)], width);
    }
    std::fill_n(mixed.data(), reach, middle[0]);
    std::fill_n(middle + width, reach, middle[width - 1]);
    for (int i = -reach; i <= reach; ++i) {
      add_row(out.row(y), middle + i, kernel[static_cast<std::size_t>(i + reach)], width);
    }
  }
  return out;
}

Plane resized(const Plane& plane, int width, int height, Filter filter) {
  const std::vector<Taps> rows = taps_for(plane.height, height, filter);
  const std::vector<Taps> columns = taps_for(plane.width, width, filter);
  Plane out(width, height);
  std::vector<float> mixed(static_cast<std::size_t>(plane.width));
  for (int y = 0; y < height; ++y) {
    std::fill(mixed.begin(), mixed.end(), 0.0F);
    const Taps& taps = rows[static_cast<std::size_t>(y)];
    for (std::size_t i = 0; i < taps.weights.size(); ++i) {
      add_row(mixed.data(), plane.row(taps.first + static_cast<int>(i)), taps.weights[i],
              plane.width);
    }
    float* const line = out.row(y);
    for (int x = 0; x < width; ++x) {
      const Taps& across = columns[static_cast<std::size_t>(x)];
      float sum = 0;
      for (std::size_t i = 0; i < across.weights.size(); ++i) {
        sum += across.weights[i] * mixed[static_cast<std::size_t>(across.first) + i];
      }
      line[x] = sum;
    }
  }
  return out;
}

Plane smooth_noise(Random& random, int width, int height, double cell_x, double cell_y) {
  const int columns = std::max(2, static_cast<int>(std::ceil(width / cell_x)) + 1);
  const int rows = std::max(2, static_cast<int>(std::ceil(height / cell_y)) + 1);
  Plane coarse(columns, rows);
  for (float& value : coarse.values) {
    value = std::clamp(random.normal() * 0.6F, -1.2F, 1.2F);
  }
  return resized(coarse, width, height);
}

}  // namespace shiqu::ocr::train
