#include "capture/gphoto2/internal/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace shiqu::capture::gphoto2 {
namespace {

constexpr const char* kRead = "read camera setting";
constexpr const char* kWrite = "change camera setting";

bool is_setting(CameraWidgetType type) {
  return type == GP_WIDGET_TEXT || type == GP_WIDGET_RANGE || type == GP_WIDGET_TOGGLE ||
         type == GP_WIDGET_RADIO || type == GP_WIDGET_MENU;
}

CameraWidgetType type_of(CameraWidget* widget) {
  CameraWidgetType type = GP_WIDGET_WINDOW;
  return gp_widget_get_type(widget, &type) < GP_OK ? GP_WIDGET_WINDOW : type;
}

std::string text_of(const char* text) {
  return text == nullptr ? std::string() : std::string(text);
}

std::string value_of(CameraWidget* widget, CameraWidgetType type) {
  if (type == GP_WIDGET_TOGGLE) {
    int value = 0;
    return gp_widget_get_value(widget, &value) < GP_OK ? std::string() : std::to_string(value);
  }
  if (type == GP_WIDGET_RANGE) {
    float value = 0;
    return gp_widget_get_value(widget, &value) < GP_OK ? std::string() : fmt::format("{:g}", value);
  }
  const char* value = nullptr;  // owned by the widget
  return gp_widget_get_value(widget, &value) < GP_OK ? std::string() : text_of(value);
}

std::vector<std::string> choices_of(CameraWidget* widget, CameraWidgetType type) {
  if (type == GP_WIDGET_TOGGLE) {
    return {"0", "1"};
  }
  std::vector<std::string> out;
  for (int i = 0; i < gp_widget_count_choices(widget); ++i) {
    const char* choice = nullptr;
    if (gp_widget_get_choice(widget, i, &choice) >= GP_OK) {
      out.push_back(text_of(choice));
    }
  }
  return out;
}

std::optional<Setting> setting_of(CameraWidget* widget) {
  const CameraWidgetType type = type_of(widget);
  const char* name = nullptr;
  if (!is_setting(type) || gp_widget_get_name(widget, &name) < GP_OK || text_of(name).empty()) {
    return std::nullopt;
  }
  const char* label = nullptr;
  int read_only = 0;
  Setting out;
  out.name = name;
  out.label = gp_widget_get_label(widget, &label) < GP_OK ? out.name : text_of(label);
  out.value = value_of(widget, type);
  out.choices = choices_of(widget, type);
  out.writable = gp_widget_get_readonly(widget, &read_only) < GP_OK || read_only == 0;
  return out;
}

/// The PTP driver repeats every property by its number in "other", and "opcode" sends any
/// operation to the camera: neither is for people. set() still reaches them by name.
bool is_for_people(CameraWidget* widget) {
  const char* name = nullptr;
  if (gp_widget_get_name(widget, &name) < GP_OK) {
    return false;
  }
  return text_of(name) != "other" && text_of(name) != "opcode";
}

/// Some drivers show a setting in two sections; the first is kept.
void flatten(CameraWidget* widget, std::set<std::string>& seen, std::vector<Setting>& out) {
  if (!is_for_people(widget)) {
    return;
  }
  if (auto setting = setting_of(widget); setting && seen.insert(setting->name).second) {
    out.push_back(std::move(*setting));
  }
  for (int i = 0; i < gp_widget_count_children(widget); ++i) {
    CameraWidget* child = nullptr;
    if (gp_widget_get_child(widget, i, &child) >= GP_OK) {
      flatten(child, seen, out);
    }
  }
}

Result<WidgetHandle> widget_named(Camera* camera, GPContext* context, const std::string& name) {
  CameraWidget* widget = nullptr;
  const int result = gp_camera_get_single_config(camera, name.c_str(), &widget, context);
  if (result == GP_ERROR_BAD_PARAMETERS) {
    return fail(ErrorCode::NotFound, kRead, name);
  }
  SHIQU_TRY(check(result, kRead, name));
  return WidgetHandle(widget);
}

template <class T>
Result<T> number_from(const std::string& name, const std::string& value) {
  T out{};
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
  if (error != std::errc() || end != value.data() + value.size()) {
    return fail(ErrorCode::InvalidInput, kWrite, name, "not a number: " + value);
  }
  return out;
}

Status put_value(CameraWidget* widget, const Setting& setting, const std::string& value) {
  switch (type_of(widget)) {
    case GP_WIDGET_TOGGLE: {
      SHIQU_TRY_ASSIGN(const int number, number_from<int>(setting.name, value));
      return check(gp_widget_set_value(widget, &number), kWrite, setting.name);
    }
    case GP_WIDGET_RANGE: {
      SHIQU_TRY_ASSIGN(const float number, number_from<float>(setting.name, value));
      float low = 0;
      float high = 0;
      float step = 0;
      SHIQU_TRY(check(gp_widget_get_range(widget, &low, &high, &step), kWrite, setting.name));
      if (number < low || number > high) {
        return fail(ErrorCode::InvalidInput, kWrite, setting.name,
                    fmt::format("{} is not in {:g}…{:g}", value, low, high));
      }
      return check(gp_widget_set_value(widget, &number), kWrite, setting.name);
    }
    default:
      return check(gp_widget_set_value(widget, value.c_str()), kWrite, setting.name);
  }
}

}  // namespace

Result<std::vector<Setting>> read_settings(Camera* camera, GPContext* context) {
  CameraWidget* root = nullptr;
  SHIQU_TRY(check(gp_camera_get_config(camera, &root, context), "read camera settings"));
  const WidgetHandle owner(root);
  std::set<std::string> seen;
  std::vector<Setting> out;
  flatten(root, seen, out);
  return out;
}

Result<Setting> read_setting(Camera* camera, GPContext* context, const std::string& name) {
  SHIQU_TRY_ASSIGN(const WidgetHandle widget, widget_named(camera, context, name));
  auto setting = setting_of(widget.get());
  if (!setting) {
    return fail(ErrorCode::NotFound, kRead, name);
  }
  return std::move(*setting);
}

Status write_setting(Camera* camera, GPContext* context, const std::string& name,
                     const std::string& value) {
  SHIQU_TRY_ASSIGN(const WidgetHandle widget, widget_named(camera, context, name));
  const auto setting = setting_of(widget.get());
  if (!setting) {
    return fail(ErrorCode::NotFound, kWrite, name);
  }
  if (!setting->writable) {
    return fail(ErrorCode::Unsupported, kWrite, name, "read only");
  }
  const auto& choices = setting->choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
    return fail(ErrorCode::InvalidInput, kWrite, name, "not a choice: " + value);
  }
  SHIQU_TRY(put_value(widget.get(), *setting, value));
  return check(gp_camera_set_single_config(camera, name.c_str(), widget.get(), context), kWrite,
               name);
}

}  // namespace shiqu::capture::gphoto2
