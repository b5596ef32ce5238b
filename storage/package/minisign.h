#pragma once

#include "storage/base/crypto.h"
#include "storage/base/result.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace shiqu::package {

/// Eight random bytes that tell keys apart; no secret and no proof.
using KeyId = std::array<std::uint8_t, 8>;

/// As minisign shows it: 16 upper-case hexadecimal digits, most significant byte first.
std::string text_of(const KeyId& id);

/// The public half of a minisign key.
struct VerifyingKey {
  KeyId id{};
  PublicKey key{};
  auto operator<=>(const VerifyingKey&) const = default;
};

/// The key a station signs packages with.
struct StationKey {
  KeyId id{};
  SigningKey signing;
  [[nodiscard]] VerifyingKey verifying() const { return {id, signing.public_key()}; }
};

/// Content of a minisign public key file: comment line, base64 line.
std::string public_key_text(const VerifyingKey& key);
/// Reads such a file's content, or the bare base64 line. Errors: InvalidInput.
Result<VerifyingKey> parse_public_key(std::string_view text);

/// A new key pair, in memory only; keyring.h keeps them.
StationKey new_station_key();
/// minisign's unencrypted secret key file.
std::string unsealed_key_text(const StationKey& key);
/// Errors: InvalidInput (encrypted or not a key).
Result<StationKey> parse_unsealed_key(std::string_view text, const std::string& name);

/// What the signer says beside the signature.
struct FileSignature {
  KeyId key{};
  std::string untrusted_comment;  ///< not covered by anything
  std::string trusted_comment;    ///< covered by the signature
};

/// Signs a file in minisign's prehashed form ("ED": Ed25519 over BLAKE2b-512, and over signature
/// and trusted comment together). Returns the content of the .minisig file. Comments are one line
/// of printable text each. Errors: InvalidInput (comment), NotFound, Io.
Result<std::string> sign_file(const StationKey& key, const std::filesystem::path& file,
                              std::string_view trusted_comment, std::string_view untrusted_comment);

/// The same for what is in memory.
Result<std::string> sign_text(const StationKey& key, std::string_view content,
                              std::string_view trusted_comment, std::string_view untrusted_comment);

/// Checks the content of a .minisig file. Stricter than minisign: exactly four lines, each ended
/// by LF, canonical base64, prehashed form only. Errors: Corrupt (form, key or signature does not
/// fit, in words), NotFound, Io.
Result<FileSignature> verify_file_signature(const VerifyingKey& key,
                                            const std::filesystem::path& file,
                                            std::string_view signature_text);
/// The same for what is in memory; `name` of it goes into messages.
Result<FileSignature> verify_text_signature(const VerifyingKey& key, std::string_view content,
                                            std::string_view signature_text,
                                            const std::string& name);

}  // namespace shiqu::package
