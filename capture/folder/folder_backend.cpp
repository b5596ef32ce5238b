#include "capture/folder/folder_backend.h"

#include "storage/base/file.h"
#include "storage/base/ids.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <span>
#include <utility>

namespace shiqu::capture {
namespace {

namespace fs = std::filesystem;

bool is_digit(char one) {
  return one >= '0' && one <= '9';
}

/// Cuts a run of digits off the front of `text`, without leading zeros.
std::string_view take_number(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

std::string lower_extension(const fs::path& file) {
  std::string out = file.extension().string();
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char one) { return static_cast<char>(std::tolower(one)); });
  return out;
}

bool is_image_name(const fs::path& file) {
  constexpr std::array<std::string_view, 5> kEndings{".jpg", ".jpeg", ".png", ".tif", ".tiff"};
  return file.filename().string().front() != '.' &&
         std::find(kEndings.begin(), kEndings.end(), lower_extension(file)) != kEndings.end();
}

/// Names of the images in a folder, in order.
Result<std::vector<std::string>> image_names(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  fs::directory_iterator at(folder, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    std::error_code unknown;
    if (at->is_regular_file(unknown) && is_image_name(at->path())) {
      out.push_back(at->path().filename().string());
    }
  }
  if (error) {
    return fail_errno(error.value(), "list folder", folder.string());
  }
  std::sort(out.begin(), out.end(), comes_before);
  return out;
}

class FolderDevice : public Device {
 public:
  explicit FolderDevice(fs::path folder) : folder_(std::move(folder)) {
    info_.backend = "folder";
    info_.address = folder_.string();
    info_.kind = model::CaptureSource::Import;
  }

  const DeviceInfo& info() const override { return info_; }
  Result<std::vector<Setting>> settings() override { return std::vector<Setting>{}; }
  Status set(const std::string& name, const std::string&) override {
    return fail(ErrorCode::NotFound, "set option", name, "a folder has none");
  }

  Result<Shot> capture(const fs::path& spool, const ProgressSink& progress) override {
    SHIQU_TRY_ASSIGN(const std::vector<std::string> names, image_names(folder_));
    const auto next = std::find_if(names.begin(), names.end(),
                                   [&](const auto& name) { return given_.count(name) == 0; });
    if (next == names.end()) {
      return fail(ErrorCode::NotFound, "take next file", folder_.string(), "no further image");
    }
    given_.insert(*next);  // also when copying fails: one bad file must not block the rest
    return copy(*next, spool, progress);
  }

  Result<std::optional<Shot>> poll(const fs::path& spool, std::chrono::milliseconds,
                                   const ProgressSink& progress) override {
    auto shot = capture(spool, progress);
    if (!shot && shot.error().code == ErrorCode::NotFound && fs::exists(folder_)) {
      return std::optional<Shot>{};
    }
    if (!shot) {
      return fail(std::move(shot).error());
    }
    return std::optional<Shot>(std::move(*shot));
  }

  Result<std::vector<std::uint8_t>> preview() override {
    return fail(ErrorCode::Unsupported, "show live view", folder_.string(), "folder");
  }
  Status end_preview() override { return {}; }
  Status clear(const Shot&) override { return {}; }
  Status close() override { return {}; }

 private:
  Result<Shot> copy(const std::string& name, const fs::path& spool, const ProgressSink& progress) {
    const fs::path source = folder_ / name;
    std::error_code unknown;
    const std::uint64_t total = fs::file_size(source, unknown);
    Frame frame;
    frame.file = spool / (new_uuid() + lower_extension(source));
    frame.name = name;
    SHIQU_TRY_ASSIGN(AtomicFile target, AtomicFile::create(frame.file));
    Status copied = read_in_pieces(source, [&](std::span<const std::uint8_t> bytes) -> Status {
      SHIQU_TRY(target.write(bytes));
      frame.size_bytes += bytes.size();
      if (progress) {
        progress({{"stage", "transfer"}, {"done", frame.size_bytes}, {"total", total}});
      }
      return {};
    });
    if (!copied && copied.error().code == ErrorCode::NotFound) {
      copied.error().code = ErrorCode::Io;  // vanished: not the end of the folder
    }
    SHIQU_TRY(copied);
    SHIQU_TRY(target.commit());
    return Shot{{std::move(frame)}};
  }

  fs::path folder_;
  DeviceInfo info_;
  std::set<std::string> given_;
};

class FolderBackend : public Backend {
 public:
  std::string_view name() const override { return "folder"; }
  model::CaptureSource kind() const override { return model::CaptureSource::Import; }
  Result<std::vector<DeviceInfo>> list() override { return std::vector<DeviceInfo>{}; }
  Result<std::unique_ptr<Device>> open(const std::string& address) override {
    std::error_code unknown;
    if (!fs::is_directory(address, unknown)) {
      return fail(ErrorCode::NotFound, "open folder", address);
    }
    SHIQU_TRY(image_names(address));  // refuses what may not be read
    return std::make_unique<FolderDevice>(address);
  }
};

}  // namespace

bool comes_before(std::string_view a, std::string_view b) noexcept {
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view number_a = take_number(a);
      const std::string_view number_b = take_number(b);
      if (number_a.size() != number_b.size()) {
        return number_a.size() < number_b.size();
      }
      if (number_a != number_b) {
        return number_a < number_b;
      }
    } else if (a.front() != b.front()) {
      return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front());
    } else {
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  // "1" and "01" count the same: their bytes decide, so that the order is always the same.
  return a.empty() != b.empty() ? a.empty() : whole_a < whole_b;
}

std::unique_ptr<Backend> make_folder_backend() {
  return std::make_unique<FolderBackend>();
}

}  // namespace shiqu::capture
