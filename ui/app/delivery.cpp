#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "ui/app/i18n.h"
#include "ui/app/transfer.h"

#include <sys/statvfs.h>

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace shiqu::app {
namespace {

namespace fs = std::filesystem;
using transfer::DeliveryState;

/// What the journal knows of a package by its digest.
struct Written {
  std::string subject;
  Json detail;
};

Result<Written> written_here(store::Store& store, const std::string& digest) {
  SHIQU_TRY_ASSIGN(const auto events, store.events_of({"package.written"}));
  for (const model::Event& event : events) {
    SHIQU_TRY_ASSIGN(Json detail, parse_json(event.detail, event.action));
    if (get_or<std::string>(detail, "tag_manifest_sha256", "") == digest) {
      return Written{event.subject, std::move(detail)};
    }
  }
  return Written{"package:" + digest, Json::object()};
}

/// Files and bytes of a folder.
void count(const fs::path& folder, transfer::Sealed& seal) {
  std::error_code failed;
  for (const auto& entry : fs::recursive_directory_iterator(folder, failed)) {
    if (entry.is_regular_file(failed)) {
      ++seal.files;
      seal.bytes += entry.file_size(failed);
    }
  }
}

Status fill_from_folder(Parcel& parcel, const ByteProgress& progress, const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(const package::PackageVerdict verdict,
                   package::verify_package(parcel.path, {}, progress, stop));
  if (!verdict.ok) {
    return fail(ErrorCode::Corrupt, "deliver package", parcel.path.string(),
                verdict.findings.empty() ? "" : verdict.findings.front().message);
  }
  parcel.seal.tag_manifest_sha256 = verdict.tag_manifest_sha256;
  parcel.sheet.signer = verdict.signer;
  parcel.sheet.sequence = verdict.sequence;
  parcel.sheet.identifier = verdict.identifier;
  parcel.sheet.files = verdict.files;
  parcel.sheet.bytes = verdict.bytes;
  count(parcel.path, parcel.seal);
  return {};
}

Status fill_from_volumes(Parcel& parcel) {
  std::string name = parcel.path.filename().string();
  name.resize(name.size() - std::string_view(".volumes").size());
  SHIQU_TRY_ASSIGN(const std::string text,
                   read_file(parcel.path / (name + ".volumes.json"), 16U << 20U));
  SHIQU_TRY_ASSIGN(const transfer::VolumeIndex index, transfer::parse_volume_index(text));
  SHIQU_TRY(transfer::join_volumes(index, {parcel.path},
                                   [](std::span<const std::uint8_t>) { return Status{}; }));
  parcel.seal.tag_manifest_sha256 = index.tag_manifest_sha256;
  for (const transfer::Volume& volume : index.volumes) {
    parcel.sheet.volumes.push_back(volume.file);
  }
  parcel.sheet.encrypted = index.content == "tar.age";
  count(parcel.path, parcel.seal);
  return {};
}

Status fill_from_file(Parcel& parcel) {
  SHIQU_TRY_ASSIGN(const std::string text, read_file(transfer::sealed_file(parcel.path), 4096));
  SHIQU_TRY_ASSIGN(const transfer::Sealed seal, transfer::parse_sealed(text));
  std::error_code failed;
  if (seal.name != parcel.path.filename() || fs::file_size(parcel.path, failed) != seal.bytes) {
    return fail(ErrorCode::Corrupt, "deliver package", parcel.path.string(),
                "it is not what its seal says");
  }
  parcel.seal = seal;
  parcel.sheet.encrypted = parcel.path.extension() == ".age";
  return {};
}

/// What the archive knows goes onto the sheet.
Status fill_sheet(store::Store& store, const Written& written, const std::string& contact,
                  Parcel& parcel) {
  transfer::CourierSheet& sheet = parcel.sheet;
  sheet.package = get_or<std::string>(written.detail, "name", parcel.seal.name);
  sheet.tag_manifest_sha256 = parcel.seal.tag_manifest_sha256;
  sheet.contact = contact;
  sheet.station = "station";
  sheet.date = iso_date(now_unix_ms());
  SHIQU_TRY_ASSIGN(sheet.sender, store.title());
  if (written.detail.empty()) {
    return {};
  }
  sheet.sequence = get_or<std::int64_t>(written.detail, "sequence", 0);
  sheet.files = get_or<std::int64_t>(written.detail, "files", 0);
  sheet.bytes = get_or<std::uint64_t>(written.detail, "bytes", 0);
  SHIQU_TRY_ASSIGN(const model::Item item, store.item(ItemId(written.subject)));
  sheet.identifier = item.identifier;
  sheet.title = item.title;
  return {};
}

/// The delivery of that package to that place that was cut off, or a new one: what was copied once
/// says nothing about the disk that is at that place today.
Result<transfer::Delivery> delivery_for(store::Store& store, const Parcel& parcel,
                                        const std::string& to) {
  SHIQU_TRY_ASSIGN(const auto all, transfer::deliveries(store));
  const auto open = std::find_if(all.rbegin(), all.rend(), [&](const transfer::Delivery& one) {
    return one.to == to && one.state < DeliveryState::Copied && one.package == parcel.seal.name &&
           one.tag_manifest_sha256 == parcel.seal.tag_manifest_sha256;
  });
  if (open != all.rend()) {
    return *open;
  }
  transfer::Delivery fresh;
  fresh.subject = parcel.subject;
  fresh.package = parcel.seal.name;
  fresh.tag_manifest_sha256 = parcel.seal.tag_manifest_sha256;
  fresh.to = to;
  return fresh;
}

fs::path known_receivers(store::Store& store) {
  return store.keys() / "receivers";
}

/// A receiver's key by its id, as it was remembered.
Result<package::VerifyingKey> receiver_key(store::Store& store, const std::string& id) {
  const fs::path file = known_receivers(store) / (id + ".pub");
  const bool shaped = id.size() == 16 && id.find_first_not_of("0123456789ABCDEF") == id.npos;
  if (!shaped || !fs::exists(file)) {
    return fail(ErrorCode::Denied, "take receipt", id,
                "this receiver's key is not known: name its public key file once");
  }
  SHIQU_TRY_ASSIGN(const std::string text, read_file(file, 4096));
  return package::parse_public_key(text);
}

/// The kernel lets a disk whose file system it finds damaged only be read.
Status require_writable(const fs::path& target) {
  struct statvfs facts {};
  if (::statvfs(target.c_str(), &facts) == 0 && (facts.f_flag & ST_RDONLY) != 0) {
    return fail(
        ErrorCode::Io, "deliver package", target.string(),
        _("the disk can only be read: its switch is on, or it was damaged when it was pulled; "
          "have it checked (fsck.vfat -a, fsck.exfat -y), put it in again and repeat"));
  }
  return {};
}

}  // namespace

Result<Parcel> parcel_of(store::Store& store, const fs::path& path, const std::string& contact,
                         const ByteProgress& progress, const std::stop_token& stop) {
  Parcel parcel;
  std::error_code failed;
  parcel.path = fs::canonical(path, failed);
  if (failed) {
    return fail_errno(failed.value(), "deliver package", path.string());
  }
  parcel.seal.name = parcel.path.filename().string();
  if (fs::exists(parcel.path / "bagit.txt")) {
    SHIQU_TRY(fill_from_folder(parcel, progress, stop));
  } else if (fs::is_directory(parcel.path) && parcel.seal.name.ends_with(".volumes")) {
    SHIQU_TRY(fill_from_volumes(parcel));
  } else if (fs::is_regular_file(parcel.path)) {
    SHIQU_TRY(fill_from_file(parcel));
  } else {
    return fail(ErrorCode::InvalidInput, "deliver package", path.string(),
                "no package, no volumes and no wrapped file");
  }
  SHIQU_TRY_ASSIGN(const Written written, written_here(store, parcel.seal.tag_manifest_sha256));
  parcel.subject = written.subject;
  SHIQU_TRY(fill_sheet(store, written, contact, parcel));
  return parcel;
}

Result<Carried> deliver(store::Store& store, const store::Session& by, const Parcel& parcel,
                        const fs::path& to, const transfer::CourierOptions& options,
                        const ByteProgress& progress, const std::stop_token& stop) {
  SHIQU_TRY(store.require(by, model::Role::Operator, "deliver package"));
  SHIQU_TRY_ASSIGN(transfer::Delivery delivery, delivery_for(store, parcel, to.string()));
  if (delivery.id.empty()) {
    delivery.id = new_uuid();
    SHIQU_TRY(transfer::note_delivery(store, by, delivery));
  }
  std::optional<transfer::VisitingDisk> disk;
  std::error_code failed;
  if (fs::is_block_file(to, failed)) {
    SHIQU_TRY_ASSIGN(transfer::VisitingDisk mounted, transfer::VisitingDisk::mount(to));
    disk.emplace(std::move(mounted));
  }
  const fs::path target = disk ? disk->path() : to;
  SHIQU_TRY(require_writable(target));
  SHIQU_TRY_ASSIGN(const std::string sheet, transfer::make_courier_sheet(parcel.sheet));
  SHIQU_TRY(replace_file(target / (parcel.seal.name + ".sheet.html"), sheet));
  transfer::CourierOptions with = options;
  with.written = [&]() -> Status {
    delivery.state = DeliveryState::Written;
    return transfer::note_delivery(store, by, delivery);
  };
  SHIQU_TRY_ASSIGN(transfer::CourierReport report,
                   transfer::carry(parcel.path, target, parcel.seal, with, progress, stop));
  if (disk) {
    SHIQU_TRY(disk->release());
  }
  delivery.state = DeliveryState::Copied;
  delivery.read_back = transfer::name_of(report.read_back);
  SHIQU_TRY(transfer::note_delivery(store, by, delivery,
                                    {{"files", report.files},
                                     {"bytes", report.bytes},
                                     {"sent", report.sent},
                                     {"file_system", report.file_system}}));
  return Carried{std::move(delivery), std::move(report)};
}

Result<fs::path> make_receipt(store::Store& store, const store::Session& by, const fs::path& folder,
                              const package::PackageVerdict& verdict, const fs::path& out,
                              const package::StationKey& key) {
  const fs::path real = fs::weakly_canonical(folder);
  const std::string name = real.filename().string();
  SHIQU_TRY_ASSIGN(const std::string title, store.title());
  SHIQU_TRY_ASSIGN(const package::Receipt receipt,
                   package::receipt_for(name, verdict, title, key, now_unix_ms()));
  SHIQU_TRY_ASSIGN(const std::string signature, package::sign_receipt(receipt, key));
  SHIQU_TRY(make_folders(out));
  const fs::path file = out / (name + ".receipt");
  SHIQU_TRY(write_new_file(file, text_of(receipt)));
  SHIQU_TRY(replace_file(file.string() + ".minisig", signature));
  SHIQU_TRY(store.note_event(by, "receipt.made", "station:" + verdict.signer,
                             {{"package", name},
                              {"tag_manifest_sha256", verdict.tag_manifest_sha256},
                              {"receipt", text_of(receipt)}}));
  return file;
}

Result<std::vector<transfer::Delivery>> take_receipt(
    store::Store& store, const store::Session& by, const fs::path& file,
    const std::optional<package::VerifyingKey>& trusted) {
  SHIQU_TRY(store.require(by, model::Role::Operator, "take receipt"));
  SHIQU_TRY_ASSIGN(const std::string text, read_file(file, 64U << 10U));
  SHIQU_TRY_ASSIGN(const std::string signature, read_file(file.string() + ".minisig", 4096));
  SHIQU_TRY_ASSIGN(const package::Receipt claimed, package::parse_receipt(text));
  package::VerifyingKey key;
  if (trusted) {
    key = *trusted;
  } else {
    SHIQU_TRY_ASSIGN(key, receiver_key(store, claimed.receiver_key));
  }
  SHIQU_TRY_ASSIGN(const package::Receipt receipt, package::check_receipt(text, signature, key));
  SHIQU_TRY_ASSIGN(const auto all, transfer::deliveries(store));
  SHIQU_TRY_ASSIGN(const Written written, written_here(store, receipt.tag_manifest_sha256));
  std::vector<transfer::Delivery> done;
  for (const transfer::Delivery& one : all) {
    if (one.tag_manifest_sha256 == receipt.tag_manifest_sha256 &&
        one.state != DeliveryState::Planned) {
      done.push_back(one);
    }
  }
  if (written.detail.empty() && done.empty()) {
    return fail(ErrorCode::NotFound, "take receipt", receipt.package,
                "no such package left this archive");
  }
  if (!written.detail.empty() &&
      (get_or<std::int64_t>(written.detail, "files", -1) != receipt.files ||
       get_or<std::uint64_t>(written.detail, "bytes", 0) != receipt.bytes)) {
    return fail(ErrorCode::Conflict, "take receipt", receipt.package, "it names other counts");
  }
  if (done.empty()) {  // it went by another way than `deliver`
    transfer::Delivery fresh;
    fresh.id = new_uuid();
    fresh.subject = written.subject;
    fresh.package = receipt.package;
    fresh.tag_manifest_sha256 = receipt.tag_manifest_sha256;
    done.push_back(fresh);
  }
  if (trusted) {
    SHIQU_TRY(make_folders(known_receivers(store)));
    SHIQU_TRY(replace_file(known_receivers(store) / (package::text_of(key.id) + ".pub"),
                           package::public_key_text(key)));
  }
  for (transfer::Delivery& one : done) {
    if (one.state == DeliveryState::Delivered) {
      continue;
    }
    one.state = DeliveryState::Delivered;
    one.receiver = receipt.receiver;
    one.receiver_key = receipt.receiver_key;
    SHIQU_TRY(
        transfer::note_delivery(store, by, one, {{"receipt", text}, {"signature", signature}}));
  }
  return done;
}

}  // namespace shiqu::app
