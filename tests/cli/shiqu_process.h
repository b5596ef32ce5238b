#pragma once

#include "storage/base/channel.h"
#include "storage/base/file.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace shiqu::test {

/// What a run of a program left behind.
struct Ran {
  int status = -1;
  std::string out;
  std::string words;  ///< standard error
};

using Arguments = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

/// A user at a terminal without a keyboard: `shiqu` is started as a process, in English unless the
/// environment says otherwise, with an archive folder of its own that nobody has made yet.
class Terminal {
 public:
  static constexpr const char* kPin = "2468";
  static constexpr const char* kPassphrase = "石渠寶笈 1745";

  /// `shiqu ARGUMENTS` with SHIQU_ARCHIVE and SHIQU_PIN set; `extra` is added to that.
  Ran run(const Arguments& arguments, const Environment& extra = {});
  /// The same with --json; the last line of standard output, which must be an object. The exit
  /// status must be `status`.
  Json facts(Arguments arguments, int status = 0, const Environment& extra = {});
  /// Any program of the build.
  Ran start(const std::string& program, const Arguments& arguments, const Environment& extra = {});

  /// An archive with its administrator "admin" and one account for each of `roles`, named like it.
  void make_archive(const std::vector<std::string>& roles = {});

  /// A pressed woodblock leaf of so many columns and rows of Tang verse, JPEG. Once a terminal.
  std::filesystem::path press_leaf(int columns, int rows, int width_px, int height_px);

  [[nodiscard]] std::filesystem::path archive() const { return folder_.path() / "archive"; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TempDir folder_;
  int runs_ = 0;
};

}  // namespace shiqu::test
