#include "storage/text_formats/text_format.h"

#include "storage/text_formats/alto.h"
#include "storage/text_formats/hocr.h"
#include "storage/text_formats/page_xml.h"

#include <algorithm>
#include <utility>

namespace shiqu::text_formats {
namespace {

constexpr std::size_t kLook = 16U << 10U;  // a file says what it is within its first 16 KiB

bool contains(std::string_view bytes, std::string_view mark) {
  return bytes.substr(0, kLook).find(mark) != std::string_view::npos;
}

bool looks_like_page(std::string_view bytes) {
  return contains(bytes, "PAGE/gts/pagecontent/");
}

bool looks_like_alto(std::string_view bytes) {
  return contains(bytes, "<alto") || contains(bytes, ":alto ");
}

bool looks_like_hocr(std::string_view bytes) {
  return contains(bytes, "ocr_page");
}

using Looks = bool (*)(std::string_view);

using Write = Result<std::string> (*)(const model::PageText&, const PageFacts&);
using Read = Result<PageFile> (*)(std::string_view, const ReadOptions&);

/// What makes one format of XML different from another.
struct Parts {
  std::string_view name;
  std::string_view ending;
  Looks looks;
  Write write;
  Read read;
};

class XmlFormat final : public TextFormat {
 public:
  explicit XmlFormat(const Parts& parts) : parts_(parts) {}

  [[nodiscard]] std::string_view name() const override { return parts_.name; }
  [[nodiscard]] std::string_view ending() const override { return parts_.ending; }
  [[nodiscard]] Result<std::string> write(const model::PageText& text,
                                          const PageFacts& facts) const override {
    return parts_.write(text, facts);
  }
  [[nodiscard]] bool recognises(std::string_view bytes) const override {
    return parts_.looks(bytes);
  }
  [[nodiscard]] Result<PageFile> read(std::string_view bytes,
                                      const ReadOptions& options) const override {
    return parts_.read(bytes, options);
  }

 private:
  Parts parts_;
};

class PlainFormat final : public TextFormat {
 public:
  [[nodiscard]] std::string_view name() const override { return "text"; }
  [[nodiscard]] std::string_view ending() const override { return ".txt"; }
  /// The running title in the centre strip and what stands in the margin belong to the leaf, not
  /// to the text: the other formats have them.
  [[nodiscard]] Result<std::string> write(const model::PageText& text,
                                          const PageFacts& /*facts*/) const override {
    std::string out;
    for (const model::Line& line : text.lines) {
      if (line.kind != model::LineKind::CentreStrip && line.kind != model::LineKind::Marginalia) {
        out += line.text + "\n";
      }
    }
    return out;
  }
  [[nodiscard]] bool recognises(std::string_view /*bytes*/) const override { return false; }
  [[nodiscard]] Result<PageFile> read(std::string_view /*bytes*/,
                                      const ReadOptions& /*options*/) const override {
    return fail(ErrorCode::Unsupported, "read text", {}, "plain text has no places");
  }
};

}  // namespace

std::unique_ptr<TextFormat> make_page_format() {
  return std::make_unique<XmlFormat>(
      Parts{"page", ".page.xml", looks_like_page, make_page_xml, read_page_xml});
}

std::unique_ptr<TextFormat> make_alto_format() {
  return std::make_unique<XmlFormat>(
      Parts{"alto", ".alto.xml", looks_like_alto, make_alto, read_alto});
}

std::unique_ptr<TextFormat> make_hocr_format() {
  return std::make_unique<XmlFormat>(Parts{"hocr", ".hocr", looks_like_hocr, make_hocr, read_hocr});
}

std::unique_ptr<TextFormat> make_plain_format() {
  return std::make_unique<PlainFormat>();
}

Result<const TextFormat*> recognise(const Registry<TextFormat>& formats, std::string_view bytes) {
  for (const auto& format : formats) {
    if (format->recognises(bytes)) {
      return format.get();
    }
  }
  return fail(ErrorCode::Unsupported, "recognise text format", {},
              "it is none of the formats that can be read");
}

}  // namespace shiqu::text_formats
