#pragma once

#include "storage/imaging/image.h"

#include <span>
#include <vector>

namespace shiqu::ocr {

/// What the lines of a page say about the way its columns run.
struct TurnEvidence {
  double upright = 0;  ///< length of upright rules and frame, in longer edges of the page
  double level = 0;    ///< likewise of level ones
  double columns = 0;  ///< depth of the gaps between columns
  double rows = 0;     ///< depth of the gaps between rows
};

/// Measures the lines of a page. `page`: any format, at least 64 × 64 px. Any thread; pure.
TurnEvidence measure_turn(const imaging::Image& page);

enum class LineAxis { Upright, Level, Unclear };

/// Which way the lines of text run: along the rules where one kind is twice as long as the other,
/// else with the deeper gaps between them.
LineAxis axis_of(const TurnEvidence& evidence) noexcept;

/// Quarter turns clockwise, in the order in which to try them, that make the lines upright. Which
/// end is up the layout does not say. Columns of a page that is turned further by a quarter are
/// rows of glyphs, which engines may read as well: only an unclear axis leaves all four.
std::vector<int> turns_to_try(LineAxis axis);

/// How well a few columns of a page could be read after a turn.
struct TurnTrial {
  int quarter_turns = 0;
  int glyphs = 0;         ///< that were read
  double confidence = 0;  ///< their mean, 0…1
};

/// True when no other turn can be better: columns read the wrong way never do so well.
bool reads_well(const TurnTrial& trial) noexcept;

/// The turn of the most certain trial when it is far more certain than the page as it lies, and
/// read well enough; else 0: a page is not turned on doubtful evidence.
int chosen_turn(std::span<const TurnTrial> trials) noexcept;

}  // namespace shiqu::ocr
