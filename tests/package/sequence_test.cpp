#include "storage/package/sequence.h"
#include "storage/package/keyring.h"
#include "storage/package/receipt.h"
#include "storage/package/verify.h"
#include "tests/package/archive.h"

#include <array>
#include <barrier>
#include <thread>

using namespace shiqu;
using namespace shiqu::package;
using namespace shiqu::package::test;

namespace {

Status without_value(const Result<PackageSummary>& made) {
  return made ? Status() : Status(fail(made.error()));
}

}  // namespace

TEST_CASE("the place of a package among its station's is read from the comment in one form only") {
  const PackageSequence sequence{7, std::string(64, 'a')};
  const std::string comment = trusted_comment("GJ0001", 2, "STN01", sequence);
  CHECK(comment == "GJ0001 v2 STN01; sequence 7 previous " + std::string(64, 'a'));
  CHECK(need(parse_sequence(comment)) == sequence);
  CHECK(need(parse_sequence("GJ0001 v2 STN01")) == PackageSequence{});
  for (const std::string& bad :
       {comment + " ", comment + "0", "x; sequence 07 previous " + std::string(64, 'a'),
        "x; sequence -1 previous " + std::string(64, 'a'),
        "x; sequence 7 previous " + std::string(64, 'A'), std::string("x; sequence 7")}) {
    CHECK_FALSE_MESSAGE(parse_sequence(bad), bad);
  }
}

TEST_CASE("two packages that were planned side by side cannot both have one number") {
  PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  PlanOptions options;
  const PackagePlan first = archive.plan(options);
  options.version = 2;
  const PackagePlan second = archive.plan(options);
  const auto out = archive.dir.path() / "out";
  need(write_package(archive.store, archive.lead, first, tools(), out, archive.key));
  const auto refused =
      write_package(archive.store, archive.lead, second, tools(), out, archive.key);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::Conflict);
  CHECK_FALSE(std::filesystem::exists(out / second.name));
}

TEST_CASE("a package that a cut kept from the journal is set aside, and no other of that name") {
  PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  const auto before = archive.dir.path() / "before the cut";
  std::filesystem::copy(archive.dir.path() / "archive", before,
                        std::filesystem::copy_options::recursive);
  store::Store cut = need(store::Store::open(before));
  const PackagePlan plan = archive.plan();
  const auto out = archive.dir.path() / "out";
  const auto whole =
      need(write_package(archive.store, archive.lead, plan, tools(), out, archive.key));

  const auto write = [&](const StationKey& key) {
    return write_package(cut, archive.lead, plan, tools(), out, key);
  };
  CHECK(write(new_station_key()).error().code == ErrorCode::Exists);  // another station's
  REQUIRE(need(next_sequence(cut)).number == 1);
  const auto again = need(write(archive.key));
  CHECK(again.bag.tag_manifest_sha256 == whole.bag.tag_manifest_sha256);
  CHECK(need(verify_package(out / plan.name)).ok);
  CHECK(need(next_sequence(cut)).number == 2);
  const std::string aside = plan.name + ".unknown-" + whole.bag.tag_manifest_sha256.substr(0, 8);
  CHECK(need(verify_package(out / aside)).ok);  // nothing that was signed is removed
  const auto noted = need(cut.last_event("package.written"));
  CHECK(need(parse_json(noted->detail, "event"))["set_aside"] == aside);
  CHECK(write(archive.key).error().code == ErrorCode::Exists);  // the journal knows it now
}

TEST_CASE("of two programs that write packages at the same moment one is refused") {
  PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  const auto out = archive.dir.path() / "out";
  constexpr int kRounds = 12;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<PackagePlan> plans;
    for (const int version : {2 * round + 1, 2 * round + 2}) {
      PlanOptions options;
      options.version = version;
      plans.push_back(archive.plan(options));
    }
    std::array<Status, 2> done;
    std::barrier start(2);
    {
      std::vector<std::jthread> programs;
      for (std::size_t i = 0; i < 2; ++i) {
        programs.emplace_back([&, i] {
          auto store = store::Store::open(archive.dir.path() / "archive");
          start.arrive_and_wait();
          done.at(i) = !store ? Status(fail(store.error()))
                              : without_value(write_package(*store, archive.lead, plans[i], tools(),
                                                            out, archive.key));
        });
      }
    }
    const bool first = done[0].has_value();
    CHECK(first != done[1].has_value());
    CHECK(done.at(first ? 1 : 0).error().code == ErrorCode::Conflict);
    CHECK(std::filesystem::exists(out / plans[first ? 0 : 1].name));
    CHECK_FALSE(std::filesystem::exists(out / plans[first ? 1 : 0].name));
  }
  std::int64_t number = 0;
  for (const model::Event& event : need(archive.store.events_of({"package.written"}))) {
    CHECK(need(parse_json(event.detail))["sequence"] == ++number);
  }
  CHECK(number == kRounds);
}

TEST_CASE("an SM2 signature that is altered, taken away or of another key is noticed") {
  PackagedArchive archive;
  archive.accept_text(archive.keep_page(10));
  const Sm2Key key = need(Sm2Key::make());
  ExportTools with = tools();
  with.sm2 = &key;
  const auto made = need(write_package(archive.store, archive.lead, archive.plan(), with,
                                       archive.dir.path() / "out", archive.key));
  const auto folder = made.bag.folder;
  VerifyOptions options;
  options.sm2 = key.public_key();
  CHECK(verdict_of(folder, options).sm2 == SignatureState::Trusted);
  CHECK(verdict_of(folder).sm2 == SignatureState::Untrusted);
  options.sm2 = need(Sm2Key::make()).public_key();
  CHECK(verdict_of(folder, options).has("wrong_signer"));
  const auto file = folder / "tagmanifest-sha512.txt.sm2.sig";
  const std::string good = get(file);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    put(file, bad);
    CHECK_FALSE(verdict_of(folder).ok);
  }
  std::filesystem::remove(file);
  CHECK(verdict_of(folder).has("sm2_signature_missing"));
}

TEST_CASE("openssl agrees with the SM2 signature, and we with one of openssl's") {
  const TempDir dir;
  const Sm2Key key = need(Sm2Key::make());
  const std::string message = "石渠\n";
  const std::string at = dir.path().string();
  put(dir.path() / "m", message);
  put(dir.path() / "m.sig", need(key.sign(message)));
  put(dir.path() / "k.pub", key.public_key().pem());
  put(dir.path() / "k.pem", need(key.pem()));
  const int agreed =
      run("openssl", {"dgst", "-sm3", "-verify", at + "/k.pub", "-sigopt",
                      "distid:1234567812345678", "-signature", at + "/m.sig", at + "/m"});
  if (agreed < 0) {
    MESSAGE("SKIPPED: no openssl program");
    return;
  }
  CHECK(agreed == 0);
  REQUIRE(run("openssl", {"dgst", "-sm3", "-sign", at + "/k.pem", "-sigopt",
                          "distid:1234567812345678", "-out", at + "/o.sig", at + "/m"}) == 0);
  CHECK(key.public_key().verifies(message, get(dir.path() / "o.sig")));
  CHECK_FALSE(key.public_key().verifies(message + "x", get(dir.path() / "o.sig")));
}

TEST_CASE("a sealed SM2 key opens with its passphrase only") {
  const TempDir dir;
  const Sm2Key key = need(make_sm2_key(dir.path(), "a passphrase"));
  const auto ask = [](const char* words) { return [words] { return Result<std::string>(words); }; };
  CHECK(need(load_sm2_key(dir.path(), ask("a passphrase"))).public_key().pem() ==
        key.public_key().pem());
  CHECK_FALSE(load_sm2_key(dir.path(), ask("another one")));
  CHECK(get(dir.path() / "sm2.pub") == key.public_key().pem());
}

TEST_CASE("a receipt holds for one package, one receiver and one form") {
  PackageVerdict verdict;
  verdict.ok = true;
  verdict.identifier = "GJ0001";
  verdict.version = 1;
  verdict.files = 12;
  verdict.bytes = 345;
  verdict.tag_manifest_sha256 = std::string(64, 'a');
  const StationKey key = new_station_key();
  const Receipt receipt = need(receipt_for("gj0001-v1", verdict, "分館", key, 1'000'000));
  const std::string text = text_of(receipt);
  const std::string signature = need(sign_receipt(receipt, key));
  CHECK(need(check_receipt(text, signature, key.verifying())) == receipt);
  CHECK_FALSE(check_receipt(text, signature, new_station_key().verifying()));
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string bad = text;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    CHECK_FALSE(check_receipt(bad, signature, key.verifying()));
  }
  verdict.ok = false;
  CHECK_FALSE(receipt_for("gj0001-v1", verdict, "分館", key, 0));
}
