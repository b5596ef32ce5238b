#pragma once

#include "ocr/score/summary.h"

#include <initializer_list>
#include <string>
#include <vector>

namespace shiqu::app {

/// A row of a table; the cells are HTML. `cell`: "td" or "th".
std::string row_of(std::initializer_list<std::string> cells, const char* cell = "td");

/// The figures of the report as HTML.
std::string tiles_of(const ocr::score::SetScore& all, const ocr::score::Confidences& confidences);
std::string table_of_sets(const std::vector<ocr::score::SetScore>& sets);
std::string table_of_kinds(const std::vector<const ocr::score::PageScore*>& pages,
                           const ocr::score::BootstrapSettings& bootstrap);
std::string table_of_top(const ocr::score::TopN& top);
std::string table_of_bins(const ocr::score::Confidences& confidences);

}  // namespace shiqu::app
