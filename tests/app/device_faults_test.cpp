#include "capture/device_client.h"
#include "storage/base/clock.h"
#include "storage/imaging/codecs.h"
#include "tests/support/archive.h"
#include "tests/vcam/vcam_process.h"
#include "ui/app/application.h"
#include "ui/app/workers.h"

using namespace shiqu;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// An archive, one item, and a virtual camera behind a device process with short limits.
struct Studio {
  test::Archive archive;
  ItemId item = archive.add_item("GJ0001");
  app::Application application = open(archive);
  test::VcamProcess camera;
  capture::DeviceClient device =
      application.device("gphoto2", camera.address(), capture::DeviceLimits{10s, 5s, 3s});

  explicit Studio(const std::vector<std::string>& more = {}) : camera(more) {}

  static app::Application open(test::Archive& archive) {
    auto opened = app::Application::open(archive.store.folder());
    REQUIRE_OK(opened);
    return std::move(*opened);
  }

  Result<capture::IngestedFrame> take() {
    const model::Item record = archive.store.item(item).value();
    return application.take(device, archive.operator_, app::Application::target(record));
  }

  void still_whole(std::size_t pages) {
    CHECK(archive.store.pages(item)->size() == pages);
    CHECK(archive.store.fsck()->healthy());
  }
};

}  // namespace

TEST_CASE("a page goes from the camera to kept, with master, received file and quality") {
  Studio studio;
  const auto frame = studio.take();
  REQUIRE_OK(frame);
  const model::Capture capture = studio.archive.store.capture(frame->kept.capture).value();
  CHECK(capture.source == model::CaptureSource::Camera);
  CHECK(capture.device.find("Nikon") != std::string::npos);
  CHECK(capture.quality.verdict() != model::Verdict::NotChecked);
  CHECK(imaging::read_tiff(studio.archive.store.object_path(capture.master)));
  CHECK(imaging::decode_file(studio.archive.store.object_path(capture.received)));
  CHECK(studio.archive.store.job_counts()->queued == 1);  // the screen pyramid
  studio.still_whole(1);
}

TEST_CASE(
    "a camera that never answers a capture is killed at its limit and works again afterwards") {
  Studio studio;
  REQUIRE_OK(studio.take());
  REQUIRE(studio.camera.control("faults hang") == "ok\n");
  const std::int64_t begin = now_monotonic_ms();
  const auto hung = studio.take();
  CHECK(now_monotonic_ms() - begin < 15000);
  REQUIRE_FALSE(hung);
  CHECK(hung.error().code == ErrorCode::Timeout);
  CHECK_FALSE(hung.error().text().empty());
  studio.still_whole(1);
  REQUIRE(studio.camera.control("faults none") == "ok\n");
  REQUIRE_OK(studio.take());
  CHECK(studio.device.starts() == 2);
  studio.still_whole(2);
}

TEST_CASE("a camera that drops the line in mid-transfer loses nothing that was kept and goes on") {
  Studio studio;
  REQUIRE_OK(studio.take());
  REQUIRE(studio.camera.control("faults drop") == "ok\n");
  const auto dropped = studio.take();
  REQUIRE_FALSE(dropped);
  CHECK((dropped.error().code == ErrorCode::DeviceGone ||
         dropped.error().code == ErrorCode::DeviceError || dropped.error().code == ErrorCode::Io));
  studio.still_whole(1);
  REQUIRE(studio.camera.control("faults none") == "ok\n");
  REQUIRE_OK(studio.take());
  studio.still_whole(2);
}

TEST_CASE("what was set on a camera is set again after its process was lost") {
  Studio studio;
  const auto settings = studio.device.settings();
  REQUIRE_OK(settings);
  const auto iso = std::find_if(
      settings->begin(), settings->end(),
      [](const capture::Setting& one) { return one.name == "iso" && one.choices.size() > 1; });
  REQUIRE(iso != settings->end());
  const std::string wanted =
      iso->choices.back() == iso->value ? iso->choices.front() : iso->choices.back();
  REQUIRE_OK(studio.device.set("iso", wanted));
  REQUIRE(studio.camera.control("faults hang") == "ok\n");
  CHECK_FALSE(studio.take());
  REQUIRE(studio.camera.control("faults none") == "ok\n");
  const auto again = studio.device.settings();
  REQUIRE_OK(again);
  const auto found = std::find_if(again->begin(), again->end(),
                                  [](const capture::Setting& one) { return one.name == "iso"; });
  REQUIRE(found != again->end());
  CHECK(found->value == wanted);
}

TEST_CASE("live view frames come as pixels from the device's process") {
  Studio studio;
  const auto frame = studio.device.preview();
  REQUIRE_OK(frame);
  CHECK(frame->format() == imaging::PixelFormat::Rgb8);
  CHECK(frame->width() > 100);
  REQUIRE_OK(studio.take());
}

TEST_CASE("a device process that is killed from outside is started again") {
  Studio studio;
  REQUIRE_OK(studio.take());
  studio.camera.process().stop();
  CHECK_FALSE(studio.take());
  studio.still_whole(1);
}

TEST_CASE("a frame that kills the decoder is a clear error, the next frame is kept") {
  test::Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  WorkerProcess decoder({fs::path(SHIQU_BIN_DIR) / "crashing_worker", {}, {}, true, {}});
  const capture::DeviceInfo device{"folder", "x", model::CaptureSource::Import, "", "", ""};
  const auto shot_of = [&](const std::string& name, const std::string& content) {
    const fs::path file = archive.store.spool() / name;
    REQUIRE(write_new_file(file, content));
    capture::Shot shot;
    shot.frames.push_back({capture::FrameRole::Image, file, name, content.size(), 300});
    return shot;
  };
  const capture::IngestTarget target{item, "GJ0001", "全唐詩", std::nullopt, ""};
  const auto crashed = capture::ingest_shot(archive.store, archive.operator_, decoder, device,
                                            shot_of("bad.jpg", "crash\n"), target);
  REQUIRE_FALSE(crashed);
  CHECK(crashed.error().code == ErrorCode::Crashed);
  CHECK(crashed.error().subject == "bad.jpg");
  CHECK(fs::exists(archive.store.spool() / "bad.jpg"));  // the evidence stays
  const auto bytes = imaging::encode_jpeg(test::strokes({200, 150}), 92).value();
  const auto kept = capture::ingest_shot(
      archive.store, archive.operator_, decoder, device,
      shot_of("good.jpg", {reinterpret_cast<const char*>(bytes.data()), bytes.size()}), target);
  REQUIRE_OK(kept);
  CHECK(archive.store.pages(item)->size() == 1);
}

TEST_CASE("a scanner that returns no bytes for ever ends within its limit") {
  const TempDir config;
  REQUIRE(write_new_file(config.path() / "dll.conf", "silent\n"));
  test::Archive archive;
  const ItemId item = archive.add_item("GJ0001");
  app::Application application = Studio::open(archive);
  ProcessSpec worker = app::worker_spec(archive.store.folder(), "device");
  worker.environment["SANE_CONFIG_DIR"] = config.path().string();
  worker.environment["LD_LIBRARY_PATH"] = SHIQU_SILENT_DIR;
  worker.arguments.insert(worker.arguments.end(), {"--images", SHIQU_SILENT_DIR});
  worker.environment["SHIQU_SCAN_STALL_MS"] = "1000";
  capture::DeviceClient device(worker, archive.store.spool(), "sane", "silent:line", {10s, 5s, 8s});
  const std::int64_t begin = now_monotonic_ms();
  const auto frame = application.take(device, archive.operator_,
                                      app::Application::target(archive.store.item(item).value()));
  CHECK(now_monotonic_ms() - begin < 15000);
  REQUIRE_FALSE(frame);
  INFO(frame.error().text());
  CHECK(frame.error().code == ErrorCode::Timeout);
  CHECK(archive.store.pages(item)->empty());
}
