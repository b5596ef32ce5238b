#include "storage/package/verify.h"

#include "storage/base/text.h"
#include "storage/package/internal/bag_check.h"
#include "storage/package/internal/profile_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace shiqu::package {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> kSignatureNames = {"not_checked", "missing",   "invalid",
                                                             "untrusted",   "wrong_key", "trusted"};

/// File names may be any bytes; JSON takes only UTF-8.
std::string as_utf8(const std::string& text) {
  return to_utf8(to_utf32(text));
}

void count_payload(const bag::Facts& facts, PackageVerdict& verdict) {
  for (const auto& [path, size] : facts.files) {
    if (path.starts_with("data/")) {
      ++verdict.files;
      verdict.bytes += size;
    }
  }
}

}  // namespace

std::string_view name_of(Severity severity) noexcept {
  return severity == Severity::Error ? "error" : "warning";
}

std::string_view name_of(SignatureState state) noexcept {
  return kSignatureNames.at(static_cast<std::size_t>(state));
}

bool PackageVerdict::has(std::string_view code) const noexcept {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const VerifyFinding& one) { return one.code == code; });
}

Json to_json(const PackageVerdict& verdict) {
  Json findings = Json::array();
  for (const VerifyFinding& one : verdict.findings) {
    findings.push_back({{"severity", name_of(one.severity)},
                        {"code", one.code},
                        {"path", as_utf8(one.path)},
                        {"message", as_utf8(one.message)}});
  }
  return {{"ok", verdict.ok},
          {"findings", std::move(findings)},
          {"bagit_version", verdict.bagit_version},
          {"identifier", as_utf8(verdict.identifier)},
          {"version", verdict.version},
          {"type", as_utf8(verdict.type)},
          {"sequence", verdict.sequence},
          {"previous", verdict.previous},
          {"files", verdict.files},
          {"bytes", verdict.bytes},
          {"pages", verdict.pages},
          {"signer", verdict.signer},
          {"signature", name_of(verdict.signature)},
          {"sm2_signature", name_of(verdict.sm2)},
          {"sm2_signer", verdict.sm2_signer},
          {"tag_manifest_sha256", verdict.tag_manifest_sha256}};
}

Result<PackageVerdict> verify_package(
    const fs::path& folder, const VerifyOptions& options,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress,
    const std::stop_token& stop) {
  std::error_code failed;
  const fs::path root = fs::canonical(folder, failed);
  if (failed) {
    return fail_errno(failed.value(), "verify package", folder.string());
  }
  PackageVerdict verdict;
  SHIQU_TRY_ASSIGN(const bag::Facts facts, bag::check_bag(root, verdict.findings, progress, stop));
  const bag::Version& version = facts.declaration.version;
  verdict.bagit_version = fmt::format("{}.{}", version.major, version.minor);
  count_payload(facts, verdict);
  if (options.profile) {
    SHIQU_TRY(profile::check_profile(facts, options, verdict));
    SHIQU_TRY(verdict.type == "delta" ? profile::check_delta(facts, verdict)
                                      : profile::check_content(facts, verdict));
  }
  verdict.ok =
      std::none_of(verdict.findings.begin(), verdict.findings.end(),
                   [](const VerifyFinding& one) { return one.severity == Severity::Error; });
  return verdict;
}

}  // namespace shiqu::package
