#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shiqu::package {

/// Longest path inside a package, bytes: fits every file system a courier disk may have.
constexpr std::size_t kLongestPath = 180;

/// True for paths a package may hold: relative, `/` between parts of [a-z0-9._-] that begin with a
/// letter or digit and do not end with a dot, at most kLongestPath bytes. The one name with
/// capitals is that of a data set's card, `README.md`, at the end of a path; `readme.md` is refused
/// for it.
bool is_safe_path(std::string_view path) noexcept;

/// Folder name of a package: the identifier in lower case, everything outside [a-z0-9._-] as one
/// '-', then "-v<version>". When characters were replaced, eight digits of the identifier's SHA-256
/// stand before the version, so that two such identifiers never share a name.
std::string package_name(std::string_view identifier, int version);

/// "0007": page numbers as file names, at least four digits.
std::string page_number(int order);

}  // namespace shiqu::package
