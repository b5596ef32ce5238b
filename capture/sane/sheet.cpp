#include "capture/sane/internal/sheet.h"

#include "capture/sane/internal/sane_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <thread>
#include <vector>

namespace shiqu::capture {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kReadBytes = 256U << 10U;
constexpr std::int64_t kMostPixels = 1'200'000'000;
constexpr milliseconds kProgressEvery{100};
constexpr milliseconds kIdleWait{5};  ///< after a read without bytes: SANE may return at once

bool is_colour(const SANE_Parameters& about) {
  return about.format == SANE_FRAME_RGB;
}

imaging::PixelFormat pixel_format(const SANE_Parameters& about) {
  if (about.depth == 16) {
    return imaging::PixelFormat::Rgb16;
  }
  return is_colour(about) ? imaging::PixelFormat::Rgb8 : imaging::PixelFormat::Gray8;
}

Status check_form(const SANE_Parameters& about, const std::string& device) {
  const auto refuse = [&](const char* why) {
    return fail(ErrorCode::Unsupported, "scan sheet", device, why);
  };
  if (about.format != SANE_FRAME_GRAY && about.format != SANE_FRAME_RGB) {
    return refuse("one pass per colour, or a compressed frame");
  }
  if (about.lines <= 0) {
    return refuse("length not known before the scan: hand scanner");
  }
  if (about.depth != 8 && about.depth != 16 && (about.depth != 1 || is_colour(about))) {
    return refuse("bits per sample");
  }
  const std::int64_t samples = std::int64_t{about.pixels_per_line} * (is_colour(about) ? 3 : 1);
  if (about.pixels_per_line <= 0 || about.bytes_per_line < (samples * about.depth + 7) / 8 ||
      std::int64_t{about.pixels_per_line} * about.lines > kMostPixels) {
    return fail(ErrorCode::Corrupt, "scan sheet", device, "impossible parameters");
  }
  return {};
}

/// Takes the bytes as they come and fills the image row by row.
class SheetBuilder {
 public:
  explicit SheetBuilder(const SANE_Parameters& about)
      : about_(about),
        image_(pixel_format(about), {about.pixels_per_line, about.lines}),
        line_(static_cast<std::size_t>(about.bytes_per_line)) {}

  [[nodiscard]] std::int64_t expected() const noexcept {
    return std::int64_t{about_.bytes_per_line} * about_.lines;
  }
  [[nodiscard]] std::int64_t received() const noexcept { return received_; }

  void take(std::span<const std::uint8_t> bytes) {
    received_ += static_cast<std::int64_t>(bytes.size());
    while (!bytes.empty() && row_ < about_.lines) {
      const std::size_t part = std::min(bytes.size(), line_.size() - filled_);
      std::copy_n(bytes.begin(), part, line_.begin() + static_cast<std::ptrdiff_t>(filled_));
      filled_ += part;
      bytes = bytes.subspan(part);
      if (filled_ == line_.size()) {
        finish_row();
      }
    }
  }

  imaging::Image image() && { return std::move(image_); }

 private:
  void finish_row() {
    if (about_.depth == 1) {
      expand_bits();
    } else if (about_.depth == 16 && !is_colour(about_)) {
      spread_gray16();
    } else {
      const auto row = image_.row(row_);
      std::copy_n(line_.begin(), row.size(), row.begin());
    }
    ++row_;
    filled_ = 0;
  }

  /// In a frame of one bit 1 is black, the first pixel in the highest bit.
  void expand_bits() {
    const auto row = image_.row(row_);
    for (std::size_t x = 0; x < row.size(); ++x) {
      const bool black = (line_[x / 8] >> (7 - x % 8) & 1U) != 0;
      row[x] = black ? 0 : 255;
    }
  }

  void spread_gray16() {
    const auto row = image_.row16(row_);
    for (std::size_t x = 0; x * 3 < row.size(); ++x) {
      std::uint16_t sample = 0;
      std::memcpy(&sample, line_.data() + 2 * x, sizeof sample);
      std::fill_n(row.begin() + static_cast<std::ptrdiff_t>(3 * x), 3, sample);
    }
  }

  SANE_Parameters about_;
  imaging::Image image_;
  std::vector<std::uint8_t> line_;
  std::size_t filled_ = 0;
  int row_ = 0;
  std::int64_t received_ = 0;
};

void report(const ProgressSink& progress, const SheetBuilder& sheet) {
  if (progress) {
    progress({{"stage", "reading"}, {"done", sheet.received()}, {"total", sheet.expected()}});
  }
}

/// Reads until SANE says that the frame is over.
Status read_all(SANE_Handle handle, const std::string& device, milliseconds stall,
                const ProgressSink& progress, SheetBuilder& sheet) {
  std::vector<SANE_Byte> bytes(kReadBytes);
  Clock::time_point last_bytes = Clock::now();
  Clock::time_point last_report = last_bytes;
  while (true) {
    SANE_Int got = 0;
    const SANE_Status status =
        sane_read(handle, bytes.data(), static_cast<SANE_Int>(bytes.size()), &got);
    if (status == SANE_STATUS_EOF) {
      return {};
    }
    if (status != SANE_STATUS_GOOD) {
      return fail_sane(status, "scan sheet", device);
    }
    const Clock::time_point now = Clock::now();
    if (got > 0) {
      sheet.take({bytes.data(), std::min(bytes.size(), static_cast<std::size_t>(got))});
      last_bytes = now;
      if (now - last_report >= kProgressEvery) {
        last_report = now;
        report(progress, sheet);
      }
    } else if (now - last_bytes >= stall) {
      return fail(ErrorCode::Timeout, "scan sheet", device,
                  fmt::format("no byte for {} ms, {} of {} received", stall.count(),
                              sheet.received(), sheet.expected()));
    } else {
      std::this_thread::sleep_for(std::min(kIdleWait, stall));
    }
  }
}

}  // namespace

Status check_before_start(SANE_Handle handle, const std::string& device) {
  SANE_Parameters about{};
  const bool told = sane_get_parameters(handle, &about) == SANE_STATUS_GOOD;
  const bool by_hand = told && about.lines == -1;
  const bool in_passes =
      told && (about.format == SANE_FRAME_RED || about.format == SANE_FRAME_GREEN ||
               about.format == SANE_FRAME_BLUE);
  return by_hand || in_passes ? check_form(about, device) : Status{};
}

Result<imaging::Image> read_sheet(SANE_Handle handle, const std::string& device,
                                  std::chrono::milliseconds stall, const ProgressSink& progress) {
  SANE_Parameters about{};
  const SANE_Status status = sane_get_parameters(handle, &about);
  if (status != SANE_STATUS_GOOD) {
    return fail_sane(status, "scan sheet", device);
  }
  SHIQU_TRY(check_form(about, device));
  SheetBuilder sheet(about);
  report(progress, sheet);
  SHIQU_TRY(read_all(handle, device, stall, progress, sheet));
  if (sheet.received() != sheet.expected()) {
    return fail(ErrorCode::Corrupt, "scan sheet", device,
                fmt::format("{} bytes received, {} promised", sheet.received(), sheet.expected()));
  }
  report(progress, sheet);
  return std::move(sheet).image();
}

}  // namespace shiqu::capture
