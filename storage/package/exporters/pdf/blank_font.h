#pragma once

#include <string>

namespace shiqu::package::pdf {

/// A TrueType font of two empty glyphs, 1000 units an em: what the invisible text is set in. Equal
/// bytes at every call.
std::string blank_font();

}  // namespace shiqu::package::pdf
