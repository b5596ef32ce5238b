#pragma once

#include "storage/base/result.h"

#include <sane/sane.h>

#include <string>

namespace shiqu::capture {

/// SANE's status as an error; the only place that translates its codes.
tl::unexpected<Error> fail_sane(SANE_Status status, std::string what, std::string subject);

}  // namespace shiqu::capture
