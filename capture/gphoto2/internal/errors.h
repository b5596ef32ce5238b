#pragma once

#include "storage/base/result.h"

#include <string>

namespace shiqu::capture::gphoto2 {

/// ErrorCode for a negative result of libgphoto2.
ErrorCode code_of(int result) noexcept;

/// Failure that keeps libgphoto2's number and words in `native`.
tl::unexpected<Error> fail_gphoto2(int result, std::string what, std::string subject = {});

/// Success for 0 and above.
Status check(int result, std::string what, std::string subject = {});

}  // namespace shiqu::capture::gphoto2
