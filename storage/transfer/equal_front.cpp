#include "storage/transfer/internal/equal_front.h"

#include "storage/base/handle.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>
#include <vector>

namespace shiqu::transfer {

namespace fs = std::filesystem;

Result<std::uint64_t> equal_front(const fs::path& source, const fs::path& target, bool& cached,
                                  const std::function<Status(std::size_t)>& seen,
                                  std::uint64_t limit) {
  const FileDescriptor from(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  if (!from) {
    return fail_errno(errno, "open", source.string());
  }
  std::vector<std::uint8_t> mine;
  std::uint64_t equal = 0;
  bool differ = false;
  const auto compare = [&](std::span<const std::uint8_t> piece) -> Status {
    mine.resize(piece.size());
    std::size_t have = 0;
    while (!differ && have < piece.size()) {
      const ssize_t got = ::pread(from.get(), mine.data() + have, piece.size() - have,
                                  static_cast<off_t>(equal + have));
      if (got < 0 && errno != EINTR) {
        return fail_errno(errno, "read", source.string());
      }
      if (got == 0) {
        break;
      }
      have += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    }
    if (!differ) {
      const auto end = piece.begin() + static_cast<std::ptrdiff_t>(have);
      const auto at = std::mismatch(piece.begin(), end, mine.begin()).first;
      equal += static_cast<std::uint64_t>(at - piece.begin());
      differ = at != piece.end();
    }
    return seen ? seen(piece.size()) : Status{};
  };
  SHIQU_TRY_ASSIGN(const bool direct, read_from_disk(target, compare, limit));
  cached = cached || !direct;
  return equal;
}

}  // namespace shiqu::transfer
