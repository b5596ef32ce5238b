#pragma once

#include "storage/package/exporter.h"

/// What describes data/dataset to people and programs.
namespace shiqu::package {

std::unique_ptr<Exporter> make_card_exporter();          ///< README.md
std::unique_ptr<Exporter> make_croissant_exporter();     ///< croissant.json
std::unique_ptr<Exporter> make_frictionless_exporter();  ///< datapackage.json

}  // namespace shiqu::package
