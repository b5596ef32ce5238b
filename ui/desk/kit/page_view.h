#pragma once

#include "storage/base/geometry.h"
#include "ui/desk/kit/tile_loader.h"
#include "ui/desk/kit/ui.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::desk {

/// Between pixels of the page (level 0) and pixels of the window.
struct PageTransform {
  double zoom = 1;  ///< window px per page px
  ImVec2 origin;    ///< where the page's upper left corner is

  [[nodiscard]] ImVec2 to_screen(const PointPx& page) const noexcept {
    return {static_cast<float>(origin.x + page.x * zoom),
            static_cast<float>(origin.y + page.y * zoom)};
  }
  [[nodiscard]] PointPx to_page(ImVec2 screen) const noexcept {
    return {(static_cast<double>(screen.x) - static_cast<double>(origin.x)) / zoom,
            (static_cast<double>(screen.y) - static_cast<double>(origin.y)) / zoom};
  }
};

/// What the pointer did over a page in one frame.
struct PageViewResult {
  bool hovered = false;
  bool pressed = false;   ///< left button went down
  bool released = false;  ///< left button went up after it had gone down here
  bool held = false;      ///< left button is down since it went down here
  PointPx pointer;        ///< page px, may lie outside the page
};

/// Shows one page of any size from its screen pyramid: tiles arrive from two decode threads while
/// coarser ones stand in. Wheel: zoom at the pointer; middle, right or Space+left button: pan.
/// UI thread only; never waits.
class PageView {
 public:
  /// `textures` are kept up to `tile_limit` (0.8 MB each), the ones unused longest go first.
  explicit PageView(Ui& ui, std::size_t tile_limit = 256);
  PageView(const PageView&) = delete;
  PageView& operator=(const PageView&) = delete;
  ~PageView();

  /// Shows another pyramid, fitted into the view.
  void open(std::filesystem::path file);

  /// `overlay` draws on top, clipped to the view. Tagged `id`.
  using Overlay = std::function<void(ImDrawList&, const PageTransform&)>;
  PageViewResult draw(std::string_view id, ImVec2 size, const Overlay& overlay = {});

  void fit() noexcept { fitted_ = true; }
  /// One page pixel on one window pixel, around the middle of the view.
  void one_to_one();
  void zoom_by(double factor);
  /// Brings `area` (page px) into the middle, zoomed so that it fills `share` of the view.
  void show(const RectPx& area, double share = 0.8);

  [[nodiscard]] const PageTransform& transform() const noexcept { return transform_; }
  /// 0 × 0 until the file is open.
  [[nodiscard]] SizePx page_size() const noexcept {
    return levels_.empty() ? SizePx{} : levels_[0];
  }
  /// Why the page cannot be shown, or one of its tiles; for the owner to tell.
  [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
  /// True while finer tiles are still expected.
  [[nodiscard]] bool loading() const noexcept { return loading_; }
  [[nodiscard]] std::size_t tiles() const noexcept { return tiles_.size(); }

 private:
  struct Tile {
    TextureId texture = 0;
    SizePx size;
    std::uint64_t used = 0;
  };
  struct Range {
    int x0 = 0;
    int y0 = 0;
    int x1 = 0;  ///< one past the last
    int y1 = 0;
  };
  void take_results();
  void drop_old_tiles();
  void drop_all_tiles();
  void place(ImVec2 from, ImVec2 size);
  void handle_pointer();
  void zoom_at(ImVec2 screen, double factor);
  [[nodiscard]] int level_for_zoom() const;
  [[nodiscard]] Range visible_tiles(int level, ImVec2 from, ImVec2 to) const;
  void draw_tiles(ImDrawList& list, ImVec2 from, ImVec2 to);
  bool draw_tile(ImDrawList& list, const TileKey& key);

  Ui& ui_;
  std::size_t tile_limit_;
  PageTransform transform_;
  ImVec2 view_from_{0, 0};
  ImVec2 view_size_{1, 1};
  bool fitted_ = true;
  bool panning_ = false;
  bool loading_ = false;
  std::vector<SizePx> levels_;
  std::map<TileKey, Tile> tiles_;
  std::set<TileKey> failed_;
  std::optional<Error> error_;
  std::optional<RectPx> to_show_;
  double to_show_share_ = 1;
  TileLoader loader_;  // last member: its threads call ui_
};

}  // namespace shiqu::desk
