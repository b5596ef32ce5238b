#include "storage/package/internal/file_check.h"

#include "storage/base/file.h"

#include <algorithm>

namespace shiqu::package::bag {
namespace {

bool is_system_file(std::string_view path) {
  const std::string name = lower_case(path.substr(path.rfind('/') + 1));
  return name == ".ds_store" || name == "thumbs.db" || name == "desktop.ini";
}

class Check {
 public:
  Check(const Facts& facts, std::vector<VerifyFinding>& findings, const ReadProgress& progress,
        const std::stop_token& stop)
      : facts_(facts), findings_(findings), progress_(progress), stop_(stop) {
    for (const auto& [path, size] : facts_.files) {
      total_ += size;
    }
  }

  Status run() {
    check_payload_complete();
    check_tags_present();
    check_names();
    for (const auto& [path, size] : facts_.files) {
      SHIQU_TRY(check_file(path));
    }
    return {};
  }

 private:
  void error(std::string code, std::string path, std::string message) {
    findings_.push_back({Severity::Error, std::move(code), std::move(path), std::move(message)});
  }
  void warn(std::string code, std::string path, std::string message) {
    findings_.push_back({Severity::Warning, std::move(code), std::move(path), std::move(message)});
  }
  [[nodiscard]] bool before_1() const { return facts_.declaration.version < kVersion1; }
  [[nodiscard]] bool exists(const std::string& path) const { return facts_.files.contains(path); }

  void check_payload_complete();
  void check_listed(const Manifest& manifest);
  void check_tags_present();
  void check_names();
  Status check_file(const std::string& path);

  const Facts& facts_;
  std::vector<VerifyFinding>& findings_;
  const ReadProgress& progress_;
  const std::stop_token& stop_;
  std::uint64_t done_ = 0;
  std::uint64_t total_ = 0;
};

void Check::check_listed(const Manifest& manifest) {
  for (const auto& [path, digest] : manifest.digests) {
    if (exists(path)) {
      continue;
    }
    const auto twin = std::find_if(manifest.digests.begin(), manifest.digests.end(),
                                   [&, &name = path, &own = digest](const auto& other) {
                                     return exists(other.first) && other.second == own &&
                                            may_be_one_name(other.first, name);
                                   });
    if (before_1() && twin != manifest.digests.end()) {
      warn("name_twin", path, "Listed beside " + twin->first + ": two spellings of one name.");
    } else {
      error("missing_file", path, manifest.file + " lists it, but it is not there.");
    }
  }
}

void Check::check_payload_complete() {
  for (const Manifest& manifest : facts_.payload) {
    check_listed(manifest);
  }
  for (const auto& [path, size] : facts_.files) {
    if (!path.starts_with("data/")) {
      continue;
    }
    const auto lists = [&name = path](const Manifest& one) { return one.digests.contains(name); };
    const auto& all = facts_.payload;
    if (std::none_of(all.begin(), all.end(), lists)) {
      error("extra_file", path, "No manifest lists it.");
    } else if (!before_1() && !std::all_of(all.begin(), all.end(), lists)) {
      error("not_in_every_manifest", path, "BagIt 1.0 wants each payload file in every manifest.");
    }
  }
}

void Check::check_tags_present() {
  for (const Manifest& manifest : facts_.tags) {
    check_listed(manifest);
    for (const auto& [path, digest] : manifest.digests) {
      if (path.starts_with("tagmanifest-")) {
        error("lists_tag_manifest", path, "A tag manifest may not list tag manifests.");
      }
    }
  }
}

Status Check::check_file(const std::string& path) {
  struct Expectation {
    const Manifest* manifest;
    const std::string* digest;
    Hasher hasher;
  };
  std::vector<Expectation> expected;
  for (const auto* group : {&facts_.payload, &facts_.tags}) {
    for (const Manifest& manifest : *group) {
      const auto found = manifest.digests.find(path);
      if (found != manifest.digests.end()) {
        expected.push_back(
            {&manifest, &found->second, Hasher(*digest_kind_from(manifest.algorithm))});
      }
    }
  }
  if (expected.empty()) {
    return {};
  }
  SHIQU_TRY(read_in_pieces(facts_.root / path, [&](std::span<const std::uint8_t> piece) -> Status {
    for (Expectation& one : expected) {
      one.hasher.update(piece);
    }
    done_ += piece.size();
    if (progress_) {
      progress_(done_, total_);
    }
    if (stop_.stop_requested()) {
      return fail(ErrorCode::Cancelled, "verify package", path);
    }
    return {};
  }));
  for (Expectation& one : expected) {
    if (one.hasher.finish_hex() != lower_case(*one.digest)) {
      error("digest_mismatch", path,
            "Its bytes are not those that " + one.manifest->file + " names.");
    }
  }
  return {};
}

void Check::check_names() {
  std::map<std::string, std::string> seen;
  for (const auto& [path, size] : facts_.files) {
    if (is_system_file(path)) {
      warn("system_file", path, "A file that an operating system leaves behind.");
    }
    const auto [twin, fresh] = seen.emplace(lower_case(path), path);
    if (!fresh) {
      warn("case_twin", path, "Differs from " + twin->second + " only by case.");
    }
  }
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

Status check_files(const Facts& facts, std::vector<VerifyFinding>& findings,
                   const ReadProgress& progress, const std::stop_token& stop) {
  return Check(facts, findings, progress, stop).run();
}

}  // namespace shiqu::package::bag
