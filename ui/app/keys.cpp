#include "ui/app/keys.h"

#include "storage/base/digest.h"
#include "storage/base/text.h"
#include "storage/package/recipient.h"

namespace shiqu::app {
namespace {

Status may_change(store::Store& store, const store::Session& by) {
  return store.require(by, model::Role::Administrator, "change keys");
}

Json facts_of(const package::VerifyingKey& key) {
  return {{"id", package::text_of(key.id)}, {"public", to_base64(key.key)}};
}

}  // namespace

Result<package::VerifyingKey> make_key(store::Store& store, const store::Session& by,
                                       const std::string& passphrase) {
  SHIQU_TRY_ASSIGN(const package::StationKey key,
                   package::make_station_key(store.keys(), passphrase));
  Json facts = facts_of(key.verifying());
  facts["sealed"] = !passphrase.empty();
  SHIQU_TRY(store.note_event(by, "key.made", "station", facts));
  return key.verifying();
}

Result<package::Rotation> rotate_key(store::Store& store, const store::Session& by,
                                     const package::AskPassphrase& ask,
                                     const std::string& fresh_passphrase) {
  SHIQU_TRY(may_change(store, by));
  SHIQU_TRY_ASSIGN(const package::Rotation done,
                   package::rotate_station_key(store.keys(), ask, fresh_passphrase));
  SHIQU_TRY(store.note_event(by, "key.rotated", "station",
                             {{"from", facts_of(done.from)},
                              {"to", facts_of(done.to)},
                              {"sealed", !fresh_passphrase.empty()}}));
  return done;
}

Status seal_key(store::Store& store, const store::Session& by, const package::AskPassphrase& ask,
                const std::string& fresh_passphrase) {
  SHIQU_TRY(may_change(store, by));
  SHIQU_TRY(package::seal_station_key(store.keys(), ask, fresh_passphrase));
  return store.note_event(by, "key.sealed", "station", Json::object());
}

Status add_receiver(store::Store& store, const store::Session& by,
                    const package::Receiver& receiver) {
  SHIQU_TRY(may_change(store, by));
  SHIQU_TRY(package::add_receiver(store.keys(), receiver));
  return store.note_event(
      by, "receiver.added", receiver.name,
      {{"recipient", receiver.recipient},
       {"grade", receiver.grade ? std::string(name_of(*receiver.grade)) : std::string()}});
}

Result<std::string> make_receiving_key(store::Store& store, const store::Session& by,
                                       const std::string& passphrase) {
  SHIQU_TRY(may_change(store, by));
  SHIQU_TRY_ASSIGN(const ReceivingKey key, package::make_receiving_key(store.keys(), passphrase));
  const std::string recipient = package::recipient_text(key.public_key());
  SHIQU_TRY(store.note_event(by, "key.made", "receiving",
                             {{"recipient", recipient}, {"sealed", !passphrase.empty()}}));
  return recipient;
}

Result<std::string> make_sm2_key(store::Store& store, const store::Session& by,
                                 const std::string& passphrase) {
  SHIQU_TRY(may_change(store, by));
  SHIQU_TRY_ASSIGN(const Sm2Key key, package::make_sm2_key(store.keys(), passphrase));
  const std::string id = sha256_hex(key.public_key().pem()).substr(0, 16);
  SHIQU_TRY(store.note_event(by, "key.made", "sm2", {{"id", id}, {"sealed", !passphrase.empty()}}));
  return id;
}

Result<package::StationKey> signing_key(store::Store& store, const store::Session& by,
                                        const package::AskPassphrase& ask) {
  auto key = package::load_station_key(store.keys(), ask);
  if (key || key.error().code != ErrorCode::NotFound) {
    return key;
  }
  SHIQU_TRY_ASSIGN(const std::string passphrase, ask());
  SHIQU_TRY(make_key(store, by, passphrase));
  return package::load_station_key(store.keys(), [&] { return Result<std::string>(passphrase); });
}

}  // namespace shiqu::app
