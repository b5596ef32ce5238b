#include "storage/package/minisign.h"

#include "storage/base/file.h"
#include "storage/base/random.h"
#include "storage/base/text.h"

#include <algorithm>
#include <functional>
#include <span>
#include <vector>

namespace shiqu::package {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

constexpr std::string_view kUntrusted = "untrusted comment: ";
constexpr std::string_view kTrusted = "trusted comment: ";
constexpr std::size_t kSecretFileBytes = 158;
constexpr std::size_t kKeyIdAt = 54;  // 2 algorithm, 2 kdf, 2 checksum, 32 salt, 8 + 8 limits
constexpr std::size_t kSecretAt = kKeyIdAt + 8;

void append(Bytes& out, std::span<const std::uint8_t> bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void append(Bytes& out, std::string_view text) {
  out.insert(out.end(), text.begin(), text.end());
}

/// Base64 that encodes back to the same text: no unused bits set.
Result<Bytes> decode_canonical(std::string_view text, std::size_t size) {
  auto bytes = from_base64(text);
  if (!bytes || bytes->size() != size || to_base64(*bytes) != text) {
    return fail(ErrorCode::InvalidInput, "decode base64", std::string(text.substr(0, 24)));
  }
  return bytes;
}

template <std::size_t N>
std::array<std::uint8_t, N> array_at(const Bytes& bytes, std::size_t at) {
  std::array<std::uint8_t, N> out{};
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), N, out.begin());
  return out;
}

bool is_one_line(std::string_view text) {
  return is_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
         });
}

Result<std::array<std::uint8_t, 64>> prehash(const fs::path& file) {
  Blake2b hash;
  SHIQU_TRY(read_in_pieces(file, [&](std::span<const std::uint8_t> piece) -> Status {
    hash.update(piece);
    return {};
  }));
  return hash.finish();
}

/// What the global signature covers: the signature, then the trusted comment.
Bytes covered(const Signature& signature, std::string_view trusted_comment) {
  Bytes out(signature.begin(), signature.end());
  append(out, trusted_comment);
  return out;
}

struct SignatureLines {
  KeyId key{};
  Signature file{};
  Signature global{};
  std::string untrusted;
  std::string trusted;
};

Result<SignatureLines> parse_signature(std::string_view text, const std::string& name) {
  const auto bad = [&](std::string why) {
    return fail(ErrorCode::Corrupt, "read signature", name, std::move(why));
  };
  const auto lines = split(text, '\n');
  if (lines.size() != 5 || !lines[4].empty()) {
    return bad("not four lines");
  }
  if (!lines[0].starts_with(kUntrusted) || !lines[2].starts_with(kTrusted)) {
    return bad("comment lines");
  }
  const auto first = decode_canonical(lines[1], 2 + 8 + kSignatureBytes);
  const auto second = decode_canonical(lines[3], kSignatureBytes);
  if (!first || !second) {
    return bad("base64");
  }
  if (first->at(0) != 'E' || first->at(1) != 'D') {
    return bad("not in the prehashed form");
  }
  return SignatureLines{array_at<8>(*first, 2), array_at<kSignatureBytes>(*first, 10),
                        array_at<kSignatureBytes>(*second, 0), lines[0].substr(kUntrusted.size()),
                        lines[2].substr(kTrusted.size())};
}

}  // namespace

std::string text_of(const KeyId& id) {
  KeyId reversed = id;
  std::reverse(reversed.begin(), reversed.end());
  std::string text = to_hex(reversed);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::string public_key_text(const VerifyingKey& key) {
  Bytes bytes;
  append(bytes, std::string_view("Ed"));
  append(bytes, key.id);
  append(bytes, key.key);
  std::string id = text_of(key.id);
  id.erase(0, std::min(id.find_first_not_of('0'), id.size() - 1));  // as minisign prints it
  return std::string(kUntrusted) + "minisign public key " + id + "\n" + to_base64(bytes) + "\n";
}

Result<VerifyingKey> parse_public_key(std::string_view text) {
  const auto lines = split(trim(text), '\n');
  const std::string_view line = trim(lines.back());
  const auto bytes = decode_canonical(line, 2 + 8 + kPublicKeyBytes);
  if (!bytes || lines.size() > 2 || bytes->at(0) != 'E' || bytes->at(1) != 'd') {
    return fail(ErrorCode::InvalidInput, "read public key", std::string(line.substr(0, 60)),
                "not a minisign public key");
  }
  return VerifyingKey{array_at<8>(*bytes, 2), array_at<kPublicKeyBytes>(*bytes, 10)};
}

StationKey new_station_key() {
  StationKey key{{}, SigningKey::make()};
  fill_random(key.id);
  return key;
}

std::string unsealed_key_text(const StationKey& key) {
  Bytes bytes;
  append(bytes, std::string_view("Ed\0\0B2", 6));
  bytes.resize(kKeyIdAt, 0);
  append(bytes, key.id);
  append(bytes, key.signing.secret_bytes());
  bytes.resize(kSecretFileBytes, 0);
  return std::string(kUntrusted) + "minisign encrypted secret key\n" + to_base64(bytes) + "\n";
}

Result<StationKey> parse_unsealed_key(std::string_view text, const std::string& name) {
  const auto lines = split(text, '\n');
  const auto bytes =
      lines.size() >= 2 ? decode_canonical(trim(lines[1]), kSecretFileBytes) : Result<Bytes>{};
  if (lines.size() < 2 || !bytes || bytes->at(0) != 'E' || bytes->at(1) != 'd') {
    return fail(ErrorCode::InvalidInput, "read station key", name, "not a minisign secret key");
  }
  if (bytes->at(2) != 0 || bytes->at(3) != 0) {
    return fail(ErrorCode::InvalidInput, "read station key", name, "it is encrypted");
  }
  SHIQU_TRY_ASSIGN(auto signing,
                   SigningKey::from_bytes(std::span(*bytes).subspan(kSecretAt, kSecretKeyBytes)));
  return StationKey{array_at<8>(*bytes, kKeyIdAt), std::move(signing)};
}

namespace {

Result<std::string> sign_hash(const StationKey& key, const std::array<std::uint8_t, 64>& hash,
                              std::string_view trusted_comment,
                              std::string_view untrusted_comment) {
  if (!is_one_line(trusted_comment) || !is_one_line(untrusted_comment)) {
    return fail(ErrorCode::InvalidInput, "sign", std::string(trusted_comment),
                "comment is not one line");
  }
  const Signature signature = key.signing.sign(hash);
  const Signature global = key.signing.sign(covered(signature, trusted_comment));
  Bytes first;
  append(first, std::string_view("ED"));
  append(first, key.id);
  append(first, signature);
  std::string out;
  out.append(kUntrusted).append(untrusted_comment).append("\n").append(to_base64(first));
  out.append("\n").append(kTrusted).append(trusted_comment).append("\n");
  return out.append(to_base64(global)).append("\n");
}

using Hash = std::function<Result<std::array<std::uint8_t, 64>>()>;

Result<FileSignature> verify_hash(const VerifyingKey& key, const Hash& hash_of,
                                  std::string_view signature_text, const std::string& name) {
  const auto bad = [&](std::string why) {
    return fail(ErrorCode::Corrupt, "verify signature", name, std::move(why));
  };
  SHIQU_TRY_ASSIGN(const SignatureLines lines, parse_signature(signature_text, name));
  if (lines.key != key.id) {
    return bad("made by key " + text_of(lines.key) + ", not by " + text_of(key.id));
  }
  SHIQU_TRY_ASSIGN(const auto hash, hash_of());
  if (!signature_valid(key.key, hash, lines.file)) {
    return bad("the file is not what was signed");
  }
  if (!signature_valid(key.key, covered(lines.file, lines.trusted), lines.global)) {
    return bad("the trusted comment was altered");
  }
  return FileSignature{lines.key, lines.untrusted, lines.trusted};
}

std::array<std::uint8_t, 64> prehash(std::string_view content) {
  Blake2b hash;
  hash.update({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
  return hash.finish();
}

}  // namespace

Result<std::string> sign_file(const StationKey& key, const fs::path& file,
                              std::string_view trusted_comment,
                              std::string_view untrusted_comment) {
  SHIQU_TRY_ASSIGN(const auto hash, prehash(file));
  return sign_hash(key, hash, trusted_comment, untrusted_comment);
}

Result<std::string> sign_text(const StationKey& key, std::string_view content,
                              std::string_view trusted_comment,
                              std::string_view untrusted_comment) {
  return sign_hash(key, prehash(content), trusted_comment, untrusted_comment);
}

Result<FileSignature> verify_file_signature(const VerifyingKey& key, const fs::path& file,
                                            std::string_view signature_text) {
  return verify_hash(
      key, [&] { return prehash(file); }, signature_text, file.filename().string());
}

Result<FileSignature> verify_text_signature(const VerifyingKey& key, std::string_view content,
                                            std::string_view signature_text,
                                            const std::string& name) {
  return verify_hash(
      key, [&]() -> Result<std::array<std::uint8_t, 64>> { return prehash(content); },
      signature_text, name);
}

}  // namespace shiqu::package
