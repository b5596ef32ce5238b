#pragma once

#include "capture/device.h"

#include <sane/sane.h>

#include <string>
#include <vector>

namespace shiqu::capture {

/// The options of an open scanner as settings. `handle` is borrowed.
std::vector<Setting> read_settings(SANE_Handle handle);

/// Sets one option by its name. Errors: NotFound, InvalidInput (not a number, outside the range or
/// list), Unsupported (read-only or inactive), those of SANE.
Status write_setting(SANE_Handle handle, const std::string& name, const std::string& value);

/// Value of a string option; empty when there is none.
std::string string_option(SANE_Handle handle, const char* name);

/// Resolution the scanner is set to, the same in x and y; 0 when it does not tell or they differ.
double resolution_dpi(SANE_Handle handle);

}  // namespace shiqu::capture
