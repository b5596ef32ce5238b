#pragma once

#include "storage/base/result.h"
#include "storage/package/bag_writer.h"
#include "storage/package/exporters/pdf/text_layer.h"

#include <filesystem>
#include <memory>
#include <string>

namespace shiqu::package::pdf {

/// What stands in the document's properties.
struct Properties {
  std::string title;
  std::string author;
  std::string keywords;
  std::string producer;
  std::int64_t made_ms = 0;
  bool right_to_left = true;  ///< pages turn that way
};

struct PageImage {
  std::filesystem::path jpeg;  ///< RGB; read when the document is saved
  int width_px = 0;
  int height_px = 0;
  double dpi = 0;  ///< 0: taken as 300
};

/// A PDF 1.7 document under construction (libqpdf). Pixels are not held in memory. One thread.
class Document {
 public:
  explicit Document(const Properties& properties);
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  /// Errors: Internal (libqpdf).
  Status add_page(const PageImage& image, const model::PageText& text);
  /// Writes the document into `file`; the same input gives the same bytes. Once, last.
  /// Errors: Internal (libqpdf), Io, NoSpace.
  Status save(PayloadFile& file);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shiqu::package::pdf
