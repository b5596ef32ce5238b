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

/// How to start the worker of one device. An import reads its folder; only a camera at "ptpip:…"
/// and a scanner of one of SANE's network back ends get the network. An empty `address`: to look
/// for devices.
ProcessSpec device_spec(const std::filesystem::path& archive, const std::string& backend,
                        const std::string& address);

}  // namespace shiqu::app
