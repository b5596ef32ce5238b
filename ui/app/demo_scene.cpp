#include "ui/app/demo_scene.h"

#include "ocr/press/press.h"
#include "ocr/press/text_source.h"
#include "storage/base/file.h"
#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <thread>

namespace shiqu::app {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::seconds kCameraStart{10};

/// The place of the read line that covers most of `line`; none when nothing covers a third of it.
std::optional<std::size_t> read_at(const model::Line& line, const model::PageText& read) {
  std::optional<std::size_t> best;
  std::int64_t best_common = line.box.area() / 3;
  for (std::size_t i = 0; i < read.lines.size(); ++i) {
    const std::int64_t common = intersection(line.box, read.lines[i].box).area();
    if (common > best_common) {
      best_common = common;
      best = i;
    }
  }
  return best;
}

}  // namespace

Result<std::vector<model::PageText>> press_pages(const fs::path& folder, int count,
                                                 std::uint64_t seed, int first_poem) {
  SHIQU_TRY(make_folders(folder));
  SHIQU_TRY_ASSIGN(const std::vector<ocr::Paragraph> poems, ocr::tang_poems());
  SHIQU_TRY_ASSIGN(const ocr::Ageing ageing, ocr::ageing_preset("light"));
  std::vector<model::PageText> truth;
  ocr::TextPosition at;
  at.paragraph = static_cast<std::size_t>(first_poem);
  for (int i = 0; i < count; ++i) {
    ocr::PressOptions options;
    options.seed = seed + static_cast<std::uint64_t>(i);
    options.style = i % 2 == 0 ? ocr::PressStyle::Ming : ocr::PressStyle::Kai;
    options.ageing = ageing;
    options.page_number = i + 1;
    options.strip_title = "唐詩選";
    options.rare = 2;
    SHIQU_TRY_ASSIGN(ocr::PressedPage page, ocr::press_page(options, poems, at));
    at = page.next;
    SHIQU_TRY(
        ocr::write_page(page, folder, fmt::format("page-{:02}", i + 1), ocr::PressFormat::Jpeg));
    truth.push_back(std::move(page.truth));
  }
  return truth;
}

Result<DemoCamera> start_demo_camera(const fs::path& scene) {
  const fs::path ready = scene / "camera.ready";
  SHIQU_TRY_ASSIGN(ChildProcess process,
                   ChildProcess::start({program_folder() / "shiqu-vcam",
                                        {"--pages", (scene / "camera").string(), "--port", "0",
                                         "--exposure-ms", "200", "--ready-file", ready.string()},
                                        {},
                                        false,
                                        scene / "camera.log"}));
  const std::int64_t steps = kCameraStart / std::chrono::milliseconds(20);
  for (std::int64_t i = 0; i < steps && !fs::exists(ready); ++i) {
    if (!process.running()) {
      return fail(ErrorCode::DeviceGone, "start virtual camera", process.ending());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  SHIQU_TRY_ASSIGN(const std::string lines, read_file(ready));
  return DemoCamera{std::move(process), split(lines, '\n').front()};
}

Status prepare_demo_scanner(const fs::path& scene) {
  const fs::path folder = scene / "sane";
  SHIQU_TRY(make_folders(folder));
  SHIQU_TRY(write_new_file(folder / "dll.conf", "test\n"));
  SHIQU_TRY(
      write_new_file(folder / "test.conf", "number_of_devices 1\nmode Color\nresolution 150\n"));
  ::setenv("SANE_CONFIG_DIR", folder.c_str(), 1);
  return {};
}

std::vector<std::pair<std::string, std::string>> demo_scanner_settings() {
  return {{"mode", "Color"}, {"resolution", "300"}, {"test-picture", "Color pattern"}};
}

std::vector<LineCorrection> corrections(const model::PageText& read, const model::PageText& truth) {
  std::vector<std::string> wanted(read.lines.size());
  for (const model::Line& line : truth.lines) {
    if (const auto at = read_at(line, read)) {
      wanted[*at] += line.text;  // a title and its author stand in one column
    }
  }
  std::vector<LineCorrection> out;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] != read.lines[i].text) {
      out.push_back({read.lines[i].id, wanted[i]});
    }
  }
  return out;
}

Status copy_with_flipped_byte(const fs::path& from, const fs::path& to) {
  SHIQU_TRY(make_folders(to.parent_path()));
  std::error_code error;
  fs::copy(from, to, fs::copy_options::recursive, error);
  if (error) {
    return fail(ErrorCode::Io, "copy package", to.string(), error.message());
  }
  const fs::path victim = to / "data" / "masters" / "0001.tif";
  fs::permissions(victim, fs::perms::owner_all, error);
  std::fstream stream(victim, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(fs::file_size(victim, error) / 2);
  stream.seekg(middle);
  const int byte = stream.get();
  stream.seekp(middle);
  stream.put(static_cast<char>(byte ^ 1));
  stream.close();
  if (!stream) {
    return fail(ErrorCode::Io, "flip a byte", victim.string());
  }
  return {};
}

}  // namespace shiqu::app
