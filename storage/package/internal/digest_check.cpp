#include "storage/package/internal/digest_check.h"

#include "storage/base/file.h"
#include "storage/base/threads.h"
#include "storage/package/internal/file_check.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace shiqu::package::bag {
namespace {

constexpr std::size_t kMostThreads = 4;
constexpr std::uint64_t kSmall = 8U << 20U;

/// What one manifest says about a file, and the digest of what is read.
struct Expectation {
  const Manifest* manifest;
  const std::string* digest;
  Hasher hasher;
};

std::vector<Expectation> expectations_of(const Facts& facts, const std::string& path) {
  std::vector<Expectation> out;
  for (const auto* group : {&facts.payload, &facts.tags}) {
    for (const Manifest& manifest : *group) {
      const auto found = manifest.digests.find(path);
      if (found != manifest.digests.end()) {
        out.push_back({&manifest, &found->second, Hasher(*digest_kind_from(manifest.algorithm))});
      }
    }
  }
  return out;
}

class Run {
 public:
  Run(const Facts& facts, const ReadProgress& progress, const std::stop_token& stop)
      : facts_(facts), progress_(progress), stop_(stop) {
    for (const auto& [path, size] : facts_.files) {
      paths_.push_back(&path);
      total_ += size;
    }
  }

  Status run(std::vector<VerifyFinding>& findings) {
    {
      std::vector<std::jthread> helpers;
      for (std::size_t i = 1; i < threads(); ++i) {
        helpers.emplace_back([this] { work(false); });
      }
      work(true);
    }  // joined
    const Lock lock(mutex_);
    if (error_) {
      return fail(*error_);
    }
    std::stable_sort(found_.begin(), found_.end(),
                     [](const auto& a, const auto& b) { return a.path < b.path; });
    findings.insert(findings.end(), found_.begin(), found_.end());
    return {};
  }

 private:
  /// A small package is read sooner than threads are started.
  [[nodiscard]] std::size_t threads() const {
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    return total_ < kSmall ? 1 : std::min({kMostThreads, cores, paths_.size()});
  }
  void work(bool reports) {
    for (std::size_t at = next_++; at < paths_.size() && !failed_; at = next_++) {
      if (const Status checked = check_file(*paths_[at], reports); !checked) {
        const Lock lock(mutex_);
        failed_ = true;
        error_ = error_ ? error_ : std::optional<Error>(checked.error());
      }
    }
  }
  Status check_file(const std::string& path, bool reports);

  const Facts& facts_;
  const ReadProgress& progress_;
  const std::stop_token& stop_;
  std::vector<const std::string*> paths_;
  std::uint64_t total_ = 0;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> failed_{false};
  Mutex mutex_;
  std::vector<VerifyFinding> found_ SHIQU_GUARDED_BY(mutex_);
  std::optional<Error> error_ SHIQU_GUARDED_BY(mutex_);
};

Status Run::check_file(const std::string& path, bool reports) {
  auto expected = expectations_of(facts_, path);
  if (expected.empty()) {
    return {};
  }
  SHIQU_TRY(read_in_pieces(facts_.root / path, [&](std::span<const std::uint8_t> piece) -> Status {
    for (Expectation& one : expected) {
      one.hasher.update(piece);
    }
    const std::uint64_t done = done_ += piece.size();
    if (reports && progress_) {
      progress_(done, total_);
    }
    if (stop_.stop_requested()) {
      return fail(ErrorCode::Cancelled, "verify package", path);
    }
    return {};
  }));
  std::string manifests;
  for (Expectation& one : expected) {
    if (one.hasher.finish_hex() != lower_case(*one.digest)) {
      manifests += (manifests.empty() ? "" : " and ") + one.manifest->file;
    }
  }
  if (!manifests.empty()) {
    const Lock lock(mutex_);
    found_.push_back({Severity::Error, "digest_mismatch", path,
                      "Its bytes are not those named by " + manifests + "."});
  }
  return {};
}

}  // namespace

Status check_digests(const Facts& facts, std::vector<VerifyFinding>& findings,
                     const ReadProgress& progress, const std::stop_token& stop) {
  return Run(facts, progress, stop).run(findings);
}

}  // namespace shiqu::package::bag
