#pragma once

#include "ocr/score/page_score.h"
#include "ocr/score/variants.h"
#include "storage/base/geometry.h"
#include "storage/base/result.h"

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::app {

/// What is measured against what.
struct ScoringTask {
  std::filesystem::path read;                 ///< NAME.txt and NAME.json, as `ocr read` writes them
  std::vector<std::filesystem::path> truths;  ///< each a set: NAME.gt.txt or NAME.json
  std::filesystem::path fold;                 ///< tables of variants; empty: those of the system
};

/// Readings of some sets, measured.
struct ScoredReading {
  ocr::score::VariantClasses variants;
  std::vector<std::string> sets;             ///< in the order given, named after their folders
  std::vector<ocr::score::PageScore> pages;  ///< by set, then by name
  std::vector<std::string> without_truth;    ///< readings that no set has a truth for
  [[nodiscard]] std::vector<const ocr::score::PageScore*> of_set(const std::string& set) const;
  [[nodiscard]] std::vector<const ocr::score::PageScore*> all() const;
};

/// Blocks for about a second and some milliseconds a page.
/// Errors: NotFound (no truth at all, no table), Io, InvalidInput (a file of another form),
/// Cancelled.
Result<ScoredReading> score_reading(const ScoringTask& task, std::stop_token stop = {});

/// The characters, in normal form, of the model that `producer` names, if this build has exactly
/// that model; else null. Looks once for each producer.
class ModelCharacters {
 public:
  const ocr::score::CharacterSet* of(const std::string& producer);

 private:
  std::map<std::string, std::unique_ptr<ocr::score::CharacterSet>> known_;
};

/// The picture of page `name` in the first of `folders` that has one; empty: none has.
std::filesystem::path picture_of(const std::string& name,
                                 std::span<const std::filesystem::path> folders);

/// Areas of a picture as JPEG in Base64, cut by a sandboxed worker that sees `folders` alone.
/// One thread at a time. Errors: those of the worker.
class CropCutter {
 public:
  explicit CropCutter(std::span<const std::filesystem::path> folders);
  ~CropCutter();
  /// One of `jpegs` per area, empty for an area outside the page; `page`: size of the picture.
  struct Crops {
    std::vector<std::string> jpegs;
    SizePx page;
  };
  Result<Crops> cut(const std::filesystem::path& picture, std::span<const RectPx> areas,
                    int longest_px);

 private:
  struct Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace shiqu::app
