#include "tests/package/archive.h"

#include <algorithm>
#include <cstdlib>

using namespace shiqu;
using namespace shiqu::package;
using namespace shiqu::package::test;

namespace {

namespace fs = std::filesystem;

/// A file that is put back as it was.
class Attacked {
 public:
  explicit Attacked(fs::path file) : file_(std::move(file)), good_(get(file_)) {}
  ~Attacked() { put(file_, good_); }
  Attacked(const Attacked&) = delete;
  Attacked& operator=(const Attacked&) = delete;
  [[nodiscard]] const std::string& good() const { return good_; }
  /// Is the file noticed with byte `at` set to `value`?
  bool noticed(const fs::path& folder, std::size_t at, char value) {
    std::string bad = good_;
    bad[at] = value;
    put(file_, bad);
    return !verdict_of(folder).ok;
  }

 private:
  fs::path file_;
  std::string good_;
};

}  // namespace

TEST_CASE("bytes altered anywhere in a package with everything in it are noticed") {
  // SHIQU_TAMPER_ALL=1: every byte of every tag file, 50 of each payload file. Minutes.
  const bool all = std::getenv("SHIQU_TAMPER_ALL") != nullptr;
  PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  const Sm2Key sm2 = need(Sm2Key::make());
  ExportTools with = tools();
  with.sm2 = &sm2;
  PlanOptions options;
  options.exporters = all_exporters();
  const auto made = need(write_package(archive.store, archive.lead, archive.plan(options), with,
                                       archive.dir.path() / "out", archive.key));
  const fs::path folder = made.bag.folder;
  REQUIRE(verdict_of(folder).ok);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  int attacks = 0;
  int unnoticed = 0;
  for (const fs::path& file : files) {
    fs::rename(file, folder.parent_path() / "away");
    CHECK_FALSE_MESSAGE(verdict_of(folder).ok, file.string() << " removed");
    fs::rename(folder.parent_path() / "away", file);
    Attacked one(file);
    const bool payload = file.lexically_relative(folder).string().starts_with("data/");
    const std::size_t size = one.good().size();
    const std::size_t samples = all ? 50 : 1;
    const std::size_t tag_step = all ? 1 : 97;
    const std::size_t step = payload ? std::max<std::size_t>(1, size / samples) : tag_step;
    for (std::size_t at = 0; at < size; at += step) {
      const char good = one.good()[at];
      for (const char value : {static_cast<char>(good ^ 1), good == '\n' ? ' ' : '\n'}) {
        ++attacks;
        const bool noticed = one.noticed(folder, at, value);
        unnoticed += noticed ? 0 : 1;
        CHECK_MESSAGE(noticed, file.string() << " byte " << at);
      }
    }
  }
  MESSAGE(files.size() << " files, " << attacks << " attacks, " << unnoticed << " unnoticed");
  CHECK(verdict_of(folder).ok);
}
