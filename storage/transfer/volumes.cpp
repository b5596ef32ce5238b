#include "storage/transfer/volumes.h"

#include "storage/base/channel.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace shiqu::transfer {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMostVolumes = 9999;

std::string part_name(const VolumeIndex& index, std::size_t number) {
  return fmt::format("{}.{}.{:03}", index.package, index.content, number);
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

std::string text_of(const VolumeIndex& index) {
  Json volumes = Json::array();
  for (const Volume& one : index.volumes) {
    volumes.push_back({{"file", one.file}, {"bytes", one.bytes}, {"sha256", one.sha256}});
  }
  return Json{{"format", "shiqu volumes 1"},  {"package", index.package},
              {"content", index.content},     {"tag_manifest_sha256", index.tag_manifest_sha256},
              {"bytes", index.bytes},         {"sha256", index.sha256},
              {"volumes", std::move(volumes)}}
             .dump(1) +
         "\n";
}

Result<VolumeIndex> parse_volume_index(std::string_view text) {
  SHIQU_TRY_ASSIGN(const Json json, parse_json(std::string(text), "index of volumes"));
  VolumeIndex out;
  out.package = get_or<std::string>(json, "package", "");
  out.content = get_or<std::string>(json, "content", "");
  out.tag_manifest_sha256 = get_or<std::string>(json, "tag_manifest_sha256", "");
  out.bytes = get_or<std::uint64_t>(json, "bytes", 0);
  out.sha256 = get_or<std::string>(json, "sha256", "");
  const Json parts = json.is_object() && json.contains("volumes") && json["volumes"].is_array()
                         ? json["volumes"]
                         : Json::array();
  bool good = is_plain_name(out.package) && (out.content == "tar" || out.content == "tar.age") &&
              !parts.empty();
  for (const Json& part : parts) {
    out.volumes.push_back({get_or<std::string>(part, "file", ""),
                           get_or<std::uint64_t>(part, "bytes", 0),
                           get_or<std::string>(part, "sha256", "")});
    good = good && out.volumes.back().file == part_name(out, out.volumes.size());
  }
  if (!good || text_of(out) != text) {
    return fail(ErrorCode::InvalidInput, "read index of volumes", out.package);
  }
  return out;
}

Result<VolumeWriter> VolumeWriter::create(const fs::path& folder, std::string package,
                                          std::string content, std::uint64_t volume_bytes) {
  if (volume_bytes < kSmallestVolume || !is_plain_name(package)) {
    return fail(ErrorCode::InvalidInput, "cut into volumes", package, "size of a volume or name");
  }
  SHIQU_TRY(make_folders(folder));
  VolumeWriter out;
  out.folder_ = folder;
  out.volume_bytes_ = volume_bytes;
  out.index_.package = std::move(package);
  out.index_.content = std::move(content);
  return out;
}

Status VolumeWriter::close_part() {
  SHIQU_TRY(part_->commit());
  part_.reset();
  index_.volumes.back().sha256 = part_hash_.finish_hex();
  part_hash_ = Hasher(DigestKind::Sha256);
  return {};
}

Status VolumeWriter::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    if (!part_) {
      if (index_.volumes.size() == kMostVolumes) {
        return fail(ErrorCode::InvalidInput, "cut into volumes", index_.package, "too many");
      }
      const std::string name = part_name(index_, index_.volumes.size() + 1);
      SHIQU_TRY_ASSIGN(AtomicFile part, AtomicFile::create(folder_ / name));
      part_.emplace(std::move(part));
      index_.volumes.push_back({name, 0, {}});
    }
    Volume& volume = index_.volumes.back();
    const auto room = std::min<std::uint64_t>(volume_bytes_ - volume.bytes, bytes.size());
    const auto piece = bytes.first(static_cast<std::size_t>(room));
    SHIQU_TRY(part_->write(piece));
    part_hash_.update(piece);
    whole_.update(piece);
    volume.bytes += room;
    index_.bytes += room;
    bytes = bytes.subspan(piece.size());
    if (volume.bytes == volume_bytes_) {
      SHIQU_TRY(close_part());
    }
  }
  return {};
}

Result<VolumeIndex> VolumeWriter::finish(const std::string& tag_manifest_sha256) {
  if (part_) {
    SHIQU_TRY(close_part());
  }
  index_.sha256 = whole_.finish_hex();
  index_.tag_manifest_sha256 = tag_manifest_sha256;
  return index_;
}

Status join_volumes(const VolumeIndex& index, const std::vector<fs::path>& folders,
                    const ByteSink& sink) {
  Hasher whole(DigestKind::Sha256);
  for (const Volume& volume : index.volumes) {
    const auto disk = std::find_if(folders.begin(), folders.end(), [&](const fs::path& folder) {
      return fs::is_regular_file(folder / volume.file);
    });
    if (disk == folders.end()) {
      return fail(ErrorCode::NotFound, "join volumes", volume.file, "it is on none of the disks");
    }
    Hasher hash(DigestKind::Sha256);
    std::uint64_t bytes = 0;
    SHIQU_TRY(
        read_in_pieces(*disk / volume.file, [&](std::span<const std::uint8_t> piece) -> Status {
          hash.update(piece);
          whole.update(piece);
          bytes += piece.size();
          return sink(piece);
        }));
    if (bytes != volume.bytes || hash.finish_hex() != volume.sha256) {
      return fail(ErrorCode::Corrupt, "join volumes", volume.file, "it is not what the index says");
    }
  }
  if (whole.finish_hex() != index.sha256) {
    return fail(ErrorCode::Corrupt, "join volumes", index.package, "the parts are not one whole");
  }
  return {};
}

}  // namespace shiqu::transfer
