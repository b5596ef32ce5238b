#pragma once

#include "storage/base/channel.h"
#include "storage/base/result.h"

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

namespace shiqu::app {

/// Accounts of a demonstration archive; all have this PIN.
inline constexpr const char* kDemoPin = "246810";

struct DemoOptions {
  std::filesystem::path archive;  ///< made new; must be empty or absent
  std::uint64_t seed = 1;         ///< of the pressed pages
  int camera_pages = 3;
  int import_pages = 2;
};

/// What the demonstration did; all figures were counted or measured by it.
struct DemoSummary {
  int frames_camera = 0;
  int frames_scanner = 0;
  int frames_import = 0;
  int pages_read = 0;
  std::int64_t characters = 0;  ///< of the pressed truth of the pages read
  double cer_tesseract = 0;     ///< character error rate of Tesseract's reading
  double cer = 0;               ///< of the reading that people went on with
  double cer_corrected = 0;     ///< of the packaged item's text after correction and review
  std::int64_t jobs_failed = 0;
  int lines_corrected = 0;
  std::filesystem::path package;
  bool verified = false;
  bool tampered_refused = false;
  std::string tampered_words;  ///< how the verifier named the flipped byte
  bool journal_intact = false;
  std::int64_t journal_entries = 0;
  Json seconds = Json::object();  ///< stage → seconds
};

/// Told at the beginning of each stage and while it goes on.
struct DemoReporter {
  std::function<void(const std::string& title)> stage;
  std::function<void(const std::string& words)> detail;
};

/// The whole way of a page on real parts: pressed pages photographed by the virtual camera through
/// libgphoto2, a sheet from SANE's test scanner, a folder import; checked, kept, read by Tesseract,
/// corrected by one account and accepted by another; packaged, signed, verified, and a copy with
/// one flipped byte refused. Errors: of the first step that fails.
Result<DemoSummary> run_demo(const DemoOptions& options, const DemoReporter& reporter,
                             const std::stop_token& stop = {});

Json to_json(const DemoSummary& summary);

}  // namespace shiqu::app
