#include "ui/desk/kit/font_chain.h"

#include "storage/base/handle.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include <fmt/format.h>
#include <hb-ft.h>
#include <hb.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <system_error>

namespace shiqu::desk {
namespace {

void release_library(FT_Library library) noexcept {
  FT_Done_FreeType(library);
}
void release_face(FT_Face face) noexcept {
  FT_Done_Face(face);
}
void release_font(hb_font_t* font) noexcept {
  hb_font_destroy(font);
}
void release_buffer(hb_buffer_t* buffer) noexcept {
  hb_buffer_destroy(buffer);
}

using LibraryHandle = Handle<FT_LibraryRec_, release_library>;
using FaceHandle = Handle<FT_FaceRec_, release_face>;
using FontHandle = Handle<hb_font_t, release_font>;
using BufferHandle = Handle<hb_buffer_t, release_buffer>;

/// Baseline below the upper edge of an em cell where a font says nothing about columns.
constexpr float kBaseline = 0.88F;

struct Face {
  FontName name;
  bool tried = false;
  FaceHandle face;
  FontHandle shaper;  // refers to face
  float em_px = 0;
};

const std::vector<FontName>& rare_fonts() {
  static const std::vector<FontName> names{
      {"HanaMinA.ttf", 0}, {"HanaMinB.ttf", 0}, {"BabelStoneHan.ttf", 0}};
  return names;
}

FontChain with_rare(std::vector<FontName> names) {
  names.insert(names.end(), rare_fonts().begin(), rare_fonts().end());
  return FontChain(std::move(names));
}

GlyphBitmap copy_bitmap(const FT_GlyphSlot slot) {
  const FT_Bitmap& from = slot->bitmap;
  GlyphBitmap glyph;
  glyph.size = {static_cast<int>(from.width), static_cast<int>(from.rows)};
  glyph.left = slot->bitmap_left;
  glyph.top = slot->bitmap_top;
  glyph.advance = static_cast<float>(slot->advance.x) / 64.0F;
  for (int y = 0; y < glyph.size.height; ++y) {
    const std::uint8_t* row = from.buffer + static_cast<std::ptrdiff_t>(y) * from.pitch;
    if (from.pixel_mode == FT_PIXEL_MODE_GRAY) {
      glyph.alpha.insert(glyph.alpha.end(), row, row + from.width);
      continue;
    }
    for (unsigned x = 0; x < from.width; ++x) {  // bitmap strikes of small sizes
      const bool ink = (row[x / 8] & (0x80U >> (x % 8))) != 0;
      glyph.alpha.push_back(ink ? 255 : 0);
    }
  }
  return glyph;
}

/// 3 × 5 pixels per hexadecimal digit, one octal digit per row.
constexpr std::array<unsigned, 16> kDigits{075557, 026227, 071747, 071717, 055711, 074717,
                                           074757, 071111, 075757, 075717, 075755, 065656,
                                           074447, 065556, 074747, 074744};

void draw_digit(GlyphBitmap& box, int digit, int x0, int y0, int zoom) {
  for (int y = 0; y < 5 * zoom; ++y) {
    for (int x = 0; x < 3 * zoom; ++x) {
      const int bit = (4 - y / zoom) * 3 + (2 - x / zoom);
      const bool ink = ((kDigits[static_cast<std::size_t>(digit)] >> bit) & 1U) != 0;
      const int px = x0 + x;
      const int py = y0 + y;
      if (ink && px >= 0 && py >= 0 && px < box.size.width && py < box.size.height) {
        box.alpha[static_cast<std::size_t>(py * box.size.width + px)] = 255;
      }
    }
  }
}

void draw_frame(GlyphBitmap& box) {
  const int w = box.size.width;
  const int h = box.size.height;
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      if (x == 0 || y == 0 || x == w - 1 || y == h - 1) {
        box.alpha[static_cast<std::size_t>(y * w + x)] = 160;
      }
    }
  }
}

}  // namespace

GlyphBitmap code_box(char32_t c, float em_px) {
  const int side = std::max(8, static_cast<int>(std::lround(em_px)) - 1);
  GlyphBitmap box;
  box.code_box = true;
  box.size = {side, side};
  box.alpha.resize(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  box.top = static_cast<int>(std::lround(em_px * kBaseline));
  box.advance = em_px;
  draw_frame(box);
  const std::string code = fmt::format("{:0>6X}", static_cast<std::uint32_t>(c));
  const int zoom = std::max(1, (side - 4) / 12);
  const int x0 = (side - 11 * zoom) / 2;
  const int y0 = (side - 11 * zoom) / 2;
  for (int i = 0; i < 6; ++i) {
    const char digit = code[static_cast<std::size_t>(i)];
    draw_digit(box, digit <= '9' ? digit - '0' : digit - 'A' + 10, x0 + (i % 3) * 4 * zoom,
               y0 + (i / 3) * 6 * zoom, zoom);
  }
  return box;
}

Result<std::filesystem::path> find_font(const std::string& name) {
  namespace fs = std::filesystem;
  for (const char* folder : {"/usr/share/fonts", "/usr/local/share/fonts"}) {
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied,
                                             error);
         !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      if (it->path().filename() == name) {
        return it->path();
      }
    }
  }
  return fail(ErrorCode::NotFound, "find font", name);
}

struct FontChain::State {
  LibraryHandle library;
  std::vector<Face> faces;

  /// Opens face `i` when first asked for it; nullptr if it is not installed.
  FT_Face open(std::size_t i) {
    Face& entry = faces[i];
    if (!entry.tried && library) {
      entry.tried = true;
      const auto path = find_font(entry.name.file);
      FT_Face face = nullptr;
      if (path && FT_New_Face(library.get(), path->c_str(), entry.name.face, &face) == 0) {
        entry.face.reset(face);
      }
    }
    return entry.face.get();
  }

  /// First face with a glyph for `c`, set to `em_px`; nullptr if there is none.
  Face* face_for(char32_t c, float em_px) {
    for (std::size_t i = 0; i < faces.size(); ++i) {
      FT_Face face = open(i);
      if (face == nullptr || FT_Get_Char_Index(face, c) == 0) {
        continue;
      }
      if (faces[i].em_px != em_px) {
        FT_Set_Char_Size(face, 0, std::lround(em_px * 64.0F), 72, 72);
        faces[i].em_px = em_px;
        faces[i].shaper.reset(hb_ft_font_create_referenced(face));
        hb_ft_font_set_load_flags(faces[i].shaper.get(), FT_LOAD_TARGET_LIGHT);
      }
      return &faces[i];
    }
    return nullptr;
  }
};

FontChain::FontChain(std::vector<FontName> names) : state_(std::make_unique<State>()) {
  FT_Library library = nullptr;
  if (FT_Init_FreeType(&library) == 0) {
    state_->library.reset(library);
  }
  for (FontName& name : names) {
    state_->faces.push_back({std::move(name), false, {}, {}, 0});
  }
}

FontChain::FontChain(FontChain&&) noexcept = default;
FontChain& FontChain::operator=(FontChain&&) noexcept = default;
FontChain::~FontChain() = default;

FontChain FontChain::for_interface() {
  return with_rare({{"NotoSansCJK-Regular.ttc", 2}});
}

FontChain FontChain::for_pages() {
  return with_rare({{"NotoSerifCJK-Regular.ttc", 3}, {"NotoSansCJK-Regular.ttc", 3}});
}

bool FontChain::covers(char32_t c) {
  for (std::size_t i = 0; i < state_->faces.size(); ++i) {
    FT_Face face = state_->open(i);
    if (face != nullptr && FT_Get_Char_Index(face, c) != 0) {
      return true;
    }
  }
  return false;
}

GlyphBitmap FontChain::render(char32_t c, float em_px) {
  const Face* face = state_->face_for(c, em_px);
  if (face == nullptr ||
      FT_Load_Char(face->face.get(), c, FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT) != 0) {
    return code_box(c, em_px);
  }
  return copy_bitmap(face->face->glyph);
}

GlyphBitmap FontChain::render_vertical(char32_t c, float em_px) {
  const Face* face = state_->face_for(c, em_px);
  if (face == nullptr) {
    GlyphBitmap box = code_box(c, em_px);
    box.left = -box.size.width / 2;
    box.top = 0;
    return box;
  }
  const BufferHandle buffer(hb_buffer_create());
  hb_buffer_add(buffer.get(), c, 0);
  hb_buffer_set_content_type(buffer.get(), HB_BUFFER_CONTENT_TYPE_UNICODE);
  hb_buffer_set_direction(buffer.get(), HB_DIRECTION_TTB);
  hb_buffer_set_script(buffer.get(), HB_SCRIPT_HAN);
  hb_buffer_set_language(buffer.get(), hb_language_from_string("zh-Hant", -1));
  hb_shape(face->shaper.get(), buffer.get(), nullptr, 0);
  unsigned count = 0;
  const hb_glyph_info_t* info = hb_buffer_get_glyph_infos(buffer.get(), &count);
  const hb_glyph_position_t* position = hb_buffer_get_glyph_positions(buffer.get(), &count);
  if (count == 0 || FT_Load_Glyph(face->face.get(), info[0].codepoint,
                                  FT_LOAD_RENDER | FT_LOAD_TARGET_LIGHT) != 0) {
    return code_box(c, em_px);
  }
  GlyphBitmap glyph = copy_bitmap(face->face->glyph);
  glyph.left += static_cast<int>(std::lround(static_cast<float>(position[0].x_offset) / 64.0F));
  glyph.top =
      -static_cast<int>(std::lround(static_cast<float>(position[0].y_offset) / 64.0F)) - glyph.top;
  glyph.advance = -static_cast<float>(position[0].y_advance) / 64.0F;
  return glyph;
}

}  // namespace shiqu::desk
