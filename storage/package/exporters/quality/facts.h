#pragma once

#include "storage/package/exporter.h"

#include <cstdint>
#include <set>
#include <string>

namespace shiqu::package::quality {

/// What the figures are made of, counted page by page.
struct Facts {
  std::size_t pages = 0;
  std::size_t with_text = 0;
  std::size_t reviewed = 0;
  std::size_t machine_only = 0;
  std::size_t same_size = 0;  ///< text refers to an image of the master's size
  std::size_t traced = 0;     ///< device or source file and moment of capture are known
  std::size_t sharp_enough = 0;
  std::size_t sharpness_measured = 0;
  double lowest_dpi = 0;  ///< 0: of no page known
  std::size_t lines = 0;
  std::size_t lines_with_box = 0;
  std::size_t characters = 0;
  std::size_t unclean = 0;       ///< control, replacement and private-use characters
  std::set<char32_t> different;  ///< bounded by Unicode, not by the pages
  std::size_t repeated_masters = 0;
  std::int64_t latest_ms = 0;

  void add(const PageContent& content);
};

/// TC609-5-2025-04: {"dimensions": [{"name", "metrics": [...]}], …}.
Json metric_tree(const Facts& facts, const ExportContext& context);
/// DA/T 70-2018: {"真实性": [...], "完整性", "可用性", "安全性"}.
Json four_dimensions(const Facts& facts, const ExportContext& context);

}  // namespace shiqu::package::quality
