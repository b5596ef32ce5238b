#pragma once

#include "storage/base/process.h"
#include "storage/base/result.h"
#include "storage/model/text.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace shiqu::app {

/// Presses `count` pages of the Tang poems into `folder` (made) and returns their truth in order.
Result<std::vector<model::PageText>> press_pages(const std::filesystem::path& folder, int count,
                                                 std::uint64_t seed, int first_poem);

/// A running virtual camera and the address to open it by.
struct DemoCamera {
  ChildProcess process;
  std::string address;
};
/// Starts shiqu-vcam on a free port with the pages of `scene`/camera.
Result<DemoCamera> start_demo_camera(const std::filesystem::path& scene);

/// Points SANE (SANE_CONFIG_DIR, for worker processes started from now on) at its test scanner.
Status prepare_demo_scanner(const std::filesystem::path& scene);
std::vector<std::pair<std::string, std::string>> demo_scanner_settings();

/// What a careful reader would change on one line.
struct LineCorrection {
  LineId line;
  std::string text;
};
/// Each line of the truth belongs to the read line that lies on it most; where that one's text is
/// not theirs it is corrected. Lines that were read but lie on nothing are emptied.
std::vector<LineCorrection> corrections(const model::PageText& read, const model::PageText& truth);

/// Copies a folder and flips one bit in the middle of one master of the copy.
Status copy_with_flipped_byte(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace shiqu::app
