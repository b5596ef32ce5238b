#include "ui/app/application.h"

#include "storage/base/log.h"
#include "ui/app/builtin.h"
#include "ui/app/upkeep.h"
#include "ui/app/workers.h"
#include "ui/app/workflow.h"

#include <utility>

namespace shiqu::app {

Application::Application(store::Store store, Settings settings)
    : store_(std::move(store)),
      settings_(std::move(settings)),
      decoder_(std::make_unique<WorkerProcess>(worker_spec(store_.folder(), "decode"))) {}

Result<Application> Application::open(const std::filesystem::path& archive) {
  SHIQU_TRY_ASSIGN(store::Store store, store::Store::open(std::filesystem::absolute(archive)));
  SHIQU_TRY_ASSIGN(Settings settings, read_settings(archive / "settings.toml"));
  const std::uint64_t reserve = static_cast<std::uint64_t>(settings.reserve_mb) << 20U;
  if (const Status held = store.set_reserve(reserve); !held) {
    // An archive that can only be looked at is still worth opening; status shows what is lacking.
    log::warning("store", "{}", held.error().text());
  }
  return Application(std::move(store), std::move(settings));
}

capture::DeviceClient Application::device(const std::string& backend, const std::string& address,
                                          capture::DeviceLimits limits) {
  return {device_spec(store_.folder(), backend, address), store_.spool(), backend, address, limits};
}

Result<capture::IngestedFrame> Application::take(capture::DeviceClient& device,
                                                 const store::Session& by,
                                                 const capture::IngestTarget& target,
                                                 const capture::ProgressSink& progress,
                                                 const std::stop_token& stop) {
  SHIQU_TRY(store_.admit_capture());
  SHIQU_TRY_ASSIGN(const capture::Shot shot, device.capture(progress, stop));
  return keep(device, by, shot, target, stop);
}

Result<capture::IngestedFrame> Application::keep(capture::DeviceClient& device,
                                                 const store::Session& by,
                                                 const capture::Shot& shot,
                                                 const capture::IngestTarget& target,
                                                 const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(const capture::DeviceInfo info, device.open(stop));
  SHIQU_TRY_ASSIGN(capture::IngestedFrame frame,
                   capture::ingest_shot(store_, by, *decoder_, info, shot, target, stop));
  SHIQU_TRY(after_kept(store_, by, settings_, frame.kept));
  upkeep(store_, settings_);
  if (settings_.clear_card) {
    // The page is safe: a card that cannot be cleared is worth a warning, not a failed capture.
    if (const Status cleared = device.clear(shot); !cleared) {
      log::warning("capture", "{}", cleared.error().text());
    }
  }
  return frame;
}

capture::IngestTarget Application::target(const model::Item& item) {
  capture::IngestTarget out;
  out.item = item.id;
  out.item_identifier = item.identifier;
  out.item_title = item.title;
  return out;
}

std::unique_ptr<jobs::Runner> Application::runner(const Registry<jobs::Handler>& handlers,
                                                  jobs::RunnerOptions options) const {
  options.threads = settings_.job_threads;
  options.ask_for_due = [settings = settings_](store::Store& store) {
    request_due(store, settings);
  };
  const std::filesystem::path archive = store_.folder();
  options.worker = [archive](std::string_view kind) { return worker_spec(archive, kind); };
  return std::make_unique<jobs::Runner>(archive, handlers, std::move(options));
}

std::vector<capture::DeviceInfo> list_devices(const std::filesystem::path& archive,
                                              std::vector<Error>& problems) {
  std::vector<capture::DeviceInfo> all;
  for (const auto& backend : builtin_backends()) {
    const std::string name(backend->name());
    auto found = capture::DeviceClient::list(device_spec(archive, name, {}), name);
    if (found) {
      all.insert(all.end(), found->begin(), found->end());
    } else {
      problems.push_back(found.error());
    }
  }
  return all;
}

}  // namespace shiqu::app
