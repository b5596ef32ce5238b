#pragma once

#include "storage/base/crypto.h"
#include "storage/base/result.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace shiqu {

/// 32 bytes of secret or digest; a secret is the caller's to wipe.
using Key32 = std::array<std::uint8_t, 32>;

/// HMAC with SHA-256 (RFC 2104) of all pieces, one after the other.
Key32 hmac_sha256(std::span<const std::uint8_t> key,
                  std::span<const std::span<const std::uint8_t>> pieces);
/// HKDF with SHA-256 (RFC 5869), 32 bytes of output.
Key32 hkdf_sha256(std::span<const std::uint8_t> secret, std::span<const std::uint8_t> salt,
                  std::string_view info);
/// In constant time.
bool equal_secrets(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) noexcept;

/// X25519 (RFC 7748). Errors: InvalidInput (the result is zero: `other` is no honest key).
Result<Key32> shared_secret(std::span<const std::uint8_t> own_secret, const PublicKey& other);

constexpr std::size_t kSealBytes = 16;  ///< what sealing adds
using SealNonce = std::array<std::uint8_t, 12>;
/// ChaCha20-Poly1305 (RFC 8439) without further data: `plain` and kSealBytes.
void chacha_seal(const Key32& key, const SealNonce& nonce, std::span<const std::uint8_t> plain,
                 std::vector<std::uint8_t>& sealed);
/// The inverse; false when it was altered.
bool chacha_open(const Key32& key, const SealNonce& nonce, std::span<const std::uint8_t> sealed,
                 std::vector<std::uint8_t>& plain);

}  // namespace shiqu
