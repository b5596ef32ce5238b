#pragma once

#include "storage/base/registry.h"
#include "storage/store/store.h"
#include "storage/text_formats/text_format.h"

#include <filesystem>
#include <string>

namespace shiqu::app {

struct TextImportOptions {
  std::string format;  ///< name of the format; empty: the one that recognises the file
  int file_page = 0;   ///< which page of a file of several, from 1; 0: it must have one
  double dpi = 0;      ///< for files in millimetres or inches; 0: that of the master
  bool scale = false;  ///< places are of a larger or smaller copy of the master
};

struct ImportedText {
  std::string format;
  std::string producer;  ///< "import:SOFTWARE"
  int revision = 0;
  std::size_t lines = 0;
  int lines_without_glyphs = 0;
  bool by_person = false;  ///< the file says so: saved as a change by who imports it
  bool scaled = false;
  bool in_force = false;  ///< false: a person has worked on the page, and that stays
};

/// Takes the text of a page from a file of another program as its next revision, with an event
/// "text.imported" that names the file by name and SHA-256. What a machine made becomes a proposal,
/// which never replaces the work of a person; what the file says a person made becomes a change by
/// `by`. Needs Annotator. Calling thread; blocks for reading and parsing.
/// Errors: Denied, NotFound (format, page of the file), InvalidInput (picture of another size or
/// shape, nothing on the page), Conflict (text submitted or accepted), those of TextFormat::read.
Result<ImportedText> import_text(store::Store& store, const store::Session& by, const PageId& page,
                                 const std::filesystem::path& file,
                                 const Registry<text_formats::TextFormat>& formats,
                                 const TextImportOptions& options);

/// Makes the places of `file` pixels of a master of `size`; true: they were scaled.
/// Errors: InvalidInput (no size in the file, another size without `scale`, another shape).
Result<bool> fit_to_master(text_formats::PageFile& file, SizePx size, bool scale);

}  // namespace shiqu::app
