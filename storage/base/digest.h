#pragma once

#include "storage/base/result.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace shiqu {

/// Sha256 names objects; the others are read in packages that somebody else made.
enum class DigestKind { Sha256, Sha512, Md5, Sha1, Sha224, Sha384, Sm3 };

/// Hashes a stream of bytes (OpenSSL EVP: uses the processor's SHA instructions).
class Hasher {
 public:
  explicit Hasher(DigestKind kind);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void update(std::span<const std::uint8_t> bytes);
  void update(std::string_view text);
  /// Lower-case hexadecimal digest of all bytes so far. Call once, last.
  [[nodiscard]] std::string finish_hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// Digest of a whole file, read in 1 MiB pieces. Errors: NotFound, Denied, Io.
Result<std::string> file_digest_hex(const std::filesystem::path& file, DigestKind kind);

}  // namespace shiqu
