#pragma once

#include "ocr/prepare/page.h"
#include "storage/model/text.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fixture {

/// One column, or part of a column, or half of a note, as people marked it.
struct TrueSegment {
  shiqu::RectPx box;  ///< shrunk to the rows that bear ink
  bool note = false;
  bool counts = true;  ///< false: damaged or uncertain, neither found nor missed
  std::string text;
};

struct TruePage {
  std::string set;
  std::string file;  ///< relative to the folder of the pages
  double pitch = 0;
  std::vector<TrueSegment> segments;  ///< in reading order
};

/// What page analysis made of the segments of some pages.
struct LayoutScore {
  int segments = 0;
  int found = 0;
  int notes = 0;
  int notes_found = 0;
  int false_areas = 0;
  int order_errors = 0;
  std::vector<std::string> missed;  ///< text of the segments that were not found

  void add(const LayoutScore& other);
  [[nodiscard]] double recall() const { return segments > 0 ? 1.0 * found / segments : 1; }
};

/// The pages with true columns below `pages`: marked real pages (columns.json), else those that
/// shiqu-press wrote there. Empty when the folder is not there.
std::vector<TruePage> true_pages(const std::filesystem::path& pages);

/// The truth of a page of the press.
TruePage true_page_of(const shiqu::model::PageText& text);

/// Shrinks the segments to their ink: the marked boxes reach down to the frame.
void shrink_to_ink(TruePage& page, const shiqu::imaging::Image& image);

/// A segment is found when one area covers nine tenths of its height, agrees with it from side to
/// side (IoU 0.6), is of the same width class and does not go on beyond it. Areas on no segment
/// are false; found areas that come before their forerunner are order errors.
LayoutScore score_layout(const TruePage& truth, const shiqu::ocr::PreparedPage& made);

/// The page with its areas outlined by kind and numbered in reading order.
shiqu::imaging::Image picture_of(const shiqu::ocr::PreparedPage& made);

}  // namespace fixture
