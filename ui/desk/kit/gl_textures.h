#pragma once

#include "ui/desk/kit/textures.h"

#include <set>

namespace shiqu::desk {

/// Textures of the OpenGL context that is current on the UI thread.
class GlTextures final : public TextureStore {
 public:
  GlTextures() = default;
  /// The context must still be current.
  ~GlTextures() override;
  GlTextures(const GlTextures&) = delete;
  GlTextures& operator=(const GlTextures&) = delete;

  TextureId create(const imaging::Image& image) override;
  TextureId create_alpha(SizePx size) override;
  void update_alpha(TextureId id, RectPx area, std::span<const std::uint8_t> alpha) override;
  void set_nearest(TextureId id, bool nearest) override;
  void destroy(TextureId id) override;

 private:
  std::set<TextureId> textures_;
};

/// The current framebuffer's back buffer as Rgb8.
imaging::Image read_back_buffer(SizePx size);

}  // namespace shiqu::desk
