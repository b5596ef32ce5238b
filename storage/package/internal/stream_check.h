#pragma once

#include "storage/base/result.h"

#include <filesystem>
#include <stop_token>
#include <string>

/// Whether documents of any length are well-formed, in constant memory.
namespace shiqu::package::profile {

/// Empty: one JSON value in UTF-8. Otherwise what is wrong. Errors: NotFound, Denied, Io.
Result<std::string> json_fault(const std::filesystem::path& file);
/// The same for a file of one JSON value a line.
Result<std::string> json_lines_fault(const std::filesystem::path& file);
/// The same for XML 1.0 in UTF-8 (libxml2). No entity is expanded, nothing is fetched.
Result<std::string> xml_fault(const std::filesystem::path& file);

}  // namespace shiqu::package::profile
