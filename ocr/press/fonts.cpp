#include "ocr/press/internal/fonts.h"

#include "storage/base/handle.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <string>

namespace shiqu::ocr::press {
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
  /// Middle of the em square above the baseline, in em: fonts disagree.
  double middle;
};

constexpr std::array<Source, 3> kMing{{
    {"NotoSerifCJK-Regular.ttc", 3, "fonts-noto-cjk", 0.38},
    {"TW-Sung-98_1.ttf", 0, "fonts-cns11643-sung", 0.36},
    {"uming.ttc", 2, "fonts-arphic-uming", 0.36},
}};
constexpr std::array<Source, 2> kKai{{
    {"TW-Kai-98_1.ttf", 0, "fonts-cns11643-kai", 0.36},
    {"ukai.ttc", 2, "fonts-arphic-ukai", 0.36},
}};
constexpr std::array<Source, 2> kRareMing{{
    {"TW-Sung-Ext-B-98_1.ttf", 0, "fonts-cns11643-sung", 0.36},
    {"TW-Sung-Plus-98_1.ttf", 0, "fonts-cns11643-sung", 0.36},
}};
constexpr std::array<Source, 2> kRareKai{{
    {"TW-Kai-Ext-B-98_1.ttf", 0, "fonts-cns11643-kai", 0.36},
    {"TW-Kai-Plus-98_1.ttf", 0, "fonts-cns11643-kai", 0.36},
}};
constexpr std::array<Source, 3> kLast{{
    {"HanaMinA.ttf", 0, "fonts-hanazono", 0.38},
    {"HanaMinB.ttf", 0, "fonts-hanazono", 0.38},
    {"BabelStoneHan.ttf", 0, "fonts-babelstone-han", 0.38},
}};

struct LoadedFace {
  FaceHandle face;
  double middle = 0.38;
};

using Files = std::map<std::string, std::filesystem::path>;

Files files_below(const std::filesystem::path& folder) {
  Files out;
  std::error_code ignored;  // an unreadable folder shows as fonts that are not there
  auto it = std::filesystem::recursive_directory_iterator(folder, ignored);
  for (; !ignored && it != std::filesystem::recursive_directory_iterator(); it.increment(ignored)) {
    out.emplace(it->path().filename().string(), it->path());
  }
  return out;
}

FT_Pos to_26_6(double px) {
  return static_cast<FT_Pos>(std::lround(px * 64));
}

}  // namespace

struct Fonts::State {
  LibraryHandle library;  // declared first: faces must go before it
  std::vector<std::unique_ptr<LoadedFace>> faces;
  std::array<std::vector<LoadedFace*>, 2> chains;
  std::vector<std::string> missing_packages;

  std::map<std::string, LoadedFace*> opened;

  Result<LoadedFace*> open(const Files& files, const Source& source) {
    if (const auto known = opened.find(source.file); known != opened.end()) {
      return known->second;
    }
    const auto found = files.find(source.file);
    if (found == files.end()) {
      if (std::find(missing_packages.begin(), missing_packages.end(), source.package) ==
          missing_packages.end()) {
        missing_packages.emplace_back(source.package);
      }
      return nullptr;
    }
    FT_Face raw = nullptr;
    const FT_Error error = FT_New_Face(library.get(), found->second.c_str(), source.face, &raw);
    if (error != 0) {
      return fail(ErrorCode::Corrupt, "open font", found->second.string(),
                  fmt::format("FreeType error {}", error));
    }
    faces.push_back(std::make_unique<LoadedFace>());
    faces.back()->face.reset(raw);
    faces.back()->middle = source.middle;
    opened.emplace(source.file, faces.back().get());
    return faces.back().get();
  }

  template <std::size_t n>
  Status append(Hand hand, const Files& files, const std::array<Source, n>& sources,
                std::size_t first = 0) {
    for (std::size_t i = 0; i < n; ++i) {
      SHIQU_TRY_ASSIGN(LoadedFace* const face, open(files, sources[(first + i) % n]));
      if (face != nullptr) {
        chains[static_cast<std::size_t>(hand)].push_back(face);
      }
    }
    return {};
  }

  LoadedFace* face_with(char32_t character, Hand hand) {
    for (LoadedFace* one : chains[static_cast<std::size_t>(hand)]) {
      const FT_UInt index = FT_Get_Char_Index(one->face.get(), character);
      // Some fonts map characters they lack to an empty glyph.
      if (index != 0 &&
          FT_Load_Glyph(one->face.get(), index, FT_LOAD_NO_SCALE | FT_LOAD_NO_BITMAP) == 0 &&
          one->face->glyph->outline.n_points > 0) {
        return one;
      }
    }
    return nullptr;
  }
};

Fonts::Fonts(std::unique_ptr<State> state) : state_(std::move(state)) {}
Fonts::Fonts(Fonts&&) noexcept = default;
Fonts& Fonts::operator=(Fonts&&) noexcept = default;
Fonts::~Fonts() = default;

Result<Fonts> Fonts::open(const std::filesystem::path& folder, bool need_ming, bool need_kai,
                          std::size_t choice) {
  auto state = std::make_unique<State>();
  FT_Library raw = nullptr;
  if (const FT_Error error = FT_Init_FreeType(&raw); error != 0) {
    return fail(ErrorCode::Internal, "start FreeType", {}, std::to_string(error));
  }
  state->library.reset(raw);
  const Files files = files_below(folder);
  SHIQU_TRY(state->append(Hand::Ming, files, kMing, choice));
  const bool ming = !state->chains[0].empty();
  SHIQU_TRY(state->append(Hand::Ming, files, kRareMing));
  SHIQU_TRY(state->append(Hand::Kai, files, kKai, choice));
  const bool kai = !state->chains[1].empty();
  SHIQU_TRY(state->append(Hand::Kai, files, kRareKai));
  if ((need_ming && !ming) || (need_kai && !kai)) {
    const bool lacks_ming = need_ming && !ming;
    return fail(ErrorCode::NotFound, lacks_ming ? "find a ming font" : "find a kai font",
                folder.string(),
                fmt::format("install the Debian package {}",
                            lacks_ming ? kMing[0].package : kKai[0].package));
  }
  const auto own_kai = state->chains[1];
  auto& of_kai = state->chains[1];
  of_kai.insert(of_kai.end(), state->chains[0].begin(), state->chains[0].end());
  SHIQU_TRY(state->append(Hand::Ming, files, kLast));
  SHIQU_TRY(state->append(Hand::Kai, files, kLast));
  state->chains[0].insert(state->chains[0].end(), own_kai.begin(), own_kai.end());
  return Fonts(std::move(state));
}

bool Fonts::has(char32_t character, Hand hand) {
  return state_->face_with(character, hand) != nullptr;
}

Result<GlyphInk> Fonts::draw(char32_t character, Hand hand, const GlyphShape& shape) {
  const LoadedFace* const loaded = state_->face_with(character, hand);
  if (loaded == nullptr) {
    const auto& missing = state_->missing_packages;
    return fail(ErrorCode::NotFound, "find a font that has the character",
                fmt::format("U+{:04X}", static_cast<std::uint32_t>(character)),
                missing.empty() ? std::string("all known font packages are installed")
                                : fmt::format("not installed: {}", fmt::join(missing, ", ")));
  }
  FT_Face face = loaded->face.get();
  const auto failed = [&](FT_Error error) {
    return fail(ErrorCode::Corrupt, "draw glyph",
                fmt::format("U+{:04X}", static_cast<std::uint32_t>(character)),
                fmt::format("FreeType error {}", error));
  };
  const FT_Error sized =
      FT_Set_Char_Size(face, to_26_6(shape.em_width_px), to_26_6(shape.em_height_px), 72, 72);
  if (sized != 0) {
    return failed(sized);
  }
  const FT_UInt index = FT_Get_Char_Index(face, character);
  const FT_Error got = FT_Load_Glyph(face, index, FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP);
  if (got != 0) {
    return failed(got);
  }
  FT_Outline& outline = face->glyph->outline;
  FT_Outline_Embolden(&outline, to_26_6(shape.bolder_px));
  FT_Outline_Translate(&outline, to_26_6(-(shape.em_width_px + shape.bolder_px) / 2),
                       to_26_6(-loaded->middle * shape.em_height_px - shape.bolder_px / 2));
  const double angle = -shape.turn_deg * std::numbers::pi / 180;
  const auto fixed = [](double v) { return static_cast<FT_Fixed>(std::lround(v * 65536)); };
  const FT_Matrix turn{fixed(std::cos(angle)), fixed(-std::sin(angle)), fixed(std::sin(angle)),
                       fixed(std::cos(angle))};
  FT_Outline_Transform(&outline, &turn);
  if (const FT_Error drawn = FT_Render_Glyph(face->glyph, FT_RENDER_MODE_NORMAL); drawn != 0) {
    return failed(drawn);
  }
  const FT_Bitmap& bitmap = face->glyph->bitmap;
  GlyphInk out;
  out.left = face->glyph->bitmap_left;
  out.top = -face->glyph->bitmap_top;
  out.width = static_cast<int>(bitmap.width);
  out.height = static_cast<int>(bitmap.rows);
  out.coverage.reserve(static_cast<std::size_t>(bitmap.width) * bitmap.rows);
  for (int y = 0; y < out.height; ++y) {
    const std::uint8_t* row = bitmap.buffer + static_cast<std::ptrdiff_t>(y) * bitmap.pitch;
    out.coverage.insert(out.coverage.end(), row, row + out.width);
  }
  return out;
}

}  // namespace shiqu::ocr::press
