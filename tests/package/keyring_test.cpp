#include "storage/package/keyring.h"

#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/package/recipient.h"
#include "tests/support/ok.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::package;
namespace fs = std::filesystem;

namespace {

constexpr const char* kPassphrase = "石渠寶笈 1745";

AskPassphrase with(const char* passphrase) {
  return [passphrase] { return Result<std::string>(passphrase); };
}

}  // namespace

TEST_CASE("a sealed key opens with its passphrase alone, and its file shows nothing of it") {
  const TempDir dir;
  const auto made = make_station_key(dir.path(), kPassphrase);
  REQUIRE_OK(made);
  const std::string text = read_file(dir.path() / "station.key").value();
  CHECK(text.find(to_base64(made->signing.secret_bytes().first(32)).substr(0, 20)) ==
        std::string::npos);
  CHECK((fs::status(dir.path() / "station.key").permissions() & fs::perms::mask) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  const auto opened = load_station_key(dir.path(), with(kPassphrase));
  REQUIRE_OK(opened);
  CHECK(opened->verifying() == made->verifying());
  CHECK(load_station_key(dir.path(), with("石渠寶笈 1746")).error().code == ErrorCode::Denied);
  CHECK(load_station_key(dir.path()).error().code == ErrorCode::Denied);
  CHECK(make_station_key(dir.path() / "b", "short").error().code == ErrorCode::InvalidInput);
  CHECK_FALSE(fs::exists(dir.path() / "b" / "station.key"));
  const auto known = station_keys(dir.path());
  REQUIRE(known->size() == 1);
  CHECK(known->front().sealed);
  CHECK(known->front().key == made->verifying());
}

TEST_CASE("no altered byte of a sealed key goes unnoticed") {
  const StationKey key = new_station_key();
  auto quick = seal_key(KeyKind::Signing, key.id, key.signing.public_key(),
                        key.signing.secret_bytes(), kPassphrase);
  REQUIRE_OK(quick);
  const std::string text = text_of(*quick);
  int unnoticed = 0;
  int opened = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string altered = text;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    const auto parsed = parse_sealed_key(altered, "k");
    // The slow step for every 40th of those that still parse: each is bound by the same text.
    if (parsed && ++opened % 40 == 0) {
      unnoticed += open_key(*parsed, kPassphrase) ? 1 : 0;
    }
  }
  CHECK(opened > 100);
  CHECK(unnoticed == 0);
  CHECK_FALSE(parse_sealed_key(text + "\n", "k"));
  CHECK(parse_sealed_key(text, "k"));
}

TEST_CASE("a passphrase is changed, and an open key is sealed") {
  const TempDir dir;
  const auto made = make_station_key(dir.path());
  REQUIRE_OK(made);
  CHECK_FALSE(station_keys(dir.path())->front().sealed);
  REQUIRE_OK(seal_station_key(dir.path(), {}, kPassphrase));
  CHECK(station_keys(dir.path())->front().sealed);
  REQUIRE_OK(seal_station_key(dir.path(), with(kPassphrase), "another one"));
  CHECK_FALSE(load_station_key(dir.path(), with(kPassphrase)));
  CHECK(load_station_key(dir.path(), with("another one"))->verifying() == made->verifying());
}

TEST_CASE("after two rotations old signatures verify, and each key vouches for the next") {
  const TempDir dir;
  const auto first = make_station_key(dir.path());
  REQUIRE_OK(first);
  const auto signature = sign_text(*first, "a package", "t", "u");
  REQUIRE_OK(signature);
  const auto second = rotate_station_key(dir.path(), {}, {});
  REQUIRE_OK(second);
  const auto third = rotate_station_key(dir.path(), {}, {});
  REQUIRE_OK(third);
  CHECK(second->from == first->verifying());
  CHECK(third->from == second->to);
  const auto known = station_keys(dir.path());
  REQUIRE(known->size() == 3);
  CHECK(known->front().key == third->to);
  CHECK(parse_public_key(read_file(dir.path() / "station.pub").value()).value() == third->to);
  int verified = 0;
  for (const KnownKey& key : *known) {
    CHECK((key.current || key.handed_over));
    verified += verify_text_signature(key.key, "a package", *signature, "x") ? 1 : 0;
  }
  CHECK(verified == 1);
  // A successor that the old key did not sign is no successor.
  const std::string id = text_of(first->id);
  REQUIRE_OK(replace_file(dir.path() / "past" / (id + ".next"),
                          public_key_text(new_station_key().verifying())));
  const auto forged = station_keys(dir.path());
  for (const KnownKey& key : *forged) {
    CHECK(key.handed_over == (key.key == second->to));
  }
}

TEST_CASE("recipients are written as age writes them") {
  // The pair of zero bytes' complement and the encodings of BIP 173's own valid strings.
  CHECK(from_bech32("a", "A12UEL5L").value().empty());
  CHECK(from_bech32("abcdef", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw").value().size() ==
        20);
  CHECK_FALSE(from_bech32("a", "A12UEL5M"));
  CHECK_FALSE(from_bech32("a", "a12UEL5L"));
  CHECK_FALSE(from_bech32("b", "A12UEL5L"));
  const ReceivingKey key = ReceivingKey::make();
  const std::string recipient = recipient_text(key.public_key());
  CHECK(recipient.starts_with("age1"));
  CHECK(recipient.size() == 62);
  CHECK(parse_recipient(recipient).value() == key.public_key());
  CHECK(parse_identity(identity_text(key))->public_key() == key.public_key());
  int accepted = 0;
  for (std::size_t i = 4; i < recipient.size(); ++i) {
    std::string wrong = recipient;
    wrong[i] = wrong[i] == 'q' ? 'p' : 'q';
    accepted += parse_recipient(wrong) ? 1 : 0;
  }
  CHECK(accepted == 0);
}

TEST_CASE("receivers are kept by name, once, and only with a key that is one") {
  const TempDir dir;
  const std::string recipient = recipient_text(ReceivingKey::make().public_key());
  CHECK(receivers(dir.path())->empty());
  REQUIRE_OK(add_receiver(dir.path(), {"national-library", recipient}));
  CHECK(add_receiver(dir.path(), {"national-library", recipient}).error().code ==
        ErrorCode::Exists);
  CHECK_FALSE(add_receiver(dir.path(), {"../x", recipient}));
  CHECK_FALSE(add_receiver(dir.path(), {"other", "age1xyz"}));
  REQUIRE(receivers(dir.path())->size() == 1);
  CHECK(receivers(dir.path())->front().recipient == recipient);
}

TEST_CASE("the station's own receiving key is sealed as well") {
  const TempDir dir;
  const auto made = make_receiving_key(dir.path(), kPassphrase);
  REQUIRE_OK(made);
  CHECK(receiving_recipient(dir.path()).value() == recipient_text(made->public_key()));
  CHECK(load_receiving_key(dir.path(), with(kPassphrase))->public_key() == made->public_key());
  CHECK_FALSE(load_receiving_key(dir.path(), with("something else")));
  const TempDir open;
  REQUIRE_OK(make_receiving_key(open.path()));
  CHECK(load_receiving_key(open.path()));
}
