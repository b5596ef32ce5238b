#pragma once

#include <filesystem>
#include <string>

namespace shiqu::app {

/// Folder of the logs of an archive.
std::filesystem::path logs_of(const std::filesystem::path& archive);

/// From now on this process also logs into `archive`/logs/PROGRAM.log (5 MB, three generations).
/// Where there is no archive, or its folder cannot be written, nothing changes: a log is never a
/// reason not to work. Call it before enter_sandbox.
void log_into_archive(const std::filesystem::path& archive, const std::string& program);

}  // namespace shiqu::app
