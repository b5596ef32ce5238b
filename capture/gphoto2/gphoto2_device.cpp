#include "capture/gphoto2/internal/gphoto2_device.h"

#include "capture/gphoto2/internal/card.h"
#include "capture/gphoto2/internal/settings.h"
#include "storage/base/log.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <system_error>
#include <thread>

namespace shiqu::capture::gphoto2 {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr const char* kCapture = "take picture";
constexpr milliseconds kEventWait{50};
constexpr milliseconds kPace{5};
/// After this silence a shot is over although the camera has not said so (not all do).
constexpr milliseconds kQuiet{400};
/// How long a picture may come after "capture complete".
constexpr milliseconds kLatePicture{1000};

void release_c_memory(void* memory) noexcept {
  std::free(memory);
}
using CMemory = Handle<void, release_c_memory>;

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Path without the ending: the files of one shot share it.
std::string stem_of(const std::string& path) {
  return std::filesystem::path(path).replace_extension().string();
}

/// PTP event 0x400A StoreFull reaches us only as words of the driver.
bool says_card_full(const char* words) {
  const std::string text = lower(words == nullptr ? "" : words);
  return text.find("400a") != std::string::npos || text.find("store full") != std::string::npos;
}

bool is_full(const CameraStorageInformation& storage) {
  return (storage.fields & GP_STORAGEINFO_FREESPACEKBYTES) != 0 && storage.freekbytes == 0;
}

void tick(const ProgressSink& progress, const char* stage) {
  if (progress) {
    progress({{"stage", stage}});
  }
}

}  // namespace

Result<std::unique_ptr<Device>> Gphoto2Device::open(const std::string& address,
                                                    const Gphoto2Options& options) {
  ContextHandle context(gp_context_new());
  SHIQU_TRY_ASSIGN(CameraHandle camera, open_camera(address, context.get()));
  std::unique_ptr<Gphoto2Device> out(
      new Gphoto2Device(std::move(context), std::move(camera), options));
  SHIQU_TRY(out->identify(address));
  SHIQU_TRY(out->target_card());
  return std::unique_ptr<Device>(std::move(out));
}

Status Gphoto2Device::need_open() const {
  if (!camera_) {
    return fail(ErrorCode::DeviceGone, "use camera", info_.title(), "closed");
  }
  return {};
}

Status Gphoto2Device::identify(const std::string& address) {
  info_.backend = "gphoto2";
  info_.address = address;
  info_.kind = model::CaptureSource::Camera;
  const std::array<std::pair<const char*, std::string*>, 3> wanted{
      {{"manufacturer", &info_.make},
       {"cameramodel", &info_.model},
       {"serialnumber", &info_.serial}}};
  for (const auto& [name, place] : wanted) {
    const auto setting = read_setting(camera_.get(), context_.get(), name);
    if (setting) {
      *place = setting->value;
    } else if (setting.error().code == ErrorCode::DeviceGone) {
      return fail(setting.error());
    }  // else a camera that does not tell
  }
  if (info_.model.empty()) {
    CameraAbilities abilities;
    SHIQU_TRY(check(gp_camera_get_abilities(camera_.get(), &abilities), "identify camera"));
    info_.model = abilities.model;
  }
  return {};
}

/// A picture that is only in the camera's memory is lost when the line drops; one on the card can
/// be fetched again. The driver keeps this choice in HOME, so it is made at each start.
Status Gphoto2Device::target_card() {
  const auto target = read_setting(camera_.get(), context_.get(), "capturetarget");
  if (!target) {
    // A driver without the choice writes to the card always.
    return target.error().code == ErrorCode::NotFound ? Status() : Status(fail(target.error()));
  }
  for (const std::string& choice : target->choices) {
    if (lower(choice).find("card") != std::string::npos) {
      return write_setting(camera_.get(), context_.get(), target->name, choice);
    }
  }
  return fail(ErrorCode::Unsupported, "make camera write to its card", info_.title());
}

Result<std::vector<Setting>> Gphoto2Device::settings() {
  SHIQU_TRY(need_open());
  return explained(read_settings(camera_.get(), context_.get()));
}

Status Gphoto2Device::set(const std::string& name, const std::string& value) {
  SHIQU_TRY(need_open());
  return explained(write_setting(camera_.get(), context_.get(), name, value));
}

/// 2 where the picture quality names two forms: "NEF+Fine", "RAW + Large Fine JPEG".
std::size_t Gphoto2Device::files_of_a_shot() const {
  for (const char* name : {"imagequality", "imageformat"}) {
    const auto quality = read_setting(camera_.get(), context_.get(), name);
    if (quality && quality->value.find('+') != std::string::npos) {
      return 2;
    }
  }
  return 1;
}

Result<Gphoto2Device::Event> Gphoto2Device::next_event(milliseconds limit) {
  const auto begin = Clock::now();
  CameraEventType type = GP_EVENT_UNKNOWN;
  void* data = nullptr;
  const int result = gp_camera_wait_for_event(camera_.get(), static_cast<int>(limit.count()), &type,
                                              &data, context_.get());
  const CMemory owner(data);
  SHIQU_TRY(check(result, "wait for camera", info_.title()));
  if (type == GP_EVENT_FILE_ADDED && data != nullptr) {
    const auto* path = static_cast<const CameraFilePath*>(data);
    if (role_of(path->name)) {
      return Event{EventKind::Picture, std::string(path->folder) + "/" + path->name};
    }
    log::warning("gphoto2", "left on the card: {}/{}", path->folder, path->name);
    return Event{};
  }
  if (type == GP_EVENT_CAPTURE_COMPLETE) {
    return Event{EventKind::Complete, {}};
  }
  if (type == GP_EVENT_UNKNOWN && says_card_full(static_cast<const char*>(data))) {
    return Event{EventKind::CardFull, {}};
  }
  // Over plain PTP/IP the call returns at once whatever the limit: the loop needs a pace.
  const auto spent = Clock::now() - begin;
  if (type == GP_EVENT_TIMEOUT && spent < kPace && spent < limit) {
    std::this_thread::sleep_for(std::min<Clock::duration>(kPace, limit - spent));
  }
  return Event{};
}

Status Gphoto2Device::drain_events() {
  constexpr int kMost = 64;  // a camera that never falls silent must not hold us here
  for (int quiet = 0, i = 0; quiet < 2 && i < kMost; ++i) {
    SHIQU_TRY_ASSIGN(const Event event, next_event(milliseconds(1)));
    quiet = event.kind == EventKind::None ? quiet + 1 : 0;
    if (event.kind == EventKind::Picture) {
      waiting_.push_back(event.path);
    }
  }
  return {};
}

Status Gphoto2Device::gather(std::vector<std::string>& paths, std::size_t expected,
                             milliseconds limit, const ProgressSink& progress) {
  const auto begin = Clock::now();
  auto last = begin;
  bool complete = false;
  while (Clock::now() - begin < limit) {
    tick(progress, "exposing");
    SHIQU_TRY_ASSIGN(const Event event, next_event(kEventWait));
    if (event.kind == EventKind::CardFull) {
      return fail(ErrorCode::NoSpace, kCapture, info_.title(), "the card is full");
    }
    if (event.kind == EventKind::Picture) {
      paths.push_back(event.path);
    }
    complete = complete || event.kind == EventKind::Complete;
    if (event.kind != EventKind::None) {
      last = Clock::now();
    }
    const auto quiet = Clock::now() - last;
    if (paths.size() >= expected && (complete || quiet > kQuiet)) {
      return {};
    }
    if (!paths.empty() && quiet > options_.pair_limit) {
      log::warning("gphoto2", "{} of {} files came from {}", paths.size(), expected, info_.title());
      return {};
    }
    if (paths.empty() && complete && quiet > kLatePicture) {
      return fail(ErrorCode::DeviceError, kCapture, info_.title(), "complete without a picture");
    }
  }
  return fail(ErrorCode::Timeout, kCapture, info_.title());
}

Result<Shot> Gphoto2Device::capture(const std::filesystem::path& spool,
                                    const ProgressSink& progress) {
  SHIQU_TRY(need_open());
  return explained(shoot(spool, progress));
}

Result<Shot> Gphoto2Device::shoot(const std::filesystem::path& spool,
                                  const ProgressSink& progress) {
  SHIQU_TRY(end_preview());
  SHIQU_TRY(drain_events());
  const std::size_t expected = files_of_a_shot();
  tick(progress, "exposing");
  // Not gp_camera_capture: it may never return, and of a pair it reports one file.
  SHIQU_TRY(
      check(gp_camera_trigger_capture(camera_.get(), context_.get()), kCapture, info_.title()));
  std::vector<std::string> paths;
  SHIQU_TRY(gather(paths, expected, options_.capture_limit, progress));
  return download_all(paths, spool, progress);
}

std::vector<std::string> Gphoto2Device::take_first_waiting() {
  std::vector<std::string> out;
  if (waiting_.empty()) {
    return out;
  }
  const std::string stem = stem_of(waiting_.front());
  const auto same = [&](const std::string& path) { return stem_of(path) == stem; };
  std::copy_if(waiting_.begin(), waiting_.end(), std::back_inserter(out), same);
  waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), same), waiting_.end());
  return out;
}

Result<std::optional<Shot>> Gphoto2Device::poll(const std::filesystem::path& spool,
                                                milliseconds wait, const ProgressSink& progress) {
  SHIQU_TRY(need_open());
  return explained(pick_up(spool, wait, progress));
}

Result<std::optional<Shot>> Gphoto2Device::pick_up(const std::filesystem::path& spool,
                                                   milliseconds wait,
                                                   const ProgressSink& progress) {
  const auto begin = Clock::now();
  do {
    if (!waiting_.empty()) {
      break;
    }
    SHIQU_TRY_ASSIGN(const Event event, next_event(std::min(wait, kEventWait)));
    if (event.kind == EventKind::Picture) {
      waiting_.push_back(event.path);
    }
  } while (Clock::now() - begin < wait);
  std::vector<std::string> paths = take_first_waiting();
  if (paths.empty()) {
    return std::optional<Shot>();
  }
  if (paths.size() < files_of_a_shot()) {
    std::vector<std::string> more;
    SHIQU_TRY(gather(more, 1, options_.pair_limit, progress));
    waiting_.insert(waiting_.begin(), more.begin(), more.end());
    waiting_.push_front(paths.front());
    paths = take_first_waiting();
  }
  SHIQU_TRY_ASSIGN(Shot shot, download_all(paths, spool, progress));
  return std::optional<Shot>(std::move(shot));
}

Result<Shot> Gphoto2Device::download_all(const std::vector<std::string>& paths,
                                         const std::filesystem::path& spool,
                                         const ProgressSink& progress) {
  Shot out;
  for (const std::string& path : paths) {
    auto frame = download(camera_.get(), context_.get(), path, spool, progress);
    if (!frame) {
      // All or nothing: the card still has every file of this shot.
      for (const Frame& whole : out.frames) {
        std::error_code ignored;
        std::filesystem::remove(whole.file, ignored);
      }
      return fail(std::move(frame).error());
    }
    out.frames.push_back(std::move(*frame));
  }
  std::stable_sort(out.frames.begin(), out.frames.end(), [](const Frame& a, const Frame& b) {
    return a.role == FrameRole::Image && b.role == FrameRole::Raw;
  });
  return out;
}

Error Gphoto2Device::explain(Error error) {
  if (error.code != ErrorCode::DeviceError) {
    return error;
  }
  // A dropped line and a full card both give the general error; a question tells them apart.
  CameraStorageInformation* storages = nullptr;
  int count = 0;
  const int result = gp_camera_get_storageinfo(camera_.get(), &storages, &count, context_.get());
  const CMemory owner(storages);
  if (result == GP_ERROR_NOT_SUPPORTED) {
    return error;
  }
  if (result < GP_OK) {
    error.code = ErrorCode::DeviceGone;
  } else if (count > 0 && std::all_of(storages, storages + count, is_full)) {
    error.code = ErrorCode::NoSpace;
  }
  return error;
}

Result<std::vector<std::uint8_t>> Gphoto2Device::preview() {
  SHIQU_TRY(need_open());
  return explained(live_frame());
}

Result<std::vector<std::uint8_t>> Gphoto2Device::live_frame() {
  SHIQU_TRY_ASSIGN(const FileHandle file, new_file());
  previewing_ = true;  // also after a failure the viewfinder may be on
  SHIQU_TRY(check(gp_camera_capture_preview(camera_.get(), file.get(), context_.get()),
                  "show live view", info_.title()));
  const char* data = nullptr;
  unsigned long size = 0;
  SHIQU_TRY(check(gp_file_get_data_and_size(file.get(), &data, &size), "show live view"));
  const std::vector<std::uint8_t> out(data, data + size);
  return out;
}

Status Gphoto2Device::end_preview() {
  SHIQU_TRY(need_open());
  if (!previewing_) {
    return {};
  }
  previewing_ = false;
  const auto ended = write_setting(camera_.get(), context_.get(), "viewfinder", "0");
  if (!ended && ended.error().code != ErrorCode::NotFound) {  // NotFound: it ends by itself
    return fail(ended.error());
  }
  return {};
}

Status Gphoto2Device::clear(const Shot& shot) {
  SHIQU_TRY(need_open());
  return explained(erase_all(shot));
}

Status Gphoto2Device::erase_all(const Shot& shot) {
  for (const Frame& frame : shot.frames) {
    const auto erased = erase(camera_.get(), context_.get(), frame.name, frame.size_bytes);
    if (!erased && erased.error().code != ErrorCode::NotFound) {  // NotFound: gone already
      return fail(erased.error());
    }
  }
  return {};
}

Result<std::vector<CardFile>> Gphoto2Device::list_card() {
  SHIQU_TRY(need_open());
  return explained(list_pictures(camera_.get(), context_.get()));
}

Result<Frame> Gphoto2Device::fetch(const std::string& path, const std::filesystem::path& spool,
                                   const ProgressSink& progress) {
  SHIQU_TRY(need_open());
  return explained(download(camera_.get(), context_.get(), path, spool, progress));
}

Status Gphoto2Device::close() {
  if (!camera_) {
    return {};
  }
  Status ended = end_preview();
  camera_.reset();
  return ended;
}

}  // namespace shiqu::capture::gphoto2
