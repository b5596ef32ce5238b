#include "storage/base/crypto.h"

#include "storage/base/text.h"

#include <doctest/doctest.h>

using namespace shiqu;

TEST_CASE("a secret matches its own hash only") {
  const auto hash = hash_secret("1234");
  REQUIRE(hash);
  CHECK(hash->starts_with("$argon2id$"));
  CHECK(secret_matches("1234", *hash));
  CHECK_FALSE(secret_matches("1235", *hash));
  CHECK_FALSE(secret_matches("", *hash));
}

TEST_CASE("a signature holds for its message and key only") {
  const SigningKey key = SigningKey::make();
  std::vector<std::uint8_t> message{1, 2, 3};
  const Signature signature = key.sign(message);
  CHECK(signature_valid(key.public_key(), message, signature));
  message[0] = 9;
  CHECK_FALSE(signature_valid(key.public_key(), message, signature));
  CHECK_FALSE(signature_valid(SigningKey::make().public_key(), message, signature));
}

TEST_CASE("a key whose halves do not match is refused") {
  const SigningKey key = SigningKey::make();
  std::vector<std::uint8_t> bytes(key.secret_bytes().begin(), key.secret_bytes().end());
  REQUIRE(SigningKey::from_bytes(bytes));
  bytes.back() ^= 1U;
  CHECK_FALSE(SigningKey::from_bytes(bytes));
  bytes.pop_back();
  CHECK_FALSE(SigningKey::from_bytes(bytes));
}

TEST_CASE("BLAKE2b agrees with the test vector of RFC 7693") {
  Blake2b hash;
  const std::vector<std::uint8_t> abc{'a', 'b', 'c'};
  hash.update(abc);
  CHECK(to_hex(hash.finish()).starts_with("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"));
}
