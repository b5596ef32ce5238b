#pragma once

#include "storage/package/exporter.h"

namespace shiqu::package {

/// data/access/text-NNNN.pdf: page images with their text invisibly behind, to be selected and
/// searched, columns as vertical text; 500 pages a file. Builds on the access images.
std::unique_ptr<Exporter> make_pdf_exporter();

}  // namespace shiqu::package
