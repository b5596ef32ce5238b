#include "storage/imaging/tiff.h"

#include "storage/base/file.h"
#include "storage/base/process.h"
#include "storage/imaging/colour.h"
#include "tests/support/pictures.h"

#include <doctest/doctest.h>

#include <sys/resource.h>

#include <csignal>

using namespace shiqu;
using namespace shiqu::imaging;
namespace fs = std::filesystem;

namespace {

MasterTags tags() {
  MasterTags out;
  out.dpi = 300;
  out.make = "Nikon Corporation";
  out.model = "D850";
  out.software = "Shiqu 0.1.0";
  out.date_time = "2026:11:25 04:01:02";
  out.document_name = "GJ0001-0001";
  out.xmp = make_xmp("全唐詩 𠀀 <卷一>", "GJ0001", "Shiqu 0.1.0");
  return out;
}

/// Exit status of checkit_tiff with the SLUB baseline profile.
int checkit(const fs::path& file) {
  auto child = ChildProcess::start({"/usr/bin/checkit_tiff",
                                    {"-m", "/usr/share/checkit_tiff/example_configs/cit_tiff6_baseline_SLUB.cfg", file.string()},
                                    {}, false, "/dev/null"});
  REQUIRE(child);
  const auto status = child->wait(std::chrono::seconds(20));
  REQUIRE(status);
  return *status;
}

}  // namespace

TEST_CASE("a master comes back with the same pixels, resolution and profile") {
  const TempDir folder;
  for (const PixelFormat format : {PixelFormat::Gray8, PixelFormat::Rgb8, PixelFormat::Rgb16}) {
    const fs::path file = folder.path() / ("m" + std::to_string(static_cast<int>(format)) + ".tif");
    const Image image = test::gradient({123, 77}, format);
    REQUIRE(write_master(file, image, tags()));
    const auto back = read_tiff(file);
    REQUIRE(back);
    CHECK(back->image == image);
    CHECK(back->info.dpi == doctest::Approx(300));
    CHECK(back->info.icc == (format == PixelFormat::Gray8 ? gray_profile() : srgb_profile()));
  }
}

TEST_CASE("masters pass checkit_tiff's SLUB baseline profile") {
  const TempDir folder;
  for (const PixelFormat format : {PixelFormat::Gray8, PixelFormat::Rgb8, PixelFormat::Rgb16}) {
    const fs::path file = folder.path() / ("m" + std::to_string(static_cast<int>(format)) + ".tif");
    REQUIRE(write_master(file, test::gradient({320, 200}, format), tags()));
    CHECK(checkit(file) == 0);
  }
}

TEST_CASE("the validator is alive: a file that is no TIFF fails it") {
  const TempDir folder;
  REQUIRE(write_new_file(folder.path() / "a.tif", "II*\0 but nothing behind"));
  CHECK(checkit(folder.path() / "a.tif") != 0);
}

TEST_CASE("Chinese text and 16-bit gray are refused as TIFF tags and pixels") {
  const TempDir folder;
  MasterTags chinese = tags();
  chinese.document_name = "全唐詩";
  const Status text = write_master(folder.path() / "a.tif", test::gradient({8, 8}), chinese);
  CHECK(text.error().code == ErrorCode::Unsupported);
  const Status gray = write_master(folder.path() / "b.tif", test::gradient({8, 8}, PixelFormat::Gray16), tags());
  CHECK(gray.error().code == ErrorCode::Unsupported);
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a master is never written over another") {
  const TempDir folder;
  REQUIRE(write_master(folder.path() / "a.tif", test::gradient({8, 8}), tags()));
  CHECK(write_master(folder.path() / "a.tif", test::gradient({9, 9}), tags()).error().code == ErrorCode::Exists);
}

TEST_CASE("a write that fails half-way is an error and leaves no file") {
  const TempDir folder;
  std::signal(SIGXFSZ, SIG_IGN);  // the write then fails with EFBIG instead of ending the test
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit small{20000, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const Status written = write_master(folder.path() / "m.tif", test::gradient({200, 200}), tags());
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK_FALSE(written);
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a truncated TIFF is corrupt") {
  const TempDir folder;
  const fs::path file = folder.path() / "a.tif";
  REQUIRE(write_master(file, test::gradient({200, 200}), tags()));
  fs::resize_file(file, fs::file_size(file) / 2);
  CHECK_FALSE(read_tiff(file));
}
