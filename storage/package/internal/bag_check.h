#pragma once

#include "storage/package/internal/bag_text.h"
#include "storage/package/verify.h"

#include <map>
#include <set>
#include <string>
#include <vector>

/// The generic layer: what BagIt 0.93 to 1.0 asks of any bag.
namespace shiqu::package::bag {

/// One manifest file.
struct Manifest {
  std::string file;                            ///< "manifest-sha512.txt"
  std::string algorithm;                       ///< "sha512"
  std::map<std::string, std::string> digests;  ///< by path, digest as written
};

/// What the generic layer found out, for the layer above.
struct Facts {
  std::filesystem::path root;
  Declaration declaration;
  std::map<std::string, std::uint64_t> files;  ///< regular files by path, with sizes
  std::set<std::string> folders;
  std::set<std::string> empty_folders;
  std::vector<Tag> info;
  std::vector<Manifest> payload;
  std::vector<Manifest> tags;
  [[nodiscard]] const std::string* info_value(std::string_view name) const noexcept;
};

using ReadProgress = std::function<void(std::uint64_t, std::uint64_t)>;

/// Appends findings; returns what was learned so far even when the bag is broken.
/// Errors: NotFound, InvalidInput, Denied, Io, Cancelled: the check itself could not be done.
Result<Facts> check_bag(const std::filesystem::path& root, std::vector<VerifyFinding>& findings,
                        const ReadProgress& progress, const std::stop_token& stop);

/// Largest tag file that is read into memory.
constexpr std::uint64_t kTagFileLimit = 256U << 20U;

}  // namespace shiqu::package::bag
