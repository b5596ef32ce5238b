#pragma once

#include "capture/gphoto2/internal/errors.h"
#include "storage/base/handle.h"

#include <gphoto2/gphoto2.h>

#include <string>
#include <vector>

/// Owners of libgphoto2's objects, and how a camera is found and opened.
namespace shiqu::capture::gphoto2 {

void close_camera(Camera* camera) noexcept;
inline void release_context(GPContext* context) noexcept {
  gp_context_unref(context);
}
inline void release_abilities(CameraAbilitiesList* list) noexcept {
  gp_abilities_list_free(list);
}
inline void release_ports(GPPortInfoList* list) noexcept {
  gp_port_info_list_free(list);
}
inline void release_list(CameraList* list) noexcept {
  gp_list_free(list);
}
inline void release_file(CameraFile* file) noexcept {
  gp_file_unref(file);
}
inline void release_widget(CameraWidget* widget) noexcept {
  gp_widget_unref(widget);
}

using CameraHandle = Handle<Camera, close_camera>;
using ContextHandle = Handle<GPContext, release_context>;
using AbilitiesHandle = Handle<CameraAbilitiesList, release_abilities>;
using PortsHandle = Handle<GPPortInfoList, release_ports>;
using ListHandle = Handle<CameraList, release_list>;
using FileHandle = Handle<CameraFile, release_file>;
using WidgetHandle = Handle<CameraWidget, release_widget>;

Result<ListHandle> new_list();
Result<FileHandle> new_file();

/// One camera on the USB.
struct Detected {
  std::string model;
  std::string port;  ///< "usb:001,007"
};
Result<std::vector<Detected>> detect(GPContext* context);

/// Opens and initialises the camera at `address`.
Result<CameraHandle> open_camera(const std::string& address, GPContext* context);

}  // namespace shiqu::capture::gphoto2
