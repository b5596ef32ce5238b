#pragma once

#include "storage/base/result.h"
#include "storage/model/text.h"

#include <cstdint>
#include <string>

namespace shiqu::package {

/// What a page's text does not say about itself.
struct PageXmlFacts {
  std::string image_name;  ///< "masters/0001.tif", relative to the crate's root
  SizePx image;            ///< of that master; boxes are clipped to it
  double dpi = 0;          ///< 0: not known
  std::string creator;     ///< the program: "shiqu/0.1.0"
  std::int64_t created_ms = 0;
  std::string author;  ///< text_of(Agent) of the revision; empty: no text yet
  std::string state;   ///< name_of(TextState)
};

/// PAGE XML 2019-07-15 of one page: lines grouped into regions of one kind in reading order, each
/// line with its glyphs, confidences and alternatives. Vertical text is marked top-to-bottom,
/// right-to-left. Boxes are grown to hold what is inside them and clipped into the page; what has
/// no box gets its parent's outline and custom="shiqu {box:unknown;}".
/// Errors: InvalidInput (image without size).
Result<std::string> make_page_xml(const model::PageText& text, const PageXmlFacts& facts);

}  // namespace shiqu::package
