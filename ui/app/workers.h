#pragma once

#include "storage/base/process.h"

#include <filesystem>
#include <string_view>

namespace shiqu::app {

/// How to start `shiqu-worker KIND` for an archive. Kinds: "device", "decode", "ocr". The program
/// stands beside the running one. CPU workers may read the archive's objects and spool, recognisers
/// also its models, and write spool, derived and logs; nothing else (storage/base/sandbox.h). An
/// empty `archive` names none.
ProcessSpec worker_spec(const std::filesystem::path& archive, std::string_view kind);

}  // namespace shiqu::app
