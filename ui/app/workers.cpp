#include "ui/app/workers.h"

#include "storage/base/file.h"

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

}  // namespace shiqu::app
