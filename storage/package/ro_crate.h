#pragma once

#include "storage/model/catalogue.h"
#include "storage/package/bag_writer.h"

#include <string>

namespace shiqu::package {

struct CrateFacts {
  model::Item item;
  std::string published;     ///< "2026-11-25"
  std::string organization;  ///< who publishes it
};

/// Writes data/ro-crate-metadata.json (RO-Crate 1.2) about every payload file added so far, in
/// pieces; call it last. Errors: those of BagWriter.
Status write_ro_crate(BagWriter& bag, const CrateFacts& facts);

}  // namespace shiqu::package
