#include "storage/base/sm2.h"

#include "storage/base/handle.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <utility>
#include <vector>

namespace shiqu {
namespace {

inline void free_key(EVP_PKEY* key) noexcept {
  EVP_PKEY_free(key);
}
inline void free_digest(EVP_MD_CTX* context) noexcept {
  EVP_MD_CTX_free(context);
}
inline void free_context(EVP_PKEY_CTX* context) noexcept {
  EVP_PKEY_CTX_free(context);
}
inline void free_bio(BIO* bio) noexcept {
  BIO_free_all(bio);
}
using KeyHandle = Handle<EVP_PKEY, free_key>;
using DigestHandle = Handle<EVP_MD_CTX, free_digest>;
using ContextHandle = Handle<EVP_PKEY_CTX, free_context>;
using BioHandle = Handle<BIO, free_bio>;

constexpr std::string_view kUserId = "1234567812345678";
constexpr std::size_t kLongestPem = 8192;

tl::unexpected<Error> fail_openssl(ErrorCode code, const char* what) {
  std::array<char, 256> words{};
  ERR_error_string_n(ERR_get_error(), words.data(), words.size());
  ERR_clear_error();
  return fail(code, what, {}, words.data());
}

BioHandle reader(std::string_view text) {
  return BioHandle(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

Result<std::string> public_pem(EVP_PKEY* key) {
  const BioHandle out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_PUBKEY(out.get(), key) != 1) {
    return fail_openssl(ErrorCode::Internal, "write SM2 public key");
  }
  return content(out.get());
}

/// PEM_read_bio… would ask on the terminal for the passphrase of an encrypted key.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) {
  return -1;
}

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

/// A digest context with key context whose user id is set, ready for signing or verifying.
struct Prepared {
  DigestHandle digest;
  ContextHandle key;
};

Result<Prepared> prepare(EVP_PKEY* key) {
  Prepared out{DigestHandle(EVP_MD_CTX_new()), ContextHandle(EVP_PKEY_CTX_new(key, nullptr))};
  if (!out.digest || !out.key ||
      EVP_PKEY_CTX_set1_id(out.key.get(), kUserId.data(), static_cast<int>(kUserId.size())) != 1) {
    return fail_openssl(ErrorCode::Internal, "prepare SM2");
  }
  EVP_MD_CTX_set_pkey_ctx(out.digest.get(), out.key.get());
  return out;
}

}  // namespace

struct Sm2Key::Pair {
  KeyHandle key;
};

Result<Sm2PublicKey> Sm2PublicKey::from_pem(std::string_view pem) {
  const BioHandle in = reader(pem.substr(0, kLongestPem));
  const KeyHandle key(PEM_read_bio_PUBKEY(in.get(), nullptr, no_passphrase, nullptr));
  if (!key || EVP_PKEY_is_a(key.get(), "SM2") != 1) {
    ERR_clear_error();
    return fail(ErrorCode::InvalidInput, "read SM2 public key");
  }
  Sm2PublicKey out;
  SHIQU_TRY_ASSIGN(out.pem_, public_pem(key.get()));
  return out;
}

bool Sm2PublicKey::verifies(std::string_view message, std::string_view signature) const {
  const BioHandle in = reader(pem_);
  const KeyHandle key(PEM_read_bio_PUBKEY(in.get(), nullptr, no_passphrase, nullptr));
  if (!key) {
    return false;
  }
  const auto ready = prepare(key.get());
  const bool good =
      ready &&
      EVP_DigestVerifyInit(ready->digest.get(), nullptr, EVP_sm3(), nullptr, key.get()) == 1 &&
      EVP_DigestVerify(ready->digest.get(), bytes_of(signature), signature.size(),
                       bytes_of(message), message.size()) == 1;
  ERR_clear_error();
  return good;
}

Result<Sm2Key> Sm2Key::make() {
  auto pair = std::make_shared<Pair>();
  pair->key.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "SM2"));
  if (!pair->key) {
    return fail_openssl(ErrorCode::Internal, "make SM2 key");
  }
  Sm2PublicKey half;
  SHIQU_TRY_ASSIGN(half.pem_, public_pem(pair->key.get()));
  return Sm2Key(std::move(pair), std::move(half));
}

Result<Sm2Key> Sm2Key::from_pem(std::string_view pem) {
  const BioHandle in = reader(pem.substr(0, kLongestPem));
  auto pair = std::make_shared<Pair>();
  pair->key.reset(PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr));
  if (!pair->key || EVP_PKEY_is_a(pair->key.get(), "SM2") != 1) {
    ERR_clear_error();
    return fail(ErrorCode::InvalidInput, "read SM2 key");
  }
  Sm2PublicKey half;
  SHIQU_TRY_ASSIGN(half.pem_, public_pem(pair->key.get()));
  return Sm2Key(std::move(pair), std::move(half));
}

Result<std::string> Sm2Key::pem() const {
  const BioHandle out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_PKCS8PrivateKey(out.get(), pair_->key.get(), nullptr, nullptr, 0,
                                            nullptr, nullptr) != 1) {
    return fail_openssl(ErrorCode::Internal, "write SM2 key");
  }
  return content(out.get());
}

Result<std::string> Sm2Key::sign(std::string_view message) const {
  SHIQU_TRY_ASSIGN(const Prepared ready, prepare(pair_->key.get()));
  std::size_t size = 0;
  if (EVP_DigestSignInit(ready.digest.get(), nullptr, EVP_sm3(), nullptr, pair_->key.get()) != 1 ||
      EVP_DigestSign(ready.digest.get(), nullptr, &size, bytes_of(message), message.size()) != 1) {
    return fail_openssl(ErrorCode::Internal, "sign with SM2");
  }
  std::vector<std::uint8_t> out(size);
  if (EVP_DigestSign(ready.digest.get(), out.data(), &size, bytes_of(message), message.size()) !=
      1) {
    return fail_openssl(ErrorCode::Internal, "sign with SM2");
  }
  return std::string(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size));
}

}  // namespace shiqu
