#pragma once

#include "storage/package/exporter.h"

/// Parts of the pages as pictures with their text: PNG, 8-bit sRGB, the master's size.
namespace shiqu::package {

/// data/dataset/columns/NNNN-LLL.png, .gt.txt and metadata.jsonl: lines that have text and a place.
std::unique_ptr<Exporter> make_columns_exporter();
/// data/dataset/glyphs/uXXXX/NNNN-LLL-GGG.png and metadata.jsonl: characters that have a place.
std::unique_ptr<Exporter> make_glyphs_exporter();

}  // namespace shiqu::package
