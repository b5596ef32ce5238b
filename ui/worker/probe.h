#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace shiqu::worker {

/// What an attacker who has taken over a decoder or a driver would try next.
std::vector<std::string> probes();

/// Tries it in this process. `archive` may be empty. Returns 0 when the system let it happen, 1
/// when it was refused; a filter that kills does not return.
int probe(const std::string& name, const std::filesystem::path& archive);

}  // namespace shiqu::worker
