#pragma once

#include "storage/base/channel.h"
#include "storage/model/catalogue.h"

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
  std::string reviewer;  ///< who accepted that revision; empty: nobody
};

/// Simple Dublin Core (simpledc.xsd of 2008-02-11). Only what is known; nothing is invented.
std::string make_dublin_core(const model::Item& item, std::size_t pages,
                             const std::string& publisher);

/// The catalogue record with every page, its master, its capture and the state of its text.
Json make_record(const model::Item& item, int version, const std::vector<PackagedPage>& pages);

/// JSON as it stands in packages: two spaces, members sorted, UTF-8, LF at the end.
std::string json_text(const Json& json);

}  // namespace shiqu::package
