#include "ui/desk/live_capture.h"

#include "ui/app/application.h"
#include "ui/app/builtin.h"
#include "ui/app/i18n.h"
#include "ui/app/messages.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>

namespace shiqu::desk {
namespace {

constexpr std::chrono::milliseconds kFrameInterval{66};  // 15 frames a second are enough to focus

}  // namespace

LiveCapture::LiveCapture(std::filesystem::path archive, std::function<void()> wake,
                         std::function<void()> jobs_added)
    : archive_(std::move(archive)), wake_(std::move(wake)), jobs_added_(std::move(jobs_added)) {}

LiveCapture::~LiveCapture() = default;

void LiveCapture::start(const std::string& address, const store::Session& by, const ItemId& item) {
  stop();
  running_ = true;
  thread_ = std::make_unique<SerialThread>();
  thread_->post([this, address, by, item](const std::stop_token& stop) {
    if (const Status ended = run(address, by, item, stop); !ended) {
      say(app::message(ended.error()));
    }
    running_ = false;
    wake_();
  });
}

void LiveCapture::stop() {
  thread_.reset();
  running_ = false;
}

Status LiveCapture::run(const std::string& address, const store::Session& by, const ItemId& item,
                        const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(app::Application application, app::Application::open(archive_));
  SHIQU_TRY_ASSIGN(const model::Item record, application.store().item(item));
  SHIQU_TRY_ASSIGN(const std::string backend,
                   app::backend_for(model::CaptureSource::Camera, {}, address, archive_));
  capture::DeviceClient device = application.device(backend, address);
  while (!stop.stop_requested()) {
    if (shoot_.exchange(false)) {
      SHIQU_TRY_ASSIGN(const capture::IngestedFrame frame,
                       application.take(device, by, app::Application::target(record), {}, stop));
      ++kept_;
      if (jobs_added_) {
        jobs_added_();
      }
      SHIQU_TRY_ASSIGN(const store::Room room, application.store().room());
      const std::string warning = app::room_warning(room);
      say(fmt::format(fmt::runtime(_("kept: {} page {}, {} × {} px, quality {}")),
                      record.identifier, frame.kept.page_order, frame.width_px, frame.height_px,
                      model::name_of(frame.quality.verdict())) +
          (warning.empty() ? "" : " " + warning));
    }
    SHIQU_TRY_ASSIGN(imaging::Image live, device.preview());
    {
      const Lock lock(mutex_);
      frame_ = std::move(live);
    }
    wake_();
    std::this_thread::sleep_for(kFrameInterval);
  }
  return device.close();
}

void LiveCapture::say(std::string message) {
  {
    const Lock lock(mutex_);
    message_ = std::move(message);
  }
  wake_();
}

std::optional<imaging::Image> LiveCapture::take_frame() {
  const Lock lock(mutex_);
  return std::exchange(frame_, std::nullopt);
}

std::optional<std::string> LiveCapture::take_message() {
  const Lock lock(mutex_);
  return std::exchange(message_, std::nullopt);
}

}  // namespace shiqu::desk
