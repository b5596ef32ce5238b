#include "storage/imaging/operations.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

namespace shiqu::imaging {
namespace {

std::uint8_t high_byte(const Image& image, int y, std::size_t sample) {
  return bits_of(image.format()) == 16 ? static_cast<std::uint8_t>(image.row16(y)[sample] >> 8U)
                                       : image.row(y)[sample];
}

std::uint8_t gray_of(unsigned r, unsigned g, unsigned b) {
  return static_cast<std::uint8_t>((299 * r + 587 * g + 114 * b + 500) / 1000);
}

/// One output pixel = weighted source pixels first…first + weights.size() of one axis.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

/// Box filter when shrinking, linear interpolation when enlarging.
std::vector<Taps> make_taps(int from, int to) {
  std::vector<Taps> out(static_cast<std::size_t>(to));
  const double scale = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    Taps& taps = out[static_cast<std::size_t>(i)];
    if (scale >= 1.0) {
      const double begin = i * scale;
      const double end = std::min<double>((i + 1) * scale, from);
      taps.first = static_cast<int>(begin);
      for (int s = taps.first; s < end; ++s) {
        const double cover = std::min<double>(s + 1, end) - std::max<double>(s, begin);
        taps.weights.push_back(static_cast<float>(cover / (end - begin)));
      }
    } else {
      const double centre = std::clamp((i + 0.5) * scale - 0.5, 0.0, static_cast<double>(from - 1));
      taps.first = std::min(static_cast<int>(centre), std::max(0, from - 2));
      const auto part = static_cast<float>(centre - taps.first);
      taps.weights = from > 1 ? std::vector<float>{1.0F - part, part} : std::vector<float>{1.0F};
    }
  }
  return out;
}

}  // namespace

Image to_gray8(const Image& image) {
  if (image.format() == PixelFormat::Gray8) {
    return image.clone();
  }
  Image out(PixelFormat::Gray8, image.size());
  if (image.format() == PixelFormat::Rgb8) {
    for (int y = 0; y < image.height(); ++y) {
      const std::uint8_t* from = image.row(y).data();
      for (std::uint8_t& to : out.row(y)) {
        to = gray_of(from[0], from[1], from[2]);
        from += 3;
      }
    }
    return out;
  }
  for (int y = 0; y < image.height(); ++y) {
    const auto to = out.row(y);
    for (std::size_t x = 0; x < to.size(); ++x) {
      if (image.channels() == 1) {
        to[x] = high_byte(image, y, x);
      } else {
        const unsigned r = high_byte(image, y, 3 * x);
        const unsigned g = high_byte(image, y, 3 * x + 1);
        const unsigned b = high_byte(image, y, 3 * x + 2);
        to[x] = gray_of(r, g, b);
      }
    }
  }
  return out;
}

Image to_rgb8(const Image& image) {
  if (image.format() == PixelFormat::Rgb8) {
    return image.clone();
  }
  Image out(PixelFormat::Rgb8, image.size());
  if (image.format() == PixelFormat::Gray8) {
    for (int y = 0; y < image.height(); ++y) {
      std::uint8_t* to = out.row(y).data();
      for (const std::uint8_t level : image.row(y)) {
        to = std::fill_n(to, 3, level);
      }
    }
    return out;
  }
  for (int y = 0; y < image.height(); ++y) {
    const auto to = out.row(y);
    for (std::size_t s = 0; s < to.size(); ++s) {
      to[s] = high_byte(image, y, image.channels() == 1 ? s / 3 : s);
    }
  }
  return out;
}

Image crop(const Image& image, RectPx area) {
  area = intersection(area, {0, 0, image.width(), image.height()});
  assert(!area.empty());
  Image out(image.format(), {area.width, area.height});
  const std::size_t pixel_bytes = image.row_bytes() / static_cast<std::size_t>(image.width());
  for (int y = 0; y < area.height; ++y) {
    const auto from = image.row(area.y + y)
                          .subspan(static_cast<std::size_t>(area.x) * pixel_bytes, out.row_bytes());
    std::copy(from.begin(), from.end(), out.row(y).begin());
  }
  return out;
}

Image halve(const Image& image) {
  assert(bits_of(image.format()) == 8);
  Image out(image.format(), {(image.width() + 1) / 2, (image.height() + 1) / 2});
  const int n = image.channels();
  for (int y = 0; y < out.height(); ++y) {
    const auto top = image.row(2 * y);
    const auto below = image.row(std::min(2 * y + 1, image.height() - 1));
    const auto to = out.row(y);
    for (int x = 0; x < out.width(); ++x) {
      const int left = 2 * x * n;
      const int right = std::min(2 * x + 1, image.width() - 1) * n;
      for (int c = 0; c < n; ++c) {
        const auto l = static_cast<std::size_t>(left + c);
        const auto r = static_cast<std::size_t>(right + c);
        const unsigned sum = 0U + top[l] + top[r] + below[l] + below[r];
        to[static_cast<std::size_t>(x * n + c)] = static_cast<std::uint8_t>((sum + 2U) / 4U);
      }
    }
  }
  return out;
}

Image resize(const Image& image, SizePx size) {
  assert(bits_of(image.format()) == 8 && size.width > 0 && size.height > 0);
  if (size == image.size()) {
    return image.clone();
  }
  const auto n = static_cast<std::size_t>(image.channels());
  const std::vector<Taps> across = make_taps(image.width(), size.width);
  const std::vector<Taps> down = make_taps(image.height(), size.height);
  Image out(image.format(), size);
  const std::size_t source_samples = image.row_bytes();
  std::vector<float> line(source_samples);
  for (int y = 0; y < size.height; ++y) {
    std::fill(line.begin(), line.end(), 0.0F);
    const Taps& rows = down[static_cast<std::size_t>(y)];
    for (std::size_t k = 0; k < rows.weights.size(); ++k) {
      const std::uint8_t* from = image.row(rows.first + static_cast<int>(k)).data();
      const float weight = rows.weights[k];
      float* to = line.data();
      for (std::size_t s = 0; s < source_samples; ++s) {
        to[s] += weight * static_cast<float>(from[s]);
      }
    }
    const auto to = out.row(y);
    for (std::size_t x = 0; x < static_cast<std::size_t>(size.width); ++x) {
      const Taps& columns = across[x];
      for (std::size_t c = 0; c < n; ++c) {
        float sum = 0.5F;
        const float* from = line.data() + static_cast<std::size_t>(columns.first) * n + c;
        for (const float weight : columns.weights) {
          sum += weight * *from;
          from += n;
        }
        to[x * n + c] = static_cast<std::uint8_t>(std::clamp(sum, 0.0F, 255.0F));
      }
    }
  }
  return out;
}

Image fit(const Image& image, int longest_px) {
  const int longest = std::max(image.width(), image.height());
  if (longest <= longest_px) {
    return image.clone();
  }
  const auto scaled = [&](int side) {
    return std::max(
        1, static_cast<int>(std::lround(static_cast<double>(side) * longest_px / longest)));
  };
  return resize(image, {scaled(image.width()), scaled(image.height())});
}

Image rotate_quarters(const Image& image, int quarters) {
  const int turns = ((quarters % 4) + 4) % 4;
  if (turns == 0) {
    return image.clone();
  }
  const SizePx size = turns == 2 ? image.size() : SizePx{image.height(), image.width()};
  Image out(image.format(), size);
  const auto pixel = static_cast<std::ptrdiff_t>(image.row_bytes()) / image.width();
  const auto row = static_cast<std::ptrdiff_t>(image.row_bytes());
  const int last_x = image.width() - 1;
  const int last_y = image.height() - 1;
  for (int y = 0; y < size.height; ++y) {
    // Where the row begins on the image as it was, and the way from pixel to pixel.
    const std::ptrdiff_t first = turns == 1   ? last_y * row + y * pixel
                                 : turns == 2 ? (last_y - y) * row + last_x * pixel
                                              : (last_x - y) * pixel;
    const std::ptrdiff_t step = turns == 1 ? -row : turns == 2 ? -pixel : row;
    const std::uint8_t* const from = image.bytes().data() + first;
    std::uint8_t* to = out.row(y).data();
    for (std::ptrdiff_t x = 0; x < size.width; ++x) {
      for (std::ptrdiff_t byte = 0; byte < pixel; ++byte) {
        *to++ = from[x * step + byte];
      }
    }
  }
  return out;
}

Image upright(const Image& image, int exif_orientation) {
  const auto mirrored = [](const Image& source) {
    Image out = source.clone();
    const std::size_t pixel = source.row_bytes() / static_cast<std::size_t>(source.width());
    const auto width = static_cast<std::size_t>(source.width());
    for (int y = 0; y < source.height(); ++y) {
      for (std::size_t x = 0; x < width; ++x) {
        const auto from = source.row(y).subspan((width - 1 - x) * pixel, pixel);
        std::copy(from.begin(), from.end(), out.row(y).subspan(x * pixel).begin());
      }
    }
    return out;
  };
  switch (exif_orientation) {
    case 2:
      return mirrored(image);
    case 3:
      return rotate_quarters(image, 2);
    case 4:
      return rotate_quarters(mirrored(image), 2);
    case 5:
      return rotate_quarters(mirrored(image), 3);
    case 6:
      return rotate_quarters(image, 1);
    case 7:
      return rotate_quarters(mirrored(image), 1);
    case 8:
      return rotate_quarters(image, 3);
    default:
      return image.clone();
  }
}

}  // namespace shiqu::imaging
