#include "storage/base/result.h"

#include <cerrno>
#include <cstring>

namespace shiqu {
namespace {

ErrorCode code_of_errno(int value) {
  switch (value) {
    case ENOSPC:
    case EDQUOT:
      return ErrorCode::NoSpace;
    case ENOENT:
      return ErrorCode::NotFound;
    case EEXIST:
      return ErrorCode::Exists;
    case EACCES:
    case EPERM:
      return ErrorCode::Denied;
    default:
      return ErrorCode::Io;
  }
}

}  // namespace

tl::unexpected<Error> fail_errno(int errno_value, std::string what, std::string subject) {
  return fail(code_of_errno(errno_value), std::move(what), std::move(subject),
              std::strerror(errno_value));
}

}  // namespace shiqu
