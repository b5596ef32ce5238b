#include "storage/package/delta.h"

#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/package/internal/bag_check.h"
#include "storage/package/internal/bag_text.h"
#include "storage/package/internal/delta_list.h"
#include "storage/package/internal/profile.h"
#include "storage/package/names.h"
#include "storage/package/stream_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <system_error>

namespace shiqu::package {
namespace {

namespace fs = std::filesystem;

/// What has to be known of a package that takes part.
struct Side {
  fs::path folder;
  std::string identifier;
  std::string type;
  int version = 0;
  std::string tag_manifest_sha512;
  std::map<std::string, std::string> files;  ///< sha512 by path
};

Result<Side> read_side(const fs::path& folder) {
  Side out;
  out.folder = folder;
  SHIQU_TRY_ASSIGN(const std::string text, read_file(folder / "bag-info.txt", bag::kTagFileLimit));
  SHIQU_TRY_ASSIGN(const auto tags, bag::parse_tags(text));
  for (const bag::Tag& tag : tags) {
    if (tag.name == "External-Identifier") {
      out.identifier = tag.value;
    } else if (tag.name == "Shiqu-Package-Type") {
      out.type = tag.value;
    } else if (tag.name == "Shiqu-Package-Version") {
      (void)std::from_chars(tag.value.data(), tag.value.data() + tag.value.size(), out.version);
    }
  }
  if (out.identifier.empty() || out.version <= 0) {
    return fail(ErrorCode::InvalidInput, "read package", folder.string(), "not a package");
  }
  SHIQU_TRY_ASSIGN(out.tag_manifest_sha512,
                   file_digest_hex(folder / profile::kSigned, DigestKind::Sha512));
  SHIQU_TRY_ASSIGN(out.files, delta::manifest_of(folder));
  return out;
}

Status check_sides(const Side& base, const Side& full) {
  if (base.identifier != full.identifier) {
    return fail(ErrorCode::InvalidInput, "make delta", base.identifier, "of another item");
  }
  if (base.type != "full" || full.type != "full") {
    return fail(ErrorCode::Conflict, "make delta", base.folder.string(),
                "a delta is made between full packages: apply it first");
  }
  if (base.version >= full.version) {
    return fail(ErrorCode::Conflict, "make delta", base.folder.string(),
                fmt::format("version {} is not before {}", base.version, full.version));
  }
  return {};
}

/// Where each file of the full package comes from.
std::map<std::string, delta::Entry> compare(const Side& base, const Side& full) {
  std::map<std::string, std::string> places;  // first path of the base with that content
  for (const auto& [path, digest] : base.files) {
    places.emplace(digest, path);
  }
  std::map<std::string, delta::Entry> out;
  for (const auto& [path, digest] : full.files) {
    const auto same = base.files.find(path);
    const auto elsewhere = places.find(digest);
    if (same != base.files.end() && same->second == digest) {
      out.emplace(path, delta::Entry{digest, false, path});
    } else if (elsewhere != places.end()) {
      out.emplace(path, delta::Entry{digest, false, elsewhere->second});
    } else {
      out.emplace(path, delta::Entry{digest, true, {}});
    }
  }
  return out;
}

void put_files(JsonOut& out, const std::map<std::string, delta::Entry>& files) {
  out.begin_array("files");
  for (const auto& [path, entry] : files) {
    Json one = {{"path", path}, {"sha512", entry.sha512}, {"in", entry.carried ? "delta" : "base"}};
    if (!entry.carried && entry.base_path != path) {
      one["base_path"] = entry.base_path;
    }
    out.entry(one);
  }
  out.end_array();
}

/// The migration list: what is gone, and what now stands elsewhere.
void put_migration(JsonOut& out, const Side& base, const std::map<std::string, delta::Entry>& files,
                   DeltaSummary& summary) {
  out.begin_array("removed");
  for (const auto& [path, digest] : base.files) {
    if (!files.contains(path)) {
      out.entry(path);
      ++summary.removed;
    }
  }
  out.end_array();
  out.begin_array("moved");
  for (const auto& [path, entry] : files) {
    if (!entry.carried && entry.base_path != path) {
      out.entry({{"from", entry.base_path}, {"to", path}});
      ++summary.moved;
    }
  }
  out.end_array();
}

Status put_list(BagWriter& bag, const Side& base, const Side& full,
                const std::map<std::string, delta::Entry>& files, DeltaSummary& summary) {
  SHIQU_TRY_ASSIGN(JsonOut out, JsonOut::open(bag, std::string(kDeltaList)));
  out.member("format", "shiqu-delta/1");
  out.member("identifier", full.identifier);
  out.member("from_version", base.version);
  out.member("to_version", full.version);
  out.member("name", package_name(full.identifier, full.version));
  out.member("base_tag_manifest_sha512", base.tag_manifest_sha512);
  out.member("full_tag_manifest_sha512", full.tag_manifest_sha512);
  put_files(out, files);
  put_migration(out, base, files, summary);
  return out.finish();
}

/// Names of the files in a package's root, sorted.
Result<std::vector<std::string>> root_files(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (entry.is_regular_file()) {
      out.push_back(entry.path().filename().string());
    }
  }
  if (failed) {
    return fail_errno(failed.value(), "list package", folder.string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Status verify_delta(const fs::path& delta_folder, const std::optional<VerifyingKey>& trusted,
                    const std::stop_token& stop) {
  VerifyOptions options;
  options.trusted = trusted;
  SHIQU_TRY_ASSIGN(const PackageVerdict verdict, verify_package(delta_folder, options, {}, stop));
  if (!verdict.ok || verdict.type != "delta") {
    const auto worst =
        std::find_if(verdict.findings.begin(), verdict.findings.end(),
                     [](const auto& one) { return one.severity == Severity::Error; });
    return fail(ErrorCode::Corrupt, "apply delta", delta_folder.string(),
                worst != verdict.findings.end() ? worst->code + " " + worst->path
                                                : std::string("it is not a delta"));
  }
  return {};
}

Status copy_files(BagWriter& bag, const delta::List& list, const fs::path& base,
                  const fs::path& delta_folder, const std::stop_token& stop) {
  for (const auto& [path, entry] : list.files) {
    const fs::path from = entry.carried ? delta_folder / path : base / entry.base_path;
    SHIQU_TRY(bag.add_file(path, from, {}, {}, stop));
    if (bag.entries().back().sha512 != entry.sha512) {
      return fail(ErrorCode::Corrupt, "apply delta", from.string(), "another content than listed");
    }
  }
  return {};
}

}  // namespace

Result<DeltaSummary> write_delta(const fs::path& base_folder, const fs::path& full_folder,
                                 const BagInfo& info, const fs::path& out, const StationKey& key,
                                 const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(const Side base, read_side(base_folder));
  SHIQU_TRY_ASSIGN(const Side full, read_side(full_folder));
  SHIQU_TRY(check_sides(base, full));
  const auto files = compare(base, full);
  DeltaSummary summary;
  summary.name = package_name(full.identifier, full.version) + "-delta";
  summary.full_tag_manifest_sha512 = full.tag_manifest_sha512;
  SHIQU_TRY_ASSIGN(BagWriter bag, BagWriter::create(out / summary.name));
  for (const auto& [path, entry] : files) {
    if (entry.carried) {
      SHIQU_TRY(bag.add_file(path, full_folder / path, {}, {}, stop));
      ++summary.carried;
    } else {
      ++summary.reused;
    }
  }
  SHIQU_TRY_ASSIGN(const auto tags, root_files(full_folder));
  for (const std::string& name : tags) {
    SHIQU_TRY(bag.add_file(std::string(kFullTags) + name, full_folder / name, {}, {}, stop));
  }
  SHIQU_TRY(put_list(bag, base, full, files, summary));
  BagInfo own = info;
  own.package_type = "delta";
  own.more.emplace_back("Base-Tagmanifest-SHA512", base.tag_manifest_sha512);
  SHIQU_TRY_ASSIGN(summary.bag, bag.finish(own, key));
  return summary;
}

Result<PackageVerdict> apply_delta(const fs::path& base, const fs::path& delta_folder,
                                   const fs::path& out, const std::optional<VerifyingKey>& trusted,
                                   const std::stop_token& stop) {
  SHIQU_TRY(verify_delta(delta_folder, trusted, stop));
  SHIQU_TRY_ASSIGN(const std::string text,
                   read_file(delta_folder / kDeltaList, bag::kTagFileLimit));
  SHIQU_TRY_ASSIGN(const Json json, parse_json(text, std::string(kDeltaList)));
  SHIQU_TRY_ASSIGN(const delta::List list, delta::list_from(json));
  SHIQU_TRY_ASSIGN(const std::string base_digest,
                   file_digest_hex(base / profile::kSigned, DigestKind::Sha512));
  if (base_digest != list.base_tag_manifest_sha512) {
    return fail(ErrorCode::Conflict, "apply delta", base.string(),
                fmt::format("the delta was made from another package than this (version {})",
                            list.from_version));
  }
  SHIQU_TRY_ASSIGN(BagWriter bag, BagWriter::create(out));
  SHIQU_TRY(copy_files(bag, list, base, delta_folder, stop));
  PackageVerdict verdict;
  const auto check = [&](const fs::path& part) -> Status {
    VerifyOptions options;
    options.trusted = trusted;
    SHIQU_TRY_ASSIGN(verdict, verify_package(part, options, {}, stop));
    std::erase_if(verdict.findings, [](const auto& one) { return one.code == "folder_name"; });
    SHIQU_TRY_ASSIGN(const std::string digest,
                     file_digest_hex(part / profile::kSigned, DigestKind::Sha512));
    if (!verdict.ok || digest != list.full_tag_manifest_sha512) {
      return fail(ErrorCode::Corrupt, "apply delta", out.string(),
                  "what was put together is not accepted");
    }
    return {};
  };
  SHIQU_TRY(bag.finish_as(delta_folder / kFullTags, check));
  return verdict;
}

}  // namespace shiqu::package
