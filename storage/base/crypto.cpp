#include "storage/base/crypto.h"

#include <sodium.h>

#include <algorithm>
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

Result<std::string> hash_secret(std::string_view secret) {
  ready();
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_argon2id_str(out.data(), secret.data(), secret.size(), kPasses, kMemoryBytes) !=
      0) {
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

namespace {

using SealKey = std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_KEYBYTES>;
constexpr std::uint64_t kMostMemory = 1ULL << 30U;
constexpr std::uint64_t kMostPasses = 16;

Status derive(SealKey& key, std::string_view passphrase, const SealSettings& settings) {
  static_assert(sizeof(settings.salt) == crypto_pwhash_SALTBYTES);
  static_assert(sizeof(settings.nonce) == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
  if (settings.passes < crypto_pwhash_OPSLIMIT_MIN || settings.passes > kMostPasses ||
      settings.memory_bytes < crypto_pwhash_MEMLIMIT_MIN || settings.memory_bytes > kMostMemory) {
    return fail(ErrorCode::InvalidInput, "derive key from passphrase", {}, "settings out of range");
  }
  if (crypto_pwhash(key.data(), key.size(), passphrase.data(), passphrase.size(),
                    settings.salt.data(), settings.passes,
                    static_cast<std::size_t>(settings.memory_bytes),
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(ErrorCode::Internal, "derive key from passphrase", {}, "not enough memory");
  }
  return {};
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<std::vector<std::uint8_t>> seal_secret(
    std::span<const std::uint8_t> secret, std::string_view passphrase,
    const std::function<std::string(const SealSettings&)>& context, SealSettings& settings) {
  ready();
  randombytes_buf(settings.salt.data(), settings.salt.size());
  randombytes_buf(settings.nonce.data(), settings.nonce.size());
  SealKey key{};
  SHIQU_TRY(derive(key, passphrase, settings));
  const std::string bound = context(settings);
  std::vector<std::uint8_t> out(secret.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data(), nullptr, secret.data(), secret.size(),
                                             bytes_of(bound), bound.size(), nullptr,
                                             settings.nonce.data(), key.data());
  wipe(key);
  return out;
}

Result<std::vector<std::uint8_t>> open_secret(std::span<const std::uint8_t> sealed,
                                              std::string_view passphrase, std::string_view context,
                                              const SealSettings& settings) {
  ready();
  constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  if (sealed.size() < kTag) {
    return fail(ErrorCode::InvalidInput, "open sealed secret", {}, "too short");
  }
  SealKey key{};
  SHIQU_TRY(derive(key, passphrase, settings));
  std::vector<std::uint8_t> out(sealed.size() - kTag);
  const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
      out.data(), nullptr, nullptr, sealed.data(), sealed.size(), bytes_of(context), context.size(),
      settings.nonce.data(), key.data());
  wipe(key);
  if (failed != 0) {
    return fail(ErrorCode::Denied, "open sealed secret", {},
                "another passphrase, or the file was altered");
  }
  return out;
}

void wipe(std::span<std::uint8_t> bytes) noexcept {
  sodium_memzero(bytes.data(), bytes.size());
}

ReceivingKey ReceivingKey::make() {
  ready();
  ReceivingKey key;
  crypto_box_keypair(key.public_.data(), key.secret_.data());
  return key;
}

Result<ReceivingKey> ReceivingKey::from_bytes(std::span<const std::uint8_t> secret) {
  ready();
  if (secret.size() != crypto_scalarmult_SCALARBYTES) {
    return fail(ErrorCode::InvalidInput, "read receiving key", "length");
  }
  ReceivingKey key;
  std::copy(secret.begin(), secret.end(), key.secret_.begin());
  crypto_scalarmult_base(key.public_.data(), key.secret_.data());
  return key;
}

ReceivingKey::ReceivingKey(ReceivingKey&& other) noexcept
    : public_(other.public_), secret_(other.secret_) {
  wipe(other.secret_);
}

ReceivingKey::~ReceivingKey() {
  wipe(secret_);
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
