#pragma once

#include "storage/base/result.h"
#include "ui/desk/kit/alias_table.h"
#include "ui/desk/kit/font_chain.h"
#include "ui/desk/kit/shelf_packer.h"
#include "ui/desk/kit/textures.h"

#include <imgui.h>

#include <string>
#include <string_view>
#include <unordered_map>

namespace shiqu::desk {

/// The interface's text: puts glyphs into Dear ImGui's atlas when a string is about to be shown,
/// and gives characters beyond 16 bits an alias. Every string for an ImGui call goes through
/// prepare(). UI thread only.
class GlyphService {
 public:
  /// Both are borrowed and must live longer.
  GlyphService(ImFontAtlas& atlas, TextureStore& textures);
  GlyphService(const GlyphService&) = delete;
  GlyphService& operator=(const GlyphService&) = delete;
  ~GlyphService();

  /// Makes the atlas anew with an em of `em_px`; between frames. Errors: NotFound (no interface
  /// font installed), Internal (the atlas could not be built).
  Status build(float em_px);

  /// Between frames: empties an atlas that has become full.
  void begin_frame();

  /// `utf8` as ImGui can show it, with all its glyphs present. Valid until the next begin_frame().
  const char* prepare(std::string_view utf8);

  /// Advance of `c` in px in the interface's font.
  float advance(char32_t c);
  /// Height of a line in px (1.448 em for this font).
  [[nodiscard]] float line_height() const { return font_->FontSize; }
  [[nodiscard]] float em_px() const noexcept { return em_px_; }
  [[nodiscard]] ImFont* font() const noexcept { return font_; }
  AliasTable& aliases() noexcept { return aliases_; }

 private:
  void open_index();
  char32_t ensure(char32_t c);
  void insert(char32_t slot, const GlyphBitmap& bitmap);
  void reset_dynamic();

  ImFontAtlas& atlas_;
  TextureStore& textures_;
  FontChain chain_;
  AliasTable aliases_;
  ImFont* font_ = nullptr;
  TextureId texture_ = 0;
  RectPx reserve_;
  ShelfPacker packer_;
  int static_glyphs_ = 0;
  float em_px_ = 0;
  bool full_ = false;
  std::unordered_map<char32_t, char32_t> shown_;  // slot → character whose glyph it has
  std::unordered_map<std::string, std::string> prepared_;
  std::uint64_t alias_generation_ = 0;
};

}  // namespace shiqu::desk
