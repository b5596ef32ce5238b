#include "ui/desk/kit/page_view.h"

#include "storage/base/file.h"
#include "storage/imaging/tiff.h"
#include "ui/desk/kit/robot.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cmath>

using namespace shiqu;
using namespace shiqu::desk;

namespace {

using Rgb = std::array<int, 3>;
constexpr Rgb kRed{200, 40, 40};
constexpr Rgb kGreen{40, 160, 60};
constexpr Rgb kBlue{40, 60, 200};
constexpr Rgb kPaper{230, 220, 200};

/// Four coloured quarters.
imaging::Image quarters(SizePx size) {
  imaging::Image image(imaging::PixelFormat::Rgb8, size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const bool right = x >= size.width / 2;
      const bool low = y >= size.height / 2;
      const Rgb& colour = low ? (right ? kPaper : kBlue) : (right ? kGreen : kRed);
      for (std::size_t c = 0; c < 3; ++c) {
        image.row(y)[static_cast<std::size_t>(x) * 3 + c] = static_cast<std::uint8_t>(colour[c]);
      }
    }
  }
  return image;
}

struct Viewer {
  TempDir dir;
  PageView* view = nullptr;
  PageViewResult last;
  std::unique_ptr<PageView> owned;
  std::unique_ptr<Robot> robot;

  explicit Viewer(SizePx display = {800, 600}) {
    UiOptions options;
    options.display = display;
    auto made = Robot::create(options, [this](Ui&) { draw(); });
    REQUIRE(made);
    robot = std::move(*made);
    owned = std::make_unique<PageView>(robot->ui(), 64);
    view = owned.get();
  }
  ~Viewer() { owned.reset(); }

  void draw() {
    if (view == nullptr) {
      return;
    }
    ImGui::SetNextWindowPos(ImVec2(0, 0));
    ImGui::SetNextWindowSize(ImGui::GetIO().DisplaySize);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
    ImGui::Begin("v", nullptr, ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoScrollWithMouse);
    last = view->draw("page", ImGui::GetContentRegionAvail());
    ImGui::End();
    ImGui::PopStyleVar();
  }

  void open(SizePx size) {
    const auto file = dir.path() / "page.tif";
    REQUIRE(imaging::write_pyramid(file, quarters(size)));
    view->open(file);
    REQUIRE(robot->wait_until([&] { return !view->loading() && view->page_size().width > 0; }));
  }

  /// Colour on the screen at a place of the page.
  Rgb at(const PointPx& page) {
    const ImVec2 screen = view->transform().to_screen(page);
    const imaging::Image image = robot->screenshot();
    const auto row = image.row(static_cast<int>(screen.y));
    const auto x = static_cast<std::size_t>(screen.x) * 3;
    return {row[x], row[x + 1], row[x + 2]};
  }
};

bool alike(const Rgb& a, const Rgb& b) {
  for (std::size_t c = 0; c < 3; ++c) {
    if (std::abs(a[c] - b[c]) > 12) {  // JPEG tiles
      return false;
    }
  }
  return true;
}

}  // namespace

TEST_CASE("a page is shown in its colours, fitted and at 1:1") {
  Viewer viewer;
  viewer.open({2600, 1900});
  CHECK(viewer.view->page_size() == SizePx{2600, 1900});
  CHECK(alike(viewer.at({300, 300}), kRed));
  CHECK(alike(viewer.at({2300, 300}), kGreen));
  CHECK(alike(viewer.at({300, 1600}), kBlue));
  CHECK(alike(viewer.at({2300, 1600}), kPaper));

  viewer.view->one_to_one();
  viewer.robot->frames();
  REQUIRE(viewer.robot->wait_until([&] { return !viewer.view->loading(); }));
  CHECK(viewer.view->transform().zoom == doctest::Approx(1));
  CHECK(alike(viewer.at({1200, 900}), kRed));
  CHECK(alike(viewer.at({1400, 1000}), kPaper));
}

TEST_CASE("the wheel zooms around the pointer, the right button moves the page") {
  Viewer viewer;
  viewer.open({2600, 1900});
  const PointPx before = viewer.view->transform().to_page(ImVec2(400, 300));
  const double zoom = viewer.view->transform().zoom;
  REQUIRE(viewer.robot->wheel("page", 3));
  const PointPx after = viewer.view->transform().to_page(ImVec2(400, 300));
  CHECK(viewer.view->transform().zoom == doctest::Approx(zoom * std::pow(1.2, 3)));
  CHECK(after.x == doctest::Approx(before.x).epsilon(0.001));
  CHECK(after.y == doctest::Approx(before.y).epsilon(0.001));

  const ImVec2 origin = viewer.view->transform().origin;
  REQUIRE(viewer.robot->drag("page", ImVec2(40, -20), 1));
  CHECK(viewer.view->transform().origin.x == doctest::Approx(origin.x + 40));
  CHECK(viewer.view->transform().origin.y == doctest::Approx(origin.y - 20));

  viewer.view->fit();
  viewer.robot->frames();
  CHECK(viewer.view->transform().zoom == doctest::Approx(zoom));
}

TEST_CASE("page and window pixels convert into each other") {
  const PageTransform transform{0.25, ImVec2(10, 20)};
  const PointPx page{1234, 567};
  const PointPx back = transform.to_page(transform.to_screen(page));
  CHECK(back.x == doctest::Approx(page.x));
  CHECK(back.y == doctest::Approx(page.y));
}

TEST_CASE("an area asked for fills the view") {
  Viewer viewer;
  viewer.open({2600, 1900});
  viewer.view->show({1300, 950, 400, 300}, 1);
  viewer.robot->frames();
  CHECK(viewer.view->transform().zoom == doctest::Approx(2));
  const ImVec2 corner = viewer.view->transform().to_screen({1300, 950});
  CHECK(corner.x == doctest::Approx(0));
  CHECK(corner.y == doctest::Approx(0));
}

TEST_CASE("frames go on while a file hangs, and its failure is told") {
  Viewer viewer;
  const auto pipe = viewer.dir.path() / "hanging.tif";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);

  viewer.view->open(pipe);  // opening it waits for a writer
  const std::uint64_t before = viewer.robot->ui().frame();
  viewer.robot->frames(50);

  CHECK(viewer.robot->ui().frame() == before + 50);
  CHECK(viewer.view->loading());
  CHECK_FALSE(viewer.view->error());
  FileDescriptor writer;
  REQUIRE(viewer.robot->wait_until([&] {
    writer = FileDescriptor(::open(pipe.c_str(), O_WRONLY | O_NONBLOCK));
    return static_cast<bool>(writer);
  }));
  writer.reset();
  REQUIRE(viewer.robot->wait_until([&] { return viewer.view->error().has_value(); }));
  CHECK_FALSE(viewer.view->loading());
}

TEST_CASE("textures of pages seen before are given back") {
  Viewer viewer;
  viewer.open({9000, 6200});  // 18 × 13 tiles at level 0
  for (int step = 0; step < 12; ++step) {
    viewer.view->show({step * 700, step * 400, 1600, 1200}, 1);
    viewer.robot->frames();
    REQUIRE(viewer.robot->wait_until([&] { return !viewer.view->loading(); }));
  }
  CHECK(viewer.view->tiles() <= 64);
  CHECK(viewer.robot->textures().count() <= 64 + 8);
}

TEST_CASE("turning the pages fast shows the last one") {
  Viewer viewer;
  std::vector<std::filesystem::path> files;
  for (int i = 0; i < 6; ++i) {
    files.push_back(viewer.dir.path() / (std::to_string(i) + ".tif"));
    REQUIRE(imaging::write_pyramid(files.back(), quarters({600 + i * 40, 500})));
  }
  for (int round = 0; round < 5; ++round) {
    for (const auto& file : files) {
      viewer.view->open(file);
      viewer.robot->frames();
    }
  }
  REQUIRE(viewer.robot->wait_until(
      [&] { return !viewer.view->loading() && viewer.view->page_size().width > 0; }));
  CHECK(viewer.view->page_size() == SizePx{800, 500});
  CHECK_FALSE(viewer.view->error());
}
