#pragma once

#include "storage/package/exporter.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::package::dataset {

/// A class of things that are marked on pages: regions first, then lines.
struct Category {
  int id = 0;              ///< from 1, as COCO counts; YOLO's classes are one less
  std::string name;        ///< "region_seal", "line_column"
  std::string_view group;  ///< "region" or "line"
};
const std::vector<Category>& categories();

/// One thing on a page with a place, cut at the page's edges.
struct Annotation {
  int category = 0;
  model::Box box;
  std::string_view text;   ///< of lines; borrowed from the page
  double confidence = -1;  ///< as in model::Line
};
std::vector<Annotation> annotations_of(const PageContent& content);

/// What each record of a data set says about its page.
Json page_facts(const ExportContext& context, const PageContent& content);

}  // namespace shiqu::package::dataset
