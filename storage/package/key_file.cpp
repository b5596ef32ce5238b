#include "storage/package/key_file.h"

#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace shiqu::package {
namespace {

constexpr std::string_view kFirstLine = "shiqu sealed key 1";
constexpr std::size_t kMostSealed = 512;

std::string header_of(const SealedKey& key, const SealSettings& settings) {
  return fmt::format("{}\nkind: {}\nid: {}\npublic: {}\nargon2id: {} {} {}\nnonce: {}\n",
                     kFirstLine, name_of(key.kind), text_of(key.id), to_base64(key.public_key),
                     settings.passes, settings.memory_bytes, to_base64(settings.salt),
                     to_base64(settings.nonce));
}

/// The rest of `line` after `name`; empty when it does not begin so.
std::string_view value_of(const std::string& line, std::string_view name) {
  return line.starts_with(name) ? std::string_view(line).substr(name.size()) : std::string_view();
}

template <std::size_t N>
bool read_bytes(std::string_view base64, std::array<std::uint8_t, N>& out) {
  const auto bytes = from_base64(base64);
  if (!bytes || bytes->size() != N) {
    return false;
  }
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return true;
}

bool read_number(std::string_view text, std::uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_id(std::string_view text, KeyId& out) {
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != out.size()) {
    return false;
  }
  std::reverse_copy(bytes->begin(), bytes->end(), out.begin());
  return true;
}

bool read_settings(std::string_view text, SealSettings& out) {
  const auto words = split(text, ' ');
  return words.size() == 3 && read_number(words[0], out.passes) &&
         read_number(words[1], out.memory_bytes) && read_bytes(words[2], out.salt);
}

}  // namespace

std::string_view name_of(KeyKind kind) noexcept {
  switch (kind) {
    case KeyKind::Signing:
      return "ed25519";
    case KeyKind::Receiving:
      return "x25519";
    case KeyKind::Sm2:
      break;
  }
  return "sm2";
}

Result<SealedKey> seal_key(KeyKind kind, const KeyId& id, const PublicKey& public_key,
                           std::span<const std::uint8_t> secret, std::string_view passphrase) {
  if (passphrase.size() < kShortestPassphrase) {
    return fail(ErrorCode::InvalidInput, "seal key", text_of(id),
                "passphrase shorter than 8 characters");
  }
  SealedKey key{kind, id, public_key, {}, {}};
  SHIQU_TRY_ASSIGN(
      key.sealed,
      seal_secret(
          secret, passphrase,
          [&](const SealSettings& settings) { return header_of(key, settings); }, key.settings));
  return key;
}

Result<std::vector<std::uint8_t>> open_key(const SealedKey& key, std::string_view passphrase) {
  auto secret = open_secret(key.sealed, passphrase, header_of(key, key.settings), key.settings);
  if (!secret) {
    Error error = secret.error();
    error.what = "open sealed key";
    error.subject = text_of(key.id);
    return fail(std::move(error));
  }
  return secret;
}

bool is_sealed_key(std::string_view text) noexcept {
  return text.starts_with(kFirstLine);
}

std::string text_of(const SealedKey& key) {
  return header_of(key, key.settings) + "sealed: " + to_base64(key.sealed) + "\n";
}

Result<SealedKey> parse_sealed_key(std::string_view text, const std::string& name) {
  const auto bad = [&] {
    return fail(ErrorCode::InvalidInput, "read sealed key", name, "not a sealed key of Shiqu");
  };
  const auto lines = split(text, '\n');
  if (lines.size() != 8 || lines[0] != kFirstLine) {
    return bad();
  }
  SealedKey key;
  const std::string_view kind = value_of(lines[1], "kind: ");
  for (const KeyKind one : {KeyKind::Signing, KeyKind::Receiving, KeyKind::Sm2}) {
    key.kind = kind == name_of(one) ? one : key.kind;
  }
  const auto sealed = from_base64(value_of(lines[6], "sealed: "));
  if (kind != name_of(key.kind) || !read_id(value_of(lines[2], "id: "), key.id) ||
      !read_bytes(value_of(lines[3], "public: "), key.public_key) ||
      !read_settings(value_of(lines[4], "argon2id: "), key.settings) ||
      !read_bytes(value_of(lines[5], "nonce: "), key.settings.nonce) || !sealed ||
      sealed->size() > kMostSealed) {
    return bad();
  }
  key.sealed = *sealed;
  // One way to write it only: what is bound to the secret is this text.
  return text_of(key) == text ? Result<SealedKey>(std::move(key)) : bad();
}

}  // namespace shiqu::package
