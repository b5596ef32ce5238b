#include "storage/base/crypto.h"

#include <sodium.h>

#include <cstdlib>
#include <cstring>
#include <utility>

namespace shiqu {
namespace {

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemoryBytes = 64U << 20U;

static_assert(sizeof(crypto_generichash_state) <= 512);
static_assert(kSignatureBytes == crypto_sign_BYTES);
static_assert(kSecretKeyBytes == crypto_sign_SECRETKEYBYTES);

/// libsodium must be initialised before use; doing it again is harmless and thread-safe.
void ready() {
  static const bool initialised = sodium_init() >= 0;
  if (!initialised) {
    std::abort();
  }
}

crypto_generichash_state* state_of(std::array<std::uint8_t, 512>& memory) {
  return reinterpret_cast<crypto_generichash_state*>(memory.data());
}

}  // namespace

Result<std::string> hash_secret(std::string_view secret, SecretCost cost) {
  ready();
  std::array<char, crypto_pwhash_STRBYTES> out{};
  const bool full = cost == SecretCost::Full;
  if (crypto_pwhash_argon2id_str(out.data(), secret.data(), secret.size(),
                                 full ? kPasses : crypto_pwhash_argon2id_OPSLIMIT_MIN,
                                 full ? kMemoryBytes : crypto_pwhash_argon2id_MEMLIMIT_MIN) != 0) {
    return fail(ErrorCode::Internal, "hash secret", {}, "not enough memory");
  }
  return std::string(out.data());
}

bool secret_matches(std::string_view secret, const std::string& hash) {
  ready();
  return crypto_pwhash_str_verify(hash.c_str(), secret.data(), secret.size()) == 0;
}

SigningKey SigningKey::make() {
  ready();
  SigningKey key;
  crypto_sign_keypair(key.public_.data(), key.secret_.data());
  return key;
}

Result<SigningKey> SigningKey::from_bytes(std::span<const std::uint8_t> bytes) {
  ready();
  if (bytes.size() != kSecretKeyBytes) {
    return fail(ErrorCode::InvalidInput, "read signing key", "length");
  }
  SigningKey key;
  crypto_sign_seed_keypair(key.public_.data(), key.secret_.data(), bytes.data());
  if (sodium_memcmp(key.secret_.data(), bytes.data(), kSecretKeyBytes) != 0) {
    return fail(ErrorCode::InvalidInput, "read signing key", "its halves do not match");
  }
  return key;
}

SigningKey::SigningKey(SigningKey&& other) noexcept
    : public_(other.public_), secret_(other.secret_) {
  sodium_memzero(other.secret_.data(), other.secret_.size());
}

SigningKey& SigningKey::operator=(SigningKey&& other) noexcept {
  if (this != &other) {
    public_ = other.public_;
    secret_ = other.secret_;
    sodium_memzero(other.secret_.data(), other.secret_.size());
  }
  return *this;
}

SigningKey::~SigningKey() {
  sodium_memzero(secret_.data(), secret_.size());
}

Signature SigningKey::sign(std::span<const std::uint8_t> message) const {
  Signature out{};
  crypto_sign_detached(out.data(), nullptr, message.data(), message.size(), secret_.data());
  return out;
}

bool signature_valid(const PublicKey& key, std::span<const std::uint8_t> message,
                     const Signature& signature) {
  ready();
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                     key.data()) == 0;
}

Blake2b::Blake2b() {
  ready();
  crypto_generichash_init(state_of(state_), nullptr, 0, 64);
}

void Blake2b::update(std::span<const std::uint8_t> bytes) {
  crypto_generichash_update(state_of(state_), bytes.data(), bytes.size());
}

std::array<std::uint8_t, 64> Blake2b::finish() {
  std::array<std::uint8_t, 64> out{};
  crypto_generichash_final(state_of(state_), out.data(), out.size());
  return out;
}

}  // namespace shiqu
