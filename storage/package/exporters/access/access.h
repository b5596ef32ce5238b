#pragma once

#include "storage/package/exporter.h"

/// Page images for reading, made from the masters: JPEG, 8-bit sRGB, the master's size.
namespace shiqu::package {

std::unique_ptr<Exporter> make_access_exporter();  ///< data/access/NNNN.jpg
std::unique_ptr<Exporter> make_images_exporter();  ///< data/dataset/images/NNNN.jpg, the same bytes

/// The wish both have, for others that need the page's image; and its place once granted.
void want_page_image(const ExportContext& context, std::vector<PixelWish>& wishes);
std::filesystem::path page_image(const PageContent& content);

}  // namespace shiqu::package
