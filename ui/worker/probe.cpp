#include "ui/worker/probe.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <map>

namespace shiqu::worker {
namespace {

namespace fs = std::filesystem;
using Attempt = std::function<bool(const fs::path& archive)>;  ///< true: it was let happen

bool opens(const fs::path& file, int flags) {
  return ::open(file.c_str(), flags | O_CLOEXEC, 0600) >= 0;
}

bool forks() {
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(0);
  }
  return child > 0;
}

bool writes_what_it_executes() {
  constexpr std::size_t kPage = 4096;
  void* page = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page != MAP_FAILED && ::mprotect(page, kPage, PROT_READ | PROT_EXEC) == 0;
}

bool reads_parent() {
  char byte = 0;
  const iovec here{&byte, 1};
  const iovec there{&byte, 1};
  return ::process_vm_readv(::getppid(), &here, 1, &there, 1, 0) >= 0;
}

bool raises_limit() {
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  return ::setrlimit(RLIMIT_CORE, &unlimited) == 0;
}

const std::map<std::string, Attempt>& attempts() {
  static const std::map<std::string, Attempt> all{
      {"open", [](const fs::path&) { return opens("/etc/shadow", O_RDONLY); }},
      {"open-catalogue",
       [](const fs::path& archive) { return opens(archive / "catalogue.sqlite", O_RDONLY); }},
      {"open-key",
       [](const fs::path& archive) { return opens(archive / "keys/station.pub", O_RDONLY); }},
      {"create",
       [](const fs::path&) { return opens("/dev/shm/../../tmp/probe", O_CREAT | O_WRONLY); }},
      {"create-object",
       [](const fs::path& archive) {
         return opens(archive / "objects/probe", O_CREAT | O_WRONLY);
       }},
      {"socket", [](const fs::path&) { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }},
      {"exec",
       [](const fs::path&) {
         ::execl("/bin/true", "true", nullptr);
         return false;
       }},
      {"fork", [](const fs::path&) { return forks(); }},
      {"ptrace",
       [](const fs::path&) { return ::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr) == 0; }},
      {"kill", [](const fs::path&) { return ::kill(::getppid(), 0) == 0; }},
      {"mprotect-exec", [](const fs::path&) { return writes_what_it_executes(); }},
      {"read-parent", [](const fs::path&) { return reads_parent(); }},
      {"raise-limit", [](const fs::path&) { return raises_limit(); }},
      {"io-uring", [](const fs::path&) { return ::syscall(SYS_io_uring_setup, 1, nullptr) >= 0; }}};
  return all;
}

}  // namespace

std::vector<std::string> probes() {
  std::vector<std::string> names;
  for (const auto& [name, attempt] : attempts()) {
    names.push_back(name);
  }
  return names;
}

int probe(const std::string& name, const fs::path& archive) {
  return attempts().at(name)(archive) ? 0 : 1;
}

}  // namespace shiqu::worker
