// shiqu-worker: the processes that touch devices and foreign bytes (docs/architecture.md). Started
// by shiqu and shiqu-desk with a channel on descriptor 3; not meant to be started by hand.

#include "capture/device_server.h"
#include "capture/ingest.h"
#include "ocr/ocr_job.h"
#include "ocr/score/evidence.h"
#include "storage/base/file.h"
#include "storage/base/log.h"
#include "storage/base/memory.h"
#include "storage/base/process.h"
#include "storage/base/sandbox.h"
#include "storage/derive/derive.h"
#include "storage/package/fingerprint.h"
#include "storage/package/render.h"
#include "ui/app/builtin.h"
#include "ui/app/logs.h"
#include "ui/worker/probe.h"

#include <CLI/CLI.hpp>

#include <fcntl.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace shiqu;
namespace fs = std::filesystem;

constexpr std::uint64_t kDecodeMemory = 6ULL << 30U;  // a 150 megapixel 16-bit page and its copies
constexpr std::uint64_t kOcrMemory = 3ULL << 30U;
constexpr std::uint64_t kLargestFile = 4ULL << 30U;  // what a TIFF can hold

bool lock_in(const SandboxSpec& spec) {
  const auto report = enter_sandbox(spec);
  if (!report) {
    log::error("worker", "{}", report.error().text());
    return false;
  }
  if (!report->landlock || !report->seccomp) {
    log::warning("worker", "this kernel restricts only in part: landlock {}, seccomp {}",
                 report->landlock, report->seccomp);
  }
  log::info("worker", "sandbox: landlock {}, seccomp {}", report->landlock, report->seccomp);
  return true;
}

/// `spec` with what every worker that computes reads besides.
SandboxSpec computing(SandboxSpec spec, std::uint64_t memory_bytes) {
  for (const char* path :
       {"/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/proc/self", "/proc/cpuinfo",
        "/sys/devices/system/cpu", "/dev/null", "/dev/urandom"}) {
    spec.readable.emplace_back(path);
  }
  if (const auto models = app::models_folder(); fs::exists(models)) {
    spec.readable.push_back(models);
  }
  spec.memory_bytes = memory_bytes;
  spec.file_bytes = kLargestFile;
  return spec;
}

/// What a worker of an archive may touch there.
SandboxSpec within(const fs::path& archive, std::string_view kind) {
  SandboxSpec spec;
  spec.readable = {archive / "objects"};
  if (kind == "ocr") {
    spec.readable.push_back(archive / "models");
  }
  spec.writable = {archive / "spool", archive / "derived"};
  if (fs::is_directory(app::logs_of(archive))) {
    spec.writable.push_back(app::logs_of(archive));  // rotation makes and renames files
  }
  return spec;
}

/// Devices: the spool of their archive, drivers and configuration of their libraries, the nodes of
/// the bus, and of imports the folder that is read. Never objects, catalogue or keys.
SandboxSpec driving(const fs::path& archive, const std::vector<fs::path>& images, bool network) {
  SandboxSpec spec;
  spec.kind = SandboxKind::Device;
  spec.network = network;
  spec.readable = images;
  for (const char* path :
       {"/usr", "/lib", "/lib64", "/etc", "/proc", "/sys", "/run/udev", "/dev"}) {
    spec.readable.emplace_back(path);
  }
  spec.readable.push_back(program_folder());
  if (const char* own = std::getenv("SANE_CONFIG_DIR"); own != nullptr) {
    spec.readable.emplace_back(own);
  }
  for (const char* path : {"/dev/bus/usb", "/dev/usb", "/dev/null", "/dev/shm", "/run/lock"}) {
    spec.devices.emplace_back(path);
  }
  std::error_code ignored;
  for (const auto& node : fs::directory_iterator("/dev", ignored)) {
    const std::string name = node.path().filename().string();
    if (name.starts_with("video") || name.starts_with("sg")) {
      spec.devices.push_back(node.path());
    }
  }
  if (!archive.empty()) {
    spec.writable = {archive / "spool"};
    if (fs::is_directory(app::logs_of(archive))) {
      spec.writable.push_back(app::logs_of(archive));
    }
  }
  return spec;
}

int serve_decode() {
  return serve_worker([](const Json& request, const auto& progress) -> Result<Json> {
    const auto op = get_or<std::string>(request, "op", "");
    if (op == "master") {
      return capture::answer_master(request, progress);
    }
    if (op == "derive") {
      return derive::answer_derive(request, progress);
    }
    if (op == "render") {
      return package::answer_render(request, progress);
    }
    if (op == "fingerprint") {
      return package::answer_fingerprint(request, progress);
    }
    if (op == "crops") {
      return ocr::score::answer_crops(request, progress);
    }
    return fail(ErrorCode::Unsupported, op, "decode worker", "unknown request");
  });
}

int serve_ocr() {
  const Registry<ocr::Engine> engines = app::builtin_engines();
  return serve_worker([&](const Json& request, const auto& progress) {
    return ocr::answer_ocr(engines, request, progress);
  });
}

}  // namespace

int main(int argc, char** argv) {
  shiqu::end_cleanly_without_memory();
  CLI::App cli{"Worker process of Shiqu; started by shiqu and shiqu-desk."};
  std::string kind;
  fs::path archive;
  std::vector<fs::path> images;
  bool network = false;
  std::string probed;
  cli.add_option("kind", kind, "device, decode or ocr")
      ->required()
      ->check(CLI::IsMember({"device", "decode", "ocr"}));
  cli.add_option("--archive", archive, "folder of the archive: sandbox and log");
  cli.add_option("--images", images, "folders of pictures to read besides those of the archive");
  cli.add_flag("--network", network, "device: may speak to cameras and scanners on the network");
  cli.add_option(
         "--probe", probed,
         "try what an attacker would try, inside the sandbox: status 0 it was let, 1 it was "
         "refused, or killed")
      ->check(CLI::IsMember(worker::probes()));
  CLI11_PARSE(cli, argc, argv);
  if (probed.empty() && ::fcntl(3, F_GETFD) < 0) {
    log::error("worker",
               "no channel on descriptor 3: this program is started by shiqu and shiqu-desk");
    return 2;
  }
  if (!archive.empty()) {
    app::log_into_archive(archive, "worker-" + kind);
  }
  const bool device = kind == "device";
  const SandboxSpec allowed = archive.empty()
                                  ? SandboxSpec{.readable = images, .writable = {}, .devices = {}}
                                  : within(archive, kind);
  if (!lock_in(device ? driving(archive, images, network)
                      : computing(allowed, kind == "decode" ? kDecodeMemory : kOcrMemory))) {
    return 1;
  }
  if (!probed.empty()) {
    return worker::probe(probed, archive);
  }
  if (device) {
    const Registry<capture::Backend> backends = app::builtin_backends();
    return capture::serve_device(backends);
  }
  return kind == "decode" ? serve_decode() : serve_ocr();
}
