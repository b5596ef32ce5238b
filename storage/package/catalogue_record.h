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

/// The catalogue record without its pages, and one page of it: master, capture, state of the text.
Json make_record(const model::Item& item, int version);
Json make_page_record(const PackagedPage& page);

}  // namespace shiqu::package
