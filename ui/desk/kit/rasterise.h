#pragma once

#include "storage/imaging/image.h"
#include "ui/desk/kit/textures.h"

namespace shiqu::desk {

/// Draws a frame in memory, without OpenGL, as Rgb8 of the frame's display size: for screenshots
/// of tests. The same frame gives the same bytes on every machine. Clip rectangles, vertex colours
/// and textures are honoured; there is no anti-aliasing beyond what ImGui's own triangles carry.
/// `ground` fills the picture first. UI thread.
imaging::Image rasterise(const ImDrawData& frame, const MemoryTextures& textures, ImU32 ground);

}  // namespace shiqu::desk
