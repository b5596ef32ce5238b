#include "ui/desk/kit/rasterise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace shiqu::desk {
namespace {

using Texture = MemoryTextures::Texture;

struct Rgba {
  float r = 0;
  float g = 0;
  float b = 0;
  float a = 0;
};

Rgba unpack(ImU32 c) {
  const auto part = [c](unsigned shift) { return static_cast<float>((c >> shift) & 0xFFU); };
  return {part(IM_COL32_R_SHIFT), part(IM_COL32_G_SHIFT), part(IM_COL32_B_SHIFT),
          part(IM_COL32_A_SHIFT) / 255.0F};
}

/// Where pixels go: the picture and the part of it that may be written.
struct Target {
  imaging::Image& image;
  int x0 = 0;
  int y0 = 0;
  int x1 = 0;
  int y1 = 0;
};

void blend(std::uint8_t* pixel, const Rgba& c) {
  const auto mix = [&c](std::uint8_t under, float over) {
    return static_cast<std::uint8_t>(static_cast<float>(under) * (1 - c.a) + over * c.a + 0.5F);
  };
  pixel[0] = mix(pixel[0], c.r);
  pixel[1] = mix(pixel[1], c.g);
  pixel[2] = mix(pixel[2], c.b);
}

Rgba texel(const Texture& t, int x, int y) {
  const int cx = std::clamp(x, 0, t.size.width - 1);
  const int cy = std::clamp(y, 0, t.size.height - 1);
  const std::size_t at = static_cast<std::size_t>(cy) * static_cast<std::size_t>(t.size.width) +
                         static_cast<std::size_t>(cx);
  if (t.alpha_only) {
    return {255, 255, 255, static_cast<float>(t.pixels[at]) / 255.0F};
  }
  const std::uint8_t* p = &t.pixels[at * 3];
  return {static_cast<float>(p[0]), static_cast<float>(p[1]), static_cast<float>(p[2]), 1};
}

Rgba lerp(const Rgba& a, const Rgba& b, float t) {
  return {a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t,
          a.a + (b.a - a.a) * t};
}

Rgba sample(const Texture& t, ImVec2 uv, bool smooth) {
  const float x = uv.x * static_cast<float>(t.size.width);
  const float y = uv.y * static_cast<float>(t.size.height);
  if (!smooth) {
    return texel(t, static_cast<int>(std::floor(x)), static_cast<int>(std::floor(y)));
  }
  const float fx = std::floor(x - 0.5F);
  const float fy = std::floor(y - 0.5F);
  const int ix = static_cast<int>(fx);
  const int iy = static_cast<int>(fy);
  const float tx = x - 0.5F - fx;
  const float ty = y - 0.5F - fy;
  return lerp(lerp(texel(t, ix, iy), texel(t, ix + 1, iy), tx),
              lerp(texel(t, ix, iy + 1), texel(t, ix + 1, iy + 1), tx), ty);
}

Rgba shade(const Texture* texture, ImVec2 uv, const Rgba& colour, bool smooth) {
  if (texture == nullptr) {
    return colour;
  }
  const Rgba t = sample(*texture, uv, smooth);
  return {colour.r * t.r / 255.0F, colour.g * t.g / 255.0F, colour.b * t.b / 255.0F,
          colour.a * t.a};
}

int first_centre(float edge) {
  return static_cast<int>(std::ceil(edge - 0.5F));
}

/// An upright rectangle of one colour, a → c being its diagonal.
void fill_quad(const Target& target, const ImDrawVert& a, const ImDrawVert& c,
               const Texture* texture) {
  const float w = c.pos.x - a.pos.x;
  const float h = c.pos.y - a.pos.y;
  const Rgba colour = unpack(a.col);
  const ImVec2 step(w > 0 ? (c.uv.x - a.uv.x) / w : 0, h > 0 ? (c.uv.y - a.uv.y) / h : 0);
  const bool flat = a.uv.x == c.uv.x && a.uv.y == c.uv.y;
  const Rgba one = flat ? shade(texture, a.uv, colour, false) : Rgba{};
  const bool smooth =
      texture != nullptr && std::abs(step.x * static_cast<float>(texture->size.width) - 1) > 0.01F;
  for (int y = std::max(target.y0, first_centre(a.pos.y));
       y < std::min(target.y1, first_centre(c.pos.y)); ++y) {
    std::uint8_t* row = target.image.row(y).data();
    const float v = a.uv.y + (static_cast<float>(y) + 0.5F - a.pos.y) * step.y;
    const int end = std::min(target.x1, first_centre(c.pos.x));
    for (int x = std::max(target.x0, first_centre(a.pos.x)); x < end; ++x) {
      const float u = a.uv.x + (static_cast<float>(x) + 0.5F - a.pos.x) * step.x;
      blend(row + static_cast<std::ptrdiff_t>(x) * 3,
            flat ? one : shade(texture, ImVec2(u, v), colour, smooth));
    }
  }
}

/// Fixed point, 1/256 px: neighbours share their edges exactly and no pixel is drawn twice.
struct Fixed {
  std::int64_t x = 0;
  std::int64_t y = 0;
};

Fixed fixed(ImVec2 p) {
  return {std::llround(p.x * 256.0F), std::llround(p.y * 256.0F)};
}

std::int64_t edge(const Fixed& a, const Fixed& b, const Fixed& p) {
  return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
}

bool is_top_left(const Fixed& a, const Fixed& b) {
  return b.y < a.y || (b.y == a.y && b.x > a.x);
}

void fill_triangle(const Target& target, std::array<ImDrawVert, 3> v, const Texture* texture) {
  std::array<Fixed, 3> p{fixed(v[0].pos), fixed(v[1].pos), fixed(v[2].pos)};
  std::int64_t area = edge(p[0], p[1], p[2]);
  if (area == 0) {
    return;
  }
  if (area < 0) {
    std::swap(v[1], v[2]);
    std::swap(p[1], p[2]);
    area = -area;
  }
  const std::array<Rgba, 3> c{unpack(v[0].col), unpack(v[1].col), unpack(v[2].col)};
  const auto [x_low, x_high] = std::minmax({v[0].pos.x, v[1].pos.x, v[2].pos.x});
  const auto [y_low, y_high] = std::minmax({v[0].pos.y, v[1].pos.y, v[2].pos.y});
  for (int y = std::max(target.y0, static_cast<int>(y_low));
       y < std::min(target.y1, static_cast<int>(y_high) + 1); ++y) {
    std::uint8_t* row = target.image.row(y).data();
    const int end = std::min(target.x1, static_cast<int>(x_high) + 1);
    for (int x = std::max(target.x0, static_cast<int>(x_low)); x < end; ++x) {
      const Fixed at{static_cast<std::int64_t>(x) * 256 + 128,
                     static_cast<std::int64_t>(y) * 256 + 128};
      std::array<std::int64_t, 3> w{edge(p[1], p[2], at), edge(p[2], p[0], at),
                                    edge(p[0], p[1], at)};
      const bool inside = (w[0] > 0 || (w[0] == 0 && is_top_left(p[1], p[2]))) &&
                          (w[1] > 0 || (w[1] == 0 && is_top_left(p[2], p[0]))) &&
                          (w[2] > 0 || (w[2] == 0 && is_top_left(p[0], p[1])));
      if (!inside) {
        continue;
      }
      const float k0 = static_cast<float>(w[0]) / static_cast<float>(area);
      const float k1 = static_cast<float>(w[1]) / static_cast<float>(area);
      const float k2 = 1 - k0 - k1;
      const Rgba colour{
          c[0].r * k0 + c[1].r * k1 + c[2].r * k2, c[0].g * k0 + c[1].g * k1 + c[2].g * k2,
          c[0].b * k0 + c[1].b * k1 + c[2].b * k2, c[0].a * k0 + c[1].a * k1 + c[2].a * k2};
      const ImVec2 uv(v[0].uv.x * k0 + v[1].uv.x * k1 + v[2].uv.x * k2,
                      v[0].uv.y * k0 + v[1].uv.y * k1 + v[2].uv.y * k2);
      blend(row + static_cast<std::ptrdiff_t>(x) * 3, shade(texture, uv, colour, true));
    }
  }
}

/// ImGui writes rectangles as corners a b c d with triangles a b c and a c d.
bool is_upright_quad(const std::array<ImDrawVert, 4>& v) {
  return v[0].pos.y == v[1].pos.y && v[1].pos.x == v[2].pos.x && v[2].pos.y == v[3].pos.y &&
         v[3].pos.x == v[0].pos.x && v[0].pos.x <= v[2].pos.x && v[0].pos.y <= v[2].pos.y &&
         v[0].col == v[1].col && v[0].col == v[2].col && v[0].col == v[3].col &&
         v[0].uv.y == v[1].uv.y && v[1].uv.x == v[2].uv.x;
}

void draw_command(const Target& target, const ImDrawList& list, const ImDrawCmd& command,
                  const Texture* texture) {
  const auto vertex = [&](unsigned i) {
    return list.VtxBuffer[static_cast<int>(list.IdxBuffer[static_cast<int>(command.IdxOffset + i)] +
                                           command.VtxOffset)];
  };
  const auto index = [&](unsigned i) {
    return list.IdxBuffer[static_cast<int>(command.IdxOffset + i)];
  };
  for (unsigned i = 0; i + 2 < command.ElemCount;) {
    if (i + 5 < command.ElemCount && index(i) == index(i + 3) && index(i + 2) == index(i + 4)) {
      const std::array<ImDrawVert, 4> quad{vertex(i), vertex(i + 1), vertex(i + 2), vertex(i + 5)};
      if (is_upright_quad(quad)) {
        fill_quad(target, quad[0], quad[2], texture);
        i += 6;
        continue;
      }
    }
    fill_triangle(target, {vertex(i), vertex(i + 1), vertex(i + 2)}, texture);
    i += 3;
  }
}

}  // namespace

imaging::Image rasterise(const ImDrawData& frame, const MemoryTextures& textures, ImU32 ground) {
  imaging::Image image(imaging::PixelFormat::Rgb8, {static_cast<int>(frame.DisplaySize.x),
                                                    static_cast<int>(frame.DisplaySize.y)});
  const Rgba fill = unpack(ground);
  for (std::size_t i = 0; i + 2 < image.bytes().size(); i += 3) {
    image.bytes()[i] = static_cast<std::uint8_t>(fill.r);
    image.bytes()[i + 1] = static_cast<std::uint8_t>(fill.g);
    image.bytes()[i + 2] = static_cast<std::uint8_t>(fill.b);
  }
  for (int l = 0; l < frame.CmdListsCount; ++l) {
    const ImDrawList& list = *frame.CmdLists[l];
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.UserCallback != nullptr) {
        continue;  // callbacks speak to OpenGL
      }
      const Target target{image, std::max(0, static_cast<int>(command.ClipRect.x)),
                          std::max(0, static_cast<int>(command.ClipRect.y)),
                          std::min(image.width(), static_cast<int>(command.ClipRect.z)),
                          std::min(image.height(), static_cast<int>(command.ClipRect.w))};
      draw_command(target, list, command,
                   textures.find(reinterpret_cast<TextureId>(command.GetTexID())));
    }
  }
  return image;
}

}  // namespace shiqu::desk
