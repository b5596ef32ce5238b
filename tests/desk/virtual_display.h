#pragma once

#include "storage/base/file.h"
#include "storage/base/process.h"
#include "storage/base/text.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>

namespace shiqu::test {

/// A display of its own, so that the window can be tested on a machine without a screen.
class VirtualDisplay {
 public:
  VirtualDisplay() {
    ProcessSpec spec;
    spec.program = "/usr/bin/Xvfb";
    spec.arguments = {"-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"};
    spec.output = dir_.path() / "output";
    if (!std::filesystem::exists(spec.program)) {
      return;
    }
    auto started = ChildProcess::start(spec);
    if (!started) {
      return;
    }
    server_ = std::move(*started);
    wait_for_number(spec.output);
  }

  [[nodiscard]] bool ready() const noexcept { return ready_; }

 private:
  void wait_for_number(const std::filesystem::path& output) {
    for (int i = 0; i < 1000 && !ready_ && server_->running(); ++i) {
      const std::string text = read_file(output).value_or("");
      for (const std::string& line : split(text, '\n')) {
        const bool digits = !line.empty() && line.find_first_not_of("0123456789") == line.npos;
        if (digits && text.back() == '\n') {
          ::setenv("DISPLAY", (":" + line).c_str(), 1);
          ready_ = true;
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));  // another program starts
    }
  }

  TempDir dir_;
  std::optional<ChildProcess> server_;
  bool ready_ = false;
};

/// True, with a message, where there is no Xvfb.
inline bool skipped(const VirtualDisplay& display) {
  if (!display.ready()) {
    MESSAGE("SKIPPED: no virtual display");
  }
  return !display.ready();
}

}  // namespace shiqu::test
