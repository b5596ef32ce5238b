#include "ocr/train/glyphs.h"

#include "storage/base/handle.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>

namespace shiqu::ocr::train {
namespace {

inline void release_library(FT_Library library) noexcept {
  FT_Done_FreeType(library);
}
inline void release_face(FT_Face face) noexcept {
  FT_Done_Face(face);
}
using LibraryHandle = Handle<FT_LibraryRec_, release_library>;
using FaceHandle = Handle<FT_FaceRec_, release_face>;

struct Source {
  const char* file;
  long face;
  const char* package;
  double weight;
};

// Hands of copyists and block cutters weigh most; the last ones fill gaps only.
constexpr std::array kSources{
    Source{"TW-Kai-98_1.ttf", 0, "fonts-cns11643-kai", 3.5},
    Source{"ukai.ttc", 0, "fonts-arphic-ukai", 2},
    Source{"bkai00mp.ttf", 0, "fonts-arphic-bkai00mp", 2},
    Source{"cwkai.ttf", 0, "fonts-cwtex-kai", 2},
    Source{"LXGWWenKai-Regular.ttf", 0, "fonts-lxgw-wenkai", 1.5},
    Source{"LXGWWenKai-Bold.ttf", 0, "fonts-lxgw-wenkai", 1.5},
    Source{"kouzan-mouhitsu.ttf", 0, "fonts-kouzan-mouhitsu", 2},
    Source{"AoyagiKouzanT.ttf", 0, "fonts-aoyagi-kouzan-t", 2},
    Source{"TW-Sung-98_1.ttf", 0, "fonts-cns11643-sung", 2.5},
    Source{"uming.ttc", 0, "fonts-arphic-uming", 2},
    Source{"bsmi00lp.ttf", 0, "fonts-arphic-bsmi00lp", 1},
    Source{"cwming.ttf", 0, "fonts-cwtex-ming", 1},
    Source{"cwfs.ttf", 0, "fonts-cwtex-fs", 2},
    Source{"NotoSerifCJK-Regular.ttc", 3, "fonts-noto-cjk", 1},
    Source{"NotoSerifCJK-Bold.ttc", 3, "fonts-noto-cjk", 1.5},
    Source{"NotoSerifCJK-Black.ttc", 0, "fonts-noto-cjk-extra", 0.5},
    Source{"NotoSerifCJK-Medium.ttc", 0, "fonts-noto-cjk-extra", 0.5},
    Source{"HanaMinA.ttf", 0, "fonts-hanazono", 2},
    Source{"ipamjm.ttf", 0, "fonts-ipamj-mincho", 2},
    Source{"OradanoGSRR.ttf", 0, "fonts-oradano-mincho-gsrr", 3},
    Source{"dejima-mincho-r227.ttf", 0, "fonts-dejima-mincho", 1.5},
    Source{"BabelStoneHan.ttf", 0, "fonts-babelstone-han", 1},
    Source{"TW-Kai-Ext-B-98_1.ttf", 0, "fonts-cns11643-kai", 0},
    Source{"TW-Kai-Plus-98_1.ttf", 0, "fonts-cns11643-kai", 0},
    Source{"TW-Sung-Ext-B-98_1.ttf", 0, "fonts-cns11643-sung", 0},
    Source{"TW-Sung-Plus-98_1.ttf", 0, "fonts-cns11643-sung", 0},
    Source{"HanaMinB.ttf", 0, "fonts-hanazono", 0},
};
// 320 MB at most; what is beyond is drawn again.
constexpr std::size_t kKeptGlyphs = 100'000;
constexpr std::u32string_view kFullCharacters = U"國書東南其為";

struct Face {
  FaceHandle face;
  std::string name;
  double weight = 0;
  // Fonts disagree about where in the em a character stands and how much of it it fills.
  double middle_x = 0.5;
  double middle_y = 0.38;
  double em_px = kGlyphEmPx;
};

std::map<std::string, std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::map<std::string, std::filesystem::path> out;
  std::error_code ignored;  // an unreadable folder shows as fonts that are not there
  auto it = std::filesystem::recursive_directory_iterator(folder, ignored);
  for (; !ignored && it != std::filesystem::recursive_directory_iterator(); it.increment(ignored)) {
    out.emplace(it->path().filename().string(), it->path());
  }
  return out;
}

void measure(Face& font) {
  double boxes = 0;
  double extent = 0;
  double x = 0;
  double y = 0;
  for (const char32_t character : kFullCharacters) {
    const FT_UInt index = FT_Get_Char_Index(font.face.get(), character);
    if (index == 0 ||
        FT_Load_Glyph(font.face.get(), index, FT_LOAD_NO_SCALE | FT_LOAD_NO_BITMAP) != 0) {
      continue;
    }
    FT_BBox box;
    FT_Outline_Get_CBox(&font.face->glyph->outline, &box);
    boxes += 1;
    extent += static_cast<double>(std::max(box.xMax - box.xMin, box.yMax - box.yMin));
    x += static_cast<double>(box.xMax + box.xMin) / 2;
    y += static_cast<double>(box.yMax + box.yMin) / 2;
  }
  if (boxes < 1 || extent < 1) {
    return;
  }
  const double em = font.face->units_per_EM;
  font.middle_x = x / boxes / em;
  font.middle_y = y / boxes / em;
  font.em_px = kGlyphEmPx * std::clamp(0.9 * em / (extent / boxes), 0.7, 1.5);
}

FT_Pos to_26_6(double px) {
  return static_cast<FT_Pos>(std::lround(px * 64));
}

Glyph drawn(const Face& font, char32_t character) {
  Glyph out;
  FT_Face face = font.face.get();
  const FT_F26Dot6 size = to_26_6(font.em_px);
  const FT_UInt index = FT_Get_Char_Index(face, character);
  if (index == 0 || FT_Set_Char_Size(face, size, size, 72, 72) != 0 ||
      FT_Load_Glyph(face, index, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP) != 0) {
    return out;
  }
  FT_Outline_Translate(&face->glyph->outline, to_26_6(-font.middle_x * font.em_px),
                       to_26_6(-font.middle_y * font.em_px));
  if (FT_Render_Glyph(face->glyph, FT_RENDER_MODE_NORMAL) != 0) {
    return out;
  }
  const FT_Bitmap& bitmap = face->glyph->bitmap;
  out.left = face->glyph->bitmap_left;
  out.top = -face->glyph->bitmap_top;
  out.width = static_cast<int>(bitmap.width);
  out.height = static_cast<int>(bitmap.rows);
  for (int y = 0; y < out.height; ++y) {
    const std::uint8_t* const row = bitmap.buffer + static_cast<std::ptrdiff_t>(y) * bitmap.pitch;
    out.coverage.insert(out.coverage.end(), row, row + out.width);
  }
  return out;
}

}  // namespace

struct TypeCase::Inside {
  LibraryHandle library;  // declared first: faces must go before it
  std::vector<Face> faces;
  std::unordered_map<std::uint64_t, Glyph> glyphs;

  Status open(const Source& source, const std::filesystem::path& file) {
    FT_Face raw = nullptr;
    if (const FT_Error error = FT_New_Face(library.get(), file.c_str(), source.face, &raw);
        error != 0) {
      return fail(ErrorCode::Corrupt, "open font", file.string(),
                  fmt::format("FreeType error {}", error));
    }
    Face font;
    font.face.reset(raw);
    font.name = source.file;
    font.weight = source.weight;
    measure(font);
    faces.push_back(std::move(font));
    return {};
  }
};

TypeCase::TypeCase(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
TypeCase::TypeCase(TypeCase&&) noexcept = default;
TypeCase& TypeCase::operator=(TypeCase&&) noexcept = default;
TypeCase::~TypeCase() = default;

Result<TypeCase> TypeCase::open(const std::filesystem::path& folder) {
  auto inside = std::make_unique<Inside>();
  FT_Library raw = nullptr;
  if (const FT_Error error = FT_Init_FreeType(&raw); error != 0) {
    return fail(ErrorCode::Internal, "start FreeType", {}, std::to_string(error));
  }
  inside->library.reset(raw);
  const auto files = files_below(folder);
  bool main_font = false;
  std::string packages;
  for (const Source& source : kSources) {
    if (const auto found = files.find(source.file); found != files.end()) {
      SHIQU_TRY(inside->open(source, found->second));
      main_font = main_font || source.weight > 0;
    } else if (packages.find(source.package) == std::string::npos) {
      packages += packages.empty() ? source.package : std::string(", ") + source.package;
    }
  }
  if (!main_font) {
    return fail(ErrorCode::NotFound, "find fonts to draw lines with", folder.string(),
                "install some of the Debian packages " + packages);
  }
  return TypeCase(std::move(inside));
}

std::size_t TypeCase::size() const noexcept {
  return inside_->faces.size();
}

double TypeCase::weight(std::size_t font) const noexcept {
  return inside_->faces[font].weight;
}

std::string TypeCase::name(std::size_t font) const {
  return inside_->faces[font].name;
}

bool TypeCase::has(std::size_t font, char32_t character) const {
  return FT_Get_Char_Index(inside_->faces[font].face.get(), character) != 0;
}

bool TypeCase::has(char32_t character) const {
  for (std::size_t font = 0; font < size(); ++font) {
    if (has(font, character)) {
      return true;
    }
  }
  return false;
}

const Glyph* TypeCase::glyph(std::size_t font, char32_t character) {
  const std::uint64_t key = (static_cast<std::uint64_t>(font) << 32U) | character;
  auto found = inside_->glyphs.find(key);
  if (found == inside_->glyphs.end()) {
    if (inside_->glyphs.size() >= kKeptGlyphs) {
      inside_->glyphs.clear();
    }
    found = inside_->glyphs.emplace(key, drawn(inside_->faces[font], character)).first;
  }
  return found->second.coverage.empty() ? nullptr : &found->second;
}

}  // namespace shiqu::ocr::train
