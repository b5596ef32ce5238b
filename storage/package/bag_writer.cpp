#include "storage/package/bag_writer.h"

#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/package/internal/bag_text.h"
#include "storage/package/internal/profile.h"
#include "storage/package/names.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cerrno>
#include <set>
#include <system_error>
#include <thread>

namespace shiqu::package {
namespace {

namespace fs = std::filesystem;

std::string one_line(std::string_view text) {
  std::string out;
  for (char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    out += control ? ' ' : c;
  }
  return std::string(trim(out));
}

std::string manifest_text(const std::vector<BagEntry>& entries, std::string BagEntry::*digest) {
  std::map<std::string, std::string> lines;
  for (const BagEntry& entry : entries) {
    lines.emplace(entry.path, entry.*digest);
  }
  return bag::render_manifest(lines);
}

Result<std::string> bag_info_text(const BagInfo& info, std::uint64_t bytes, std::size_t files) {
  std::vector<std::pair<std::string, std::string>> tags = {
      {"BagIt-Profile-Identifier", std::string(profile::kIdentifier)},
      {"Source-Organization", info.source_organization},
      {"External-Identifier", info.external_identifier},
      {"Internal-Sender-Identifier", info.internal_sender_identifier},
      {"Bagging-Date", info.bagging_date},
      {"Payload-Oxum", fmt::format("{}.{}", bytes, files)},
      {"Bag-Group-Identifier", info.bag_group_identifier},
      {"Bag-Count", info.bag_count},
      {"Shiqu-Package-Version", std::to_string(info.version)},
      {"Shiqu-Package-Type", info.package_type},
      {"Shiqu-Security-Level", info.security_level}};
  tags.insert(tags.end(), info.more.begin(), info.more.end());
  std::string out;
  for (const auto& [name, value] : tags) {
    const std::string line = one_line(value);
    if (line.empty()) {
      return fail(ErrorCode::InvalidInput, "write bag-info.txt", name, "no value");
    }
    out += fmt::format("{}: {}\n", name, line);
  }
  return out;
}

Status remove_tree(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) {
    return fail_errno(error.value(), "remove unfinished package", folder.string());
  }
  return {};
}

Result<FileDescriptor> lock_folder(const fs::path& folder) {
  FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) {
    return fail_errno(errno, "open", folder.string());
  }
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(ErrorCode::Conflict, "write package", folder.string(), "it is being written");
  }
  return fd;
}

/// Removes what a killed writer left; a living one holds the lock.
Status clear_leftover(const fs::path& part) {
  if (!fs::exists(fs::symlink_status(part))) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const FileDescriptor lock, lock_folder(part));
  return remove_tree(part);
}

}  // namespace

PayloadFile::PayloadFile(NewFile file, std::string path)
    : file_(std::move(file)), path_(std::move(path)) {
  hashers_.emplace_back(DigestKind::Sha256);
  hashers_.emplace_back(DigestKind::Sha512);
}

Status PayloadFile::append(std::string_view text) {
  return append({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Status PayloadFile::append(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t kWorthThreads = 256U << 10U;
  static const bool several_cores = std::thread::hardware_concurrency() > 1;
  if (sides_.empty() && several_cores && bytes.size() >= kWorthThreads) {
    for (Hasher& hasher : std::exchange(hashers_, {})) {
      sides_.emplace_back(std::move(hasher));
    }
  }
  for (SideHasher& side : sides_) {
    side.update(bytes);
  }
  for (Hasher& hasher : hashers_) {
    hasher.update(bytes);
  }
  SHIQU_TRY(file_.write(bytes));
  write_behind();
  return {};
}

void PayloadFile::write_behind() {
  constexpr std::uint64_t kWindow = 8U << 20U;
  const std::uint64_t size = file_.size_bytes();
  if (size - begun_bytes_ >= kWindow) {
    // Only a hint, which not every file system takes: fsync asks for all and is answered.
    (void)::sync_file_range(file_.descriptor(), static_cast<off_t>(begun_bytes_),
                            static_cast<off_t>(size - begun_bytes_), SYNC_FILE_RANGE_WRITE);
    begun_bytes_ = size;
  }
}

Result<BagEntry> PayloadFile::close(bool sync) {
  SHIQU_TRY(sync ? file_.sync() : file_.end_unsynced());
  std::vector<std::string> digests;
  for (SideHasher& side : sides_) {
    digests.push_back(side.finish_hex());
  }
  for (Hasher& hasher : hashers_) {
    digests.push_back(hasher.finish_hex());
  }
  return BagEntry{std::move(path_), file_.size_bytes(), std::move(digests[0]),
                  std::move(digests[1])};
}

BagWriter::BagWriter(fs::path folder, FileDescriptor lock)
    : folder_(std::move(folder)), lock_(std::move(lock)) {}

BagWriter::~BagWriter() {
  if (lock_) {
    (void)remove_tree(part());
  }
}

fs::path unfinished(const fs::path& folder) {
  return {folder.string() + ".part"};
}

fs::path BagWriter::part() const {
  return unfinished(folder_);
}

Result<BagWriter> BagWriter::create(const fs::path& folder) {
  if (fs::exists(fs::symlink_status(folder))) {
    return fail(ErrorCode::Exists, "write package", folder.string());
  }
  SHIQU_TRY(make_folders(folder.parent_path()));
  const fs::path part = unfinished(folder);
  SHIQU_TRY(clear_leftover(part));
  std::error_code error;
  if (!fs::create_directory(part, error)) {
    return fail_errno(error ? error.value() : EEXIST, "make folder", part.string());
  }
  SHIQU_TRY_ASSIGN(FileDescriptor lock, lock_folder(part));
  return BagWriter(folder, std::move(lock));
}

Status BagWriter::make_folders_for(const std::string& path) {
  std::error_code error;
  fs::create_directories((part() / path).parent_path(), error);
  if (error) {
    return fail_errno(error.value(), "make folder", path);
  }
  return {};
}

Result<PayloadFile> BagWriter::open_file(const std::string& path) {
  SHIQU_TRY(make_folders_for(path));
  // Under its final name, which the whole folder gets at once: no rename and no second fsync.
  SHIQU_TRY_ASSIGN(NewFile file, NewFile::create(part() / path, {0644, {}}));
  return PayloadFile(std::move(file), path);
}

Result<PayloadFile> BagWriter::open(const std::string& path) {
  if (!lock_) {
    return fail(ErrorCode::Internal, "open file of package", path);
  }
  if (!path.starts_with("data/") || !is_safe_path(path)) {
    return fail(ErrorCode::InvalidInput, "add file to package", path, "unsafe path");
  }
  SHIQU_TRY_ASSIGN(PayloadFile file, open_file(path));
  ++opened_;
  return file;
}

/// A disk that has to confirm each of a hundred thousand files takes hours, and nothing is hashed
/// while it does. They are asked for together: after the first answer the others are there already.
Status BagWriter::sync_payload() {
  if (::syncfs(lock_.get()) != 0) {
    return fail_errno(errno, "sync file system", part().string());
  }
  for (const BagEntry& entry : entries_) {  // syncfs alone is not enough on every file system
    SHIQU_TRY(sync_file(part() / entry.path));
  }
  return {};
}

Status BagWriter::close(PayloadFile file) {
  SHIQU_TRY_ASSIGN(BagEntry entry, file.close(false));
  places_.emplace(entry.path, entries_.size());
  entries_.push_back(std::move(entry));
  return {};
}

const BagEntry* BagWriter::find(std::string_view path) const noexcept {
  const auto found = places_.find(path);
  return found == places_.end() ? nullptr : &entries_[found->second];
}

fs::path BagWriter::where(std::string_view path) const {
  return part() / path;
}

Status BagWriter::add_file(const std::string& path, const fs::path& source,
                           const std::string& expected_sha256, const Progress& progress,
                           const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(PayloadFile file, open(path));
  const auto take = [&](std::span<const std::uint8_t> piece) -> Status {
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "write package", path);
    }
    SHIQU_TRY(file.append(piece));
    if (progress) {
      progress(piece.size());
    }
    return {};
  };
  SHIQU_TRY(read_in_pieces(source, take));
  SHIQU_TRY(close(std::move(file)));
  if (!expected_sha256.empty() && entries_.back().sha256 != expected_sha256) {
    return fail(ErrorCode::Corrupt, "copy into package", path,
                "its bytes are not those that were kept");
  }
  return {};
}

Status BagWriter::add_text(const std::string& path, std::string_view content) {
  SHIQU_TRY_ASSIGN(PayloadFile file, open(path));
  SHIQU_TRY(file.append(content));
  return close(std::move(file));
}

Status BagWriter::write_tag_file(const std::string& name, std::string_view content) {
  SHIQU_TRY_ASSIGN(PayloadFile file, open_file(name));
  SHIQU_TRY(file.append(content));
  SHIQU_TRY_ASSIGN(BagEntry entry, file.close(true));
  tag_files_.push_back(std::move(entry));
  return {};
}

Status BagWriter::write_tag_manifests() {
  const auto listed = tag_files_;  // a tag manifest lists no tag manifest
  SHIQU_TRY(write_tag_file("tagmanifest-sha256.txt", manifest_text(listed, &BagEntry::sha256)));
  return write_tag_file("tagmanifest-sha512.txt", manifest_text(listed, &BagEntry::sha512));
}

Status BagWriter::sync_folders() {
  std::set<fs::path> folders = {part()};
  for (const BagEntry& entry : entries_) {
    for (fs::path at = fs::path(entry.path).parent_path(); !at.empty(); at = at.parent_path()) {
      folders.insert(part() / at);
    }
  }
  for (const fs::path& folder : folders) {
    SHIQU_TRY(sync_folder(folder));
  }
  return {};
}

Result<BagSummary> BagWriter::finish(const BagInfo& info, const StationKey& key,
                                     const Sm2Key* sm2) {
  if (!lock_ || entries_.empty() || opened_ != entries_.size()) {
    return fail(ErrorCode::InvalidInput, "finish package", folder_.string(),
                entries_.empty() ? "no payload" : "a payload file is not closed");
  }
  BagSummary summary{folder_, entries_.size(), 0, {}};
  for (const BagEntry& entry : entries_) {
    summary.payload_bytes += entry.size_bytes;
  }
  SHIQU_TRY_ASSIGN(const std::string tags,
                   bag_info_text(info, summary.payload_bytes, entries_.size()));
  SHIQU_TRY(sync_payload());
  SHIQU_TRY(write_tag_file("bagit.txt", profile::kDeclaration));
  SHIQU_TRY(write_tag_file("bag-info.txt", tags));
  SHIQU_TRY(write_tag_file("signer.pub", public_key_text(key.verifying())));
  if (sm2 != nullptr) {
    SHIQU_TRY(write_tag_file(std::string(profile::kSm2Signer), sm2->public_key().pem()));
  }
  SHIQU_TRY(write_tag_file("manifest-sha256.txt", manifest_text(entries_, &BagEntry::sha256)));
  SHIQU_TRY(write_tag_file("manifest-sha512.txt", manifest_text(entries_, &BagEntry::sha512)));
  SHIQU_TRY(write_tag_manifests());
  summary.tag_manifest_sha256 = tag_files_.back().sha256;
  const std::string comment =
      trusted_comment(one_line(info.external_identifier), info.version,
                      one_line(info.internal_sender_identifier), info.sequence);
  SHIQU_TRY_ASSIGN(const std::string signature,
                   sign_file(key, part() / profile::kSigned, comment, profile::kComment));
  SHIQU_TRY(write_tag_file(std::string(profile::kSignature), signature));
  if (sm2 != nullptr) {
    SHIQU_TRY_ASSIGN(const std::string content, read_file(part() / profile::kSigned, 1U << 30U));
    SHIQU_TRY_ASSIGN(const std::string second, sm2->sign(content));
    SHIQU_TRY(write_tag_file(std::string(profile::kSm2Signature), second));
  }
  SHIQU_TRY(sync_folders());
  SHIQU_TRY(move_into_place(part(), folder_));
  lock_.reset();
  return summary;
}

Result<BagSummary> BagWriter::finish_as(const fs::path& root,
                                        const std::function<Status(const fs::path&)>& check) {
  if (!lock_ || entries_.empty() || opened_ != entries_.size()) {
    return fail(ErrorCode::InvalidInput, "finish package", folder_.string());
  }
  BagSummary summary{folder_, entries_.size(), 0, {}};
  for (const BagEntry& entry : entries_) {
    summary.payload_bytes += entry.size_bytes;
  }
  SHIQU_TRY(sync_payload());
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(root, failed)) {
    SHIQU_TRY_ASSIGN(const std::string content, read_file(entry.path()));
    SHIQU_TRY(write_tag_file(entry.path().filename().string(), content));
  }
  if (failed) {
    return fail_errno(failed.value(), "list root files", root.string());
  }
  SHIQU_TRY_ASSIGN(summary.tag_manifest_sha256,
                   file_digest_hex(part() / profile::kSigned, DigestKind::Sha256));
  SHIQU_TRY(sync_folders());
  SHIQU_TRY(check(part()));
  SHIQU_TRY(move_into_place(part(), folder_));
  lock_.reset();
  return summary;
}

}  // namespace shiqu::package
