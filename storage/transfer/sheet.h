#pragma once

#include "storage/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace shiqu::transfer {

/// What the sheet beside a disk says.
struct CourierSheet {
  std::string package;  ///< "gj0001-v1"
  std::string identifier;
  std::string title;
  std::string sender;  ///< institution
  std::string station;
  std::string contact;  ///< line of the sender; empty: a line to write on
  std::string tag_manifest_sha256;
  std::string signer;  ///< key id
  std::int64_t sequence = 0;
  std::int64_t files = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> volumes;  ///< file names; empty: one folder
  bool encrypted = false;
  std::string date;  ///< "2026-11-25"
};

/// "SHIQU1 gj0001-v1 DIGEST BYTES FILES VOLUMES": what the code on the sheet holds.
std::string sheet_code(const CourierSheet& sheet);
/// One HTML page in Chinese and English, A4, with the code as SVG; needs nothing beside it. The
/// same facts give the same bytes.
Result<std::string> make_courier_sheet(const CourierSheet& sheet);

}  // namespace shiqu::transfer
