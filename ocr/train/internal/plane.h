#pragma once

#include "ocr/train/internal/random.h"

#include <cstddef>
#include <vector>

namespace shiqu::ocr::train {

/// One value for each pixel.
struct Plane {
  int width = 0;
  int height = 0;
  std::vector<float> values;

  Plane() = default;
  Plane(int w, int h, float value = 0)
      : width(w),
        height(h),
        values(static_cast<std::size_t>(w) * static_cast<std::size_t>(h), value) {}
  [[nodiscard]] float* row(int y) { return values.data() + static_cast<std::ptrdiff_t>(y) * width; }
  [[nodiscard]] const float* row(int y) const {
    return values.data() + static_cast<std::ptrdiff_t>(y) * width;
  }
};

/// Gaussian blur, edges repeated. `sigma` in px, at least 0; below 0.2 nothing happens.
Plane blurred(const Plane& plane, double sigma);

enum class Filter { Linear, Cubic };  ///< for enlarging; shrinking always averages the area

Plane resized(const Plane& plane, int width, int height, Filter filter = Filter::Linear);

/// Smooth random surface, about -1…1: independent values `cell_x` × `cell_y` px apart,
/// interpolated.
Plane smooth_noise(Random& random, int width, int height, double cell_x, double cell_y);

}  // namespace shiqu::ocr::train
