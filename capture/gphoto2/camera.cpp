#include "capture/gphoto2/internal/camera.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <mutex>
#include <string_view>

namespace shiqu::capture::gphoto2 {
namespace {

constexpr const char* kNetworkModel = "PTP/IP Camera";

/// libgphoto2 loads its drivers with libltdl, which is not thread-safe: loading, opening and
/// closing take turns in the whole process, whatever objects they concern.
std::mutex& driver_lock() {
  static std::mutex lock;
  return lock;
}

/// Closing a PTP/IP camera closes descriptor 0, whatever it is. Keeping it on /dev/null saves the
/// file or socket that would get the number next.
void keep_descriptor_0() noexcept {
  if (::fcntl(STDIN_FILENO, F_GETFD) >= 0) {
    return;
  }
  const int fd = ::open("/dev/null", O_RDONLY);
  if (fd > STDIN_FILENO) {  // another thread was faster
    ::close(fd);
  }
}

/// libgphoto2 writes to dropped lines with the signal on, which would end the process.
void survive_dropped_lines() noexcept {
  struct sigaction now {};
  if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) {
    ::signal(SIGPIPE, SIG_IGN);
  }
}

/// Drivers and ports known to the library; loading takes 35 to 240 ms.
struct Drivers {
  AbilitiesHandle abilities;
  PortsHandle ports;
};

Result<Drivers> load_drivers(GPContext* context) {
  Drivers out;
  CameraAbilitiesList* abilities = nullptr;
  SHIQU_TRY(check(gp_abilities_list_new(&abilities), "load camera drivers"));
  out.abilities.reset(abilities);
  SHIQU_TRY(check(gp_abilities_list_load(abilities, context), "load camera drivers"));
  GPPortInfoList* ports = nullptr;
  SHIQU_TRY(check(gp_port_info_list_new(&ports), "load camera ports"));
  out.ports.reset(ports);
  SHIQU_TRY(check(gp_port_info_list_load(ports), "load camera ports"));
  return out;
}

Result<std::vector<Detected>> detect_with(const Drivers& drivers, GPContext* context) {
  SHIQU_TRY_ASSIGN(const ListHandle list, new_list());
  SHIQU_TRY(check(
      gp_abilities_list_detect(drivers.abilities.get(), drivers.ports.get(), list.get(), context),
      "look for cameras"));
  std::vector<Detected> out;
  for (int i = 0; i < gp_list_count(list.get()); ++i) {
    const char* model = nullptr;
    const char* port = nullptr;
    SHIQU_TRY(check(gp_list_get_name(list.get(), i, &model), "look for cameras"));
    SHIQU_TRY(check(gp_list_get_value(list.get(), i, &port), "look for cameras"));
    out.push_back({model, port});
  }
  return out;
}

/// PTP/IP has no discovery and one driver for all cameras.
Result<std::string> model_at(const std::string& address, const Drivers& drivers,
                             GPContext* context) {
  if (address.starts_with("ptpip:")) {
    return std::string(kNetworkModel);
  }
  SHIQU_TRY_ASSIGN(const auto found, detect_with(drivers, context));
  for (const Detected& one : found) {
    if (one.port == address) {
      return one.model;
    }
  }
  return fail(ErrorCode::NotFound, "open camera", address);
}

Status configure(Camera* camera, const std::string& address, const Drivers& drivers,
                 GPContext* context) {
  SHIQU_TRY_ASSIGN(const std::string model, model_at(address, drivers, context));
  const int index = gp_abilities_list_lookup_model(drivers.abilities.get(), model.c_str());
  SHIQU_TRY(check(index, "find camera driver", model));
  CameraAbilities abilities;
  SHIQU_TRY(check(gp_abilities_list_get_abilities(drivers.abilities.get(), index, &abilities),
                  "find camera driver", model));
  SHIQU_TRY(check(gp_camera_set_abilities(camera, abilities), "set camera driver", model));
  const int port = gp_port_info_list_lookup_path(drivers.ports.get(), address.c_str());
  SHIQU_TRY(check(port, "find camera port", address));
  GPPortInfo info;
  SHIQU_TRY(check(gp_port_info_list_get_info(drivers.ports.get(), port, &info), "find camera port",
                  address));
  return check(gp_camera_set_port_info(camera, info), "set camera port", address);
}

}  // namespace

void close_camera(Camera* camera) noexcept {
  const std::scoped_lock lock(driver_lock());
  gp_camera_unref(camera);  // exits the driver as well
  keep_descriptor_0();
}

Result<ListHandle> new_list() {
  CameraList* list = nullptr;
  SHIQU_TRY(check(gp_list_new(&list), "make list"));
  return ListHandle(list);
}

Result<FileHandle> new_file() {
  CameraFile* file = nullptr;
  SHIQU_TRY(check(gp_file_new(&file), "make file"));
  return FileHandle(file);
}

Result<std::vector<Detected>> detect(GPContext* context) {
  const std::scoped_lock lock(driver_lock());
  SHIQU_TRY_ASSIGN(const Drivers drivers, load_drivers(context));
  return detect_with(drivers, context);
}

Result<CameraHandle> open_camera(const std::string& address, GPContext* context) {
  keep_descriptor_0();
  survive_dropped_lines();
  if (!address.starts_with("ptpip:") && !address.starts_with("usb:")) {
    return fail(ErrorCode::NotFound, "open camera", address, "address must begin ptpip: or usb:");
  }
  CameraHandle out;
  // Held until `out` is whole; on failure it is destroyed after the lock, which close takes.
  const std::scoped_lock lock(driver_lock());
  SHIQU_TRY_ASSIGN(const Drivers drivers, load_drivers(context));
  Camera* camera = nullptr;
  SHIQU_TRY(check(gp_camera_new(&camera), "make camera"));
  out.reset(camera);
  SHIQU_TRY(configure(camera, address, drivers, context));
  SHIQU_TRY(check(gp_camera_init(camera, context), "open camera", address));
  return out;
}

}  // namespace shiqu::capture::gphoto2
