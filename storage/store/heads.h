#pragma once

#include "storage/base/crypto.h"
#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace shiqu::store {

/// How long the journal was at a moment, and the hash of its last entry then. With a signature it
/// is a checkpoint. Kept in the catalogue, in `heads.jsonl` of the archive, beside exported
/// packages and on the second disk: what lies outside the catalogue shows that it was rolled back.
struct Head {
  std::string archive;  ///< hash of entry 1, which names the archive
  std::int64_t sequence = 0;
  std::string hash;  ///< of entry `sequence`
  std::int64_t at_ms = 0;
  std::string key;        ///< id of the signing key, 16 hexadecimal digits; empty: not signed
  std::string signature;  ///< Ed25519, 128 hexadecimal digits; empty: not signed
  std::string reason;     ///< "package gj0001-v1", "every 200 entries", "on demand"
};

/// A signing key and the id it goes by; both are lent by the caller.
struct HeadSigner {
  std::string key_id;  ///< 16 hexadecimal digits
  const SigningKey& key;
};

/// A public key that heads may be signed with.
struct HeadKey {
  std::string id;
  PublicKey key{};
};

/// What the signature covers: the JSON array ["shiqu-head-1", archive, sequence, hash, at_ms, key,
/// reason] without white space.
std::string signed_text(const Head& head);
/// Fills in key and signature.
void sign_head(Head& head, const HeadSigner& signer);
/// True if one of `keys` has made the signature.
bool head_signed_by(const Head& head, const std::vector<HeadKey>& keys);
/// True if `keys` has a key of that id.
bool key_known(const std::string& id, const std::vector<HeadKey>& keys);

/// Appends one line to an append-only file, which is made when absent, and fsyncs it. A last line
/// without its end, left by a power cut, was never acknowledged and is cut off first.
/// Errors: NoSpace, Denied, Io.
Status append_head(const std::filesystem::path& file, const Head& head);

/// Heads that were written down somewhere outside the catalogue.
struct HeadSource {
  std::string name;                ///< for people: the file
  std::vector<Head> heads;         ///< in the order of the file
  std::vector<int> damaged_lines;  ///< numbers of lines that are no head
  /// True for a file that only this archive writes: a line of another archive is a fault there.
  bool own = false;
};

/// Reads such a file. A torn last line is no head and no damage. Errors: NotFound, Denied, Io.
Result<HeadSource> read_heads(const std::filesystem::path& file);

}  // namespace shiqu::store
