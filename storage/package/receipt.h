#pragma once

#include "storage/package/minisign.h"
#include "storage/package/verify.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace shiqu::package {

/// What a receiver puts his name to after he has checked a package (docs/formats/transfer.md).
struct Receipt {
  std::string package;  ///< name of its folder, "gj0001-v1"
  std::string identifier;
  int version = 0;
  std::int64_t sequence = 0;
  std::string signer;               ///< key id of the sender
  std::string tag_manifest_sha256;  ///< names the package
  std::int64_t files = 0;
  std::uint64_t bytes = 0;
  std::string receiver;      ///< institution, in its words
  std::string receiver_key;  ///< key id of who signs
  std::string checked;       ///< ISO 8601 UTC
  auto operator<=>(const Receipt&) const = default;
};

std::string text_of(const Receipt& receipt);  ///< JSON, ended by LF
/// Exactly what text_of writes. Errors: InvalidInput.
Result<Receipt> parse_receipt(std::string_view text);

/// The receipt for a package that was verified. Errors: Corrupt (it was not whole).
Result<Receipt> receipt_for(const std::string& package, const PackageVerdict& verdict,
                            const std::string& receiver, const StationKey& key,
                            std::int64_t checked_ms);
/// Content of the .minisig file beside it.
Result<std::string> sign_receipt(const Receipt& receipt, const StationKey& key);
/// Errors: Corrupt (not signed by `key`, altered), InvalidInput (no receipt).
Result<Receipt> check_receipt(std::string_view text, std::string_view signature,
                              const VerifyingKey& key);

}  // namespace shiqu::package
