#include "ui/desk/kit/page_glyphs.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace shiqu::desk {
namespace {

constexpr int kPagePx = 2048;
/// Baseline of a horizontal line below its upper edge, in em.
constexpr float kBaseline = 0.88F;

int clamp_px(float px) {
  return std::clamp(static_cast<int>(std::lround(px)), PageGlyphs::kSmallestPx,
                    PageGlyphs::kLargestPx);
}

std::uint64_t key_of_glyph(char32_t c, int px, bool vertical) {
  return (static_cast<std::uint64_t>(c) << 16U) | (static_cast<std::uint64_t>(px) << 1U) |
         (vertical ? 1U : 0U);
}

}  // namespace

PageGlyphs::PageGlyphs(TextureStore& textures, FontChain chain, std::size_t pages)
    : textures_(textures), chain_(std::move(chain)), page_limit_(std::max<std::size_t>(1, pages)) {}

PageGlyphs::~PageGlyphs() {
  for (const Page& page : pages_) {
    textures_.destroy(page.texture);
  }
}

void PageGlyphs::clear_page(std::size_t index) {
  std::erase_if(glyphs_, [index](const auto& entry) { return entry.second.page == index; });
  textures_.destroy(pages_[index].texture);
  const SizePx size{kPagePx, kPagePx};
  pages_[index] = {textures_.create_alpha(size), ShelfPacker({0, 0, kPagePx, kPagePx}), frame_};
}

std::size_t PageGlyphs::page_with_room(SizePx size, RectPx& place) {
  if (!pages_.empty()) {
    if (const auto found = pages_.back().packer.place(size)) {
      place = *found;
      return pages_.size() - 1;
    }
  }
  // A page drawn from in this frame must stay; then there is one more for a while.
  const auto oldest = std::min_element(
      pages_.begin(), pages_.end(), [](const Page& a, const Page& b) { return a.used < b.used; });
  if (pages_.size() >= page_limit_ && oldest->used < frame_) {
    const auto index = static_cast<std::size_t>(oldest - pages_.begin());
    std::swap(pages_[index], pages_.back());
    for (auto& [key, glyph] : glyphs_) {
      if (glyph.page == index) {
        glyph.page = pages_.size() - 1;
      } else if (glyph.page == pages_.size() - 1) {
        glyph.page = index;
      }
    }
  } else {
    pages_.emplace_back();
  }
  clear_page(pages_.size() - 1);
  place = pages_.back().packer.place(size).value_or(RectPx{});
  return pages_.size() - 1;
}

const PageGlyphs::Glyph& PageGlyphs::get(char32_t c, int px, bool vertical) {
  const std::uint64_t key = key_of_glyph(c, px, vertical);
  const auto found = glyphs_.find(key);
  if (found != glyphs_.end()) {
    pages_[found->second.page].used = frame_;
    return found->second;
  }
  const auto em = static_cast<float>(px);
  const GlyphBitmap bitmap = vertical ? chain_.render_vertical(c, em) : chain_.render(c, em);
  Glyph glyph;
  glyph.page = page_with_room(bitmap.size, glyph.place);
  glyph.left = bitmap.left;
  glyph.top = bitmap.top;
  glyph.advance = bitmap.advance;
  if (!glyph.place.empty()) {
    textures_.update_alpha(pages_[glyph.page].texture, glyph.place, bitmap.alpha);
  }
  pages_[glyph.page].used = frame_;
  return glyphs_.emplace(key, glyph).first->second;
}

void PageGlyphs::draw(ImDrawList& list, const Glyph& glyph, ImVec2 at, ImU32 colour) {
  if (glyph.place.empty()) {
    return;
  }
  // Whole pixels: the ink is hinted for them.
  const ImVec2 from(std::round(at.x), std::round(at.y));
  const ImVec2 to(from.x + static_cast<float>(glyph.place.width),
                  from.y + static_cast<float>(glyph.place.height));
  constexpr auto kSide = static_cast<float>(kPagePx);
  const ImVec2 uv0(static_cast<float>(glyph.place.x) / kSide,
                   static_cast<float>(glyph.place.y) / kSide);
  const ImVec2 uv1(static_cast<float>(glyph.place.right()) / kSide,
                   static_cast<float>(glyph.place.bottom()) / kSide);
  list.AddImage(im_texture(pages_[glyph.page].texture), from, to, uv0, uv1, colour);
}

void PageGlyphs::draw_cell(ImDrawList& list, ImVec2 top_centre, float px, char32_t c,
                           ImU32 colour) {
  const Glyph& glyph = get(c, clamp_px(px), true);
  draw(list, glyph,
       ImVec2(top_centre.x + static_cast<float>(glyph.left),
              top_centre.y + static_cast<float>(glyph.top)),
       colour);
}

float PageGlyphs::draw_column(ImDrawList& list, ImVec2 top_centre, float px,
                              std::u32string_view text, ImU32 colour) {
  const auto pitch = static_cast<float>(clamp_px(px));
  float y = 0;
  for (const char32_t c : text) {
    draw_cell(list, ImVec2(top_centre.x, top_centre.y + y), px, c, colour);
    y += pitch;
  }
  return y;
}

float PageGlyphs::draw_line(ImDrawList& list, ImVec2 top_left, float px, std::u32string_view text,
                            ImU32 colour) {
  const int size = clamp_px(px);
  const float baseline = std::round(static_cast<float>(size) * kBaseline);
  float x = 0;
  for (const char32_t c : text) {
    const Glyph& glyph = get(c, size, false);
    draw(list, glyph,
         ImVec2(top_left.x + x + static_cast<float>(glyph.left),
                top_left.y + baseline - static_cast<float>(glyph.top)),
         colour);
    x += std::round(glyph.advance);
  }
  return x;
}

float PageGlyphs::line_width(float px, std::u32string_view text) {
  float x = 0;
  for (const char32_t c : text) {
    x += std::round(get(c, clamp_px(px), false).advance);
  }
  return x;
}

}  // namespace shiqu::desk
