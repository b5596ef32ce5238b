#include "storage/package/internal/delta_list.h"

#include "storage/base/file.h"
#include "storage/package/internal/bag_check.h"
#include "storage/package/internal/bag_text.h"
#include "storage/package/names.h"

#include <algorithm>

namespace shiqu::package::delta {
namespace {

tl::unexpected<Error> bad(const std::string& subject, std::string words) {
  return fail(ErrorCode::InvalidInput, "read delta.json", subject, std::move(words));
}

bool is_sha512(const std::string& text) {
  return text.size() == 128 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool is_payload(const std::string& path) {
  return path.starts_with("data/") && is_safe_path(path);
}

Status add_file(const Json& json, List& list) {
  const auto path = get_or<std::string>(json, "path", "");
  const auto place = get_or<std::string>(json, "in", "");
  Entry entry;
  entry.sha512 = get_or<std::string>(json, "sha512", "");
  entry.carried = place == "delta";
  entry.base_path = entry.carried ? std::string() : get_or<std::string>(json, "base_path", path);
  const bool known = entry.carried || (place == "base" && is_payload(entry.base_path));
  if (!is_payload(path) || !is_sha512(entry.sha512) || !known) {
    return bad(path, "an entry of files");
  }
  if (!list.files.emplace(path, std::move(entry)).second) {
    return bad(path, "twice in files");
  }
  return {};
}

}  // namespace

Result<List> list_from(const Json& json) {
  List out;
  if (get_or<std::string>(json, "format", "") != "shiqu-delta/1") {
    return bad("format", "not shiqu-delta/1");
  }
  out.identifier = get_or<std::string>(json, "identifier", "");
  out.from_version = get_or<int>(json, "from_version", 0);
  out.to_version = get_or<int>(json, "to_version", 0);
  out.name = get_or<std::string>(json, "name", "");
  out.base_tag_manifest_sha512 = get_or<std::string>(json, "base_tag_manifest_sha512", "");
  out.full_tag_manifest_sha512 = get_or<std::string>(json, "full_tag_manifest_sha512", "");
  const bool versions = out.from_version > 0 && out.to_version > out.from_version &&
                        out.name == package_name(out.identifier, out.to_version);
  if (!versions || !is_sha512(out.base_tag_manifest_sha512) ||
      !is_sha512(out.full_tag_manifest_sha512)) {
    return bad("versions", "versions, name or tag manifests");
  }
  if (!json.contains("files") || !json["files"].is_array() || !json.contains("removed") ||
      !json["removed"].is_array()) {
    return bad("files", "no lists");
  }
  for (const Json& one : json["files"]) {
    SHIQU_TRY(add_file(one, out));
  }
  for (const Json& one : json["removed"]) {
    if (!one.is_string()) {
      return bad("removed", "not a path");
    }
    out.removed.push_back(one.get<std::string>());
  }
  return out;
}

Result<std::map<std::string, std::string>> manifest_of(const std::filesystem::path& package) {
  SHIQU_TRY_ASSIGN(const std::string text,
                   read_file(package / "manifest-sha512.txt", bag::kTagFileLimit));
  SHIQU_TRY_ASSIGN(const auto lines, bag::parse_manifest(text, true));
  std::map<std::string, std::string> out;
  for (const bag::ManifestLine& line : lines) {
    out.emplace(line.path, line.digest);
  }
  return out;
}

}  // namespace shiqu::package::delta
