#pragma once

#include "storage/imaging/image.h"

#include <imgui.h>

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace shiqu::desk {

/// Names one texture of a TextureStore; 0 is none.
using TextureId = std::uintptr_t;

/// As Dear ImGui passes it through its draw lists.
inline ImTextureID im_texture(TextureId id) noexcept {
  return reinterpret_cast<ImTextureID>(id);  // NOLINT(performance-no-int-to-ptr)
}

/// Where pictures and glyphs go before they are drawn. UI thread only.
class TextureStore {
 public:
  TextureStore() = default;
  TextureStore(const TextureStore&) = delete;
  TextureStore& operator=(const TextureStore&) = delete;
  virtual ~TextureStore() = default;

  /// Uploads Gray8 or Rgb8 pixels as an opaque picture. Other formats give 0.
  virtual TextureId create(const imaging::Image& image) = 0;
  /// White with an alpha channel, all 0: for glyphs.
  virtual TextureId create_alpha(SizePx size) = 0;
  /// Replaces `area` of an alpha texture; `alpha` has area.width × area.height bytes.
  virtual void update_alpha(TextureId id, RectPx area, std::span<const std::uint8_t> alpha) = 0;
  /// Blocky (true: cheap and exact at 1:1) or smooth enlargement.
  virtual void set_nearest(TextureId id, bool nearest) = 0;
  virtual void destroy(TextureId id) = 0;
};

/// Keeps textures in memory, for frames without a window: rasterise() draws from them.
class MemoryTextures final : public TextureStore {
 public:
  struct Texture {
    SizePx size;
    bool alpha_only = false;
    std::vector<std::uint8_t> pixels;  ///< 1 byte (alpha) or 3 bytes (R, G, B) per pixel
  };

  TextureId create(const imaging::Image& image) override;
  TextureId create_alpha(SizePx size) override;
  void update_alpha(TextureId id, RectPx area, std::span<const std::uint8_t> alpha) override;
  void set_nearest(TextureId id, bool nearest) override;
  void destroy(TextureId id) override;

  /// nullptr when there is no such texture.
  [[nodiscard]] const Texture* find(TextureId id) const;
  [[nodiscard]] std::size_t count() const noexcept { return textures_.size(); }

 private:
  std::map<TextureId, Texture> textures_;
  TextureId last_ = 0;
};

}  // namespace shiqu::desk
