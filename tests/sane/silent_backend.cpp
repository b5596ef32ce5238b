// A SANE backend whose scanner answers every read with success and no bytes, as a network scanner
// does after its server died. SANE's dll backend loads it as libsane-silent.so.1.

#include <sane/sane.h>

namespace {

const SANE_Device kDevice{"line", "Shiqu", "Silent line", "virtual device"};
const SANE_Device* const kDevices[] = {&kDevice, nullptr};
const SANE_Option_Descriptor kCount{"",
                                    "Number of options",
                                    "",
                                    SANE_TYPE_INT,
                                    SANE_UNIT_NONE,
                                    sizeof(SANE_Word),
                                    SANE_CAP_SOFT_DETECT,
                                    SANE_CONSTRAINT_NONE,
                                    {nullptr}};
int handle_target = 0;

}  // namespace

extern "C" {

SANE_Status sane_silent_init(SANE_Int* version, SANE_Auth_Callback) {
  *version = SANE_VERSION_CODE(1, 0, 0);
  return SANE_STATUS_GOOD;
}

void sane_silent_exit() {}

SANE_Status sane_silent_get_devices(const SANE_Device*** list, SANE_Bool) {
  *list = const_cast<const SANE_Device**>(kDevices);
  return SANE_STATUS_GOOD;
}

SANE_Status sane_silent_open(SANE_String_Const, SANE_Handle* handle) {
  *handle = &handle_target;
  return SANE_STATUS_GOOD;
}

void sane_silent_close(SANE_Handle) {}

const SANE_Option_Descriptor* sane_silent_get_option_descriptor(SANE_Handle, SANE_Int option) {
  return option == 0 ? &kCount : nullptr;
}

SANE_Status sane_silent_control_option(SANE_Handle, SANE_Int option, SANE_Action action,
                                       void* value, SANE_Int*) {
  if (option != 0 || action != SANE_ACTION_GET_VALUE) {
    return SANE_STATUS_INVAL;
  }
  *static_cast<SANE_Word*>(value) = 1;
  return SANE_STATUS_GOOD;
}

SANE_Status sane_silent_get_parameters(SANE_Handle, SANE_Parameters* about) {
  *about = {SANE_FRAME_GRAY, SANE_TRUE, 100, 100, 100, 8};
  return SANE_STATUS_GOOD;
}

SANE_Status sane_silent_start(SANE_Handle) {
  return SANE_STATUS_GOOD;
}

SANE_Status sane_silent_read(SANE_Handle, SANE_Byte*, SANE_Int, SANE_Int* length) {
  *length = 0;
  return SANE_STATUS_GOOD;
}

void sane_silent_cancel(SANE_Handle) {}

SANE_Status sane_silent_set_io_mode(SANE_Handle, SANE_Bool) {
  return SANE_STATUS_GOOD;
}

SANE_Status sane_silent_get_select_fd(SANE_Handle, SANE_Int*) {
  return SANE_STATUS_UNSUPPORTED;
}

}  // extern "C"
