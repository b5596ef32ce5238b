#pragma once

#include "storage/base/error.h"

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace shiqu {

/// A value or an Error. [[nodiscard]]: forgetting to look is a compiler warning.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

/// Success or an Error.
using Status = Result<void>;

/// Builds a failure that converts to any Result.
inline tl::unexpected<Error> fail(ErrorCode code, std::string what, std::string subject = {},
                                  std::string native = {}) {
  return tl::unexpected<Error>(Error{code, std::move(what), std::move(subject), std::move(native)});
}

/// Passes an existing error on as a Result of another type.
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// Builds a failure from `errno_value`: ENOSPC and EDQUOT give NoSpace, ENOENT NotFound,
/// EEXIST Exists, EACCES/EPERM Denied, everything else Io.
tl::unexpected<Error> fail_errno(int errno_value, std::string what, std::string subject = {});

}  // namespace shiqu

#define SHIQU_CONCAT_INNER(a, b) a##b
#define SHIQU_CONCAT(a, b) SHIQU_CONCAT_INNER(a, b)

/// Returns the error of `expression` from the current function; otherwise goes on.
#define SHIQU_TRY(expression)                                \
  do {                                                       \
    if (auto shiqu_status = (expression); !shiqu_status)     \
      return ::shiqu::fail(std::move(shiqu_status).error()); \
  } while (false)

#define SHIQU_TRY_ASSIGN_INNER(holder, declaration, ...) \
  auto holder = (__VA_ARGS__);                           \
  if (!holder)                                           \
    return ::shiqu::fail(std::move(holder).error());     \
  declaration = std::move(*holder)

/// `SHIQU_TRY_ASSIGN(const auto x, f())`: x is the value, or the error is returned.
#define SHIQU_TRY_ASSIGN(declaration, ...) \
  SHIQU_TRY_ASSIGN_INNER(SHIQU_CONCAT(shiqu_result_, __LINE__), declaration, __VA_ARGS__)
