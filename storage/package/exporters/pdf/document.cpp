#include "storage/package/exporters/pdf/document.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/imaging/colour.h"
#include "storage/package/exporters/pdf/blank_font.h"

// clang 14 cannot read JSON.hh as C++20 (a vector of a class that is not complete yet), and nothing
// here needs more of it than the name.
#define JSON_HH
class JSON;
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include <fmt/format.h>

#include <exception>
#include <memory>
#include <span>
#include <utility>

namespace shiqu::package::pdf {
namespace {

using Object = QPDFObjectHandle;

/// The first error met while libqpdf works, which knows no errors of ours; the rest is not written.
struct Trouble {
  Status first;
  void keep(Status status) {
    if (first && !status) {
      first = std::move(status);
    }
  }
};

class IntoBag final : public Pipeline {
 public:
  IntoBag(PayloadFile& file, Trouble& trouble)
      : Pipeline("package", nullptr), file_(file), trouble_(trouble) {}
  void write(const unsigned char* data, std::size_t size) override {
    if (trouble_.first) {
      trouble_.keep(file_.append(std::span(data, size)));
    }
  }
  void finish() override {}

 private:
  PayloadFile& file_;
  Trouble& trouble_;
};

/// A file that is read only when the document is written.
class FromFile final : public Object::StreamDataProvider {
 public:
  FromFile(std::filesystem::path file, std::shared_ptr<Trouble> trouble)
      : file_(std::move(file)), trouble_(std::move(trouble)) {}
  void provideStreamData(QPDFObjGen const& /*id*/, Pipeline* pipeline) override {
    const auto take = [&](std::span<const std::uint8_t> piece) -> Status {
      pipeline->write(piece.data(), piece.size());
      return {};
    };
    trouble_->keep(read_in_pieces(file_, take));
    pipeline->finish();
  }

 private:
  std::filesystem::path file_;
  std::shared_ptr<Trouble> trouble_;  // shared by the images of one document
};

/// Runs `work`, which may fail as libqpdf does, by exceptions.
template <class Work>
Status guarded(Work&& work) {
  try {
    work();
  } catch (const std::exception& problem) {
    return fail(ErrorCode::Internal, "write PDF", "libqpdf", problem.what());
  }
  return {};
}

std::string pdf_date(std::int64_t unix_ms) {
  std::string digits;
  for (const char c : iso8601(unix_ms).substr(0, 19)) {
    if (c >= '0' && c <= '9') {
      digits += c;
    }
  }
  return "D:" + digits + "Z";
}

}  // namespace

struct Document::State {
  QPDF pdf;
  std::shared_ptr<Trouble> trouble = std::make_shared<Trouble>();
  Codes codes;
  Object to_unicode;
  Object glyphs;
  Object resources_fonts;
  Object colour;

  Object stream(const std::string& data) { return Object::newStream(&pdf, data); }
  Object indirect(const std::string& text) {
    return pdf.makeIndirectObject(Object::parse(&pdf, text));
  }

  /// Vertical characters hang from their origin, horizontal ones stand on the base line.
  Object descendant(int ascent) {
    const std::string font = blank_font(ascent);
    Object program = stream(font);
    program.getDict().replaceKey("/Length1",
                                 Object::newInteger(static_cast<long long>(font.size())));
    Object descriptor = indirect(fmt::format(
        "<< /Type /FontDescriptor /FontName /ShiquBlank /Flags 4 /FontBBox [0 {0} 1000 {1}] "
        "/ItalicAngle 0 /Ascent {1} /Descent {0} /CapHeight {1} /StemV 80 >>",
        ascent - 1000, ascent));
    descriptor.replaceKey("/FontFile2", program);
    Object inner = indirect(fmt::format(
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ShiquBlank /CIDSystemInfo << /Registry "
        "(Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 /DW2 [{0} -1000] "
        "/W2 [0 65535 -1000 0 {0}] >>",
        ascent));
    inner.replaceKey("/FontDescriptor", descriptor);
    inner.replaceKey("/CIDToGIDMap", glyphs);
    return inner;
  }

  void make_fonts() {
    glyphs = stream(std::string(2 * 65536, '\0'));  // every code is the empty glyph
    to_unicode = stream("");
    resources_fonts = indirect("<< >>");
    for (const char* way : {"V", "H"}) {
      Object font = indirect(fmt::format(
          "<< /Type /Font /Subtype /Type0 /BaseFont /ShiquBlank /Encoding /Identity-{} >>", way));
      Object inside = Object::newArray();
      inside.appendItem(descendant(*way == 'V' ? 0 : 880));
      font.replaceKey("/DescendantFonts", inside);
      font.replaceKey("/ToUnicode", to_unicode);
      resources_fonts.replaceKey(*way == 'V' ? "/Fv" : "/Fh", font);
    }
  }

  void make_colour() {
    const auto& icc = imaging::srgb_profile();
    Object profile = stream(std::string(icc.begin(), icc.end()));
    profile.getDict().replaceKey("/N", Object::newInteger(3));
    colour = Object::newArray();
    colour.appendItem(Object::newName("/ICCBased"));
    colour.appendItem(profile);
    colour = pdf.makeIndirectObject(colour);
  }

  void describe(const Properties& properties) {
    Object info = Object::newDictionary();
    const auto set = [&](const char* key, const std::string& value) {
      if (!value.empty()) {
        info.replaceKey(key, Object::newUnicodeString(value));
      }
    };
    set("/Title", properties.title);
    set("/Author", properties.author);
    set("/Keywords", properties.keywords);
    set("/Creator", properties.producer);
    set("/Producer", properties.producer + ", libqpdf");
    info.replaceKey("/CreationDate", Object::newString(pdf_date(properties.made_ms)));
    pdf.getTrailer().replaceKey("/Info", pdf.makeIndirectObject(info));
    const char* way = properties.right_to_left ? "R2L" : "L2R";
    pdf.getRoot().replaceKey(
        "/ViewerPreferences",
        Object::parse(fmt::format("<< /Direction /{} /DisplayDocTitle true >>", way)));
  }
};

Document::Document(const Properties& properties) : state_(std::make_unique<State>()) {
  state_->pdf.emptyPDF();
  state_->make_fonts();
  state_->make_colour();
  state_->describe(properties);
}

Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Status Document::add_page(const PageImage& image, const model::PageText& text) {
  return guarded([&] {
    State& state = *state_;
    const double scale = 72.0 / (image.dpi > 0 ? image.dpi : 300.0);
    const double width = image.width_px * scale;
    const double height = image.height_px * scale;
    Object picture = Object::newStream(&state.pdf);
    picture.replaceDict(Object::parse(
        fmt::format("<< /Type /XObject /Subtype /Image /Width {} /Height {} /BitsPerComponent 8 >>",
                    image.width_px, image.height_px)));
    picture.getDict().replaceKey("/ColorSpace", state.colour);
    picture.replaceStreamData(std::shared_ptr<Object::StreamDataProvider>(
                                  std::make_shared<FromFile>(image.jpeg, state.trouble)),
                              Object::newName("/DCTDecode"), Object::newNull());
    const std::string content =
        fmt::format("q {:.3f} 0 0 {:.3f} 0 0 cm /Im Do Q\n", width, height) +
        text_layer(text, image.height_px, scale, state.codes);
    Object page = Object::parse(
        &state.pdf,
        fmt::format(
            "<< /Type /Page /MediaBox [0 0 {:.3f} {:.3f}] /Resources << /XObject << >> >> >>",
            width, height));
    page.getKey("/Resources").getKey("/XObject").replaceKey("/Im", picture);
    page.getKey("/Resources").replaceKey("/Font", state.resources_fonts);
    page.replaceKey("/Contents", state.stream(content));
    QPDFPageDocumentHelper(state.pdf).addPage(state.pdf.makeIndirectObject(page), false);
  });
}

Status Document::save(PayloadFile& file) {
  SHIQU_TRY(guarded([&] {
    State& state = *state_;
    state.to_unicode.replaceStreamData(state.codes.to_unicode(), Object::newNull(),
                                       Object::newNull());
    IntoBag out(file, *state.trouble);
    QPDFWriter writer(state.pdf);
    writer.setOutputPipeline(&out);
    writer.setDeterministicID(true);
    writer.setMinimumPDFVersion("1.7");
    writer.write();
  }));
  return state_->trouble->first;
}

}  // namespace shiqu::package::pdf
