#include "storage/package/recipient.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace shiqu::package {
namespace {

constexpr std::string_view kLetters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kChecksum = 6;
constexpr std::size_t kMostText = 1024;
constexpr std::string_view kRecipient = "age";
constexpr std::string_view kIdentity = "age-secret-key-";

using Groups = std::vector<std::uint8_t>;  ///< of five bits each

std::uint32_t polymod(const Groups& groups) {
  constexpr std::array<std::uint32_t, 5> kGenerator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                                    0x2a1462b3};
  std::uint32_t sum = 1;
  for (const std::uint8_t group : groups) {
    const std::uint32_t top = sum >> 25U;
    sum = (sum & 0x1ffffffU) << 5U ^ group;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) {
      sum ^= (top >> i & 1U) != 0 ? kGenerator[i] : 0;
    }
  }
  return sum;
}

/// The prefix as the checksum sees it.
Groups expanded(std::string_view prefix) {
  Groups out;
  for (const char c : prefix) {
    out.push_back(static_cast<std::uint8_t>(static_cast<unsigned char>(c) >> 5U));
  }
  out.push_back(0);
  for (const char c : prefix) {
    out.push_back(static_cast<std::uint8_t>(static_cast<unsigned char>(c) & 31U));
  }
  return out;
}

Groups five_bits(std::span<const std::uint8_t> bytes) {
  Groups out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = held << 8U | byte;
    for (bits += 8; bits >= 5; bits -= 5) {
      out.push_back(static_cast<std::uint8_t>(held >> (bits - 5) & 31U));
    }
    held &= (1U << bits) - 1;
  }
  if (bits > 0) {
    out.push_back(static_cast<std::uint8_t>(held << (5 - bits) & 31U));
  }
  return out;
}

/// False when bits are left over that are not zero.
bool eight_bits(std::span<const std::uint8_t> groups, std::vector<std::uint8_t>& out) {
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const std::uint8_t group : groups) {
    held = held << 5U | group;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(held >> bits & 255U));
    }
    held &= (1U << bits) - 1;
  }
  return bits < 5 && held == 0;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

}  // namespace

std::string to_bech32(std::string_view prefix, std::span<const std::uint8_t> bytes) {
  const Groups data = five_bits(bytes);
  Groups all = expanded(prefix);
  all.insert(all.end(), data.begin(), data.end());
  all.resize(all.size() + kChecksum, 0);
  const std::uint32_t sum = polymod(all) ^ 1U;
  std::string out = std::string(prefix) + "1";
  for (const std::uint8_t group : data) {
    out += kLetters[group];
  }
  for (unsigned i = 0; i < kChecksum; ++i) {
    out += kLetters[sum >> (5 * (kChecksum - 1 - i)) & 31U];
  }
  return out;
}

Result<std::vector<std::uint8_t>> from_bech32(std::string_view prefix, std::string_view text) {
  const auto bad = [&](const char* why) {
    return fail(ErrorCode::InvalidInput, "read key text", std::string(text.substr(0, 12)), why);
  };
  const std::string low = lower(text.substr(0, kMostText));
  const bool mixed = low != text && std::any_of(text.begin(), text.end(), [](unsigned char c) {
                       return std::islower(c) != 0;
                     });
  if (text.size() > kMostText || mixed) {
    return bad("too long, or upper and lower case mixed");
  }
  const std::string start = std::string(prefix) + "1";
  if (!low.starts_with(start) || low.size() < start.size() + kChecksum) {
    return bad("it begins otherwise");
  }
  Groups data;
  for (const char c : low.substr(start.size())) {
    const std::size_t group = kLetters.find(c);
    if (group == std::string_view::npos) {
      return bad("a letter that does not belong there");
    }
    data.push_back(static_cast<std::uint8_t>(group));
  }
  Groups all = expanded(prefix);
  all.insert(all.end(), data.begin(), data.end());
  std::vector<std::uint8_t> out;
  if (polymod(all) != 1 || !eight_bits(std::span(data).first(data.size() - kChecksum), out)) {
    return bad("a letter is wrong or missing");
  }
  return out;
}

std::string recipient_text(const PublicKey& key) {
  return to_bech32(kRecipient, key);
}

Result<PublicKey> parse_recipient(std::string_view text) {
  SHIQU_TRY_ASSIGN(const auto bytes, from_bech32(kRecipient, text));
  PublicKey key{};
  if (bytes.size() != key.size()) {
    return fail(ErrorCode::InvalidInput, "read recipient", std::string(text.substr(0, 12)),
                "length");
  }
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

std::string identity_text(const ReceivingKey& key) {
  std::string text = to_bech32(kIdentity, key.secret_bytes());
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

Result<ReceivingKey> parse_identity(std::string_view text) {
  SHIQU_TRY_ASSIGN(auto bytes, from_bech32(kIdentity, text));
  auto key = ReceivingKey::from_bytes(bytes);
  wipe(bytes);
  return key;
}

}  // namespace shiqu::package
