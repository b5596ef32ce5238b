#include "ui/desk/kit/textures.h"

#include "storage/imaging/operations.h"

#include <algorithm>

namespace shiqu::desk {

TextureId MemoryTextures::create(const imaging::Image& image) {
  if (image.empty() || imaging::bits_of(image.format()) != 8) {
    return 0;
  }
  const imaging::Image rgb = imaging::to_rgb8(image);
  Texture texture{rgb.size(), false, {rgb.bytes().begin(), rgb.bytes().end()}};
  textures_.emplace(++last_, std::move(texture));
  return last_;
}

TextureId MemoryTextures::create_alpha(SizePx size) {
  const auto area = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
  textures_.emplace(++last_, Texture{size, true, std::vector<std::uint8_t>(area)});
  return last_;
}

void MemoryTextures::update_alpha(TextureId id, RectPx area, std::span<const std::uint8_t> alpha) {
  const auto found = textures_.find(id);
  if (found == textures_.end() || !found->second.alpha_only) {
    return;
  }
  Texture& texture = found->second;
  for (int y = 0; y < area.height; ++y) {
    const auto from = alpha.begin() + static_cast<std::ptrdiff_t>(y) * area.width;
    const auto to = static_cast<std::ptrdiff_t>(area.y + y) * texture.size.width + area.x;
    std::copy_n(from, area.width, texture.pixels.begin() + to);
  }
}

void MemoryTextures::set_nearest(TextureId /*id*/, bool /*nearest*/) {
  // The rasteriser chooses by the scale it meets.
}

void MemoryTextures::destroy(TextureId id) {
  textures_.erase(id);
}

const MemoryTextures::Texture* MemoryTextures::find(TextureId id) const {
  const auto found = textures_.find(id);
  return found == textures_.end() ? nullptr : &found->second;
}

}  // namespace shiqu::desk
