#pragma once

#include "storage/package/exporter.h"

/// data/dataset: what trains and tests readers.
namespace shiqu::package {

std::unique_ptr<Exporter> make_coco_exporter();         ///< coco.json
std::unique_ptr<Exporter> make_yolo_exporter();         ///< labels/NNNN.txt, yolo.yaml
std::unique_ptr<Exporter> make_imagefolder_exporter();  ///< metadata.jsonl
std::unique_ptr<Exporter> make_tc609_exporter();        ///< records.tc609.jsonl

}  // namespace shiqu::package
