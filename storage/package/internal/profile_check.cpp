#include "storage/package/internal/profile_check.h"

#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/package/internal/profile.h"
#include "storage/package/names.h"
#include "storage/package/sequence.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace shiqu::package::profile {
namespace {

class Check {
 public:
  Check(const bag::Facts& facts, PackageVerdict& verdict) : facts_(facts), verdict_(verdict) {}

  Status run(const VerifyOptions& options) {
    check_root();
    check_paths();
    SHIQU_TRY(check_declaration());
    SHIQU_TRY(check_info());
    SHIQU_TRY(check_manifest_forms());
    check_tag_coverage();
    SHIQU_TRY(check_signature(options));
    return check_sm2(options);
  }

 private:
  void error(std::string code, std::string path, std::string message) {
    verdict_.findings.push_back(
        {Severity::Error, std::move(code), std::move(path), std::move(message)});
  }
  /// Content of a root file; empty when it is absent or far too large for what it is.
  [[nodiscard]] Result<std::string> root_file(std::string_view name,
                                              std::uint64_t limit = bag::kTagFileLimit) const {
    const auto found = facts_.files.find(std::string(name));
    if (found == facts_.files.end() || found->second > limit) {
      return std::string();
    }
    return read_file(facts_.root / name, limit);
  }

  void check_root();
  void check_paths();
  Status check_declaration();
  Status check_info();
  void check_info_values();
  Status check_manifest_forms();
  void check_tag_coverage();
  Status check_signature(const VerifyOptions& options);
  void check_sequence(const std::string& comment, std::int64_t after);
  Status check_sm2(const VerifyOptions& options);
  void judge_signer(const VerifyingKey& signer, const std::optional<VerifyingKey>& trusted);

  const bag::Facts& facts_;
  PackageVerdict& verdict_;
};

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void Check::check_root() {
  const auto judge = [&](const std::string& path) {
    if (path.find('/') == std::string::npos && !contains(kRequiredRoot, path) &&
        !contains(kOptionalRoot, path)) {
      error("unexpected_root_entry", path, "The profile has no such file or folder.");
    }
  };
  for (const auto& [path, size] : facts_.files) {
    judge(path);
  }
  for (const std::string& path : facts_.folders) {
    judge(path);
  }
  for (const std::string_view name : kRequiredRoot) {
    const std::string path(name);
    if (!facts_.files.contains(path) && !facts_.folders.contains(path)) {
      error("missing_root_entry", path, "The profile demands it.");
    }
  }
  const std::string* type = facts_.info_value("Shiqu-Package-Type");
  const bool delta = type != nullptr && *type == "delta";
  for (const std::string_view name : kRequiredPayload) {
    if (!delta && !facts_.files.contains(std::string(name))) {
      error("missing_payload", std::string(name), "The profile demands it.");
    }
  }
}

void Check::check_paths() {
  for (const auto& [path, size] : facts_.files) {
    if (!is_safe_path(path)) {
      error("unsafe_path", path, "Only a-z 0-9 . _ - are allowed, and 180 bytes.");
    }
  }
  for (const std::string& path : facts_.empty_folders) {
    error("empty_folder", path, "A folder without files; manifests cannot cover it.");
  }
}

Status Check::check_declaration() {
  SHIQU_TRY_ASSIGN(const std::string text, root_file("bagit.txt", 4096));
  if (text != kDeclaration) {
    error("declaration_form", "bagit.txt", "It is not BagIt 1.0 in UTF-8 in its exact form.");
  }
  return {};
}

void Check::check_info_values() {
  for (const std::string_view name : kRequiredTags) {
    if (facts_.info_value(name) == nullptr) {
      error("missing_tag", "bag-info.txt", fmt::format("{} is missing.", name));
    }
  }
  const auto value = [&](std::string_view name) {
    const std::string* found = facts_.info_value(name);
    return found != nullptr ? *found : std::string();
  };
  const auto demand = [&](std::string_view name, bool good) {
    if (!good) {
      error("bad_tag", "bag-info.txt", fmt::format("{} has a value that is not allowed.", name));
    }
  };
  const std::string level = value("Shiqu-Security-Level");
  const std::string type = value("Shiqu-Package-Type");
  const std::string number = value("Shiqu-Package-Version");
  const auto [end, failed] =
      std::from_chars(number.data(), number.data() + number.size(), verdict_.version);
  demand("BagIt-Profile-Identifier", value("BagIt-Profile-Identifier") == kIdentifier);
  demand("Shiqu-Security-Level", level == "一般" || level == "重要" || level == "核心");
  demand("Shiqu-Package-Type", type == "full" || type == "delta");
  demand("Shiqu-Package-Version",
         failed == std::errc() && end == number.data() + number.size() && verdict_.version > 0);
  demand("Bagging-Date", value("Bagging-Date").size() == 10);
  verdict_.identifier = value("External-Identifier");
  verdict_.type = type;
}

Status Check::check_info() {
  SHIQU_TRY_ASSIGN(const std::string text, root_file("bag-info.txt"));
  std::string canonical;
  std::vector<std::string> names;
  for (const bag::Tag& tag : facts_.info) {
    canonical += fmt::format("{}: {}\n", tag.name, tag.value);
    if (contains(names, tag.name)) {
      error("repeated_tag", "bag-info.txt", tag.name + " stands there twice.");
    }
    names.push_back(tag.name);
  }
  if (text != canonical) {
    error("bag_info_form", "bag-info.txt", "Not one 'Name: value' per line, each ended by LF.");
  }
  check_info_values();
  const std::string expected = package_name(verdict_.identifier, verdict_.version) +
                               (verdict_.type == "delta" ? "-delta" : "");
  if (facts_.root.filename() != expected) {
    verdict_.findings.push_back(
        {Severity::Warning, "folder_name", {}, "The folder is not called " + expected + "."});
  }
  return {};
}

/// Sorted, lower case, two spaces, LF: the one form the writer produces. It also means that no
/// byte of a tag manifest, which nothing else covers, can change unnoticed.
Status Check::check_manifest_forms() {
  for (const auto* group : {&facts_.payload, &facts_.tags}) {
    for (const bag::Manifest& manifest : *group) {
      SHIQU_TRY_ASSIGN(const std::string text, root_file(manifest.file));
      const auto lower = [](const auto& line) {
        return std::none_of(line.second.begin(), line.second.end(),
                            [](char c) { return c >= 'A' && c <= 'Z'; });
      };
      if (text != bag::render_manifest(manifest.digests) ||
          !std::all_of(manifest.digests.begin(), manifest.digests.end(), lower)) {
        error("manifest_form", manifest.file, "Not sorted, lower case, two spaces and LF.");
      }
    }
  }
  return {};
}

void Check::check_tag_coverage() {
  for (const bag::Manifest& manifest : facts_.tags) {
    for (const auto& [path, size] : facts_.files) {
      const bool exempt = path.starts_with("tagmanifest-") || path.find('/') != std::string::npos;
      if (!exempt && !manifest.digests.contains(path)) {
        error("not_in_tag_manifest", path, manifest.file + " does not list it.");
      }
    }
    const std::string payload = manifest.file.substr(3);  // without "tag"
    if (!facts_.files.contains(payload)) {
      error("missing_root_entry", payload, manifest.file + " has no payload manifest beside it.");
    }
  }
  // No signed file names a tag manifest: that one is gone is only seen by what it goes with.
  for (const bag::Manifest& manifest : facts_.payload) {
    if (!facts_.files.contains("tag" + manifest.file)) {
      error("missing_root_entry", "tag" + manifest.file,
            manifest.file + " has no tag manifest beside it.");
    }
  }
}

void Check::judge_signer(const VerifyingKey& signer, const std::optional<VerifyingKey>& trusted) {
  if (!trusted) {
    verdict_.signature = SignatureState::Untrusted;
  } else if (*trusted == signer) {
    verdict_.signature = SignatureState::Trusted;
  } else {
    verdict_.signature = SignatureState::WrongKey;
    error("wrong_signer", std::string(kSigner),
          "Signed by key " + verdict_.signer + ", expected " + text_of(trusted->id) + ".");
  }
}

Status Check::check_signature(const VerifyOptions& options) {
  SHIQU_TRY_ASSIGN(const std::string signature, root_file(kSignature, 4096));
  SHIQU_TRY_ASSIGN(const std::string public_key, root_file(kSigner, 4096));
  verdict_.signature = SignatureState::Missing;
  if (signature.empty() || public_key.empty() || !facts_.files.contains(std::string(kSigned))) {
    error("signature_missing", std::string(kSignature), "The package is not signed.");
    return {};
  }
  verdict_.signature = SignatureState::Invalid;
  const auto signer = parse_public_key(public_key);
  if (!signer || public_key != public_key_text(*signer)) {
    error("bad_signer_key", std::string(kSigner), "It is not a public key file in its exact form.");
    return {};
  }
  verdict_.signer = text_of(signer->id);
  const auto signed_by = verify_file_signature(*signer, facts_.root / kSigned, signature);
  if (!signed_by) {
    error("bad_signature", std::string(kSignature), signed_by.error().text());
    return {};
  }
  if (signed_by->untrusted_comment != kComment) {
    error("bad_signature", std::string(kSignature), "Its first line is not the profile's.");
    return {};
  }
  SHIQU_TRY_ASSIGN(verdict_.tag_manifest_sha256,
                   file_digest_hex(facts_.root / kSigned, DigestKind::Sha256));
  judge_signer(*signer, options.trusted);
  check_sequence(signed_by->trusted_comment, options.after);
  return {};
}

/// The trusted comment says again what the package is, and its place among the station's.
void Check::check_sequence(const std::string& comment, std::int64_t after) {
  const auto sequence = parse_sequence(comment);
  const std::string* station = facts_.info_value("Internal-Sender-Identifier");
  if (!sequence || comment != trusted_comment(verdict_.identifier, verdict_.version,
                                              station != nullptr ? *station : "", *sequence)) {
    error("bad_comment", std::string(kSignature), "Its trusted comment is not this package's.");
    return;
  }
  verdict_.sequence = sequence->number;
  verdict_.previous = sequence->previous;
  if (after > 0 && verdict_.sequence <= after) {
    error("replayed", std::string(kSignature),
          fmt::format("It is number {} of its station, number {} was there before.",
                      verdict_.sequence, after));
  }
}

Status Check::check_sm2(const VerifyOptions& options) {
  const bool there = facts_.files.contains(std::string(kSm2Signature));
  if (!there && !options.sm2 && !facts_.files.contains(std::string(kSm2Signer))) {
    return {};
  }
  verdict_.sm2 = SignatureState::Missing;
  SHIQU_TRY_ASSIGN(const std::string signature, root_file(kSm2Signature, 4096));
  SHIQU_TRY_ASSIGN(const std::string pem, root_file(kSm2Signer, 4096));
  if (signature.empty() || pem.empty()) {
    error("sm2_signature_missing", std::string(kSm2Signature),
          "The SM2 signature or key is missing.");
    return {};
  }
  verdict_.sm2 = SignatureState::Invalid;
  const auto key = Sm2PublicKey::from_pem(pem);
  if (!key || key->pem() != pem) {
    error("bad_signer_key", std::string(kSm2Signer),
          "It is not an SM2 public key in its exact form.");
    return {};
  }
  verdict_.sm2_signer = sha256_hex(pem).substr(0, 16);
  SHIQU_TRY_ASSIGN(const std::string content, root_file(kSigned));
  if (!key->verifies(content, signature)) {
    error("bad_signature", std::string(kSm2Signature), "The SM2 signature is not of this package.");
    return {};
  }
  if (!options.sm2) {
    verdict_.sm2 = SignatureState::Untrusted;
  } else if (options.sm2->pem() == pem) {
    verdict_.sm2 = SignatureState::Trusted;
  } else {
    verdict_.sm2 = SignatureState::WrongKey;
    error("wrong_signer", std::string(kSm2Signer), "The SM2 key is not the expected one.");
  }
  return {};
}

}  // namespace

Status check_profile(const bag::Facts& facts, const VerifyOptions& options,
                     PackageVerdict& verdict) {
  return Check(facts, verdict).run(options);
}

}  // namespace shiqu::package::profile
