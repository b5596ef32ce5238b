#include "storage/package/exporters/pdf/document.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/imaging/colour.h"
#include "storage/package/exporters/pdf/blank_font.h"

#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>
#include <qpdf/QPDFWriter.hh>

#include <fmt/format.h>

#include <exception>
#include <stdexcept>

namespace shiqu::package::pdf {
namespace {

using Object = QPDFObjectHandle;

/// Carries an error of ours through libqpdf, which knows only exceptions.
struct Carried : std::runtime_error {
  explicit Carried(Error inner) : std::runtime_error("carried"), error(std::move(inner)) {}
  Error error;
};

class IntoBag final : public Pipeline {
 public:
  explicit IntoBag(PayloadFile& file) : Pipeline("package", nullptr), file_(file) {}
  void write(const unsigned char* data, std::size_t size) override {
    if (auto status = file_.append(std::span(data, size)); !status) {
      throw Carried(std::move(status).error());
    }
  }
  void finish() override {}

 private:
  PayloadFile& file_;
};

/// A file that is read only when the document is written.
class FromFile final : public Object::StreamDataProvider {
 public:
  explicit FromFile(std::filesystem::path file) : file_(std::move(file)) {}
  void provideStreamData(QPDFObjGen const& /*id*/, Pipeline* pipeline) override {
    const auto take = [&](std::span<const std::uint8_t> piece) -> Status {
      pipeline->write(piece.data(), piece.size());
      return {};
    };
    if (auto status = read_in_pieces(file_, take); !status) {
      throw Carried(std::move(status).error());
    }
    pipeline->finish();
  }

 private:
  std::filesystem::path file_;
};

/// Runs `work`, which may throw as libqpdf does.
template <class Work>
Status guarded(Work&& work) {
  try {
    work();
  } catch (Carried& carried) {
    return fail(std::move(carried.error));
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
  Codes codes;
  Object to_unicode;
  Object resources_fonts;
  Object colour;

  Object stream(const std::string& data) { return Object::newStream(&pdf, data); }
  Object indirect(const std::string& text) {
    return pdf.makeIndirectObject(Object::parse(&pdf, text));
  }

  void make_fonts() {
    Object program = stream(blank_font());
    program.getDict().replaceKey("/Length1",
                                 Object::newInteger(static_cast<long long>(blank_font().size())));
    Object descriptor = indirect(
        "<< /Type /FontDescriptor /FontName /ShiquBlank /Flags 4 /FontBBox [0 -120 1000 880] "
        "/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>");
    descriptor.replaceKey("/FontFile2", program);
    Object glyphs = stream(std::string(2 * 65536, '\0'));  // every code is the empty glyph
    Object inner = indirect(
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ShiquBlank /CIDSystemInfo << /Registry "
        "(Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 /DW2 [880 -1000] >>");
    inner.replaceKey("/FontDescriptor", descriptor);
    inner.replaceKey("/CIDToGIDMap", glyphs);
    to_unicode = stream("");
    resources_fonts = indirect("<< >>");
    for (const char* way : {"V", "H"}) {
      Object font = indirect(fmt::format(
          "<< /Type /Font /Subtype /Type0 /BaseFont /ShiquBlank /Encoding /Identity-{} >>", way));
      Object inside = Object::newArray();
      inside.appendItem(inner);
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
    picture.replaceStreamData(
        std::shared_ptr<Object::StreamDataProvider>(std::make_shared<FromFile>(image.jpeg)),
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
  return guarded([&] {
    State& state = *state_;
    state.to_unicode.replaceStreamData(state.codes.to_unicode(), Object::newNull(),
                                       Object::newNull());
    IntoBag out(file);
    QPDFWriter writer(state.pdf);
    writer.setOutputPipeline(&out);
    writer.setDeterministicID(true);
    writer.setMinimumPDFVersion("1.7");
    writer.write();
  });
}

}  // namespace shiqu::package::pdf
