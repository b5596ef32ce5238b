#pragma once

#include "storage/jobs/runner.h"
#include "storage/package/keyring.h"
#include "ui/app/exporting.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace shiqu::app {

/// Kinds of the jobs below.
inline constexpr const char* kPackageJob = "package";
inline constexpr const char* kDeliverJob = "deliver";

/// Has planned packages written as one batch, one after the other. Each job acts for who asked, and
/// writes only what `plans` showed: what has changed until its turn comes ends it as a Conflict.
/// Waived gates need Lead, now and when it is written. Errors: Conflict (a gate is closed), Denied,
/// InvalidInput (no plan), those of add_batch.
Result<store::BatchId> request_packages(store::Store& store, const store::Session& by,
                                        const std::vector<package::PackagePlan>& plans,
                                        const WriteWishes& wishes);

/// Has a finished package, wrapped file or folder of volumes carried to a disk. Needs Operator.
Result<store::BatchId> request_delivery(store::Store& store, const store::Session& by,
                                        const std::filesystem::path& parcel,
                                        const std::filesystem::path& to,
                                        const std::string& contact);

/// The handlers of both kinds. Progress is in thousandths. `ask` gives the passphrase of the keys
/// and may be called from any thread; a sealed key and no passphrase is Denied.
std::unique_ptr<jobs::Handler> make_package_handler(package::AskPassphrase ask);
std::unique_ptr<jobs::Handler> make_deliver_handler();

}  // namespace shiqu::app
