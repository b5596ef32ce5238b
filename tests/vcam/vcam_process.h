#pragma once

#include "capture/gphoto2/gphoto2_backend.h"
#include "storage/base/file.h"
#include "storage/base/process.h"
#include "storage/imaging/image.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::test {

/// Page `number` as the tests draw it: gray paper with dark bars whose count tells the page.
imaging::Image draw_page(int number);

/// Mean absolute difference of two images of one size as Gray8; 255 when the sizes differ.
double difference(const imaging::Image& a, const imaging::Image& b);

/// Sends one line to a control port "ADDRESS:PORT" and returns the answer up to "ok" or "error…".
std::string control(const std::string& address, const std::string& line);

/// A shiqu-vcam process, with three pages unless told otherwise, a free port and a HOME of its own
/// for the driver.
class VcamProcess {
 public:
  /// `more`: further arguments; `pages`: drawn by draw_page() when empty.
  explicit VcamProcess(const std::vector<std::string>& more = {},
                       std::vector<imaging::Image> pages = {});

  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] std::string control(const std::string& line) const;
  [[nodiscard]] std::filesystem::path spool() const { return dir_.path() / "spool"; }
  ChildProcess& process() { return *process_; }

  /// Opens it with short limits; the test fails when that fails.
  [[nodiscard]] std::unique_ptr<capture::Device> open() const;
  [[nodiscard]] Result<std::unique_ptr<capture::Device>> try_open() const;
  [[nodiscard]] std::unique_ptr<capture::Backend> backend() const;

 private:
  TempDir dir_;
  std::optional<ChildProcess> process_;
  std::string address_;
  std::string control_;
};

}  // namespace shiqu::test
