#include "ui/desk/kit/page_view.h"

#include "storage/imaging/tiff.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace shiqu::desk {
namespace {

constexpr int kTile = imaging::PyramidReader::kTile;
constexpr std::size_t kUploadsPerFrame = 12;
constexpr double kSmallestZoom = 1.0 / 128;
constexpr double kLargestZoom = 32;

ImVec2 operator+(ImVec2 a, ImVec2 b) {
  return {a.x + b.x, a.y + b.y};
}

}  // namespace

PageView::PageView(Ui& ui, std::size_t tile_limit)
    : ui_(ui), tile_limit_(tile_limit), loader_([&ui] { ui.poke(); }) {}

PageView::~PageView() {
  drop_all_tiles();
}

void PageView::drop_all_tiles() {
  for (const auto& [key, tile] : tiles_) {
    ui_.textures().destroy(tile.texture);
  }
  tiles_.clear();
}

void PageView::open(std::filesystem::path file) {
  drop_all_tiles();
  levels_.clear();
  failed_.clear();
  error_.reset();
  to_show_.reset();
  fitted_ = true;
  loading_ = true;
  loader_.open(std::move(file));
  ui_.request_frames();
}

void PageView::take_results() {
  if (levels_.empty() && !error_) {
    auto levels = loader_.levels();
    if (levels && *levels) {
      levels_ = std::move(**levels);
    } else if (levels) {
      error_ = std::move(*levels).error();
      loading_ = false;
    }
  }
  std::vector<LoadedTile> ready = loader_.take(kUploadsPerFrame);
  if (ready.size() == kUploadsPerFrame) {
    ui_.request_frames();  // the rest goes into the next frame
  }
  for (LoadedTile& loaded : ready) {
    if (!loaded.image) {
      failed_.insert(loaded.key);
      error_ = std::move(loaded.image).error();
      continue;
    }
    const TextureId texture = ui_.textures().create(*loaded.image);
    tiles_[loaded.key] = {texture, loaded.image->size(), ui_.frame()};
  }
}

void PageView::drop_old_tiles() {
  while (tiles_.size() > tile_limit_) {
    const auto oldest = std::min_element(
        tiles_.begin(), tiles_.end(),
        [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
    if (oldest->second.used == ui_.frame()) {
      return;  // all of them are on the screen
    }
    ui_.textures().destroy(oldest->second.texture);
    tiles_.erase(oldest);
  }
}

void PageView::place(ImVec2 from, ImVec2 size) {
  // The page keeps its place in the view when the view itself moves.
  transform_.origin = transform_.origin + ImVec2(from.x - view_from_.x, from.y - view_from_.y);
  view_from_ = from;
  view_size_ = ImVec2(std::max(1.0F, size.x), std::max(1.0F, size.y));
  if (levels_.empty()) {
    return;
  }
  RectPx area{0, 0, levels_[0].width, levels_[0].height};
  double share = 0.98;
  if (to_show_) {
    area = *std::exchange(to_show_, std::nullopt);
    share = to_show_share_;
    fitted_ = false;
  } else if (!fitted_) {
    return;
  }
  const double zoom =
      share * std::min(view_size_.x / std::max(1.0, static_cast<double>(area.width)),
                       view_size_.y / std::max(1.0, static_cast<double>(area.height)));
  transform_.zoom = std::clamp(zoom, kSmallestZoom, kLargestZoom);
  const double cx = area.x + area.width / 2.0;
  const double cy = area.y + area.height / 2.0;
  transform_.origin = {static_cast<float>(from.x + view_size_.x / 2 - cx * transform_.zoom),
                       static_cast<float>(from.y + view_size_.y / 2 - cy * transform_.zoom)};
}

void PageView::zoom_at(ImVec2 screen, double factor) {
  const PointPx page = transform_.to_page(screen);
  transform_.zoom = std::clamp(transform_.zoom * factor, kSmallestZoom, kLargestZoom);
  transform_.origin = {static_cast<float>(screen.x - page.x * transform_.zoom),
                       static_cast<float>(screen.y - page.y * transform_.zoom)};
  fitted_ = false;
  ui_.request_frames();
}

void PageView::zoom_by(double factor) {
  zoom_at(view_from_ + ImVec2(view_size_.x / 2, view_size_.y / 2), factor);
}

void PageView::one_to_one() {
  zoom_by(1 / transform_.zoom);
  // Page pixels on window pixels exactly, or every tile edge would be blurred.
  transform_.zoom = 1;
  transform_.origin = {std::round(transform_.origin.x), std::round(transform_.origin.y)};
}

void PageView::show(const RectPx& area, double share) {
  to_show_ = area;
  to_show_share_ = share;
  ui_.request_frames();
}

void PageView::handle_pointer() {
  const ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsItemHovered()) {
    ImGui::SetItemUsingMouseWheel();  // or the window around would scroll as well
    if (io.MouseWheel != 0) {
      zoom_at(io.MousePos, std::pow(1.2, static_cast<double>(io.MouseWheel)));
    }
    const bool space = io.KeysDown[static_cast<int>(Key::Space)];
    panning_ |=
        ImGui::IsMouseClicked(1) || ImGui::IsMouseClicked(2) || (space && ImGui::IsMouseClicked(0));
  }
  panning_ = panning_ && (io.MouseDown[0] || io.MouseDown[1] || io.MouseDown[2]);
  if (panning_ && (io.MouseDelta.x != 0 || io.MouseDelta.y != 0)) {
    transform_.origin = transform_.origin + io.MouseDelta;
    fitted_ = false;
  }
}

int PageView::level_for_zoom() const {
  // The coarsest level whose pixel covers at most one window pixel.
  const int level = static_cast<int>(std::floor(std::log2(1 / transform_.zoom) + 1e-6));
  return std::clamp(level, 0, static_cast<int>(levels_.size()) - 1);
}

PageView::Range PageView::visible_tiles(int level, ImVec2 from, ImVec2 to) const {
  const double span = static_cast<double>(kTile) * static_cast<double>(1 << level);
  const PointPx a = transform_.to_page(from);
  const PointPx b = transform_.to_page(to);
  const SizePx size = levels_[static_cast<std::size_t>(level)];
  const int columns = (size.width + kTile - 1) / kTile;
  const int rows = (size.height + kTile - 1) / kTile;
  return {std::clamp(static_cast<int>(std::floor(a.x / span)), 0, columns),
          std::clamp(static_cast<int>(std::floor(a.y / span)), 0, rows),
          std::clamp(static_cast<int>(std::ceil(b.x / span)), 0, columns),
          std::clamp(static_cast<int>(std::ceil(b.y / span)), 0, rows)};
}

/// Draws the area of `key` from the finest tile at hand: itself or the nearest coarser one.
/// Returns true if it was itself.
bool PageView::draw_tile(ImDrawList& list, const TileKey& key) {
  const double unit = static_cast<double>(1 << key.level);
  const SizePx level_size = levels_[static_cast<std::size_t>(key.level)];
  const double x0 = static_cast<double>(key.x) * kTile;
  const double y0 = static_cast<double>(key.y) * kTile;
  const double x1 = std::min(x0 + kTile, static_cast<double>(level_size.width));
  const double y1 = std::min(y0 + kTile, static_cast<double>(level_size.height));
  for (int level = key.level; level < static_cast<int>(levels_.size()); ++level) {
    const int up = level - key.level;
    const auto found = tiles_.find({level, key.x >> up, key.y >> up});
    if (found == tiles_.end()) {
      continue;
    }
    Tile& tile = found->second;
    tile.used = ui_.frame();
    const double shrink = static_cast<double>(1 << up);
    const double left = static_cast<double>(key.x >> up) * kTile;
    const double top = static_cast<double>(key.y >> up) * kTile;
    const auto u = [&](double x) {
      return static_cast<float>((x / shrink - left) / tile.size.width);
    };
    const auto v = [&](double y) {
      return static_cast<float>((y / shrink - top) / tile.size.height);
    };
    const bool exact = std::abs(transform_.zoom * static_cast<double>(1 << level) - 1) < 1e-6;
    ui_.textures().set_nearest(tile.texture, exact);
    list.AddImage(im_texture(tile.texture), transform_.to_screen({x0 * unit, y0 * unit}),
                  transform_.to_screen({x1 * unit, y1 * unit}), ImVec2(u(x0), v(y0)),
                  ImVec2(u(x1), v(y1)));
    return up == 0;
  }
  return false;
}

void PageView::draw_tiles(ImDrawList& list, ImVec2 from, ImVec2 to) {
  std::vector<TileKey> wanted;
  const int coarsest = static_cast<int>(levels_.size()) - 1;
  if (!tiles_.contains({coarsest, 0, 0}) && !failed_.contains({coarsest, 0, 0})) {
    wanted.push_back({coarsest, 0, 0});  // the whole page at once, if blurred
  }
  const int level = level_for_zoom();
  const Range range = visible_tiles(level, from, to);
  for (int y = range.y0; y < range.y1; ++y) {
    for (int x = range.x0; x < range.x1; ++x) {
      const TileKey key{level, x, y};
      if (!draw_tile(list, key) && !failed_.contains(key) && key != TileKey{coarsest, 0, 0}) {
        wanted.push_back(key);
      }
    }
  }
  const int middle_x = range.x0 + range.x1 - 1;
  const int middle_y = range.y0 + range.y1 - 1;
  const auto distance = [&](const TileKey& key) {
    return key.level == level ? std::abs(2 * key.x - middle_x) + std::abs(2 * key.y - middle_y)
                              : -1;
  };
  std::stable_sort(wanted.begin(), wanted.end(),
                   [&](const TileKey& a, const TileKey& b) { return distance(a) < distance(b); });
  loading_ = !wanted.empty();
  loader_.want(std::move(wanted));
}

PageViewResult PageView::draw(std::string_view id, ImVec2 wanted_size, const Overlay& overlay) {
  take_results();
  const ImVec2 size(std::max(1.0F, wanted_size.x), std::max(1.0F, wanted_size.y));
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const ImVec2 to = from + size;
  place(from, size);
  ImGui::InvisibleButton(std::string(id).c_str(), size);
  ui_.tag(id);
  handle_pointer();
  PageViewResult result;
  result.hovered = ImGui::IsItemHovered();
  result.pressed = ImGui::IsItemActivated() && !panning_;
  result.released = ImGui::IsItemDeactivated() && !panning_;
  result.held = ImGui::IsItemActive() && !panning_;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.PushClipRect(from, to, true);
  if (!levels_.empty()) {
    draw_tiles(list, from, to);
  }
  result.pointer = transform_.to_page(ImGui::GetMousePos());
  if (overlay && !levels_.empty()) {
    overlay(list, transform_);
  }
  list.PopClipRect();
  drop_old_tiles();
  return result;
}

}  // namespace shiqu::desk
