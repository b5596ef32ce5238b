#pragma once

#include "storage/package/keyring.h"
#include "storage/package/receipt.h"
#include "storage/package/verify.h"
#include "storage/store/store.h"
#include "storage/transfer/courier.h"
#include "storage/transfer/ledger.h"
#include "storage/transfer/sheet.h"
#include "storage/transfer/volumes.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::app {

using ByteProgress = std::function<void(std::uint64_t, std::uint64_t)>;

/// Encryption and volumes of a package that is whole.
struct WrapOptions {
  std::vector<std::string> receivers;  ///< names of package::receivers(); empty: not encrypted
  std::uint64_t volume_bytes = 0;      ///< 0: one file
  std::filesystem::path out;           ///< folder
};

/// Writes `folder` as OUT/NAME.tar, OUT/NAME.tar.age, or as OUT/NAME.volumes/ with its signed
/// index; beside each its seal, last. Streams: memory does not grow with the package.
/// `verdict`: of verify_package over the folder. Returns the file or folder.
/// Errors: NotFound (no such receiver), Exists, Corrupt (the verdict is not ok), those of writing.
Result<std::filesystem::path> wrap_package(store::Store& store, const store::Session& by,
                                           const std::filesystem::path& folder,
                                           const package::PackageVerdict& verdict,
                                           const WrapOptions& options,
                                           const package::StationKey& key,
                                           const ByteProgress& progress = {},
                                           const std::stop_token& stop = {});

/// The inverse, and who the volumes were signed by.
struct Unwrapped {
  std::filesystem::path folder;
  package::PackageVerdict verdict;
};
/// Opens NAME.tar or NAME.tar.age into OUT/NAME, which appears when all of it is there, and
/// verifies it. `key` is asked for when it is needed. Errors: Exists, Denied (not for this key),
/// Corrupt, those of unpacking.
Result<Unwrapped> unwrap_file(const std::filesystem::path& file, const std::filesystem::path& out,
                              const std::function<Result<ReceivingKey>()>& key,
                              const package::VerifyOptions& expected = {});
/// The same for volumes on any number of disks. The index is taken from the first that has one;
/// when a key is expected it must be signed by it, otherwise the package that comes out decides
/// alone. Errors also: NotFound (index, a part).
Result<Unwrapped> join_package(const std::vector<std::filesystem::path>& disks,
                               const std::filesystem::path& out,
                               const std::function<Result<ReceivingKey>()>& key,
                               const package::VerifyOptions& expected = {});

/// Something finished that a courier may carry.
struct Parcel {
  std::filesystem::path path;
  transfer::Sealed seal;
  transfer::CourierSheet sheet;
  std::string subject;  ///< id of the item, or "package:DIGEST"
};
/// A package folder, a wrapped file with its seal, or a folder of volumes; checked to the last
/// byte. Errors: Corrupt (not whole), NotFound, InvalidInput (none of them).
Result<Parcel> parcel_of(store::Store& store, const std::filesystem::path& path,
                         const std::string& contact, const ByteProgress& progress = {},
                         const std::stop_token& stop = {});

/// Carries a parcel to a folder of a disk, or to a block device that is mounted for it, and keeps
/// the ledger: planned, written, copied. A parcel that was begun for that place goes on. The sheet
/// is laid beside it. Errors: those of transfer::carry.
struct Carried {
  transfer::Delivery delivery;
  transfer::CourierReport report;
};
Result<Carried> deliver(store::Store& store, const store::Session& by, const Parcel& parcel,
                        const std::filesystem::path& to,
                        const transfer::CourierOptions& options = {},
                        const ByteProgress& progress = {}, const std::stop_token& stop = {});

/// Receiver: verifies, signs, writes NAME.receipt and NAME.receipt.minisig into `out`, journals it.
/// Returns the receipt file. Errors: Corrupt (the package is not whole), Exists.
Result<std::filesystem::path> make_receipt(store::Store& store, const store::Session& by,
                                           const std::filesystem::path& folder,
                                           const package::PackageVerdict& verdict,
                                           const std::filesystem::path& out,
                                           const package::StationKey& key);
/// Sender: checks a receipt and makes the deliveries of that package Delivered. `trusted`: the
/// receiver's public key, remembered from then on; nullopt: one that was remembered.
/// Errors: Denied (the key is not known), Corrupt, NotFound (no package that was written or carried
/// here), Conflict (it names other counts).
Result<std::vector<transfer::Delivery>> take_receipt(
    store::Store& store, const store::Session& by, const std::filesystem::path& file,
    const std::optional<package::VerifyingKey>& trusted);

}  // namespace shiqu::app
