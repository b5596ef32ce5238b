#pragma once

#include "storage/base/registry.h"
#include "storage/base/result.h"
#include "storage/model/text.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// Files that hold the text of one page, for other programs and from them.
namespace shiqu::text_formats {

/// What a page's text does not say about itself.
struct PageFacts {
  std::string image_name;  ///< as the reader of the file finds it, "masters/0001.tif"
  SizePx image;            ///< of that image; boxes are clipped to it
  double dpi = 0;          ///< 0: not known
  std::string creator;     ///< the program that writes: "software:shiqu/0.1.0"
  std::int64_t created_ms = 0;
  std::string author;  ///< text_of(Agent) of the revision; empty: no text yet
  std::string state;   ///< name_of(TextState); empty: outside an archive
};

/// What the reader of a file has to know beside it.
struct ReadOptions {
  double dpi = 0;  ///< of the image, for files that measure in millimetres or inches; 0: not known
  int page = 0;    ///< which page of a file of several, from 1; 0: the file must have one
};

/// One page as a file gives it.
struct PageFile {
  model::PageText text;  ///< size 0 × 0: the file does not say it; `producer` "import:SOFTWARE"
  std::string software;  ///< what made the text, as the file says; may be empty
  std::string image_name;
  int size_tolerance_px = 0;     ///< by which width and height may be off: units other than pixels
  bool by_person = false;        ///< the file says that a person wrote or corrected it
  int lines_without_glyphs = 0;  ///< their characters have no places of their own
};

/// A form of file for the text of one page. Without state: safe from every thread.
class TextFormat {
 public:
  TextFormat() = default;
  TextFormat(const TextFormat&) = delete;
  TextFormat& operator=(const TextFormat&) = delete;
  virtual ~TextFormat() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;    ///< "page", for options
  [[nodiscard]] virtual std::string_view ending() const = 0;  ///< ".page.xml", behind a page's name

  /// The same input gives the same bytes. Characters that XML forbids are left out.
  /// Errors: InvalidInput (image without size).
  [[nodiscard]] virtual Result<std::string> write(const model::PageText& text,
                                                  const PageFacts& facts) const = 0;

  /// Does a file that begins so look like this format? False: it cannot be read either.
  [[nodiscard]] virtual bool recognises(std::string_view bytes) const = 0;

  /// Lines in the file's reading order, boxes in pixels within the page, each line with an id: the
  /// file's own where it is a UUID that Shiqu wrote. Hostile bytes give an error, never more.
  /// Errors: InvalidInput (not well-formed, several pages and none chosen, no resolution for its
  /// units), NotFound (no such page), Unsupported (another version, an encoding that is not UTF-8,
  /// a format that is only written).
  [[nodiscard]] virtual Result<PageFile> read(std::string_view bytes,
                                              const ReadOptions& options) const = 0;
};

std::unique_ptr<TextFormat> make_page_format();   ///< PAGE XML: reads all, writes 2019-07-15
std::unique_ptr<TextFormat> make_alto_format();   ///< ALTO: reads 2.x to 4.4, writes 4.4
std::unique_ptr<TextFormat> make_hocr_format();   ///< hOCR 1.2 as XHTML
std::unique_ptr<TextFormat> make_plain_format();  ///< UTF-8, one column or line a line; write only

/// The format that recognises `bytes`. Errors: Unsupported (none does).
Result<const TextFormat*> recognise(const Registry<TextFormat>& formats, std::string_view bytes);

}  // namespace shiqu::text_formats
