#include "ocr/prepare/internal/pictures.h"

#include "storage/imaging/operations.h"

#include <algorithm>
#include <array>

namespace shiqu::ocr {
namespace {

using Colour = std::array<std::uint8_t, 3>;
constexpr Colour kRed{255, 0, 0};
constexpr Colour kGreen{0, 160, 0};
constexpr Colour kBlue{0, 0, 255};
constexpr Colour kOrange{200, 120, 0};
constexpr Colour kGray{120, 120, 120};

Colour colour_of(model::LineKind kind) {
  switch (kind) {
    case model::LineKind::CentreStrip:
      return kBlue;
    case model::LineKind::NoteRight:
      return kGreen;
    case model::LineKind::NoteLeft:
    case model::LineKind::Marginalia:
      return kOrange;
    default:
      return kRed;
  }
}

Colour colour_of(model::RegionKind kind) {
  switch (kind) {
    case model::RegionKind::Seal:
      return kRed;
    case model::RegionKind::Figure:
      return kBlue;
    case model::RegionKind::Table:
      return kGreen;
    case model::RegionKind::HeadNote:
    case model::RegionKind::Gloss:
      return kOrange;
    default:
      return kGray;
  }
}

void draw_outline(imaging::Image& rgb, const RectPx& wanted, const Colour& colour) {
  const RectPx box = intersection(wanted, {0, 0, rgb.width(), rgb.height()});
  for (int y = box.y; y < box.bottom(); ++y) {
    const bool edge_row = y - box.y < 3 || box.bottom() - y <= 3;
    for (int x = box.x; x < box.right(); ++x) {
      if (edge_row || x - box.x < 3 || box.right() - x <= 3) {
        std::copy(colour.begin(), colour.end(), rgb.row(y).begin() + 3 * x);
      }
    }
  }
}

}  // namespace

imaging::Image picture_of(const InkMask& mask) {
  imaging::Image out(imaging::PixelFormat::Gray8, mask.size);
  std::transform(mask.ink.begin(), mask.ink.end(), out.bytes().begin(),
                 [](std::uint8_t ink) { return static_cast<std::uint8_t>(ink != 0 ? 0 : 255); });
  return out;
}

imaging::Image picture_of_areas(const PreparedPage& page) {
  imaging::Image out = imaging::to_rgb8(page.gray);
  for (const ReadingArea& area : page.areas) {
    draw_outline(out, area.box, colour_of(area.kind));
  }
  return out;
}

imaging::Image picture_of_regions(const imaging::Image& page,
                                  const std::vector<model::Region>& regions) {
  imaging::Image out = imaging::to_rgb8(page);
  for (const model::Region& region : regions) {
    draw_outline(out, region.box, colour_of(region.kind));
  }
  return out;
}

}  // namespace shiqu::ocr
