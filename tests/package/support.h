#pragma once

#include "storage/base/file.h"
#include "storage/model/text.h"
#include "storage/package/bag_writer.h"
#include "storage/package/verify.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::package::test {

/// Exit status of a program found in /usr/bin, or -1 when it is not there.
int run(const std::string& program, const std::vector<std::string>& arguments,
        const std::map<std::string, std::string>& environment = {});

/// Folder with schemas and fixtures; nullopt when this machine has none.
std::optional<std::filesystem::path> shared_schemas();

/// True when xmllint accepts `file` against `schema` of the shared folder, without a network.
bool valid_against(const std::filesystem::path& file, const std::string& schema);

/// Two columns of three characters with places, confidences and alternatives.
model::PageText small_text();

/// A signed package of one page that keeps every rule, folder `parent`/gj0001-v1.
std::filesystem::path make_small_package(const std::filesystem::path& parent,
                                         const StationKey& key);

/// The verdict of verify_package, which must not fail.
PackageVerdict verdict_of(const std::filesystem::path& folder, const VerifyOptions& options = {});

/// "code path, code path": for messages of failed checks.
std::string findings_of(const PackageVerdict& verdict);

/// Overwrites a file in place.
void put(const std::filesystem::path& file, const std::string& content);
std::string get(const std::filesystem::path& file);

}  // namespace shiqu::package::test
