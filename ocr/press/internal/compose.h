#pragma once

#include "ocr/press/internal/fonts.h"
#include "ocr/press/internal/noise.h"
#include "ocr/press/press.h"
#include "storage/base/geometry.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::ocr::press {

/// One printed character, or a blank cell (U+3000).
struct Sign {
  char32_t character = 0;
  bool note = false;
};

/// What of a paragraph's text is printed: without parentheses, punctuation and other white space.
std::vector<Sign> signs_of(std::string_view text);

/// Where frame, columns and centre strip stand on the flat page, in px.
struct Grid {
  SizePx page;
  RectPx border;     ///< outer edge of the frame
  double thick = 0;  ///< of the outer line
  double gap = 0;    ///< outer line to inner line; 0: single border
  double thin = 0;   ///< of inner line and rules
  double top = 0;    ///< of the first cell
  double column_width = 0;
  double row_height = 0;
  std::vector<double> columns;  ///< left edge of each column, in reading order
  double strip_left = 0;
  double strip_right = 0;
  double strip_top = 0;  ///< inner edges of the frame
  double strip_bottom = 0;
  bool rules = true;    ///< between columns; the edges of the centre strip stand in any case
  double band_top = 0;  ///< no rules between these; equal: there is no band
  double band_bottom = 0;
  std::size_t beside_band = 0;  ///< of the columns: so many, the first ones, stand beside it
};

Grid make_grid(const PressOptions& options, Prng& prng);

/// One character with its place: middle of its em square on the flat page.
struct Cell {
  char32_t character = 0;
  PointPx middle;
  double em_width_px = 0;
  double em_height_px = 0;
  double room_width_px = 0;  ///< ink must not be wider
  Hand hand = Hand::Ming;
};

struct LineDraft {
  model::LineKind kind = model::LineKind::Column;
  std::vector<Cell> cells;
};

struct Composition {
  std::vector<LineDraft> lines;  ///< in reading order
  TextPosition next;
  bool text_ended = false;
};

/// Middle of the text's characters on a page with glosses, as a share of the column's width.
constexpr double kGlossedMiddle = 0.37;

/// Fills the columns of `grid` from `start`, those beside a band first, then those above it; its
/// own lines between these and those below. Without the centre strip.
Composition compose(const PressOptions& options, const Grid& grid,
                    std::span<const Paragraph> paragraphs, TextPosition start, Hand body,
                    Hand aside);

/// Title and leaf number for the centre strip; lines of kind CentreStrip.
std::vector<LineDraft> compose_strip(const PressOptions& options, const Grid& grid, Hand hand);

/// `options.head_notes` small columns above the frame, right to left, of the characters of
/// `paragraphs`; lines of kind Marginalia. None when the margin is lower than two characters.
std::vector<LineDraft> compose_head_notes(const PressOptions& options, const Grid& grid,
                                          std::span<const Paragraph> paragraphs, Hand hand,
                                          Prng& prng);

/// The head line in the middle above the frame. Empty when there is none to set.
LineDraft compose_head_line(const PressOptions& options, const Grid& grid, Hand hand);

/// Rows that the band takes, with some paper above and below.
int band_rows(const PressOptions& options, const Grid& grid);

/// False when its lines are longer than the columns are wide, or more than rows are left.
bool band_fits(const PressOptions& options, const Grid& grid);

/// The band's lines, in the middle of the columns it takes.
std::vector<LineDraft> compose_band(const PressOptions& options, const Grid& grid, Hand hand);

/// Glosses 旁批 of four to eight characters beside cells of `body`, at most one a line; of kind
/// Marginalia, with text from `paragraphs`.
std::vector<LineDraft> compose_glosses(const PressOptions& options, const Grid& grid,
                                       std::span<const LineDraft> body,
                                       std::span<const Paragraph> paragraphs, Hand hand,
                                       Prng& prng);

/// Takes four neighbouring columns out of `grid` for a figure; where it stands. Empty when there
/// are fewer than six columns.
RectPx make_room_for_figure(Grid& grid, Prng& prng);

/// 1…9999 in Chinese: "二十一".
std::u32string chinese_number(int number);

}  // namespace shiqu::ocr::press
