#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/package/delta.h"
#include "storage/package/internal/delta_list.h"
#include "storage/package/internal/profile_check.h"
#include "storage/package/names.h"

#include <fmt/format.h>

#include <algorithm>

namespace shiqu::package::profile {
namespace {

constexpr std::uint64_t kListLimit = 256U << 20U;

class DeltaCheck {
 public:
  DeltaCheck(const bag::Facts& facts, PackageVerdict& verdict) : facts_(facts), verdict_(verdict) {}

  Status run() {
    const auto found = facts_.files.find(std::string(kDeltaList));
    if (found == facts_.files.end() || found->second > kListLimit) {
      error("delta_incomplete", std::string(kDeltaList), "A delta needs its list.");
      return {};
    }
    SHIQU_TRY_ASSIGN(const std::string text, read_file(facts_.root / kDeltaList, kListLimit));
    const auto json = parse_json(text);
    const auto list =
        json ? delta::list_from(*json) : Result<delta::List>(tl::unexpected(json.error()));
    if (!list) {
      error("bad_delta", std::string(kDeltaList), list.error().text());
      return {};
    }
    check_tags(*list);
    check_carried(*list);
    check_payload(*list);
    SHIQU_TRY(check_full_tags(*list));
    return check_payload_documents(facts_, verdict_);
  }

 private:
  void error(std::string code, std::string path, std::string message) {
    verdict_.findings.push_back(
        {Severity::Error, std::move(code), std::move(path), std::move(message)});
  }

  void check_tags(const delta::List& list) {
    const std::string* base = facts_.info_value("Base-Tagmanifest-SHA512");
    if (base == nullptr || *base != list.base_tag_manifest_sha512 ||
        list.identifier != verdict_.identifier || list.to_version != verdict_.version) {
      error("bad_delta", "bag-info.txt", "It and delta.json do not speak of the same packages.");
    }
  }

  /// Digests as the delta's own manifests have them; nullptr: none.
  [[nodiscard]] const std::string* digest_of(const std::string& path) const {
    for (const bag::Manifest& manifest : facts_.payload) {
      const auto found = manifest.digests.find(path);
      if (manifest.algorithm == "sha512" && found != manifest.digests.end()) {
        return &found->second;
      }
    }
    return nullptr;
  }

  void check_carried(const delta::List& list) {
    for (const auto& [path, entry] : list.files) {
      verdict_.pages += path.starts_with("data/masters/") ? 1 : 0;
      const std::string* digest = entry.carried ? digest_of(path) : &entry.sha512;
      if (digest == nullptr || *digest != entry.sha512) {
        error("delta_incomplete", path, "delta.json promises it, with another content or at all.");
      }
    }
    if (verdict_.pages == 0) {
      error("no_pages", std::string(kDeltaList), "There is no master.");
    }
  }

  void check_payload(const delta::List& list) {
    for (const auto& [path, size] : facts_.files) {
      if (!path.starts_with("data/") || path == kDeltaList || path.starts_with(kFullTags)) {
        continue;
      }
      const auto found = list.files.find(path);
      if (found == list.files.end() || !found->second.carried) {
        error("not_in_contents", path, "delta.json does not name it as carried.");
      }
    }
  }

  /// The full package's own manifest says what delta.json says, and is the one that was signed.
  Status check_full_tags(const delta::List& list) {
    const std::string folder(kFullTags);
    const auto tagged =
        file_digest_hex(facts_.root / (folder + "tagmanifest-sha512.txt"), DigestKind::Sha512);
    const auto manifest = delta::manifest_of(facts_.root / folder);
    if (!tagged || !manifest || *tagged != list.full_tag_manifest_sha512) {
      error("delta_incomplete", folder, "The root files of the full package are not all there.");
      return {};
    }
    const bool same =
        manifest->size() == list.files.size() &&
        std::equal(manifest->begin(), manifest->end(), list.files.begin(),
                   [](const auto& line, const auto& entry) {
                     return line.first == entry.first && line.second == entry.second.sha512;
                   });
    if (!same) {
      error("bad_delta", folder + "manifest-sha512.txt", "delta.json lists another full state.");
    }
    return {};
  }

  const bag::Facts& facts_;
  PackageVerdict& verdict_;
};

}  // namespace

Status check_delta(const bag::Facts& facts, PackageVerdict& verdict) {
  return DeltaCheck(facts, verdict).run();
}

}  // namespace shiqu::package::profile
