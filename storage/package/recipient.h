#pragma once

#include "storage/base/crypto.h"
#include "storage/base/result.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::package {

/// Text with a checksum around bytes (Bech32, BIP 173, without its limit of length), as the age
/// format writes its keys. `prefix` is in lower case.
std::string to_bech32(std::string_view prefix, std::span<const std::uint8_t> bytes);
/// The inverse. Errors: InvalidInput (prefix, checksum, mixed case, stray bits).
Result<std::vector<std::uint8_t>> from_bech32(std::string_view prefix, std::string_view text);

/// "age1…": an X25519 public key as age knows it.
std::string recipient_text(const PublicKey& key);
/// Errors: InvalidInput.
Result<PublicKey> parse_recipient(std::string_view text);
/// "AGE-SECRET-KEY-1…".
std::string identity_text(const ReceivingKey& key);
Result<ReceivingKey> parse_identity(std::string_view text);

}  // namespace shiqu::package
