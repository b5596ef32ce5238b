#pragma once

#include "storage/base/result.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu {

/// Argon2id (RFC 9106), 64 MiB, 3 passes, random salt, as a self-describing "$argon2id$…" text.
/// About 0.2 s. Errors: Internal (not enough memory).
Result<std::string> hash_secret(std::string_view secret);

/// True if `secret` is the one hashed. About 0.2 s, constant-time comparison.
bool secret_matches(std::string_view secret, const std::string& hash);

constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kPublicKeyBytes = 32;
constexpr std::size_t kSecretKeyBytes = 64;  ///< seed, then public key
using Signature = std::array<std::uint8_t, kSignatureBytes>;
using PublicKey = std::array<std::uint8_t, kPublicKeyBytes>;

/// An Ed25519 key pair (RFC 8032); the secret half is wiped when destroyed.
class SigningKey {
 public:
  static SigningKey make();
  /// `bytes`: seed and public key. Errors: InvalidInput (length, halves that do not match).
  static Result<SigningKey> from_bytes(std::span<const std::uint8_t> bytes);
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;
  SigningKey(SigningKey&& other) noexcept;
  SigningKey& operator=(SigningKey&& other) noexcept;
  ~SigningKey();

  [[nodiscard]] const PublicKey& public_key() const noexcept { return public_; }
  [[nodiscard]] std::span<const std::uint8_t> secret_bytes() const noexcept { return secret_; }
  [[nodiscard]] Signature sign(std::span<const std::uint8_t> message) const;

 private:
  SigningKey() = default;
  PublicKey public_{};
  std::array<std::uint8_t, kSecretKeyBytes> secret_{};
};

bool signature_valid(const PublicKey& key, std::span<const std::uint8_t> message,
                     const Signature& signature);

/// How a secret was sealed: Argon2id (RFC 9106) from a passphrase, then XChaCha20-Poly1305.
struct SealSettings {
  std::uint64_t passes = 3;
  std::uint64_t memory_bytes = 256U << 20U;
  std::array<std::uint8_t, 16> salt{};
  std::array<std::uint8_t, 24> nonce{};
};

/// Seals `secret` with salt and nonce of its own, which it returns in `settings`. `context` is not
/// hidden, but altering it makes opening fail. About a second. Errors: Internal (not enough
/// memory).
Result<std::vector<std::uint8_t>> seal_secret(
    std::span<const std::uint8_t> secret, std::string_view passphrase,
    const std::function<std::string(const SealSettings&)>& context, SealSettings& settings);
/// The inverse. Errors: Denied (another passphrase, or something was altered), InvalidInput
/// (settings that ask for more than 1 GiB or 16 passes), Internal.
Result<std::vector<std::uint8_t>> open_secret(std::span<const std::uint8_t> sealed,
                                              std::string_view passphrase, std::string_view context,
                                              const SealSettings& settings);
/// Overwrites memory in a way that is not optimised away.
void wipe(std::span<std::uint8_t> bytes) noexcept;

/// An X25519 key pair (RFC 7748) that packages are encrypted to; the secret is wiped.
class ReceivingKey {
 public:
  static ReceivingKey make();
  /// Errors: InvalidInput (length).
  static Result<ReceivingKey> from_bytes(std::span<const std::uint8_t> secret);
  ReceivingKey(const ReceivingKey&) = delete;
  ReceivingKey& operator=(const ReceivingKey&) = delete;
  ReceivingKey(ReceivingKey&& other) noexcept;
  ReceivingKey& operator=(ReceivingKey&&) = delete;
  ~ReceivingKey();

  [[nodiscard]] const PublicKey& public_key() const noexcept { return public_; }
  [[nodiscard]] std::span<const std::uint8_t> secret_bytes() const noexcept { return secret_; }

 private:
  ReceivingKey() = default;
  PublicKey public_{};
  std::array<std::uint8_t, 32> secret_{};
};

/// BLAKE2b (RFC 7693) with 64 bytes of output, over a stream of pieces.
class Blake2b {
 public:
  Blake2b();
  void update(std::span<const std::uint8_t> bytes);
  std::array<std::uint8_t, 64> finish();

 private:
  // Memory for libsodium's generichash state, which wants 64-byte alignment.
  alignas(64) std::array<std::uint8_t, 512> state_{};
};

}  // namespace shiqu
