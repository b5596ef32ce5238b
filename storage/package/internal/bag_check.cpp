#include "storage/package/internal/bag_check.h"

#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/package/internal/file_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace shiqu::package::bag {
namespace {

namespace fs = std::filesystem;

/// Relative, without empty, "." or ".." parts and without a shell's home shortcut.
bool stays_inside(std::string_view path) {
  if (path.empty() || path.front() == '~' || path.find('\0') != std::string_view::npos) {
    return false;
  }
  const auto parts = split(path, '/');
  return std::none_of(parts.begin(), parts.end(), [](const std::string& part) {
    return part.empty() || part == "." || part == "..";
  });
}

class Check {
 public:
  Check(const fs::path& root, std::vector<VerifyFinding>& findings, const ReadProgress& progress,
        const std::stop_token& stop)
      : findings_(findings), progress_(progress), stop_(stop) {
    facts_.root = root;
  }

  Result<Facts> run() {
    SHIQU_TRY(walk());
    SHIQU_TRY(read_declaration());
    SHIQU_TRY(read_manifests());
    SHIQU_TRY(read_fetch());
    SHIQU_TRY(read_info());
    SHIQU_TRY(check_files(facts_, findings_, progress_, stop_));
    return std::move(facts_);
  }

 private:
  void error(std::string code, std::string path, std::string message) {
    findings_.push_back({Severity::Error, std::move(code), std::move(path), std::move(message)});
  }
  void warn(std::string code, std::string path, std::string message) {
    findings_.push_back({Severity::Warning, std::move(code), std::move(path), std::move(message)});
  }
  [[nodiscard]] bool before_1() const { return facts_.declaration.version < kVersion1; }
  [[nodiscard]] bool exists(const std::string& path) const { return facts_.files.contains(path); }

  Status walk();
  Status visit(const fs::directory_entry& entry);
  Status read_declaration();
  Result<std::optional<std::string>> read_tag_file(const std::string& name);
  Status read_manifests();
  Status read_manifest(const std::string& file, std::string_view algorithm, bool payload);
  void take_line(Manifest& manifest, const ManifestLine& line, bool payload);
  Status read_fetch();
  Status read_info();
  void check_oxum(const std::string& value);

  Facts facts_;
  std::vector<VerifyFinding>& findings_;
  const ReadProgress& progress_;
  const std::stop_token& stop_;
};

Status Check::visit(const fs::directory_entry& entry) {
  const std::string path = entry.path().lexically_relative(facts_.root).generic_string();
  std::error_code failed;
  const fs::file_status status = entry.symlink_status(failed);
  if (failed) {
    return fail_errno(failed.value(), "look at file", path);
  }
  const std::size_t slash = path.rfind('/');
  if (slash != std::string::npos) {
    facts_.empty_folders.erase(path.substr(0, slash));
  }
  if (fs::is_directory(status)) {
    facts_.folders.insert(path);
    facts_.empty_folders.insert(path);
  } else if (fs::is_symlink(status)) {
    error("symlink", path, "A symbolic link; its target may lie outside.");
  } else if (!fs::is_regular_file(status)) {
    error("special_file", path, "Neither a file nor a folder.");
  } else {
    const std::uint64_t size = entry.file_size(failed);
    if (failed) {
      return fail_errno(failed.value(), "look at file", path);
    }
    facts_.files.emplace(path, size);
  }
  return {};
}

Status Check::walk() {
  std::error_code failed;
  const fs::file_status status = fs::status(facts_.root, failed);
  if (!fs::exists(status)) {
    return fail(ErrorCode::NotFound, "verify package", facts_.root.string());
  }
  if (!fs::is_directory(status)) {
    return fail(ErrorCode::InvalidInput, "verify package", facts_.root.string(), "not a folder");
  }
  fs::recursive_directory_iterator at(facts_.root, failed);
  for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    SHIQU_TRY(visit(*at));
    if (stop_.stop_requested()) {
      return fail(ErrorCode::Cancelled, "verify package", facts_.root.string());
    }
  }
  if (failed) {
    return fail_errno(failed.value(), "list package", facts_.root.string());
  }
  if (!facts_.folders.contains("data")) {
    error("no_payload_folder", "data", "There is no folder data.");
  }
  return {};
}

/// nullopt when it is absent or unreadable, which is then a finding.
Result<std::optional<std::string>> Check::read_tag_file(const std::string& name) {
  if (!exists(name)) {
    return std::optional<std::string>{};
  }
  if (facts_.files[name] > kTagFileLimit) {
    error("tag_file_too_large", name, "Too large to be a tag file.");
    return std::optional<std::string>{};
  }
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(facts_.root / name, kTagFileLimit));
  auto text = decode_tag_text(bytes, facts_.declaration.encoding);
  if (!text) {
    error("bad_encoding", name, "Not text in " + facts_.declaration.encoding + ".");
    return std::optional<std::string>{};
  }
  return std::optional<std::string>(std::move(*text));
}

Status Check::read_declaration() {
  facts_.declaration = {kVersion1, "UTF-8"};
  if (!exists("bagit.txt") || facts_.files["bagit.txt"] > 4096) {
    error("no_declaration", "bagit.txt", "The file bagit.txt is missing: not a bag.");
    return {};
  }
  SHIQU_TRY_ASSIGN(const std::string text, read_file(facts_.root / "bagit.txt"));
  auto declaration = parse_declaration(text);
  if (!declaration) {
    error("bad_declaration", "bagit.txt", declaration.error().text());
    return {};
  }
  facts_.declaration = std::move(*declaration);
  const Version& version = facts_.declaration.version;
  if (version > kVersion1 || version < Version{0, 93}) {
    error("unknown_version", "bagit.txt", "Only BagIt 0.93 to 1.0 is understood.");
  }
  return {};
}

Status Check::read_manifests() {
  constexpr std::string_view kPayload = "manifest-";
  constexpr std::string_view kTags = "tagmanifest-";
  for (const auto& [path, size] : facts_.files) {
    if (path.find('/') != std::string::npos || !path.ends_with(".txt")) {
      continue;
    }
    const bool payload = path.starts_with(kPayload);
    if (!payload && !path.starts_with(kTags)) {
      continue;
    }
    const std::size_t start = payload ? kPayload.size() : kTags.size();
    SHIQU_TRY(read_manifest(path, std::string_view(path).substr(start, path.size() - start - 4),
                            payload));
  }
  if (facts_.payload.empty()) {
    error("no_manifest", {}, "There is no payload manifest of a known algorithm.");
  }
  return {};
}

Status Check::read_manifest(const std::string& file, std::string_view algorithm, bool payload) {
  if (!digest_kind_from(algorithm)) {
    warn("unknown_algorithm", file, "Its algorithm is not known: nothing in it was checked.");
    return {};
  }
  SHIQU_TRY_ASSIGN(const auto text, read_tag_file(file));
  if (!text) {
    return {};
  }
  const auto lines = parse_manifest(*text, !before_1());
  if (!lines) {
    error("bad_manifest", file, lines.error().text());
    return {};
  }
  Manifest manifest{file, std::string(algorithm), {}};
  for (const ManifestLine& line : *lines) {
    take_line(manifest, line, payload);
  }
  (payload ? facts_.payload : facts_.tags).push_back(std::move(manifest));
  return {};
}

void Check::take_line(Manifest& manifest, const ManifestLine& line, bool payload) {
  if (!stays_inside(line.path) || line.path.starts_with("data/") != payload) {
    error("path_outside", line.path, manifest.file + " names a path that does not belong there.");
    return;
  }
  if (line.star) {
    warn("md5sum_form", line.path, manifest.file + " has '*' before the path.");
  }
  if (line.dot_slash) {
    warn("relative_path", line.path, manifest.file + " has './' before the path.");
  }
  const auto [at, fresh] = manifest.digests.emplace(line.path, line.digest);
  if (fresh) {
    return;
  }
  if (lower_case(at->second) != lower_case(line.digest)) {
    error("listed_twice", line.path, manifest.file + " lists it with two digests.");
  } else if (before_1()) {
    warn("listed_twice", line.path, manifest.file + " lists it twice.");
  } else {
    error("listed_twice", line.path, manifest.file + " lists it twice.");
  }
}

Status Check::read_fetch() {
  SHIQU_TRY_ASSIGN(const auto text, read_tag_file("fetch.txt"));
  if (!text) {
    return {};
  }
  for (const std::string& raw : split(*text, '\n')) {
    const std::string_view line = trim(raw);
    const std::size_t first = line.find_first_of(" \t");
    const std::size_t second =
        first == std::string_view::npos ? first : line.find_first_of(" \t", first + 1);
    if (line.empty()) {
      continue;
    }
    const std::string path(second == std::string_view::npos ? "" : trim(line.substr(second)));
    if (!stays_inside(path) || !path.starts_with("data/")) {
      error("path_outside", path, "fetch.txt names a path outside the payload.");
    } else if (!exists(path)) {
      error("not_fetched", path, "It has not been fetched yet.");
    }
  }
  return {};
}

void Check::check_oxum(const std::string& value) {
  std::uint64_t bytes = 0;
  std::uint64_t count = 0;
  for (const auto& [path, size] : facts_.files) {
    if (path.starts_with("data/")) {
      bytes += size;
      ++count;
    }
  }
  const std::string actual = fmt::format("{}.{}", bytes, count);
  if (value != actual) {
    error("oxum_mismatch", "bag-info.txt",
          fmt::format("Payload-Oxum is {}, the payload has {}.", value, actual));
  }
}

Status Check::read_info() {
  SHIQU_TRY_ASSIGN(const auto text, read_tag_file("bag-info.txt"));
  if (!text) {
    return {};
  }
  auto tags = parse_tags(text->starts_with("\xef\xbb\xbf") ? text->substr(3) : *text);
  if (!tags) {
    error("bad_bag_info", "bag-info.txt", tags.error().text());
    return {};
  }
  facts_.info = std::move(*tags);
  for (const Tag& tag : facts_.info) {
    if (tag.space_before_colon && !before_1()) {
      error("space_before_colon", "bag-info.txt", "BagIt 1.0 allows no space before the colon.");
    }
    if (lower_case(tag.name) == "payload-oxum") {
      check_oxum(tag.value);
    }
  }
  return {};
}

}  // namespace

const std::string* Facts::info_value(std::string_view name) const noexcept {
  for (const Tag& tag : info) {
    if (tag.name == name) {
      return &tag.value;
    }
  }
  return nullptr;
}

Result<Facts> check_bag(const fs::path& root, std::vector<VerifyFinding>& findings,
                        const ReadProgress& progress, const std::stop_token& stop) {
  return Check(root, findings, progress, stop).run();
}

}  // namespace shiqu::package::bag
