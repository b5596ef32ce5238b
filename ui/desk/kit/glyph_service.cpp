#include "ui/desk/kit/glyph_service.h"

#include "storage/base/text.h"

#include <imgui_freetype.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace shiqu::desk {

// insert() writes ImFont's tables itself, which later versions lay out differently.
static_assert(IMGUI_VERSION_NUM == 18600);
static_assert(sizeof(ImWchar) == 2);

namespace {

constexpr char kInterfaceFont[] = "NotoSansCJK-Regular.ttc";
constexpr int kSimplifiedFace = 2;
/// ImGui's size is ascent − descent; for this font that is 1.448 em.
constexpr float kSizePerEm = 1.448F;
constexpr int kAtlasWidth = 2048;
constexpr SizePx kReserve{2040, 1500};
constexpr std::size_t kPreparedLimit = 8192;
constexpr std::array<ImWchar, 7> kPrebuilt{0x20, 0x7E, 0xA0, 0xFF, 0x2010, 0x2026, 0};
constexpr ImWchar kNoGlyph = 0xFFFF;

}  // namespace

GlyphService::GlyphService(ImFontAtlas& atlas, TextureStore& textures)
    : atlas_(atlas), textures_(textures), chain_(FontChain::for_interface()) {}

GlyphService::~GlyphService() {
  textures_.destroy(texture_);
}

Status GlyphService::build(float em_px) {
  SHIQU_TRY_ASSIGN(const auto path, find_font(kInterfaceFont));
  em_px_ = em_px;
  atlas_.Clear();
  atlas_.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas_.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
  atlas_.TexDesiredWidth = kAtlasWidth;
  const int reserve = atlas_.AddCustomRectRegular(kReserve.width, kReserve.height);
  ImFontConfig config;
  config.FontNo = kSimplifiedFace;
  config.OversampleH = 1;
  config.PixelSnapH = true;
  font_ = atlas_.AddFontFromFileTTF(path.c_str(), em_px * kSizePerEm, &config, kPrebuilt.data());
  unsigned char* pixels = nullptr;
  int width = 0;
  int height = 0;
  atlas_.GetTexDataAsAlpha8(&pixels, &width, &height);
  if (font_ == nullptr || pixels == nullptr) {
    return fail(ErrorCode::Internal, "build font atlas", path.string());
  }
  const ImFontAtlasCustomRect* rect = atlas_.GetCustomRectByIndex(reserve);
  reserve_ = {rect->X, rect->Y, rect->Width, rect->Height};
  textures_.destroy(texture_);
  texture_ = textures_.create_alpha({width, height});
  const auto bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  textures_.update_alpha(texture_, {0, 0, width, height}, {pixels, bytes});
  atlas_.SetTexID(im_texture(texture_));
  atlas_.ClearInputData();
  open_index();
  return {};
}

/// Makes room for every 16-bit character, so that adding a glyph never moves the others.
void GlyphService::open_index() {
  static_glyphs_ = font_->Glyphs.Size;
  font_->Glyphs.reserve(0x10000);
  font_->GrowIndex(0x10000);
  for (float& advance : font_->IndexAdvanceX) {
    advance = advance < 0 ? font_->FallbackAdvanceX : advance;
  }
  font_->FallbackGlyph = font_->FindGlyphNoFallback(font_->FallbackChar);
  reset_dynamic();
}

void GlyphService::reset_dynamic() {
  for (const auto& [slot, character] : shown_) {
    font_->IndexLookup[static_cast<int>(slot)] = kNoGlyph;
  }
  shown_.clear();
  prepared_.clear();
  font_->Glyphs.resize(static_glyphs_);
  packer_ = ShelfPacker(reserve_);
  const std::vector<std::uint8_t> blank(static_cast<std::size_t>(reserve_.area()));
  textures_.update_alpha(texture_, reserve_, blank);
  full_ = false;
}

void GlyphService::begin_frame() {
  if (full_) {
    reset_dynamic();
  }
  if (prepared_.size() > kPreparedLimit || alias_generation_ != aliases_.generation()) {
    prepared_.clear();
    alias_generation_ = aliases_.generation();
  }
}

void GlyphService::insert(char32_t slot, const GlyphBitmap& bitmap) {
  const auto place = packer_.place(bitmap.size);
  if (!place) {
    full_ = true;
    return;
  }
  const auto code = static_cast<ImWchar>(slot);
  ImFontGlyph glyph{};
  glyph.Codepoint = code;
  glyph.Visible = bitmap.size.width > 0 ? 1U : 0U;
  glyph.AdvanceX = std::round(bitmap.advance);
  glyph.X0 = static_cast<float>(bitmap.left);
  glyph.Y0 = std::round(font_->Ascent) - static_cast<float>(bitmap.top);
  glyph.X1 = glyph.X0 + static_cast<float>(bitmap.size.width);
  glyph.Y1 = glyph.Y0 + static_cast<float>(bitmap.size.height);
  glyph.U0 = static_cast<float>(place->x) * atlas_.TexUvScale.x;
  glyph.V0 = static_cast<float>(place->y) * atlas_.TexUvScale.y;
  glyph.U1 = static_cast<float>(place->right()) * atlas_.TexUvScale.x;
  glyph.V1 = static_cast<float>(place->bottom()) * atlas_.TexUvScale.y;
  if (glyph.Visible != 0) {
    textures_.update_alpha(texture_, *place, bitmap.alpha);
  }
  font_->IndexLookup[code] = static_cast<ImWchar>(font_->Glyphs.Size);
  font_->IndexAdvanceX[code] = glyph.AdvanceX;
  font_->Used4kPagesMap[code / 4096 / 8] |= static_cast<ImU8>(1U << ((code / 4096U) % 8U));
  font_->Glyphs.push_back(glyph);
}

/// The slot that shows `c`, its glyph made if it is not there yet.
char32_t GlyphService::ensure(char32_t c) {
  const char32_t slot = aliases_.to_ui(c);
  const auto shown = shown_.find(slot);
  if (shown != shown_.end() && shown->second == c) {
    return slot;
  }
  const bool prebuilt =
      shown == shown_.end() && font_->IndexLookup[static_cast<int>(slot)] != kNoGlyph;
  if (prebuilt || c < 0x20 || font_->Glyphs.Size >= 0xFFF0) {
    full_ = full_ || font_->Glyphs.Size >= 0xFFF0;
    return slot;
  }
  insert(slot, chain_.render(c, em_px_));
  if (!full_) {
    shown_[slot] = c;
  }
  return slot;
}

const char* GlyphService::prepare(std::string_view utf8) {
  auto [entry, fresh] = prepared_.try_emplace(std::string(utf8));
  // An alias lent to someone else within this frame makes the cached string wrong.
  if (fresh || alias_generation_ != aliases_.generation()) {
    std::u32string text = to_utf32(utf8);
    for (char32_t& c : text) {
      c = ensure(c);
    }
    entry->second = to_utf8(text);
  }
  return entry->second.c_str();
}

float GlyphService::advance(char32_t c) {
  return font_->GetCharAdvance(static_cast<ImWchar>(ensure(c)));
}

}  // namespace shiqu::desk
