#pragma once

#include "storage/base/crypto.h"
#include "storage/base/result.h"
#include "storage/package/minisign.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::package {

enum class KeyKind { Signing, Receiving, Sm2 };
std::string_view name_of(KeyKind kind) noexcept;  ///< "ed25519", "x25519", "sm2"

/// A secret key as it lies on the disk (docs/formats/keys.md): everything but the secret can be
/// read without the passphrase, and nothing of it altered unnoticed.
struct SealedKey {
  KeyKind kind = KeyKind::Signing;
  KeyId id{};
  PublicKey public_key{};
  SealSettings settings;
  std::vector<std::uint8_t> sealed;
};

constexpr std::size_t kShortestPassphrase = 8;

/// Errors: InvalidInput (passphrase shorter than 8), Internal.
Result<SealedKey> seal_key(KeyKind kind, const KeyId& id, const PublicKey& public_key,
                           std::span<const std::uint8_t> secret, std::string_view passphrase);
/// The secret; wipe it. Errors: Denied (another passphrase, or altered).
Result<std::vector<std::uint8_t>> open_key(const SealedKey& key, std::string_view passphrase);

/// True if a file begins as a sealed key does.
bool is_sealed_key(std::string_view text) noexcept;
std::string text_of(const SealedKey& key);
/// Exactly what text_of writes. Errors: InvalidInput.
Result<SealedKey> parse_sealed_key(std::string_view text, const std::string& name);

}  // namespace shiqu::package
