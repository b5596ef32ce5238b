#include "storage/base/digest.h"

#include "storage/base/file.h"
#include "storage/base/handle.h"
#include "storage/base/memory.h"
#include "storage/base/text.h"

#include <openssl/evp.h>

#include <vector>

namespace shiqu {
namespace {

using ContextHandle = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;

/// The digests cannot fail except for want of memory, which nothing here survives.
void require(int openssl_result) {
  if (openssl_result != 1) {
    end_without_memory();
  }
}

const EVP_MD* method_of(DigestKind kind) {
  switch (kind) {
    case DigestKind::Sha256:
      return EVP_sha256();
    case DigestKind::Sha512:
      return EVP_sha512();
    case DigestKind::Md5:
      return EVP_md5();
    case DigestKind::Sha1:
      return EVP_sha1();
    case DigestKind::Sha224:
      return EVP_sha224();
    case DigestKind::Sha384:
      return EVP_sha384();
    case DigestKind::Sm3:
      return EVP_sm3();
  }
  return EVP_sha256();
}

}  // namespace

struct Hasher::State {
  ContextHandle context{EVP_MD_CTX_new()};
};

Hasher::Hasher(DigestKind kind) : state_(std::make_unique<State>()) {
  require(state_->context ? 1 : 0);
  require(EVP_DigestInit_ex(state_->context.get(), method_of(kind), nullptr));
}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(std::span<const std::uint8_t> bytes) {
  require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

void Hasher::update(std::string_view text) {
  require(EVP_DigestUpdate(state_->context.get(), text.data(), text.size()));
}

std::string Hasher::finish_hex() {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  require(EVP_DigestFinal_ex(state_->context.get(), bytes.data(), &size));
  return to_hex(std::span(bytes).first(size));
}

std::string sha256_hex(std::string_view bytes) {
  Hasher hasher(DigestKind::Sha256);
  hasher.update(bytes);
  return hasher.finish_hex();
}

Result<std::string> file_digest_hex(const std::filesystem::path& file, DigestKind kind) {
  Hasher hasher(kind);
  SHIQU_TRY(read_in_pieces(file, [&](std::span<const std::uint8_t> piece) -> Status {
    hasher.update(piece);
    return {};
  }));
  return hasher.finish_hex();
}

}  // namespace shiqu
