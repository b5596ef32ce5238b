#pragma once

#include "storage/base/channel.h"
#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace shiqu::package {

/// One page of a package as it is read back.
struct PackageText {
  model::PageText text;
  std::string author;  ///< as the package has it: "person:anna"
  bool by_person = false;
  std::int64_t at_ms = 0;
};
struct PackagePage {
  std::string number;
  model::Page page;        ///< id and label
  model::Capture capture;  ///< `master` is the digest the record gives
  std::uint64_t master_bytes = 0;
  std::string accepted_by;
};

/// The record of a verified package.
struct PackageRecord {
  model::Item item;
  std::vector<PackagePage> pages;
};

/// Errors: InvalidInput (a member is missing or of another kind), those of reading.
Result<PackageRecord> read_record(const std::filesystem::path& folder);
/// nullopt: the page has no text. Errors: as read_record.
Result<std::optional<PackageText>> read_text(const std::filesystem::path& folder,
                                             const std::string& number);
/// PAGE XML without anything that says who and when: equal texts have equal ones.
Result<std::string> canonical_text(const model::PageText& text);

}  // namespace shiqu::package
