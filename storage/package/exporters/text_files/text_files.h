#pragma once

#include "storage/package/exporter.h"

/// One file per page in a format of storage/text_formats.
namespace shiqu::package {

std::unique_ptr<Exporter> make_page_xml_exporter();    ///< data/ocr/page/NNNN.xml
std::unique_ptr<Exporter> make_plain_text_exporter();  ///< data/ocr/text/NNNN.txt
std::unique_ptr<Exporter> make_alto_exporter();        ///< data/ocr/alto/NNNN.xml
std::unique_ptr<Exporter> make_hocr_exporter();        ///< data/ocr/hocr/NNNN.html

}  // namespace shiqu::package
