#pragma once

#include "storage/imaging/image.h"

namespace shiqu::ocr {

/// Paints what lies around a leaf that was photographed or scanned on something dark with the level
/// of its paper: dark, solid, ending in a step, and joined to the edge of the picture. Text and
/// frames stay, for they are thin; so does a page of which more than three fifths would go. `gray`:
/// Gray8. False: there was nothing.
bool lighten_surroundings(imaging::Image& gray);

}  // namespace shiqu::ocr
