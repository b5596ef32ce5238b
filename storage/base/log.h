#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace shiqu::log {

enum class Level { Debug, Info, Warning, Error };

/// Sends log lines to standard error (warnings and worse) and, once `file` is set, to that file
/// (info and worse, 5 MB, three generations). Recognised text and names of people do not belong
/// in a log. Any thread.
void to_file(const std::filesystem::path& file);

/// Lowest level that reaches standard error; Warning at start.
void set_terminal_level(Level level);

void write(Level level, std::string_view module, const std::string& text);

template <class... Args>
void info(std::string_view module, fmt::format_string<Args...> format, Args&&... args) {
  write(Level::Info, module, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void warning(std::string_view module, fmt::format_string<Args...> format, Args&&... args) {
  write(Level::Warning, module, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void error(std::string_view module, fmt::format_string<Args...> format, Args&&... args) {
  write(Level::Error, module, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace shiqu::log
