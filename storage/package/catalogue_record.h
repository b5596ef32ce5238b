#pragma once

#include "storage/base/channel.h"
#include "storage/model/catalogue.h"
#include "storage/model/text.h"
#include "storage/package/bag_writer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace shiqu::package {

/// One page as it goes into a package.
struct PackagedPage {
  std::string number;      ///< "0001": its file names
  model::Page page;        ///< text_revision: the revision packaged
  model::Capture capture;  ///< the one in force
  std::uint64_t master_bytes = 0;
  std::string reviewer;         ///< who accepted that revision; empty: nobody
  std::int64_t characters = 0;  ///< of the text
  double confidence = -1;       ///< mean of the glyphs that a machine read, 0…1; -1: none
  double ink_share = -1;        ///< of the master's fingerprint; -1: it has none yet
  int marked = 0;               ///< regions marked as personal data
  /// Blacked out in everything that leaves, the master too; empty: the page leaves as it is.
  std::vector<model::Box> redacted;
};

/// Simple Dublin Core (simpledc.xsd of 2008-02-11). Only what is known; nothing is invented.
std::string make_dublin_core(const model::Item& item, std::size_t pages,
                             const std::string& publisher);

/// The catalogue record without its pages, and one page of it: master, capture, state of the text.
Json make_record(const model::Item& item, int version);
/// `master`: the file in the package; it differs from the capture's when regions were blacked out.
Json make_page_record(const PackagedPage& page, const BagEntry* master);

/// What was blacked out on a page and of which master: {"reason", "boxes", "master_kept_sha256"}.
Json make_redaction(const PackagedPage& page);

}  // namespace shiqu::package
