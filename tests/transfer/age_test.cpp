#include "storage/transfer/age.h"

#include "storage/base/channel.h"
#include "storage/base/digest.h"
#include "storage/base/text.h"
#include "storage/package/recipient.h"
#include "tests/transfer/support.h"

#include <zlib.h>

#include <map>

using namespace shiqu;
using namespace shiqu::transfer;
using namespace shiqu::transfer::test;

namespace {

std::string encrypted(const std::string& plain, const std::vector<PublicKey>& recipients) {
  std::string out;
  AgeWriter writer = need(AgeWriter::start(recipients, into(out)));
  for (std::size_t at = 0; at < plain.size(); at += 7777) {
    need(writer.write(bytes_of(std::string_view(plain).substr(at, 7777))));
  }
  need(writer.finish());
  return out;
}

Status decrypted(const std::string& sealed, const ReceivingKey& key, std::string& plain) {
  std::size_t at = 0;
  return age_decrypt(from(sealed, at), key, into(plain));
}

/// A file of the CCTV test vectors: "name: value" lines, an empty line, the age file.
struct Vector {
  std::multimap<std::string, std::string> facts;
  std::string file;
  [[nodiscard]] std::string value(const std::string& name) const {
    const auto found = facts.find(name);
    return found == facts.end() ? "" : found->second;
  }
};

std::string inflated(const std::string& packed) {
  std::string out(32U << 20U, '\0');
  uLongf size = out.size();
  REQUIRE(::uncompress(reinterpret_cast<Bytef*>(out.data()), &size,
                       reinterpret_cast<const Bytef*>(packed.data()), packed.size()) == Z_OK);
  out.resize(size);
  return out;
}

Vector read_vector(const std::filesystem::path& file) {
  Vector out;
  const std::string text = get(file);
  std::size_t at = 0;
  while (at < text.size() && text[at] != '\n') {
    const std::size_t end = text.find('\n', at);
    const std::size_t colon = text.find(": ", at);
    out.facts.emplace(text.substr(at, colon - at), text.substr(colon + 2, end - colon - 2));
    at = end + 1;
  }
  out.file = text.substr(at + 1);
  if (out.value("compressed") == "zlib") {
    out.file = inflated(out.file);
  }
  return out;
}

/// Does the outcome agree with what the vector expects?
bool agrees(const Vector& vector) {
  const auto key = package::parse_identity(vector.value("identity"));
  if (!key) {
    return false;
  }
  std::string plain;
  const Status done = decrypted(vector.file, *key, plain);
  const std::string expect = vector.value("expect");
  if (expect == "success") {
    return done && sha256_hex(plain) == vector.value("payload");
  }
  if (done) {
    return false;
  }
  if (expect == "payload failure") {  // what came out until then is authentic
    return done.error().code == ErrorCode::Corrupt && sha256_hex(plain) == vector.value("payload");
  }
  return plain.empty() && (expect == "no match" ? done.error().code == ErrorCode::Denied
                                                : done.error().code != ErrorCode::Denied);
}

}  // namespace

TEST_CASE("what is encrypted for several receivers is opened by each of them and by nobody else") {
  const ReceivingKey a = ReceivingKey::make();
  const ReceivingKey b = ReceivingKey::make();
  for (const std::size_t size : {0UL, 1UL, 65535UL, 65536UL, 65537UL, 131072UL, 300000UL}) {
    const std::string plain = noise(size);
    const std::string sealed = encrypted(plain, {a.public_key(), b.public_key()});
    for (const ReceivingKey* key : {&a, &b}) {
      std::string out;
      need(decrypted(sealed, *key, out));
      CHECK(out == plain);
    }
    std::string out;
    const Status other = decrypted(sealed, ReceivingKey::make(), out);
    REQUIRE_FALSE(other);
    CHECK(other.error().code == ErrorCode::Denied);
  }
}

TEST_CASE("an encrypted file that was altered or cut anywhere is refused") {
  const ReceivingKey key = ReceivingKey::make();
  const std::string sealed = encrypted(noise(70000), {key.public_key()});
  for (std::size_t at = 0; at < sealed.size(); at += at < 250 ? 1 : 997) {
    std::string bad = sealed;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    std::string out;
    CHECK_FALSE(decrypted(bad, key, out));
    CHECK_FALSE(decrypted(sealed.substr(0, at), key, out));
  }
  std::string out;
  CHECK_FALSE(decrypted(sealed + "x", key, out));
}

TEST_CASE("the X25519 vectors of the age project agree") {
  const char* shared = std::getenv("SHIQU_SHARED");
  const std::filesystem::path folder =
      std::filesystem::path(shared != nullptr ? shared : SHIQU_SOURCE_DIR "/../shared") /
      "schemas/fixtures/age-cctv";
  if (!std::filesystem::exists(folder)) {
    MESSAGE("SKIPPED: no age vectors");
    return;
  }
  int tried = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const Vector vector = read_vector(entry.path());
    const bool ours = vector.facts.count("identity") == 1 && vector.value("passphrase").empty() &&
                      vector.value("armored").empty() && !name.starts_with("hybrid") &&
                      !name.starts_with("scrypt") &&
                      vector.value("identity").starts_with("AGE-SECRET-KEY-1");
    if (!ours) {
      continue;
    }
    ++tried;
    CHECK_MESSAGE(agrees(vector), name);
  }
  MESSAGE("age vectors tried: " << tried);
  CHECK(tried > 60);
}

TEST_CASE("Debian's age opens what is written here, and what it writes is opened here") {
  if (shell("command -v age >/dev/null") != 0) {
    MESSAGE("SKIPPED: no age program");
    return;
  }
  const TempDir dir;
  const ReceivingKey key = ReceivingKey::make();
  const std::string plain = noise(200000);
  put(dir.path() / "key", package::identity_text(key) + "\n");
  put(dir.path() / "ours.age", encrypted(plain, {key.public_key()}));
  const std::string at = dir.path().string();
  REQUIRE(shell("age -d -i " + at + "/key -o " + at + "/out " + at + "/ours.age") == 0);
  CHECK(get(dir.path() / "out") == plain);
  put(dir.path() / "plain", plain);
  REQUIRE(shell("age -r " + package::recipient_text(key.public_key()) + " -o " + at +
                "/theirs.age " + at + "/plain") == 0);
  std::string out;
  need(decrypted(get(dir.path() / "theirs.age"), key, out));
  CHECK(out == plain);
}
