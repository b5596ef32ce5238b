#include "storage/package/internal/file_check.h"

#include "storage/package/internal/digest_check.h"

#include <algorithm>
#include <map>

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
      : facts_(facts), findings_(findings), progress_(progress), stop_(stop) {}

  Status run() {
    check_payload_complete();
    check_tags_present();
    check_names();
    return check_digests(facts_, findings_, progress_, stop_);
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
  [[nodiscard]] std::multimap<std::string, std::string> present_by_digest(
      const Manifest& manifest) const;
  void check_listed(const Manifest& manifest);
  void check_tags_present();
  void check_names();

  const Facts& facts_;
  std::vector<VerifyFinding>& findings_;
  const ReadProgress& progress_;
  const std::stop_token& stop_;
};

/// Files that are there, by the digest `manifest` names for them; only old bags need it.
std::multimap<std::string, std::string> Check::present_by_digest(const Manifest& manifest) const {
  std::multimap<std::string, std::string> out;
  for (const auto& [path, digest] : manifest.digests) {
    if (before_1() && exists(path)) {
      out.emplace(digest, path);
    }
  }
  return out;
}

void Check::check_listed(const Manifest& manifest) {
  constexpr int kTries = 16;  // a bag of many empty files must not cost the square of their number
  const auto present = present_by_digest(manifest);
  for (const auto& [path, digest] : manifest.digests) {
    if (exists(path)) {
      continue;
    }
    auto twin = present.lower_bound(digest);
    int tries = 0;
    while (twin != present.end() && twin->first == digest && ++tries <= kTries &&
           !may_be_one_name(twin->second, path)) {
      ++twin;
    }
    if (twin != present.end() && twin->first == digest && tries <= kTries) {
      warn("name_twin", path, "Listed beside " + twin->second + ": two spellings of one name.");
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
