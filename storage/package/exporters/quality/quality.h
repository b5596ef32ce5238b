#pragma once

#include "storage/package/exporter.h"

namespace shiqu::package {

/// data/reports/quality.json: verdict and measures of every page, the gates, the metric tree of
/// TC609-5-2025-04 and the four dimensions of DA/T 70-2018, as far as they could be learned: each
/// figure says where its definition comes from and whether it was measured.
std::unique_ptr<Exporter> make_quality_exporter();

}  // namespace shiqu::package
