#pragma once

#include "storage/package/exporter.h"

namespace shiqu::package {

/// data/metadata/iiif-manifest.json: IIIF Presentation 3.0 with the lines as annotations. Its
/// addresses begin with https://package.invalid/NAME/, which whoever publishes it replaces.
std::unique_ptr<Exporter> make_iiif_exporter();
/// data/viewer.html: images, places and text in one page of our own, without a network.
std::unique_ptr<Exporter> make_viewer_exporter();

}  // namespace shiqu::package
