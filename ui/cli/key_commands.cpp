#include "ui/app/i18n.h"
#include "ui/app/keys.h"
#include "ui/cli/context.h"

#include "storage/base/file.h"
#include "storage/base/text.h"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

namespace shiqu::cli {
namespace {

/// How a new or changed key is kept.
struct Sealing {
  bool unsealed = false;
  bool sm2 = false;  ///< `key make` only
};

/// Empty: unsealed, because that was asked for.
Result<std::string> fresh_passphrase(const Context& context, const Sealing& sealing) {
  if (sealing.unsealed) {
    return std::string();
  }
  if (!context.has_new_passphrase() && context.has_passphrase()) {
    return context.key_passphrase()();
  }
  return context.new_passphrase();
}

Result<Exit> list(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  const std::filesystem::path folder = application.store().keys();
  SHIQU_TRY_ASSIGN(const auto keys, package::station_keys(folder));
  SHIQU_TRY_ASSIGN(const auto receivers, package::receivers(folder));
  SHIQU_TRY_ASSIGN(const std::string own, package::receiving_recipient(folder));
  Json facts{{"keys", Json::array()}, {"receivers", Json::array()}, {"receiving", own}};
  std::string words;
  for (const package::KnownKey& key : keys) {
    const std::string id = package::text_of(key.key.id);
    facts["keys"].push_back({{"id", id},
                             {"public", split(package::public_key_text(key.key), '\n')[1]},
                             {"current", key.current},
                             {"sealed", key.sealed},
                             {"handed_over", key.handed_over}});
    const char* state = key.current
                            ? (key.sealed ? _("in force, sealed") : _("in force, NOT SEALED"))
                            : (key.handed_over ? _("earlier, signed its successor")
                                               : _("earlier, SUCCESSOR NOT SIGNED BY IT"));
    words += fmt::format("{}  {}\n", id, state);
  }
  for (const package::Receiver& one : receivers) {
    const std::string grade = one.grade ? std::string(name_of(*one.grade)) : std::string();
    facts["receivers"].push_back(
        {{"name", one.name}, {"recipient", one.recipient}, {"grade", grade}});
    words += fmt::format(fmt::runtime(_("receiver {}: {}\n")), one.name,
                         grade.empty() ? one.recipient : one.recipient + "  " + grade);
  }
  if (!own.empty()) {
    words += fmt::format(fmt::runtime(_("this station receives as {}\n")), own);
  }
  context.report(facts, words.empty() ? std::string(_("No keys yet: shiqu key make")) : words);
  return Exit::Ok;
}

Result<Exit> make(const Context& context, const Sealing& sealing) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY(store.require(by, model::Role::Administrator, "make signing key"));
  SHIQU_TRY_ASSIGN(const std::string passphrase, fresh_passphrase(context, sealing));
  if (sealing.sm2) {
    SHIQU_TRY_ASSIGN(const std::string made, app::make_sm2_key(store, by, passphrase));
    context.report({{"id", made}, {"kind", "sm2"}, {"sealed", !passphrase.empty()}},
                   fmt::format(fmt::runtime(_("SM2 key {} made: shiqu package --sm2 signs with it "
                                              "as well; its public half is keys/sm2.pub.")),
                               made));
    return Exit::Ok;
  }
  SHIQU_TRY_ASSIGN(const package::VerifyingKey key, app::make_key(store, by, passphrase));
  const std::string id = package::text_of(key.id);
  context.report({{"id", id}, {"sealed", !passphrase.empty()}},
                 fmt::format(fmt::runtime(_("Signing key {} made.")), id));
  return Exit::Ok;
}

Result<Exit> rotate(const Context& context, const Sealing& sealing) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const std::string passphrase, fresh_passphrase(context, sealing));
  SHIQU_TRY_ASSIGN(const package::Rotation done,
                   app::rotate_key(store, by, context.key_passphrase(), passphrase));
  const std::string from = package::text_of(done.from.id);
  const std::string to = package::text_of(done.to.id);
  context.report({{"from", from}, {"to", to}, {"sealed", !passphrase.empty()}},
                 fmt::format(fmt::runtime(_("Key {} signs from now on; {} has signed it, and its "
                                            "public half stays to verify what it signed.")),
                             to, from));
  return Exit::Ok;
}

Result<Exit> seal(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const std::string passphrase, fresh_passphrase(context, {}));
  SHIQU_TRY(app::seal_key(store, by, context.key_passphrase(), passphrase));
  context.report({{"sealed", true}}, _("The signing key is sealed with the new passphrase."));
  return Exit::Ok;
}

Result<Exit> add_receiver(const Context& context, package::Receiver receiver,
                          const std::string& grade) {
  if (!grade.empty()) {
    receiver.grade = model::Grade::Public;
    if (!model::grade_from(grade, *receiver.grade)) {
      return fail(ErrorCode::InvalidInput, "add receiver", grade, _("no such grade"));
    }
  }
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(application.store()));
  if (std::filesystem::is_regular_file(receiver.recipient)) {
    SHIQU_TRY_ASSIGN(const std::string text, read_file(receiver.recipient, 4096));
    receiver.recipient = std::string(trim(text));
  }
  SHIQU_TRY(app::add_receiver(application.store(), by, receiver));
  context.report({{"name", receiver.name}, {"recipient", receiver.recipient}, {"grade", grade}},
                 fmt::format(fmt::runtime(_("Receiver {} added.")), receiver.name));
  return Exit::Ok;
}

Result<Exit> make_receiving(const Context& context, const Sealing& sealing) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const std::string passphrase, fresh_passphrase(context, sealing));
  SHIQU_TRY_ASSIGN(const std::string recipient, app::make_receiving_key(store, by, passphrase));
  context.report({{"recipient", recipient}, {"sealed", !passphrase.empty()}},
                 fmt::format(fmt::runtime(_("Others encrypt for this station to {}")), recipient));
  return Exit::Ok;
}

void add_receiver_commands(CLI::App& key, Context& context, std::shared_ptr<Sealing> sealing) {
  CLI::App* receiver = key.add_subcommand("receiver", _("keys that packages are encrypted to"));
  receiver->require_subcommand(1);
  auto wanted = std::make_shared<package::Receiver>();
  CLI::App* add = receiver->add_subcommand("add", _("remember somebody's public key"));
  add->add_option("name", wanted->name, _("2 to 64 letters, digits, . _ -"))->required();
  add->add_option("recipient", wanted->recipient, _("age1…, or a file that holds it"))->required();
  auto grade = std::make_shared<std::string>();
  add->add_option("--grade", *grade,
                  _("highest grade that may go there: public, internal, sensitive, restricted"));
  context.on(*add, [&context, wanted, grade] { return add_receiver(context, *wanted, *grade); });
  CLI::App* make = receiver->add_subcommand("make", _("a key of this station to receive with"));
  make->add_flag("--unsealed", sealing->unsealed, _("without a passphrase"));
  context.on(*make, [&context, sealing] { return make_receiving(context, *sealing); });
}

}  // namespace

void add_key_commands(CLI::App& root, Context& context) {
  CLI::App* key = root.add_subcommand("key", _("keys that sign and receive packages"));
  key->require_subcommand(1);
  key->footer(_(
      "A passphrase is taken from --passphrase-file, SHIQU_KEY_PASSPHRASE or the terminal; a new\n"
      "one from --new-passphrase-file, SHIQU_NEW_KEY_PASSPHRASE or the terminal, and where only\n"
      "the first is given it stays the same."));
  key->add_option("--new-passphrase-file", context.new_passphrase_file,
                  _("file that holds the new passphrase"));
  auto sealing = std::make_shared<Sealing>();
  context.on(*key->add_subcommand("list", _("keys and receivers; needs no passphrase")),
             [&context] { return list(context); });
  CLI::App* made = key->add_subcommand("make", _("make the signing key (needs an administrator)"));
  made->add_flag("--unsealed", sealing->unsealed, _("without a passphrase"));
  made->add_flag("--sm2", sealing->sm2, _("the key of the second signature (SM2 with SM3)"));
  context.on(*made, [&context, sealing] { return make(context, *sealing); });
  CLI::App* rotated =
      key->add_subcommand("rotate", _("a new signing key, signed by the one before it"));
  rotated->add_flag("--unsealed", sealing->unsealed, _("without a passphrase"));
  context.on(*rotated, [&context, sealing] { return rotate(context, *sealing); });
  context.on(*key->add_subcommand("seal", _("seal the signing key with a new passphrase")),
             [&context] { return seal(context); });
  add_receiver_commands(*key, context, sealing);
}

}  // namespace shiqu::cli
