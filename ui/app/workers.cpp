#include "ui/app/workers.h"

#include "storage/base/file.h"

#include <algorithm>
#include <array>
#include <string>

namespace shiqu::app {

ProcessSpec worker_spec(const std::filesystem::path& archive, std::string_view kind) {
  ProcessSpec spec;
  spec.program = program_folder() / "shiqu-worker";
  spec.arguments = {std::string(kind)};
  if (!archive.empty()) {
    spec.arguments.push_back("--archive");
    spec.arguments.push_back(std::filesystem::absolute(archive).string());
  }
  spec.environment["OMP_THREAD_LIMIT"] = "1";  // two parallel recognisers otherwise fight for cores
  spec.with_channel = true;
  return spec;
}

ProcessSpec device_spec(const std::filesystem::path& archive, const std::string& backend,
                        const std::string& address) {
  ProcessSpec spec = worker_spec(archive, "device");
  if (backend == "folder" && !address.empty()) {
    spec.arguments.insert(spec.arguments.end(),
                          {"--images", std::filesystem::absolute(address).string()});
  }
  constexpr std::array<std::string_view, 8> kNetworked{
      "ptpip:", "net:", "airscan:", "escl:", "epsonds:net", "epson2:net", "pixma:MF", "hpaio:/net"};
  const bool listing = address.empty() && backend != "folder";
  const bool networked =
      std::any_of(kNetworked.begin(), kNetworked.end(),
                  [&](std::string_view start) { return address.starts_with(start); });
  if (listing || networked) {
    spec.arguments.emplace_back("--network");
  }
  return spec;
}

}  // namespace shiqu::app
