#include "tests/store/failing_io.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

namespace shiqu::test::io {
namespace {

struct Faults {
  std::string folder;
  Fault fault;
  long count = 0;
  std::vector<std::string> trace;
  std::vector<int> failed_syncs;
  bool repeated = false;
};

Faults& state() {
  static Faults faults;
  return faults;
}

std::string path_of(int fd) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
  return size > 0 ? std::string(path.data(), static_cast<std::size_t>(size)) : std::string();
}

/// SQLite may sync its log again once it has written to it: the frames of a commit that failed are
/// written anew by the next one, and a checkpoint syncs only what its commit had synced before. A
/// file of ours is never taken up again.
void written(int fd, const std::string& path) {
  if (path.find("/catalogue.sqlite") != std::string::npos) {
    auto& failed = state().failed_syncs;
    failed.erase(std::remove(failed.begin(), failed.end(), fd), failed.end());
  }
}

/// 0: go on; 1: failed with errno set; 2: write half.
int hit(const char* what, const std::string& path) {
  Faults& faults = state();
  if (faults.folder.empty() || !path.starts_with(faults.folder)) {
    return 0;
  }
  ++faults.count;
  faults.trace.push_back(std::string(what) + " " + path.substr(faults.folder.size()));
  const bool due =
      faults.fault.at > 0 && (faults.count == faults.fault.at ||
                              (faults.fault.for_good && faults.count > faults.fault.at));
  if (!due) {
    return 0;
  }
  if (faults.fault.short_write) {
    return 2;
  }
  errno = faults.fault.error;
  return 1;
}

int write_hit(int fd) {
  if (state().folder.empty()) {
    return 0;
  }
  const std::string path = path_of(fd);
  written(fd, path);
  return hit("write", path);
}

int sync_hit(int fd) {
  Faults& faults = state();
  if (faults.folder.empty()) {
    return 0;
  }
  auto& failed = faults.failed_syncs;
  const bool again = std::find(failed.begin(), failed.end(), fd) != failed.end();
  faults.repeated = faults.repeated || again;
  const int result = hit("sync", path_of(fd));
  if (result == 1) {
    failed.push_back(fd);
  }
  return result;
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

void arm(const std::string& folder, const Fault& fault) {
  state() = Faults{folder, fault, 0, {}, {}, false};
}

long disarm() {
  state().folder.clear();
  return state().count;
}

const std::vector<std::string>& trace() {
  return state().trace;
}

bool synced_after_failure() {
  return state().repeated;
}

}  // namespace shiqu::test::io

using namespace shiqu::test::io;

extern "C" {

ssize_t write(int fd, const void* bytes, size_t size) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  const int result = write_hit(fd);
  return result == 1 ? -1 : real(fd, bytes, result == 2 && size > 1 ? size / 2 : size);
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at) {
  static auto* const real = next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  const int result = write_hit(fd);
  return result == 1 ? -1 : real(fd, bytes, result == 2 && size > 1 ? size / 2 : size, at);
}

int fsync(int fd) {
  static auto* const real = next<int(int)>("fsync");
  return sync_hit(fd) == 1 ? -1 : real(fd);
}

int fdatasync(int fd) {
  static auto* const real = next<int(int)>("fdatasync");
  return sync_hit(fd) == 1 ? -1 : real(fd);
}

int close(int fd) {
  static auto* const real = next<int(int)>("close");
  auto& failed = state().failed_syncs;
  failed.erase(std::remove(failed.begin(), failed.end(), fd), failed.end());
  return real(fd);
}

int renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) {
  static auto* const real = next<int(int, const char*, int, const char*, unsigned)>("renameat2");
  return hit("rename", to) == 1 ? -1 : real(from_at, from, to_at, to, flags);
}

int mkdir(const char* path, mode_t mode) {
  static auto* const real = next<int(const char*, mode_t)>("mkdir");
  return hit("mkdir", path) == 1 ? -1 : real(path, mode);
}

int ftruncate64(int fd, off64_t size) {
  static auto* const real = next<int(int, off64_t)>("ftruncate64");
  const int result = state().folder.empty() ? 0 : hit("truncate", path_of(fd));
  return result == 1 ? -1 : real(fd, size);
}

}  // extern "C"
