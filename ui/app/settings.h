#pragma once

#include "storage/base/result.h"

#include <filesystem>
#include <string>

namespace shiqu::app {

/// What an archive's settings.toml can set; defaults are here. docs/configuration.md lists them.
struct Settings {
  std::string ocr_engine;       ///< [ocr] engine: a registered recogniser; empty: the best there is
  std::string ocr_languages;    ///< [ocr] languages: the engine's own names; empty: its default
  bool ocr_vertical = true;     ///< [ocr] vertical
  bool ocr_prior = true;        ///< [ocr] prior: let the language help where the ink leaves doubt
  bool ocr_at_capture = false;  ///< [ocr] at_capture: read each page as soon as it is kept
  int job_threads = 2;          ///< [jobs] threads, 1…64: each has its own worker processes
  int reserve_mb = 256;     ///< [storage] reserve_mb, 0…1048576: held back on the disk; 0: none
  int lock_after_min = 5;   ///< [desk] lock_after_min, 1…240: idle minutes until the PIN is asked
  bool clear_card = false;  ///< [capture] clear_card: delete on the camera after "kept"
  std::string backup_folder;    ///< [backup] folder: where the second disk is mounted; empty: none
  int checkpoint_every = 200;   ///< [journal] checkpoint_every: entries between two signed heads
  int fixity_days = 30;         ///< [fixity] days: a check older than that is not green
  int fixity_limit = 100;       ///< [fixity] limit: MB a second that the scrub reads
  std::string item_identifier;  ///< [package] item_identifier: pattern, "ark:/99999/{identifier}"
  std::string page_identifier;  ///< [package] page_identifier: pattern with {page} or {uuid}
  std::string iiif_base;  ///< [package] iiif_base: pattern, "https://example.org/{identifier}/"
};

/// Reads a settings file. Errors: InvalidInput with line and key (unknown key, wrong type, out of
/// range), NotFound.
Result<Settings> read_settings(const std::filesystem::path& file);

}  // namespace shiqu::app
