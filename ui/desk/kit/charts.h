#pragma once

#include "ui/desk/kit/ui.h"

#include <string>
#include <string_view>
#include <vector>

namespace shiqu::desk {

/// One part of a bar.
struct BarPart {
  std::string label;
  double value = 0;
  std::string figure;  ///< the value in words: "12 pages"
  ImU32 colour = 0;
};

/// A bar of `width_px` whose parts are as long as their values, and below it for each part patch,
/// label and figure, side by side. What a colour means is always written as well. Tags: ID, ID.N
/// from 1.
void stacked_bar(Ui& ui, std::string_view id, float width_px, const std::vector<BarPart>& parts);

/// What a mark says by its shape as well as its colour.
enum class Mark { Good, Warning, Alarm, Open, Busy };
/// A disc with a tick, a triangle, a square, a ring, three points; in a line of text.
void draw_mark(Ui& ui, Mark mark);

/// A way of `steps` points, those up to `reached` (from 0) filled; -1: none.
void draw_track(Ui& ui, int steps, int reached, ImU32 colour);

}  // namespace shiqu::desk
