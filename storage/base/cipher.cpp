#include "storage/base/cipher.h"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>

namespace shiqu {
namespace {

void ready() {
  static const bool initialised = sodium_init() >= 0;
  if (!initialised) {
    std::abort();
  }
}

}  // namespace

Key32 hmac_sha256(std::span<const std::uint8_t> key,
                  std::span<const std::span<const std::uint8_t>> pieces) {
  ready();
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, key.data(), key.size());
  for (const auto piece : pieces) {
    crypto_auth_hmacsha256_update(&state, piece.data(), piece.size());
  }
  Key32 out{};
  crypto_auth_hmacsha256_final(&state, out.data());
  sodium_memzero(&state, sizeof state);
  return out;
}

Key32 hkdf_sha256(std::span<const std::uint8_t> secret, std::span<const std::uint8_t> salt,
                  std::string_view info) {
  const Key32 no_salt{};
  const std::array<std::span<const std::uint8_t>, 1> extract = {secret};
  Key32 pseudorandom =
      hmac_sha256(salt.empty() ? std::span<const std::uint8_t>(no_salt) : salt, extract);
  const std::array<std::uint8_t, 1> first = {1};
  const std::array<std::span<const std::uint8_t>, 2> expand = {
      std::span(reinterpret_cast<const std::uint8_t*>(info.data()), info.size()), first};
  const Key32 out = hmac_sha256(pseudorandom, expand);
  wipe(pseudorandom);
  return out;
}

bool equal_secrets(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) noexcept {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<Key32> shared_secret(std::span<const std::uint8_t> own_secret, const PublicKey& other) {
  ready();
  Key32 out{};
  if (own_secret.size() != out.size() ||
      crypto_scalarmult(out.data(), own_secret.data(), other.data()) != 0) {
    return fail(ErrorCode::InvalidInput, "agree on a key", {}, "no honest public key");
  }
  return out;
}

void chacha_seal(const Key32& key, const SealNonce& nonce, std::span<const std::uint8_t> plain,
                 std::vector<std::uint8_t>& sealed) {
  ready();
  sealed.resize(plain.size() + kSealBytes);
  crypto_aead_chacha20poly1305_ietf_encrypt(sealed.data(), nullptr, plain.data(), plain.size(),
                                            nullptr, 0, nullptr, nonce.data(), key.data());
}

bool chacha_open(const Key32& key, const SealNonce& nonce, std::span<const std::uint8_t> sealed,
                 std::vector<std::uint8_t>& plain) {
  ready();
  if (sealed.size() < kSealBytes) {
    return false;
  }
  plain.resize(sealed.size() - kSealBytes);
  return crypto_aead_chacha20poly1305_ietf_decrypt(plain.data(), nullptr, nullptr, sealed.data(),
                                                   sealed.size(), nullptr, 0, nonce.data(),
                                                   key.data()) == 0;
}

}  // namespace shiqu
