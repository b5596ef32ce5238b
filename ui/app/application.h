#pragma once

#include "capture/device_client.h"
#include "capture/ingest.h"
#include "storage/base/process.h"
#include "storage/jobs/runner.h"
#include "storage/store/store.h"
#include "ui/app/settings.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace shiqu::app {

/// An open archive with everything the programs do to it: the shared ground of `shiqu` and
/// `shiqu-desk`. One thread, like the Store inside; open another one per thread.
class Application {
 public:
  /// Errors: those of Store::open and read_settings.
  static Result<Application> open(const std::filesystem::path& archive);

  [[nodiscard]] store::Store& store() noexcept { return store_; }
  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  void set_settings(Settings settings) { settings_ = std::move(settings); }
  [[nodiscard]] WorkerProcess& decoder() noexcept { return *decoder_; }

  /// A device behind a process of its own; nothing is opened yet.
  capture::DeviceClient device(const std::string& backend, const std::string& address,
                               capture::DeviceLimits limits = {});

  /// One page the whole way to "kept": capture, check, master, store, follow-up jobs, and the
  /// card cleared when the settings say so. Errors: those of the device and ingest_shot; NoSpace,
  /// before the device is asked, when there is no room for it (Store::admit_capture).
  Result<capture::IngestedFrame> take(capture::DeviceClient& device, const store::Session& by,
                                      const capture::IngestTarget& target,
                                      const capture::ProgressSink& progress = {},
                                      const std::stop_token& stop = {});
  /// The same for a shot that the device has already handed over.
  Result<capture::IngestedFrame> keep(capture::DeviceClient& device, const store::Session& by,
                                      const capture::Shot& shot,
                                      const capture::IngestTarget& target,
                                      const std::stop_token& stop = {});

  /// Target for the next page of an item.
  [[nodiscard]] static capture::IngestTarget target(const model::Item& item);

  /// A runner over this archive's queue. `handlers` must outlive it; threads and worker of
  /// `options` are set here.
  [[nodiscard]] std::unique_ptr<jobs::Runner> runner(const Registry<jobs::Handler>& handlers,
                                                     jobs::RunnerOptions options = {}) const;

 private:
  Application(store::Store store, Settings settings);

  store::Store store_;
  Settings settings_;
  std::unique_ptr<WorkerProcess> decoder_;
};

/// Every registered device that can be seen, asked in worker processes; a backend that fails is
/// named in `problems` instead of hiding the others.
std::vector<capture::DeviceInfo> list_devices(const std::filesystem::path& archive,
                                              std::vector<Error>& problems);

}  // namespace shiqu::app
