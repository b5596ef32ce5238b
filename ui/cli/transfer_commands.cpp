#include "ui/cli/internal/transfer.h"

#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/package/import.h"
#include "ui/app/keys.h"
#include "ui/app/outbox.h"
#include "ui/app/transfer.h"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <utility>

namespace shiqu::cli {
namespace {

struct ImportWish {
  std::filesystem::path folder;
  std::filesystem::path key;
  package::ImportOptions options;
};

Result<package::VerifyOptions> expected_signer(const std::filesystem::path& key) {
  package::VerifyOptions options;
  if (!key.empty()) {
    SHIQU_TRY_ASSIGN(const std::string text, read_file(key, 4096));
    SHIQU_TRY_ASSIGN(options.trusted, package::parse_public_key(text));
  }
  return options;
}

std::string words_of(const package::ImportSummary& done, const ImportWish& wish) {
  if (done.known) {
    return _("This package is here already: nothing was changed.");
  }
  std::string words;
  for (const package::ImportConflict& one : done.conflicts) {
    const std::string page = one.page.empty() ? std::string(_("item")) : one.page;
    words += fmt::format(fmt::runtime(_("CONFLICT {} {}\n  here:    {}\n  package: {}\n  {}\n")),
                         page, one.kind, one.ours, one.theirs, one.now);
  }
  if (done.missing_before > 0) {
    words += fmt::format(fmt::runtime(_("{} packages of that station never came here.\n")),
                         done.missing_before);
  }
  return words +
         fmt::format(fmt::runtime(_("{}: {} pages, {} new, {} were here already; texts: {} put in "
                                    "force, {} kept beside; {} conflicts.")),
                     wish.options.plan_only ? _("Planned only") : _("Imported"), done.pages,
                     done.pages_added, done.pages_same, done.texts_added, done.texts_beside,
                     done.conflicts.size());
}

Result<Exit> import_by(const Context& context, const ImportWish& wish) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const package::VerifyOptions expected, expected_signer(wish.key));
  ProgressLine line(context.json);
  SHIQU_TRY_ASSIGN(const package::PackageVerdict verdict,
                   package::verify_package(
                       wish.folder, expected,
                       [&](std::uint64_t done, std::uint64_t total) {
                         line.show(fmt::format(fmt::runtime(_("Checking: {} of {} MB")),
                                               done / 1000000, total / 1000000));
                       },
                       interruption()));
  line.end();
  if (!verdict.ok) {
    context.report(package::to_json(verdict),
                   _("THE PACKAGE IS NOT ACCEPTED: nothing was imported; see shiqu verify."));
    return Exit::Unsound;
  }
  SHIQU_TRY_ASSIGN(const package::ImportSummary done,
                   package::import_package(
                       store, by, wish.folder, verdict, wish.options,
                       [&](std::uint64_t bytes, std::uint64_t total) {
                         line.show(fmt::format(fmt::runtime(_("Importing: {} of {} MB")),
                                               bytes / 1000000, total / 1000000));
                       },
                       interruption()));
  line.end();
  Json facts = package::to_json(done);
  facts["signature"] = package::name_of(verdict.signature);
  facts["signer"] = verdict.signer;
  context.report(facts, words_of(done, wish));
  return Exit::Ok;
}

void add_import(CLI::App& package, Context& context) {
  auto wish = std::make_shared<ImportWish>();
  CLI::App* command =
      package.add_subcommand("import", _("bring a package of another archive into this one"));
  command->add_option("package", wish->folder, _("folder of the package"))->required();
  command->add_option("--key", wish->key,
                      _("public key file of the station: without it reviews do not count"));
  command->add_flag("--plan", wish->options.plan_only, _("only show what would happen"));
  command->add_flag("--theirs", wish->options.theirs,
                    _("at conflicts the package's frames and texts come into force"));
  command->add_flag("--older", wish->options.older,
                    _("take a package that is older than one that is here"));
  context.on(*command, [&context, wish] { return import_by(context, *wish); });
}

/// The station's receiving key, opened when it is needed.
std::function<Result<ReceivingKey>()> receiving_key(const Context& context,
                                                    app::Application& application) {
  return [&context, &application] {
    return package::load_receiving_key(application.store().keys(), context.key_passphrase());
  };
}

struct OpenWish {
  std::vector<std::filesystem::path> from;
  std::filesystem::path out = ".";
  std::filesystem::path key;
};

Result<Exit> open_wrapped(const Context& context, const OpenWish& wish, bool volumes) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const package::VerifyOptions expected, expected_signer(wish.key));
  const auto key = receiving_key(context, application);
  SHIQU_TRY_ASSIGN(const app::Unwrapped done,
                   volumes ? app::join_package(wish.from, wish.out, key, expected)
                           : app::unwrap_file(wish.from.front(), wish.out, key, expected));
  Json facts = package::to_json(done.verdict);
  facts["path"] = done.folder.string();
  context.report(facts, fmt::format(fmt::runtime(_("{}: {} Signature: {}.")), done.folder.string(),
                                    done.verdict.ok ? _("The package is whole.")
                                                    : _("THE PACKAGE IS NOT ACCEPTED."),
                                    package::name_of(done.verdict.signature)));
  return done.verdict.ok ? Exit::Ok : Exit::Unsound;
}

struct DeliverWish {
  std::filesystem::path package;
  std::filesystem::path to;
  std::string contact;
  std::string chunk = "16M";
  bool no_remount = false;
};

Result<Exit> deliver(const Context& context, const DeliverWish& wish) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  transfer::CourierOptions options;
  SHIQU_TRY_ASSIGN(options.chunk_bytes, size_from(wish.chunk));
  options.remount = !wish.no_remount;
  ProgressLine line(context.json);
  const auto show = [&](std::uint64_t done, std::uint64_t total) {
    line.show(fmt::format(fmt::runtime(_("Copying and reading back: {} of {} MB")), done / 1000000,
                          total / 1000000));
  };
  SHIQU_TRY_ASSIGN(const app::Parcel parcel,
                   app::parcel_of(store, wish.package, wish.contact, {}, interruption()));
  SHIQU_TRY_ASSIGN(const app::Carried done,
                   app::deliver(store, by, parcel, wish.to, options, show, interruption()));
  line.end();
  Json facts = transfer::to_json(done.delivery);
  facts["files"] = done.report.files;
  facts["bytes"] = done.report.bytes;
  facts["sent"] = done.report.sent;
  facts["file_system"] = done.report.file_system;
  std::string words = fmt::format(
      fmt::runtime(_("Copied and read back: {} files, {:.1f} MB ({:.1f} MB sent now), {}.\n")),
      done.report.files, static_cast<double>(done.report.bytes) / 1e6,
      static_cast<double>(done.report.sent) / 1e6, done.report.file_system);
  switch (done.report.read_back) {
    case transfer::ReadBack::Remounted:
      words += _("The disk was unmounted and mounted again: every byte came from the device.\n");
      break;
    case transfer::ReadBack::PastCache:
      words += _("The disk was not unmounted; the bytes were read around the cache.\n");
      break;
    case transfer::ReadBack::Cached:
      words +=
          _("NOTE: this file system cannot be read around its cache: pull the disk, put it "
            "in again and run this command once more.\n");
      break;
  }
  words += _("It counts as delivered when the receiver's signed receipt has come back.");
  context.report(facts, words);
  return Exit::Ok;
}

struct ReceiptWish {
  std::filesystem::path file;
  std::filesystem::path key;
  std::filesystem::path out;
};

Result<Exit> make_receipt(const Context& context, const ReceiptWish& wish) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const package::VerifyOptions expected, expected_signer(wish.key));
  SHIQU_TRY_ASSIGN(const package::PackageVerdict verdict,
                   package::verify_package(wish.file, expected, {}, interruption()));
  if (!verdict.ok) {
    context.report(package::to_json(verdict),
                   _("THE PACKAGE IS NOT ACCEPTED: there is no receipt for it; see shiqu verify."));
    return Exit::Unsound;
  }
  SHIQU_TRY_ASSIGN(const package::StationKey key,
                   app::signing_key(store, by, context.key_passphrase()));
  const std::filesystem::path out =
      wish.out.empty() ? std::filesystem::weakly_canonical(wish.file).parent_path() : wish.out;
  SHIQU_TRY_ASSIGN(const std::filesystem::path made,
                   app::make_receipt(store, by, wish.file, verdict, out, key));
  context.report({{"receipt", made.string()}, {"tag_manifest_sha256", verdict.tag_manifest_sha256}},
                 fmt::format(fmt::runtime(_("Receipt signed: {} and {}.minisig go back to the "
                                            "sender.")),
                             made.string(), made.string()));
  return Exit::Ok;
}

Result<Exit> take_receipt(const Context& context, const ReceiptWish& wish) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const package::VerifyOptions expected, expected_signer(wish.key));
  SHIQU_TRY_ASSIGN(const auto done, app::take_receipt(store, by, wish.file, expected.trusted));
  Json facts = Json::array();
  std::string words;
  for (const transfer::Delivery& one : done) {
    facts.push_back(transfer::to_json(one));
    words += fmt::format(fmt::runtime(_("{} is delivered: {} has checked it.\n")), one.package,
                         one.receiver);
  }
  context.report({{"deliveries", std::move(facts)}}, words);
  return Exit::Ok;
}

Result<Exit> ledger(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const auto all, transfer::deliveries(application.store()));
  Json facts = Json::array();
  std::string words;
  for (const transfer::Delivery& one : all) {
    facts.push_back(transfer::to_json(one));
    words += fmt::format("{:<10} {}  {}  {}  {}\n", transfer::name_of(one.state), one.package,
                         iso8601(one.changed_ms), one.to, one.receiver);
  }
  context.report({{"deliveries", std::move(facts)}},
                 words.empty() ? std::string(_("Nothing was sent yet.")) : words);
  return Exit::Ok;
}

struct SheetWish {
  std::filesystem::path package;
  std::filesystem::path out;
  std::string contact;
};

Result<Exit> write_sheet(const Context& context, const SheetWish& wish) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const std::string code,
                   app::write_courier_sheet(application.store(), wish.package, wish.contact,
                                            wish.out, interruption()));
  context.report({{"sheet", wish.out.string()}, {"code", code}},
                 fmt::format(fmt::runtime(_("Courier sheet written: {}")), wish.out.string()));
  return Exit::Ok;
}

void add_opening(CLI::App& package, Context& context) {
  auto file = std::make_shared<OpenWish>();
  file->from.resize(1);
  CLI::App* decrypt =
      package.add_subcommand("decrypt", _("open NAME.tar.age with this station's receiving key"));
  decrypt->add_option("file", file->from.front(), _("NAME.tar.age or NAME.tar"))->required();
  decrypt->add_option("--out", file->out, _("folder to write into (default: here)"));
  decrypt->add_option("--key", file->key, _("public key file of the signer that is expected"));
  context.on(*decrypt, [&context, file] { return open_wrapped(context, *file, false); });
  auto disks = std::make_shared<OpenWish>();
  CLI::App* join = package.add_subcommand("join", _("put volumes together and verify the package"));
  join->add_option("folders", disks->from, _("folders with the volumes, one or several"))
      ->required();
  join->add_option("--out", disks->out, _("folder to write into (default: here)"));
  join->add_option("--key", disks->key, _("public key file of the signer that is expected"));
  context.on(*join, [&context, disks] { return open_wrapped(context, *disks, true); });
}

void add_sending(CLI::App& package, CLI::App& root, Context& context) {
  context.on(*package.add_subcommand("ledger", _("what was sent, and what was received there")),
             [&context] { return ledger(context); });
  auto sheet = std::make_shared<SheetWish>();
  CLI::App* sheet_command =
      package.add_subcommand("sheet", _("a page to print that goes with a disk"));
  sheet_command->add_option("package", sheet->package, _("package, volumes or wrapped file"))
      ->required();
  sheet_command->add_option("--out", sheet->out, _("HTML file to write"))->required();
  sheet_command->add_option("--contact", sheet->contact, _("line with a person and a telephone"));
  context.on(*sheet_command, [&context, sheet] { return write_sheet(context, *sheet); });

  auto wish = std::make_shared<DeliverWish>();
  CLI::App* command =
      root.add_subcommand("deliver", _("copy a package onto a disk and read it back"));
  command->add_option("package", wish->package, _("package, volumes or wrapped file"))->required();
  command->add_option("--to", wish->to, _("folder of the disk, or its device /dev/…"))->required();
  command->add_option("--contact", wish->contact, _("line with a person and a telephone"));
  command->add_option("--chunk", wish->chunk,
                      _("what is sent again at most after a cut (default: 16M)"));
  command->add_flag("--no-remount", wish->no_remount, _("leave the disk mounted"));
  context.on(*command, [&context, wish] { return deliver(context, *wish); });
}

void add_receipts(CLI::App& root, Context& context) {
  CLI::App* receipt = root.add_subcommand("receipt", _("signed receipts for packages"));
  receipt->require_subcommand(1);
  auto made = std::make_shared<ReceiptWish>();
  CLI::App* make = receipt->add_subcommand("make", _("receiver: check a package and sign for it"));
  make->add_option("package", made->file, _("folder of the package"))->required();
  make->add_option("--key", made->key, _("public key file of the signer that is expected"));
  make->add_option("--out", made->out, _("folder to write into (default: beside the package)"));
  context.on(*make, [&context, made] { return make_receipt(context, *made); });
  auto taken = std::make_shared<ReceiptWish>();
  CLI::App* take =
      receipt->add_subcommand("take", _("sender: check a receipt; then it is delivered"));
  take->add_option("file", taken->file, _("NAME.receipt; its .minisig lies beside it"))->required();
  take->add_option("--key", taken->key,
                   _("public key file of the receiver; needed the first time"));
  context.on(*take, [&context, taken] { return take_receipt(context, *taken); });
}

}  // namespace

Result<std::uint64_t> size_from(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  std::uint64_t unit = stop == end ? 1 : 0;
  for (const auto& [letter, bytes] :
       {std::pair{'K', 1ULL << 10U}, {'M', 1ULL << 20U}, {'G', 1ULL << 30U}}) {
    unit = end - stop == 1 && *stop == letter ? bytes : unit;
  }
  if (failed != std::errc() || unit == 0 || number == 0 || number > (1ULL << 50U) / unit) {
    return fail(ErrorCode::InvalidInput, "read size", text, _("write 4G, 700M or bytes"));
  }
  return number * unit;
}

Result<Exit> import_package(const Context& context, const std::filesystem::path& folder) {
  ImportWish wish;
  wish.folder = folder;
  return import_by(context, wish);
}

void add_transfer_commands(CLI::App& package, CLI::App& root, Context& context) {
  add_import(package, context);
  add_opening(package, context);
  add_sending(package, root, context);
  add_receipts(root, context);
}

}  // namespace shiqu::cli
