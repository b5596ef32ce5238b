#include "capture/sane/sane_backend.h"

#include "capture/sane/internal/options.h"
#include "capture/sane/internal/sane_status.h"
#include "capture/sane/internal/sheet.h"
#include "storage/base/file.h"
#include "storage/base/ids.h"
#include "storage/imaging/tiff.h"

#include <sane/saneopts.h>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <utility>

namespace shiqu::capture {
namespace {

constexpr std::chrono::milliseconds kStall{20000};
constexpr double kUnknownDpi = 72;  ///< what TIFF readers assume; Frame::dpi stays 0

/// sane_init … sane_exit. Shared by the backend and its open devices, which may outlive it.
class SaneLibrary {
 public:
  SaneLibrary() : status_(sane_init(nullptr, nullptr)) {}
  SaneLibrary(const SaneLibrary&) = delete;
  SaneLibrary& operator=(const SaneLibrary&) = delete;
  ~SaneLibrary() {
    if (status_ == SANE_STATUS_GOOD) {
      sane_exit();
    }
  }
  [[nodiscard]] SANE_Status status() const noexcept { return status_; }

 private:
  SANE_Status status_;
};

/// What TIFF's ASCII tags may hold.
std::string printable(const std::string& text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char one) { return one >= ' ' && one <= '~'; });
  return out;
}

/// Back ends stop their reader thread by asynchronous cancellation; when that hits it inside
/// malloc, as it does in a thread just started, the heap of the process stays locked for ever.
/// The thread gets time to reach its write, where cancelling is safe, before the first read, which
/// may cancel it; the scanner goes on meanwhile.
constexpr std::chrono::milliseconds kSettle{80};

class SaneDevice : public Device {
 public:
  SaneDevice(std::shared_ptr<SaneLibrary> library, SANE_Handle handle, DeviceInfo info,
             std::chrono::milliseconds stall)
      : library_(std::move(library)), handle_(handle), info_(std::move(info)), stall_(stall) {}
  ~SaneDevice() override { release(); }

  const DeviceInfo& info() const override { return info_; }

  Result<std::vector<Setting>> settings() override {
    SHIQU_TRY(opened("read scanner options"));
    return read_settings(handle_);
  }

  Status set(const std::string& name, const std::string& value) override {
    SHIQU_TRY(opened("set scanner option"));
    end_scan();  // options are fixed while a feeder waits for the next sheet
    return write_setting(handle_, name, value);
  }

  Result<Shot> capture(const std::filesystem::path& spool, const ProgressSink& progress) override {
    SHIQU_TRY(opened("scan sheet"));
    auto shot = scan(spool, progress);
    if (!shot || !feeds()) {
      end_scan();
    }
    return shot;
  }

  Result<std::optional<Shot>> poll(const std::filesystem::path&, std::chrono::milliseconds,
                                   const ProgressSink&) override {
    return fail(ErrorCode::Unsupported, "wait for a shot", info_.address, "scanner");
  }
  Result<std::vector<std::uint8_t>> preview() override {
    return fail(ErrorCode::Unsupported, "show live view", info_.address, "scanner");
  }
  Status end_preview() override { return {}; }
  Status clear(const Shot&) override { return {}; }
  Status close() override {
    release();
    return {};
  }

 private:
  Status opened(const char* what) const {
    if (handle_ == nullptr) {
      return fail(ErrorCode::Conflict, what, info_.address, "closed");
    }
    return {};
  }

  Result<Shot> scan(const std::filesystem::path& spool, const ProgressSink& progress) {
    if (progress) {
      progress({{"stage", "exposing"}, {"done", 0}, {"total", 0}});
    }
    SHIQU_TRY(check_before_start(handle_, info_.address));
    started_ = true;  // also after a failed start: SANE leaves some scanners half started
    const SANE_Status status = sane_start(handle_);
    if (status != SANE_STATUS_GOOD) {
      return fail_sane(status, "scan sheet", info_.address);
    }
    std::this_thread::sleep_for(kSettle);
    SHIQU_TRY_ASSIGN(const imaging::Image image,
                     read_sheet(handle_, info_.address, stall_, progress));
    return keep(image, spool);
  }

  Result<Shot> keep(const imaging::Image& image, const std::filesystem::path& spool) {
    const double dpi = resolution_dpi(handle_);
    imaging::MasterTags tags;
    tags.dpi = dpi > 0 ? dpi : kUnknownDpi;
    tags.make = printable(info_.make);
    tags.model = printable(info_.model);
    Frame frame;
    frame.file = spool / (new_uuid() + ".tif");
    SHIQU_TRY(imaging::write_master(frame.file, image, tags));
    SHIQU_TRY(sync_folder(spool));
    std::error_code failed;
    frame.size_bytes = std::filesystem::file_size(frame.file, failed);
    frame.name = fmt::format("sheet-{:04}.tif", ++sheets_);
    frame.dpi = dpi;
    return Shot{{std::move(frame)}};
  }

  /// True when the source is a feeder, which goes on with the next sheet.
  bool feeds() {
    std::string source = string_option(handle_, SANE_NAME_SCAN_SOURCE);
    std::transform(source.begin(), source.end(), source.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return source.find("feeder") != std::string::npos || source.find("adf") != std::string::npos;
  }

  void end_scan() noexcept {
    if (started_) {
      sane_cancel(handle_);
      started_ = false;
    }
  }

  void release() noexcept {
    if (handle_ != nullptr) {
      end_scan();
      sane_close(handle_);
      handle_ = nullptr;
    }
  }

  std::shared_ptr<SaneLibrary> library_;
  SANE_Handle handle_;
  DeviceInfo info_;
  std::chrono::milliseconds stall_;
  bool started_ = false;
  int sheets_ = 0;
};

class SaneBackend : public Backend {
 public:
  explicit SaneBackend(std::chrono::milliseconds stall) : stall_(stall) {}

  std::string_view name() const override { return "sane"; }
  model::CaptureSource kind() const override { return model::CaptureSource::Scanner; }

  Result<std::vector<DeviceInfo>> list() override {
    SHIQU_TRY(load());
    const SANE_Device** found = nullptr;
    const SANE_Status status = sane_get_devices(&found, SANE_FALSE);
    if (status != SANE_STATUS_GOOD) {
      return fail_sane(status, "list scanners", "SANE");
    }
    known_.clear();
    for (; found != nullptr && *found != nullptr; ++found) {
      DeviceInfo info = unnamed((*found)->name);
      info.make = (*found)->vendor;
      info.model = (*found)->model;
      known_.push_back(std::move(info));
    }
    return known_;
  }

  Result<std::unique_ptr<Device>> open(const std::string& address) override {
    SHIQU_TRY(load());
    if (known_.empty()) {
      SHIQU_TRY(list());  // the only way to learn make and model
    }
    SANE_Handle handle = nullptr;
    const SANE_Status status = sane_open(address.c_str(), &handle);
    if (status == SANE_STATUS_INVAL) {  // SANE's word for a device that is not there
      return fail(ErrorCode::NotFound, "open scanner", address, sane_strstatus(status));
    }
    if (status != SANE_STATUS_GOOD) {
      return fail_sane(status, "open scanner", address);
    }
    const auto known = std::find_if(known_.begin(), known_.end(),
                                    [&](const DeviceInfo& one) { return one.address == address; });
    return std::make_unique<SaneDevice>(library_, handle,
                                        known != known_.end() ? *known : unnamed(address), stall_);
  }

 private:
  static DeviceInfo unnamed(const std::string& address) {
    DeviceInfo out;
    out.backend = "sane";
    out.address = address;
    out.kind = model::CaptureSource::Scanner;
    return out;
  }

  /// At first use: the environment is the caller's until then.
  Status load() {
    if (!library_) {
      library_ = std::make_shared<SaneLibrary>();
    }
    if (library_->status() != SANE_STATUS_GOOD) {
      return fail_sane(library_->status(), "start SANE", "libsane");
    }
    return {};
  }

  std::shared_ptr<SaneLibrary> library_;
  std::vector<DeviceInfo> known_;
  std::chrono::milliseconds stall_;
};

}  // namespace

std::chrono::milliseconds scan_stall_limit() {
  const char* set = std::getenv("SHIQU_SCAN_STALL_MS");
  int limit_ms = 0;
  if (set != nullptr) {
    std::from_chars(set, set + std::strlen(set), limit_ms);
  }
  return limit_ms > 0 ? std::chrono::milliseconds(limit_ms) : kStall;
}

std::unique_ptr<Backend> make_sane_backend(std::chrono::milliseconds stall) {
  return std::make_unique<SaneBackend>(stall);
}

}  // namespace shiqu::capture
