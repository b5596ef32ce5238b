#include "storage/store/heads.h"

#include "storage/base/channel.h"
#include "storage/base/file.h"
#include "storage/base/handle.h"
#include "storage/base/text.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace shiqu::store {
namespace {

constexpr std::uint64_t kHeadFileLimit = 256U << 20U;

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool is_hex(const std::string& text, std::size_t length) {
  return text.size() == length && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string line_of(const Head& head) {
  const Json json = {{"archive", head.archive}, {"sequence", head.sequence},
                     {"head", head.hash},       {"at_ms", head.at_ms},
                     {"key", head.key},         {"signature", head.signature},
                     {"reason", head.reason}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// False when the line is not exactly what append_head() writes: an altered byte is damage, also
/// where it means nothing.
bool parse_line(const std::string& line, Head& head) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) {
    return false;
  }
  head.archive = get_or<std::string>(json, "archive", "");
  head.sequence = get_or<std::int64_t>(json, "sequence", 0);
  head.hash = get_or<std::string>(json, "head", "");
  head.at_ms = get_or<std::int64_t>(json, "at_ms", 0);
  head.key = get_or<std::string>(json, "key", "");
  head.signature = get_or<std::string>(json, "signature", "");
  head.reason = get_or<std::string>(json, "reason", "");
  return is_hex(head.archive, 64) && head.sequence > 0 && is_hex(head.hash, 64) &&
         head.key.empty() == head.signature.empty() && line_of(head) == line + "\n";
}

/// Length of `fd` up to and with its last line end.
Result<off_t> whole_length(int fd, const std::string& name) {
  off_t length = ::lseek(fd, 0, SEEK_END);
  char last = '\n';
  while (length > 0) {
    const ssize_t got = ::pread(fd, &last, 1, length - 1);
    if (got != 1) {
      return fail_errno(got < 0 ? errno : EIO, "read heads", name);
    }
    if (last == '\n') {
      break;
    }
    --length;
  }
  return length;
}

Status write_line(int fd, const std::string& line, off_t at, const std::string& name) {
  std::size_t done = 0;
  while (done < line.size()) {
    const ssize_t wrote =
        ::pwrite(fd, line.data() + done, line.size() - done, at + static_cast<off_t>(done));
    if (wrote < 0 && errno == EINTR) {
      continue;
    }
    if (wrote <= 0) {
      return fail_errno(wrote < 0 ? errno : EIO, "write head", name);
    }
    done += static_cast<std::size_t>(wrote);
  }
  return ::fsync(fd) == 0 ? Status{} : fail_errno(errno, "fsync", name);
}

}  // namespace

std::string signed_text(const Head& head) {
  const Json text = Json::array(
      {"shiqu-head-1", head.archive, head.sequence, head.hash, head.at_ms, head.key, head.reason});
  return text.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void sign_head(Head& head, const HeadSigner& signer) {
  head.key = signer.key_id;
  head.signature = to_hex(signer.key.sign(bytes_of(signed_text(head))));
}

bool key_known(const std::string& id, const std::vector<HeadKey>& keys) {
  return std::any_of(keys.begin(), keys.end(), [&](const HeadKey& one) { return one.id == id; });
}

bool head_signed_by(const Head& head, const std::vector<HeadKey>& keys) {
  const auto raw = from_hex(head.signature);
  if (!raw || raw->size() != kSignatureBytes || to_hex(*raw) != head.signature) {
    return false;
  }
  Signature signature{};
  std::copy(raw->begin(), raw->end(), signature.begin());
  const std::string text = signed_text(head);
  return std::any_of(keys.begin(), keys.end(), [&](const HeadKey& one) {
    return one.id == head.key && signature_valid(one.key, bytes_of(text), signature);
  });
}

Status append_head(const std::filesystem::path& file, const Head& head) {
  const bool fresh = !std::filesystem::exists(file);
  const FileDescriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (!fd) {
    return fail_errno(errno, "write head", file.string());
  }
  if (::flock(fd.get(), LOCK_EX) != 0) {  // dropped with the descriptor
    return fail_errno(errno, "lock heads", file.string());
  }
  SHIQU_TRY_ASSIGN(const off_t length, whole_length(fd.get(), file.string()));
  if (::ftruncate(fd.get(), length) != 0) {
    return fail_errno(errno, "write head", file.string());
  }
  SHIQU_TRY(write_line(fd.get(), line_of(head), length, file.string()));
  return fresh ? sync_folder(file.parent_path()) : Status{};
}

Result<HeadSource> read_heads(const std::filesystem::path& file) {
  SHIQU_TRY_ASSIGN(const std::string content, read_file(file, kHeadFileLimit));
  HeadSource source;
  source.name = file.string();
  const std::size_t whole = content.rfind('\n');
  if (whole == std::string::npos) {
    return source;
  }
  int number = 0;
  for (const std::string& line : split(std::string_view(content).substr(0, whole), '\n')) {
    ++number;
    Head head;
    if (parse_line(line, head)) {
      source.heads.push_back(std::move(head));
    } else {
      source.damaged_lines.push_back(number);
    }
  }
  return source;
}

}  // namespace shiqu::store
