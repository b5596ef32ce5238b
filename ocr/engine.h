#pragma once

#include "ocr/places.h"
#include "storage/base/result.h"
#include "storage/imaging/image.h"
#include "storage/model/text.h"

#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::ocr {

/// A language model that a station has learnt from its own texts (ocr/station.h).
struct StationLanguage {
  std::string sha256;          ///< of the file; empty: none
  double share = 0;            ///< LanguageMix::share
  std::filesystem::path file;  ///< where it lies, for the process that reads
};

/// What to read and how.
struct EngineSettings {
  std::string
      languages;  ///< the engine's own names: "chi_tra_vert", "HanT_vert"; empty: its default
  bool vertical = true;  ///< columns right to left, characters top to bottom
  double dpi = 300;      ///< of the image
  /// German prints up to about 1850: an umlaut bears a small e, a + U+0364, which engines trained
  /// on later prints give as a letter with dots.
  bool early_umlauts = false;
  /// Old prints set horizontal lines from the right, later ones from the left: an engine that can
  /// tell by the language gives the glyphs in the order that makes sense.
  bool either_way = false;
  bool upright = true;      ///< false: the characters of a column lie on their right side
  bool language = true;     ///< false: the ink alone, no prior of the language (neural reader)
  StationLanguage station;  ///< the station's own prior beside the general one
  /// SHA-256 of models that the station trusts besides those this build knows (Tesseract's data).
  std::vector<std::string> trusted;
};

/// How an engine wants a column cut out for it.
struct ColumnForm {
  int width_px = 62;         ///< across the column: glyphs of 45–60 px
  int paper_px = 8;          ///< white added all around: some engines drop ink at the very edge
  bool rough_boxes = false;  ///< its glyph boxes only say where along the column each glyph is
};

/// What an engine made of one area.
struct AreaReading {
  /// In reading order, boxes in pixels of the image; glyphs of a line are exactly its characters.
  std::vector<model::Line> lines;
  SizePx size;    ///< of the image
  Places places;  ///< what a network saw, for read_together(); empty: all is decided
  std::vector<model::Line> second_opinion;  ///< of another engine (vote.h)
};

/// One recogniser. Not thread-safe: one engine per worker process.
class Engine {
 public:
  virtual ~Engine() = default;
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  [[nodiscard]] virtual std::string_view name() const = 0;
  /// "tesseract 5.3.0 chi_tra_vert": recorded with each result.
  [[nodiscard]] virtual std::string version(const EngineSettings& settings) const = 0;

  /// False for a direction or language this engine has no model for.
  [[nodiscard]] virtual bool reads(const EngineSettings& /*settings*/) const { return true; }
  [[nodiscard]] virtual ColumnForm form() const { return {}; }

  /// Reads one prepared area whose text lines are all of one direction: one column, or a block.
  /// `image`: Gray8 or Rgb8. An area without text gives no lines.
  /// Errors: NotFound (language data), Corrupt (a model that is not the one named), Cancelled,
  /// Internal.
  virtual Result<AreaReading> read(const imaging::Image& image, const EngineSettings& settings,
                                   std::stop_token stop) = 0;

  /// Decides anew what stands in columns that follow one another in one text, now that the ends of
  /// their neighbours are known. Readings are those of read() with the same settings. An engine
  /// that knows no language leaves them as they are. Errors: those of read().
  virtual Status read_together(std::span<AreaReading* const> /*columns*/,
                               const EngineSettings& /*settings*/) {
    return {};
  }
};

}  // namespace shiqu::ocr
