#include "storage/transfer/age.h"

#include "storage/base/random.h"
#include "storage/base/text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace shiqu::transfer {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::string_view kVersion = "age-encryption.org/v1";
constexpr std::string_view kWrapInfo = "age-encryption.org/v1/X25519";
constexpr std::size_t kFileKey = 16;
constexpr std::size_t kPiece = 64U << 10U;
constexpr std::size_t kNonce = 16;
constexpr std::size_t kColumns = 64;
constexpr std::size_t kLongestHeader = 1U << 20U;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string bare_base64(std::span<const std::uint8_t> bytes) {
  std::string out = to_base64(bytes);
  out.erase(std::find(out.begin(), out.end(), '='), out.end());
  return out;
}

/// Base64 without padding in its one form.
std::optional<Bytes> from_bare_base64(std::string_view text) {
  std::string padded(text);
  padded.append((4 - text.size() % 4) % 4, '=');
  auto bytes = from_base64(padded);
  if (!bytes || bare_base64(*bytes) != text) {
    return std::nullopt;
  }
  return std::move(*bytes);
}

Bytes joined(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  Bytes out(a.begin(), a.end());
  out.insert(out.end(), b.begin(), b.end());
  return out;
}

Key32 header_mac(std::span<const std::uint8_t> file_key, std::string_view header) {
  Key32 key = hkdf_sha256(file_key, {}, "header");
  const std::array<std::span<const std::uint8_t>, 1> pieces = {bytes_of(header)};
  const Key32 mac = hmac_sha256(key, pieces);
  wipe(key);
  return mac;
}

SealNonce piece_nonce(std::uint64_t counter, bool last) {
  SealNonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) {
    nonce.at(10 - i) = static_cast<std::uint8_t>(counter >> (8 * i) & 255U);
  }
  nonce.at(11) = last ? 1 : 0;
  return nonce;
}

/// The lines of one recipient.
Result<std::string> stanza_for(const PublicKey& recipient, std::span<const std::uint8_t> file_key) {
  const ReceivingKey ephemeral = ReceivingKey::make();
  SHIQU_TRY_ASSIGN(Key32 shared, shared_secret(ephemeral.secret_bytes(), recipient));
  Key32 wrap = hkdf_sha256(shared, joined(ephemeral.public_key(), recipient), kWrapInfo);
  Bytes body;
  chacha_seal(wrap, {}, file_key, body);
  wipe(shared);
  wipe(wrap);
  return "-> X25519 " + bare_base64(ephemeral.public_key()) + "\n" + bare_base64(body) + "\n";
}

tl::unexpected<Error> corrupt(std::string why) {
  return fail(ErrorCode::Corrupt, "decrypt", {}, std::move(why));
}

struct Stanza {
  std::vector<std::string> words;
  Bytes body;
};

struct Header {
  std::vector<Stanza> stanzas;
  std::string text;  ///< up to and with "---"
  Bytes mac;
};

/// Reads line by line, byte by byte: what follows the header is binary.
class HeaderReader {
 public:
  explicit HeaderReader(const ByteSource& source) : source_(source) {}

  Result<Header> run() {
    SHIQU_TRY_ASSIGN(std::string line, next());
    if (line != kVersion) {
      return corrupt("it is not an age v1 file");
    }
    SHIQU_TRY_ASSIGN(line, next());
    while (line.starts_with("-> ")) {
      SHIQU_TRY(read_stanza(line));
      SHIQU_TRY_ASSIGN(line, next());
    }
    if (!line.starts_with("--- ") || header_.stanzas.empty()) {
      return corrupt("its header is broken");
    }
    const auto mac = from_bare_base64(std::string_view(line).substr(4));
    if (!mac || mac->size() != 32) {
      return corrupt("its header is broken");
    }
    header_.mac = *mac;
    header_.text = seen_.substr(0, seen_.size() - line.size() - 1) + "---";
    return std::move(header_);
  }

 private:
  Result<std::string> next() {
    std::string line;
    while (seen_.size() < kLongestHeader) {
      std::uint8_t byte = 0;
      SHIQU_TRY_ASSIGN(const std::size_t got, source_({&byte, 1}));
      if (got == 0) {
        return corrupt("its header ends early");
      }
      seen_ += static_cast<char>(byte);
      if (byte == '\n') {
        return line;
      }
      line += static_cast<char>(byte);
    }
    return corrupt("its header is too long");
  }

  Status read_stanza(const std::string& first) {
    Stanza stanza;
    stanza.words = split(std::string_view(first).substr(3), ' ');
    const auto printable = [](const std::string& word) {
      return !word.empty() &&
             std::all_of(word.begin(), word.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    };
    if (!std::all_of(stanza.words.begin(), stanza.words.end(), printable)) {
      return corrupt("its header is broken");
    }
    for (bool more = true; more;) {
      SHIQU_TRY_ASSIGN(const std::string line, next());
      const auto bytes = from_bare_base64(line);
      if (line.size() > kColumns || !bytes) {
        return corrupt("its header is broken");
      }
      stanza.body.insert(stanza.body.end(), bytes->begin(), bytes->end());
      more = line.size() == kColumns;
    }
    header_.stanzas.push_back(std::move(stanza));
    return {};
  }

  const ByteSource& source_;
  std::string seen_;
  Header header_;
};

/// The file key of one stanza; nullopt: it is for somebody else. Errors: Corrupt (malformed).
Result<std::optional<Bytes>> unwrap(const Stanza& stanza, const ReceivingKey& key) {
  if (stanza.words.front() != "X25519") {
    return std::optional<Bytes>();
  }
  const auto share =
      stanza.words.size() == 2 ? from_bare_base64(stanza.words[1]) : std::optional<Bytes>();
  PublicKey other{};
  if (!share || share->size() != other.size() || stanza.body.size() != kFileKey + kSealBytes) {
    return corrupt("a recipient of its header is broken");
  }
  std::copy(share->begin(), share->end(), other.begin());
  auto shared = shared_secret(key.secret_bytes(), other);
  if (!shared) {
    return corrupt("a recipient of its header is broken");
  }
  Key32 wrap = hkdf_sha256(*shared, joined(other, key.public_key()), kWrapInfo);
  Bytes file_key;
  const bool ours = chacha_open(wrap, {}, stanza.body, file_key);
  wipe(*shared);
  wipe(wrap);
  return ours ? std::optional(std::move(file_key)) : std::nullopt;
}

Result<Bytes> file_key_of(const Header& header, const ReceivingKey& key) {
  std::optional<Bytes> found;
  for (const Stanza& stanza : header.stanzas) {
    if (stanza.words.front() == "scrypt" && header.stanzas.size() > 1) {
      return corrupt("a passphrase beside other recipients");
    }
    SHIQU_TRY_ASSIGN(std::optional<Bytes> mine, unwrap(stanza, key));
    if (!found) {
      found = std::move(mine);
    }
  }
  if (header.stanzas.front().words.front() == "scrypt") {
    return fail(ErrorCode::Unsupported, "decrypt", {}, "it is sealed by a passphrase");
  }
  if (!found) {
    return fail(ErrorCode::Denied, "decrypt", {}, "it is not encrypted for this key");
  }
  if (!equal_secrets(header_mac(*found, header.text), header.mac)) {
    return corrupt("its header was altered");
  }
  return std::move(*found);
}

/// Reads until the buffer is full or the stream ends.
Result<std::size_t> fill(const ByteSource& source, std::span<std::uint8_t> buffer) {
  std::size_t have = 0;
  while (have < buffer.size()) {
    SHIQU_TRY_ASSIGN(const std::size_t got, source(buffer.subspan(have)));
    if (got == 0) {
      break;
    }
    have += got;
  }
  return have;
}

Status open_pieces(const ByteSource& source, const Key32& key, const ByteSink& sink) {
  constexpr std::size_t kSealed = kPiece + kSealBytes;
  Bytes now(kSealed);
  Bytes ahead(kSealed);
  Bytes plain;
  SHIQU_TRY_ASSIGN(std::size_t have, fill(source, now));
  for (std::uint64_t counter = 0;; ++counter) {
    std::size_t next = 0;
    if (have == kSealed) {
      SHIQU_TRY_ASSIGN(next, fill(source, ahead));
    }
    const bool last = next == 0;
    const auto piece = std::span(now).first(have);
    if (!chacha_open(key, piece_nonce(counter, last), piece, plain)) {
      // A whole piece that says of itself that more follows, or that nothing does, is authentic.
      if (have == kSealed && chacha_open(key, piece_nonce(counter, !last), piece, plain)) {
        SHIQU_TRY(sink(plain));
      }
      return corrupt("its content was altered or cut off");
    }
    if (last && plain.empty() && counter > 0) {
      return corrupt("its content was altered or cut off");
    }
    SHIQU_TRY(sink(plain));
    if (last) {
      return {};
    }
    std::swap(now, ahead);
    have = next;
  }
}

}  // namespace

Result<AgeWriter> AgeWriter::start(const std::vector<PublicKey>& recipients, ByteSink sink) {
  if (recipients.empty()) {
    return fail(ErrorCode::InvalidInput, "encrypt", {}, "no receiver is named");
  }
  std::array<std::uint8_t, kFileKey> file_key{};
  fill_random(file_key);
  std::string header = std::string(kVersion) + "\n";
  for (const PublicKey& recipient : recipients) {
    SHIQU_TRY_ASSIGN(const std::string stanza, stanza_for(recipient, file_key));
    header += stanza;
  }
  header += "---";
  header += " " + bare_base64(header_mac(file_key, header)) + "\n";
  std::array<std::uint8_t, kNonce> nonce{};
  fill_random(nonce);
  AgeWriter out(hkdf_sha256(file_key, nonce, "payload"), std::move(sink));
  wipe(file_key);
  SHIQU_TRY(out.sink_(bytes_of(header)));
  SHIQU_TRY(out.sink_(nonce));
  return out;
}

AgeWriter::~AgeWriter() {
  wipe(key_);
}

Status AgeWriter::seal(bool last) {
  chacha_seal(key_, piece_nonce(counter_++, last), held_, sealed_);
  held_.clear();
  return sink_(sealed_);
}

Status AgeWriter::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    if (held_.size() == kPiece) {  // full, and not the last one
      SHIQU_TRY(seal(false));
    }
    const std::size_t part = std::min(kPiece - held_.size(), bytes.size());
    held_.insert(held_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(part));
    bytes = bytes.subspan(part);
  }
  return {};
}

Status AgeWriter::finish() {
  return seal(true);
}

Status age_decrypt(const ByteSource& source, const ReceivingKey& key, const ByteSink& sink) {
  SHIQU_TRY_ASSIGN(const Header header, HeaderReader(source).run());
  SHIQU_TRY_ASSIGN(Bytes file_key, file_key_of(header, key));
  std::array<std::uint8_t, kNonce> nonce{};
  SHIQU_TRY_ASSIGN(const std::size_t got, fill(source, nonce));
  Key32 payload = hkdf_sha256(file_key, nonce, "payload");
  wipe(file_key);
  const Status done = got == nonce.size() ? open_pieces(source, payload, sink)
                                          : Status(corrupt("its content is cut off"));
  wipe(payload);
  return done;
}

}  // namespace shiqu::transfer
