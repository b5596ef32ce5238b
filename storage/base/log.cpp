#include "storage/base/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace shiqu::log {
namespace {

constexpr std::size_t kFileBytes = 5U << 20U;
constexpr std::size_t kFileGenerations = 3;

spdlog::level::level_enum native(Level level) {
  switch (level) {
    case Level::Debug:
      return spdlog::level::debug;
    case Level::Info:
      return spdlog::level::info;
    case Level::Warning:
      return spdlog::level::warn;
    case Level::Error:
      break;
  }
  return spdlog::level::err;
}

/// The one global of the project: a logger must be there before and after everything else.
spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto terminal = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    terminal->set_level(spdlog::level::warn);
    auto made = std::make_shared<spdlog::logger>("shiqu", terminal);
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e %P %L %v");
    made->set_level(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

}  // namespace

void to_file(const std::filesystem::path& file) {
  try {
    auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file.string(), kFileBytes,
                                                                       kFileGenerations);
    sink->set_level(spdlog::level::info);
    sink->set_pattern("%Y-%m-%dT%H:%M:%S.%e %P %L %v");
    logger().sinks().push_back(std::move(sink));
    logger().flush_on(spdlog::level::info);
  } catch (const spdlog::spdlog_ex& problem) {
    warning("log", "no log file {}: {}", file.string(), problem.what());
  }
}

void set_terminal_level(Level level) {
  logger().sinks().front()->set_level(native(level));
}

void write(Level level, std::string_view module, const std::string& text) {
  logger().log(native(level), "[{}] {}", module, text);
}

}  // namespace shiqu::log
