#pragma once

#include "storage/base/result.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace shiqu {

/// The public half of an SM2 key (GB/T 32918), as PEM "SubjectPublicKeyInfo".
class Sm2PublicKey {
 public:
  /// Errors: InvalidInput (no public key, or not of SM2).
  static Result<Sm2PublicKey> from_pem(std::string_view pem);
  /// The one form this program writes; equal keys have equal texts.
  [[nodiscard]] const std::string& pem() const noexcept { return pem_; }
  /// Is `signature` (DER) made by this key over `message`? SM3, user id "1234567812345678", as
  /// GB/T 35276 has it: `openssl dgst -sm3 -verify` with that distid agrees.
  [[nodiscard]] bool verifies(std::string_view message, std::string_view signature) const;

 private:
  friend class Sm2Key;
  std::string pem_;
};

/// An SM2 key pair. Any thread; copies share the key, which never changes.
class Sm2Key {
 public:
  /// Errors: Internal (OpenSSL has no SM2).
  static Result<Sm2Key> make();
  /// PKCS #8 PEM without encryption. Errors: InvalidInput.
  static Result<Sm2Key> from_pem(std::string_view pem);
  [[nodiscard]] Result<std::string> pem() const;  ///< secret: wipe it
  [[nodiscard]] const Sm2PublicKey& public_key() const noexcept { return public_; }
  /// DER; another one each time. Errors: Internal.
  [[nodiscard]] Result<std::string> sign(std::string_view message) const;

 private:
  struct Pair;
  explicit Sm2Key(std::shared_ptr<const Pair> pair, Sm2PublicKey half)
      : pair_(std::move(pair)), public_(std::move(half)) {}
  std::shared_ptr<const Pair> pair_;  ///< shared by copies of this key
  Sm2PublicKey public_;
};

}  // namespace shiqu
