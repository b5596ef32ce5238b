#include "storage/transfer/tar.h"

#include "storage/base/file.h"
#include "storage/base/handle.h"
#include "storage/base/ustar.h"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <set>
#include <system_error>
#include <utility>

namespace shiqu::transfer {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kLargestPax = 64U << 10U;
using ustar::Block;
using ustar::kBlock;

Status pad(std::uint64_t size, const ByteSink& sink) {
  const Block zeros{};
  const std::size_t rest = static_cast<std::size_t>(size % kBlock);
  return rest == 0 ? Status{} : sink(std::span(zeros).first(kBlock - rest));
}

/// "LEN size=N\n", where LEN counts itself.
std::string pax_size(std::uint64_t size) {
  const std::string tail = fmt::format(" size={}\n", size);
  std::size_t length = tail.size() + 1;
  while (std::to_string(length).size() + tail.size() != length) {
    length = std::to_string(length).size() + tail.size();
  }
  return std::to_string(length) + tail;
}

Status write_header(const std::string& path, std::uint64_t size, const ByteSink& sink) {
  if (size > ustar::kLargest) {
    const std::string text = pax_size(size);
    SHIQU_TRY_ASSIGN(const Block pax, ustar::header("pax", text.size(), 0, 'x'));
    SHIQU_TRY(sink(pax));
    SHIQU_TRY(sink({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
    SHIQU_TRY(pad(text.size(), sink));
  }
  SHIQU_TRY_ASSIGN(const Block block, ustar::header(path, size));
  return sink(block);
}

Result<std::vector<std::string>> files_of(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code failed;
  for (auto entry = fs::recursive_directory_iterator(folder, failed);
       !failed && entry != fs::recursive_directory_iterator(); entry.increment(failed)) {
    const fs::file_status status = entry->symlink_status(failed);
    const std::string path = entry->path().lexically_relative(folder).generic_string();
    if (fs::is_regular_file(status)) {
      out.push_back(path);
    } else if (!fs::is_directory(status)) {
      return fail(ErrorCode::InvalidInput, "write tar", path, "neither file nor folder");
    }
  }
  if (failed) {
    return fail_errno(failed.value(), "read folder", folder.string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

/// A path of an archive that may be written: relative, printable ASCII, no ".." and no dot names.
bool is_harmless(const std::string& path) {
  const bool plain = std::all_of(path.begin(), path.end(),
                                 [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
  return plain && !path.empty() && path.front() != '/' && path.front() != '.' &&
         path.back() != '/' && path.find("/.") == std::string::npos &&
         path.find("//") == std::string::npos;
}

std::string field_text(const Block& block, ustar::Field field) {
  const auto first = block.begin() + static_cast<std::ptrdiff_t>(field.at);
  return {first, std::find(first, first + static_cast<std::ptrdiff_t>(field.size), 0)};
}

bool field_octal(const Block& block, ustar::Field field, std::uint64_t& out) {
  std::string text = field_text(block, field);
  text.erase(text.find_last_not_of(' ') + 1);
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out, 8);
  return failed == std::errc() && end == text.data() + text.size();
}

}  // namespace

Status write_tar(const fs::path& folder, const ByteSink& sink,
                 const std::function<void(std::uint64_t)>& progress, const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(const auto files, files_of(folder));
  const std::string top = folder.filename().string();
  std::uint64_t done = 0;
  for (const std::string& path : files) {
    std::error_code failed;
    const std::uint64_t size = fs::file_size(folder / path, failed);
    if (failed) {
      return fail_errno(failed.value(), "read", path);
    }
    SHIQU_TRY(write_header(top + "/" + path, size, sink));
    std::uint64_t copied = 0;
    SHIQU_TRY(read_in_pieces(folder / path, [&](std::span<const std::uint8_t> piece) -> Status {
      if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "write tar", path);
      }
      copied += piece.size();
      done += piece.size();
      if (progress) {
        progress(done);
      }
      return sink(piece);
    }));
    if (copied != size) {
      return fail(ErrorCode::Conflict, "write tar", path, "it changed while it was read");
    }
    SHIQU_TRY(pad(size, sink));
  }
  const std::array<std::uint8_t, 2 * kBlock> end{};
  return sink(end);
}

struct TarUnpacker::State {
  fs::path into;
  std::set<fs::path> folders;
  Block header{};
  std::size_t have = 0;    ///< of the header
  std::uint64_t left = 0;  ///< of the entry's content
  std::size_t padding = 0;
  int zero_blocks = 0;
  bool pax = false;  ///< the entry is a pax header
  std::string pax_text;
  std::uint64_t next_size = 0;  ///< from a pax header; 0: none
  std::string top;
  FileDescriptor file;
  std::string path;

  Status begin_entry();
  Status open(const std::string& path);
  Status content(std::span<const std::uint8_t> bytes);
  Status end_entry();
};

TarUnpacker::TarUnpacker(fs::path into) : state_(std::make_unique<State>()) {
  state_->into = std::move(into);
}
TarUnpacker::TarUnpacker(TarUnpacker&&) noexcept = default;
TarUnpacker::~TarUnpacker() = default;

Status TarUnpacker::State::open(const std::string& name) {
  const std::size_t slash = name.find('/');
  if (!is_harmless(name) || slash == std::string::npos ||
      (!top.empty() && name.substr(0, slash) != top)) {
    return fail(ErrorCode::InvalidInput, "unpack", name, "a path that is not allowed");
  }
  top = name.substr(0, slash);
  path = name;
  const fs::path target = into / name;
  if (folders.insert(target.parent_path()).second) {
    SHIQU_TRY(make_folders(target.parent_path()));
  }
  file = FileDescriptor(
      ::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  return file ? Status{} : Status(fail_errno(errno, "unpack", name));
}

Status TarUnpacker::State::begin_entry() {
  have = 0;
  if (std::all_of(header.begin(), header.end(), [](std::uint8_t byte) { return byte == 0; })) {
    ++zero_blocks;
    return {};
  }
  std::uint64_t sum = 0;
  if (zero_blocks > 0 || !field_octal(header, ustar::kSum, sum) || sum != ustar::checksum(header) ||
      !field_octal(header, ustar::kSize, left)) {
    return fail(ErrorCode::Corrupt, "unpack", path, "it is not a whole tar archive");
  }
  const char kind = static_cast<char>(header.at(ustar::kKind));
  pax = kind == 'x';
  if (!pax && kind != '0' && kind != '\0') {
    return fail(ErrorCode::InvalidInput, "unpack", field_text(header, ustar::kName),
                "a kind of entry that packages have not");
  }
  if (pax) {
    pax_text.clear();
    if (left > kLargestPax) {
      return fail(ErrorCode::Corrupt, "unpack", path, "a header that is too large");
    }
  } else {
    left = next_size > 0 ? std::exchange(next_size, 0) : left;
    const std::string prefix = field_text(header, ustar::kPrefix);
    SHIQU_TRY(open((prefix.empty() ? "" : prefix + "/") + field_text(header, ustar::kName)));
  }
  padding = static_cast<std::size_t>((kBlock - left % kBlock) % kBlock);
  return left == 0 ? end_entry() : Status{};
}

Status TarUnpacker::State::content(std::span<const std::uint8_t> bytes) {
  if (pax) {
    pax_text.append(bytes.begin(), bytes.end());
    return {};
  }
  while (!bytes.empty()) {
    const ssize_t done = ::write(file.get(), bytes.data(), bytes.size());
    if (done < 0 && errno != EINTR) {
      return fail_errno(errno, "unpack", path);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(done, 0)));
  }
  return {};
}

Status TarUnpacker::State::end_entry() {
  if (!pax) {
    if (::fsync(file.get()) != 0) {
      return fail_errno(errno, "fsync", path);
    }
    file.reset();
    return {};
  }
  const std::size_t at = pax_text.find(" size=");
  if (at == std::string::npos) {
    return fail(ErrorCode::InvalidInput, "unpack", path, "a pax header without a size");
  }
  const char* const end = pax_text.data() + pax_text.size();
  const auto [stop, failed] = std::from_chars(pax_text.data() + at + 6, end, next_size);
  if (failed != std::errc() || stop == end || *stop != '\n') {
    return fail(ErrorCode::Corrupt, "unpack", path, "a broken pax header");
  }
  return {};
}

Status TarUnpacker::take(std::span<const std::uint8_t> bytes) {
  State& s = *state_;
  while (!bytes.empty()) {
    if (s.left > 0) {
      const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(s.left, bytes.size()));
      SHIQU_TRY(s.content(bytes.first(part)));
      s.left -= part;
      bytes = bytes.subspan(part);
      if (s.left == 0) {
        SHIQU_TRY(s.end_entry());
      }
    } else if (s.padding > 0) {
      const std::size_t part = std::min(s.padding, bytes.size());
      s.padding -= part;
      bytes = bytes.subspan(part);
    } else {
      const std::size_t part = std::min(kBlock - s.have, bytes.size());
      std::copy_n(bytes.begin(), part, s.header.begin() + static_cast<std::ptrdiff_t>(s.have));
      s.have += part;
      bytes = bytes.subspan(part);
      if (s.have == kBlock) {
        SHIQU_TRY(s.begin_entry());
      }
    }
  }
  return {};
}

Result<std::string> TarUnpacker::finish() {
  State& s = *state_;
  if (s.left > 0 || s.padding > 0 || s.have > 0 || s.zero_blocks < 2 || s.top.empty()) {
    return fail(ErrorCode::Corrupt, "unpack", s.path, "the archive ends early");
  }
  for (const fs::path& folder : s.folders) {
    SHIQU_TRY(sync_folder(folder));
  }
  return s.top;
}

}  // namespace shiqu::transfer
