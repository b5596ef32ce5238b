// Language data of Tesseract that are not the ones known: refused before Tesseract sees a byte.

#include "ocr/tesseract/tesseract_engine.h"
#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "tests/ocr/drawing.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>
#include <random>

using namespace shiqu;

namespace {

namespace fs = std::filesystem;
constexpr const char* kEnglish = "/usr/share/tesseract-ocr/5/tessdata/eng.traineddata";

/// TESSDATA_PREFIX for as long as it lives.
struct DataFolder {
  TempDir dir;
  DataFolder() { ::setenv("TESSDATA_PREFIX", dir.path().c_str(), 1); }
  ~DataFolder() { ::unsetenv("TESSDATA_PREFIX"); }
};

/// Damage as a bad stick or a stranger does it: cut, offset table, section heads, bits, counts.
std::string damaged(const std::string& whole, int kind, std::mt19937& random) {
  std::string out = whole;
  const auto any = [&](std::size_t end) { return static_cast<std::size_t>(random()) % end; };
  const auto flip = [&](std::size_t at) {
    out[at] = static_cast<char>(out[at] ^ (1 << (random() % 8)));
  };
  switch (kind % 6) {
    case 0:
      out.resize(any(out.size()));
      break;
    case 1:
      flip(4 + any(8 * 24));
      break;
    case 2:
      for (int i = 0; i < 8; ++i) {
        flip(200 + any(4096));
      }
      break;
    case 3:
      for (int i = 0; i < 50; ++i) {
        flip(any(out.size()));
      }
      break;
    case 4: {
      const std::uint32_t huge = 0x7fffffff;
      std::memcpy(out.data() + 200 + any(4096), &huge, sizeof huge);
      break;
    }
    default: {
      const std::uint32_t count = static_cast<std::uint32_t>(random());
      std::memcpy(out.data(), &count, sizeof count);
    }
  }
  return out;
}

ocr::EngineSettings english() {
  ocr::EngineSettings settings;
  settings.languages = "eng";
  settings.vertical = false;
  return settings;
}

}  // namespace

TEST_CASE("240 damaged models are refused before Tesseract sees them, in clear words") {
  const auto whole = read_file(kEnglish, 64U << 20U);
  if (!whole) {
    MESSAGE("SKIPPED: tesseract-ocr-eng is not installed");
    return;
  }
  const DataFolder data;
  auto engine = ocr::make_tesseract_engine();
  REQUIRE(engine);
  const imaging::Image page(imaging::PixelFormat::Gray8, {64, 64});
  std::mt19937 random(5);
  int refused = 0;
  for (int i = 0; i < 240; ++i) {
    const fs::path file = data.dir.path() / "eng.traineddata";
    fs::remove(file);
    REQUIRE(write_new_file(file, damaged(*whole, i, random)));
    const auto read = (*engine)->read(page, english(), {});
    REQUIRE_FALSE(read);
    refused += read.error().code == ErrorCode::Corrupt &&
                       read.error().native.find("no signed list") != std::string::npos
                   ? 1
                   : 0;
  }
  CHECK(refused == 240);
}

TEST_CASE("data under another name are known by their digest, and the station's list adds to it") {
  const auto whole = read_file(kEnglish, 64U << 20U);
  if (!whole) {
    MESSAGE("SKIPPED: tesseract-ocr-eng is not installed");
    return;
  }
  const DataFolder data;
  REQUIRE(write_new_file(data.dir.path() / "mine.traineddata", *whole));
  const std::string other = *whole + "x";
  REQUIRE(write_new_file(data.dir.path() / "other.traineddata", other));
  auto engine = ocr::make_tesseract_engine();
  const imaging::Image page(imaging::PixelFormat::Gray8, {64, 64});
  ocr::EngineSettings settings = english();
  settings.languages = "mine";
  CHECK((*engine)->read(page, settings, {}));
  settings.languages = "other";
  CHECK((*engine)->read(page, settings, {}).error().code == ErrorCode::Corrupt);
  settings.languages = "mine+other";
  CHECK((*engine)->read(page, settings, {}).error().code == ErrorCode::Corrupt);
  settings.trusted = {sha256_hex(other)};
  CHECK((*engine)->read(page, settings, {}));
  settings.languages = "none";
  CHECK((*engine)->read(page, settings, {}).error().code == ErrorCode::NotFound);
}
