#include "storage/package/sequence.h"

#include "storage/base/channel.h"
#include "storage/base/file.h"

#include <fcntl.h>
#include <sys/file.h>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <thread>

namespace shiqu::package {
namespace {

constexpr std::string_view kMark = "; sequence ";
constexpr std::string_view kPrevious = " previous ";
constexpr std::size_t kDigits = 64;

std::string end_of(const PackageSequence& sequence) {
  return fmt::format("{}{}{}{}", kMark, sequence.number, kPrevious, sequence.previous);
}

}  // namespace

Result<PackageSequence> next_sequence(store::Store& store) {
  SHIQU_TRY_ASSIGN(const auto last, store.last_event("package.written"));
  PackageSequence out{1, std::string(kDigits, '0')};
  if (!last) {
    return out;
  }
  SHIQU_TRY_ASSIGN(const Json detail, parse_json(last->detail, "package.written"));
  out.number = get_or<std::int64_t>(detail, "sequence", 0) + 1;
  out.previous = get_or<std::string>(detail, "tag_manifest_sha256", out.previous);
  return out;
}

Result<bool> was_written(store::Store& store, const ItemId& item, std::string_view name) {
  SHIQU_TRY_ASSIGN(const auto events, store.events_about({item.str()}));
  for (const model::Event& event : events) {
    if (event.action == "package.written") {
      SHIQU_TRY_ASSIGN(const Json detail, parse_json(event.detail, event.action));
      if (get_or<std::string>(detail, "name", "") == name) {
        return true;
      }
    }
  }
  return false;
}

Result<SequenceTurn> SequenceTurn::take(const store::Store& store) {
  const std::filesystem::path packages = store.packages();
  SHIQU_TRY(make_folders(packages));
  FileDescriptor lock(::open(packages.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) {
    return fail_errno(errno, "open", packages.string());
  }
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) {
    return SequenceTurn(std::move(lock));
  }
  if (errno != EWOULDBLOCK) {
    return fail_errno(errno, "lock", packages.string());
  }
  return fail(ErrorCode::Conflict, "write package", packages.string(),
              "another program is writing a package of this archive");
}

Result<SequenceTurn> SequenceTurn::wait(const store::Store& store, const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kAgain{100};
  while (true) {
    auto turn = take(store);
    if (turn || turn.error().code != ErrorCode::Conflict) {
      return turn;
    }
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "write package");
    }
    std::this_thread::sleep_for(kAgain);
  }
}

std::string trusted_comment(std::string_view identifier, int version, std::string_view station,
                            const PackageSequence& sequence) {
  const std::string head = fmt::format("{} v{} {}", identifier, version, station);
  return sequence.number > 0 ? head + end_of(sequence) : head;
}

Result<PackageSequence> parse_sequence(std::string_view comment) {
  const std::size_t at = comment.rfind(kMark);
  if (at == std::string_view::npos) {
    return PackageSequence{};
  }
  std::string_view rest = comment.substr(at + kMark.size());
  PackageSequence out;
  const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), out.number);
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  const bool shaped = failed == std::errc() && out.number > 0 && rest.starts_with(kPrevious) &&
                      rest.size() == kPrevious.size() + kDigits;
  if (shaped) {
    out.previous = rest.substr(kPrevious.size());
  }
  const bool hex = std::all_of(out.previous.begin(), out.previous.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (!shaped || !hex || end_of(out) != comment.substr(at)) {
    return fail(ErrorCode::InvalidInput, "read sequence number", std::string(comment));
  }
  return out;
}

}  // namespace shiqu::package
