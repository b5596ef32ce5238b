#pragma once

#include "storage/base/channel.h"
#include "storage/base/result.h"
#include "storage/base/sm2.h"
#include "storage/package/minisign.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::package {

enum class Severity { Warning, Error };
std::string_view name_of(Severity severity) noexcept;  ///< "warning" "error"

/// One thing that is not as it should be.
struct VerifyFinding {
  Severity severity = Severity::Error;
  std::string code;     ///< stable, snake_case: "digest_mismatch" … (docs/formats/package.md)
  std::string path;     ///< inside the package; empty: the package as a whole
  std::string message;  ///< English sentence
};

enum class SignatureState {
  NotChecked,  ///< only the generic layer was asked for
  Missing,
  Invalid,    ///< damaged, or not of this content
  Untrusted,  ///< whole, but no key was pinned, so it proves integrity, not origin
  WrongKey,   ///< whole, but made by another key than the pinned one
  Trusted     ///< whole and made by the pinned key
};
std::string_view name_of(SignatureState state) noexcept;  ///< "not_checked" "missing" …

struct VerifyOptions {
  std::optional<VerifyingKey> trusted;  ///< the signer that is expected; nullopt: any
  /// The last sequence number that came from that station; a package that is not newer is refused
  /// ("replayed"). 0: any.
  std::int64_t after = 0;
  std::optional<Sm2PublicKey> sm2;  ///< the second signature must be there and of this key
  bool profile = true;  ///< false: only what BagIt itself asks, for bags of other makers
};

struct PackageVerdict {
  bool ok = false;  ///< no finding of severity Error
  std::vector<VerifyFinding> findings;
  std::string bagit_version;  ///< "1.0", taken for granted when bagit.txt is unreadable
  std::string identifier;     ///< External-Identifier
  int version = 0;            ///< Shiqu-Package-Version
  std::string type;           ///< "full" "delta"
  std::int64_t sequence = 0;  ///< of the station; 0: the package does not say
  std::string previous;       ///< tag manifest of the station's package before this, SHA-256
  std::int64_t files = 0;     ///< payload files
  std::uint64_t bytes = 0;    ///< payload bytes, read to the last one
  int pages = 0;              ///< masters; profile only
  std::string signer;         ///< key id, 16 hexadecimal digits
  SignatureState signature = SignatureState::NotChecked;
  /// The second one: NotChecked when there is none and none was asked for.
  SignatureState sm2 = SignatureState::NotChecked;
  std::string sm2_signer;           ///< SHA-256 of its public key, 16 digits
  std::string tag_manifest_sha256;  ///< names the whole package; goes into the receipt
  /// True when a finding has that code.
  [[nodiscard]] bool has(std::string_view code) const noexcept;
};

Json to_json(const PackageVerdict& verdict);

/// Checks a package folder from nothing but its bytes; needs no archive and writes nothing.
/// Every file is read once. Memory grows with the number of files, not with their size.
/// `progress(done, total)`: bytes, from the calling thread; files are read on up to four. A package
/// with faults is a verdict, not an error. Errors: NotFound (no such folder), InvalidInput (not a
/// folder), Io, Denied, Cancelled.
Result<PackageVerdict> verify_package(
    const std::filesystem::path& folder, const VerifyOptions& options = {},
    const std::function<void(std::uint64_t, std::uint64_t)>& progress = {},
    const std::stop_token& stop = {});

}  // namespace shiqu::package
