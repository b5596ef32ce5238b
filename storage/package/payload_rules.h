#pragma once

#include <span>
#include <string>
#include <string_view>

namespace shiqu::package {

/// What stands where in the payload: writers of lists take types and words from here, verification
/// the rules (docs/formats/package.md).
struct PayloadRule {
  std::string_view exporter;
  std::string_view folder;  ///< below data/, with its '/'; or the whole name when `ending` is empty
  std::string_view ending;  ///< ".xml"
  bool per_page = false;    ///< one file per page, called like it
  std::string_view media_type;
  std::string_view words;  ///< English, what the file is
};

std::span<const PayloadRule> payload_rules() noexcept;

/// The rule for a path below the bag's root ("data/…"); nullptr: the profile does not know it.
const PayloadRule* rule_for(std::string_view path) noexcept;

/// "data/ocr/alto/0003.xml": the file of a page by a rule that is per_page; of the whole otherwise.
std::string path_by(const PayloadRule& rule, std::string_view number);

}  // namespace shiqu::package
