#pragma once

#include "ui/desk/kit/font_chain.h"
#include "ui/desk/kit/shelf_packer.h"
#include "ui/desk/kit/textures.h"

#include <imgui.h>

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace shiqu::desk {

/// Text of pages and headings: any plane, any size, drawn as pictures in em cells. Glyphs are kept
/// by (character, px, direction) in pages of 2048 × 2048; the page unused longest goes first.
/// UI thread only.
class PageGlyphs {
 public:
  static constexpr int kSmallestPx = 8;
  static constexpr int kLargestPx = 512;

  PageGlyphs(TextureStore& textures, FontChain chain, std::size_t pages = 6);
  PageGlyphs(const PageGlyphs&) = delete;
  PageGlyphs& operator=(const PageGlyphs&) = delete;
  ~PageGlyphs();

  void begin_frame() noexcept { ++frame_; }

  /// One character of a column: `top_centre` is the middle of the cell's upper edge.
  void draw_cell(ImDrawList& list, ImVec2 top_centre, float px, char32_t c, ImU32 colour);

  /// A column from top to bottom. Returns its height.
  float draw_column(ImDrawList& list, ImVec2 top_centre, float px, std::u32string_view text,
                    ImU32 colour);

  /// A horizontal line of 1 em height below `top_left`. Returns its width.
  float draw_line(ImDrawList& list, ImVec2 top_left, float px, std::u32string_view text,
                  ImU32 colour);
  float line_width(float px, std::u32string_view text);

  /// False if `c` is shown as a box with its code.
  bool covers(char32_t c) { return chain_.covers(c); }
  [[nodiscard]] std::size_t glyphs() const noexcept { return glyphs_.size(); }

 private:
  struct Glyph {
    std::size_t page = 0;
    RectPx place;
    int left = 0;
    int top = 0;
    float advance = 0;
  };
  struct Page {
    TextureId texture = 0;
    ShelfPacker packer{RectPx{}};
    std::uint64_t used = 0;
  };
  const Glyph& get(char32_t c, int px, bool vertical);
  std::size_t page_with_room(SizePx size, RectPx& place);
  void clear_page(std::size_t index);
  void draw(ImDrawList& list, const Glyph& glyph, ImVec2 at, ImU32 colour);

  TextureStore& textures_;
  FontChain chain_;
  std::size_t page_limit_;
  std::vector<Page> pages_;
  std::unordered_map<std::uint64_t, Glyph> glyphs_;
  std::uint64_t frame_ = 1;
};

}  // namespace shiqu::desk
