#pragma once

#include "storage/base/cipher.h"
#include "storage/base/crypto.h"
#include "storage/transfer/stream.h"

#include <cstdint>
#include <span>
#include <vector>

namespace shiqu::transfer {

/// Encrypts a stream in the age v1 format for X25519 recipients: what `age -r` writes and `age -d`
/// opens. Memory does not grow with the stream. One thread.
class AgeWriter {
 public:
  /// Writes the header. Errors: InvalidInput (no recipient, or one that is no honest key), those of
  /// `sink`.
  static Result<AgeWriter> start(const std::vector<PublicKey>& recipients, ByteSink sink);
  AgeWriter(AgeWriter&&) noexcept = default;
  AgeWriter& operator=(AgeWriter&&) = delete;
  ~AgeWriter();

  Status write(std::span<const std::uint8_t> bytes);
  /// Seals the last piece: without it the file is a truncated one, which nobody accepts.
  Status finish();

 private:
  AgeWriter(const Key32& key, ByteSink sink) : key_(key), sink_(std::move(sink)) {}
  Status seal(bool last);

  Key32 key_{};
  ByteSink sink_;
  std::vector<std::uint8_t> held_;
  std::vector<std::uint8_t> sealed_;
  std::uint64_t counter_ = 0;
};

/// Decrypts an age v1 stream with an X25519 key. Every piece that reaches `sink` is authentic, but
/// only success says that the stream was whole. Armoured files and those sealed by a passphrase are
/// not read.
/// Errors: Denied (not for this key), Corrupt (altered, truncated or no age file), Unsupported (for
/// a passphrase), those of `source` and `sink`.
Status age_decrypt(const ByteSource& source, const ReceivingKey& key, const ByteSink& sink);

}  // namespace shiqu::transfer
