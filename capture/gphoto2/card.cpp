#include "capture/gphoto2/internal/card.h"

#include "storage/base/file.h"
#include "storage/base/ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <string_view>

namespace shiqu::capture::gphoto2 {
namespace {

constexpr const char* kFetch = "fetch picture from camera";
constexpr std::size_t kPieceBytes = 1U << 20U;
constexpr int kDeepestFolder = 8;

struct CardPath {
  std::string folder;
  std::string name;
};

Result<CardPath> split_path(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (path.empty() || path.front() != '/' || slash + 1 == path.size()) {
    return fail(ErrorCode::InvalidInput, "find picture on card", path);
  }
  return CardPath{slash == 0 ? "/" : path.substr(0, slash), path.substr(slash + 1)};
}

std::string join(const std::string& folder, const std::string& name) {
  return folder == "/" ? "/" + name : folder + "/" + name;
}

/// Lower case, with the dot.
std::string extension_of(const std::string& name) {
  std::string out = std::filesystem::path(name).extension().string();
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

Result<std::uint64_t> size_of(Camera* camera, GPContext* context, const CardPath& path) {
  CameraFileInfo info{};
  SHIQU_TRY(
      check(gp_camera_file_get_info(camera, path.folder.c_str(), path.name.c_str(), &info, context),
            "look at picture on card", join(path.folder, path.name)));
  if ((info.file.fields & GP_FILE_INFO_SIZE) == 0) {
    return fail(ErrorCode::Unsupported, "look at picture on card", path.name, "no size told");
  }
  return static_cast<std::uint64_t>(info.file.size);
}

std::span<const std::uint8_t> as_bytes(const char* data, std::uint64_t size) {
  return {reinterpret_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

void report(const ProgressSink& progress, std::uint64_t done, std::uint64_t total) {
  if (progress) {
    progress({{"stage", "transfer"}, {"done", done}, {"total", total}});
  }
}

/// For drivers that cannot read a part of a file: all of it through memory.
Status copy_at_once(Camera* camera, GPContext* context, const CardPath& path, AtomicFile& out) {
  SHIQU_TRY_ASSIGN(const FileHandle file, new_file());
  SHIQU_TRY(check(gp_camera_file_get(camera, path.folder.c_str(), path.name.c_str(),
                                     GP_FILE_TYPE_NORMAL, file.get(), context),
                  kFetch, path.name));
  const char* data = nullptr;
  unsigned long size = 0;
  SHIQU_TRY(check(gp_file_get_data_and_size(file.get(), &data, &size), kFetch, path.name));
  return out.write(as_bytes(data, size));
}

/// Piece by piece: steady progress for the watchdog, and little memory for large pictures.
Result<std::uint64_t> copy(Camera* camera, GPContext* context, const CardPath& path,
                           std::uint64_t total, AtomicFile& out, const ProgressSink& progress) {
  std::vector<char> piece(kPieceBytes);
  std::uint64_t done = 0;
  while (done < total) {
    std::uint64_t size = std::min<std::uint64_t>(piece.size(), total - done);
    const int result = gp_camera_file_read(camera, path.folder.c_str(), path.name.c_str(),
                                           GP_FILE_TYPE_NORMAL, done, piece.data(), &size, context);
    if (done == 0 && result == GP_ERROR_NOT_SUPPORTED) {
      SHIQU_TRY(copy_at_once(camera, context, path, out));
      return total;
    }
    SHIQU_TRY(check(result, kFetch, path.name));
    if (size == 0) {
      break;
    }
    SHIQU_TRY(out.write(as_bytes(piece.data(), size)));
    done += size;
    report(progress, done, total);
  }
  return done;
}

Status list_folder(Camera* camera, GPContext* context, const std::string& folder, int depth,
                   std::vector<CardFile>& out) {
  SHIQU_TRY_ASSIGN(const ListHandle files, new_list());
  SHIQU_TRY(check(gp_camera_folder_list_files(camera, folder.c_str(), files.get(), context),
                  "list card", folder));
  for (int i = 0; i < gp_list_count(files.get()); ++i) {
    const char* name = nullptr;
    if (gp_list_get_name(files.get(), i, &name) >= GP_OK && role_of(name)) {
      SHIQU_TRY_ASSIGN(const std::uint64_t size, size_of(camera, context, {folder, name}));
      out.push_back({join(folder, name), size});
    }
  }
  SHIQU_TRY_ASSIGN(const ListHandle folders, new_list());
  SHIQU_TRY(check(gp_camera_folder_list_folders(camera, folder.c_str(), folders.get(), context),
                  "list card", folder));
  for (int i = 0; depth < kDeepestFolder && i < gp_list_count(folders.get()); ++i) {
    const char* name = nullptr;
    if (gp_list_get_name(folders.get(), i, &name) >= GP_OK) {
      SHIQU_TRY(list_folder(camera, context, join(folder, name), depth + 1, out));
    }
  }
  return {};
}

}  // namespace

std::optional<FrameRole> role_of(const std::string& name) {
  constexpr std::array<std::string_view, 6> kImages{".jpg",  ".jpeg", ".tif",
                                                    ".tiff", ".hif",  ".heic"};
  constexpr std::array<std::string_view, 19> kRaws{
      ".nef", ".nrw", ".cr2", ".cr3", ".crw", ".arw", ".sr2", ".srf", ".raf", ".orf",
      ".rw2", ".rwl", ".dng", ".pef", ".3fr", ".fff", ".iiq", ".x3f", ".raw"};
  const std::string end = extension_of(name);
  if (std::find(kImages.begin(), kImages.end(), end) != kImages.end()) {
    return FrameRole::Image;
  }
  if (std::find(kRaws.begin(), kRaws.end(), end) != kRaws.end()) {
    return FrameRole::Raw;
  }
  return std::nullopt;
}

Result<Frame> download(Camera* camera, GPContext* context, const std::string& path,
                       const std::filesystem::path& spool, const ProgressSink& progress) {
  SHIQU_TRY_ASSIGN(const CardPath where, split_path(path));
  const auto role = role_of(where.name);
  if (!role) {
    return fail(ErrorCode::Unsupported, kFetch, path, "not a picture");
  }
  SHIQU_TRY_ASSIGN(const std::uint64_t size, size_of(camera, context, where));
  Frame out;
  out.role = *role;
  out.file = spool / (new_uuid() + extension_of(where.name));
  out.name = path;
  out.size_bytes = size;
  SHIQU_TRY_ASSIGN(AtomicFile file, AtomicFile::create(out.file));
  SHIQU_TRY_ASSIGN(const std::uint64_t got, copy(camera, context, where, size, file, progress));
  SHIQU_TRY(file.commit());
  std::error_code error;
  const std::uintmax_t written = std::filesystem::file_size(out.file, error);
  if (error || got != size || written != size) {
    std::filesystem::remove(out.file, error);
    return fail(ErrorCode::DeviceError, kFetch, path,
                fmt::format("{} of {} bytes came", got, size));
  }
  return out;
}

Status erase(Camera* camera, GPContext* context, const std::string& path,
             std::uint64_t size_bytes) {
  SHIQU_TRY_ASSIGN(const CardPath where, split_path(path));
  SHIQU_TRY_ASSIGN(const std::uint64_t size, size_of(camera, context, where));
  if (size != size_bytes) {
    return fail(ErrorCode::Conflict, "delete picture from card", path,
                fmt::format("{} bytes on the card, {} expected", size, size_bytes));
  }
  return check(gp_camera_file_delete(camera, where.folder.c_str(), where.name.c_str(), context),
               "delete picture from card", path);
}

Result<std::vector<CardFile>> list_pictures(Camera* camera, GPContext* context) {
  std::vector<CardFile> out;
  SHIQU_TRY(list_folder(camera, context, "/", 0, out));
  return out;
}

}  // namespace shiqu::capture::gphoto2
