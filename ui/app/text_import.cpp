#include "ui/app/text_import.h"

#include "storage/base/digest.h"
#include "storage/base/file.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

namespace shiqu::app {
namespace {

constexpr const char* kWhat = "import text";
constexpr double kShape = 0.02;  // copies of one picture differ by rounding and slight crops only

Result<const text_formats::TextFormat*> format_of(const Registry<text_formats::TextFormat>& formats,
                                                  const std::string& name,
                                                  const std::string& bytes) {
  if (name.empty()) {
    return text_formats::recognise(formats, bytes);
  }
  const text_formats::TextFormat* format = formats.find(name);
  if (format == nullptr) {
    return fail(ErrorCode::NotFound, "find text format", name);
  }
  return format;
}

void scale_box(model::Box& box, double across, double down) {
  const auto px = [](double value) { return static_cast<int>(std::lround(value)); };
  const int right = px(box.right() * across);
  const int bottom = px(box.bottom() * down);
  box.x = px(box.x * across);
  box.y = px(box.y * down);
  box.width = right - box.x;
  box.height = bottom - box.y;
}

void scale_text(model::PageText& text, double across, double down) {
  for (model::Line& line : text.lines) {
    scale_box(line.box, across, down);
    for (model::Glyph& glyph : line.glyphs) {
      scale_box(glyph.box, across, down);
    }
  }
}

/// Stores the text: what a person made as a change, the rest as a proposal.
Result<int> keep_text(store::Store& store, const store::Session& by, const model::Page& page,
                      const text_formats::PageFile& file, const std::string& name) {
  if (file.by_person) {
    return store.save_text(by, page.id, page.text_revision, file.text, "imported from " + name);
  }
  const model::Agent software{model::AgentKind::Software, file.text.producer, {}};
  return store.propose_text(store::Session::for_software(software), page.id, file.text);
}

Json event_detail(const ImportedText& made, const std::string& name, const std::string& digest) {
  return {{"revision", made.revision}, {"file", name},
          {"sha256", digest},          {"format", made.format},
          {"producer", made.producer}, {"by_person", made.by_person},
          {"scaled", made.scaled}};
}

}  // namespace

Result<bool> fit_to_master(text_formats::PageFile& file, SizePx size, bool scale) {
  model::PageText& text = file.text;
  if (text.width_px <= 0 || text.height_px <= 0) {
    return fail(ErrorCode::InvalidInput, kWhat, file.image_name,
                "the file does not say how large its picture is");
  }
  const bool same = std::abs(text.width_px - size.width) <= file.size_tolerance_px &&
                    std::abs(text.height_px - size.height) <= file.size_tolerance_px;
  const std::string sizes = fmt::format("the file is about {} × {} pixels, the master has {} × {}",
                                        text.width_px, text.height_px, size.width, size.height);
  if (!same && !scale) {
    return fail(ErrorCode::InvalidInput, kWhat, file.image_name,
                sizes + "; --scale if it is a copy of the master in another size");
  }
  const double across = size.width / static_cast<double>(text.width_px);
  const double down = size.height / static_cast<double>(text.height_px);
  if (!same && std::abs(across / down - 1) > kShape) {
    return fail(ErrorCode::InvalidInput, kWhat, file.image_name,
                sizes + ": no copy of it, the proportions differ");
  }
  if (!same) {
    scale_text(text, across, down);
  }
  text.width_px = size.width;
  text.height_px = size.height;
  return !same;
}

Result<ImportedText> import_text(store::Store& store, const store::Session& by, const PageId& page,
                                 const std::filesystem::path& file,
                                 const Registry<text_formats::TextFormat>& formats,
                                 const TextImportOptions& options) {
  SHIQU_TRY(store.require(by, model::Role::Annotator, kWhat));
  SHIQU_TRY_ASSIGN(const model::Page record, store.page(page));
  SHIQU_TRY_ASSIGN(const model::Capture capture, store.capture(record.capture));
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(file));
  SHIQU_TRY_ASSIGN(const text_formats::TextFormat* format,
                   format_of(formats, options.format, bytes));
  const double dpi = options.dpi > 0 ? options.dpi : capture.dpi;
  SHIQU_TRY_ASSIGN(text_formats::PageFile read, format->read(bytes, {dpi, options.file_page}));
  if (read.text.lines.empty()) {
    return fail(ErrorCode::InvalidInput, kWhat, file.string(), "there is no text in it");
  }
  ImportedText out;
  SHIQU_TRY_ASSIGN(out.scaled,
                   fit_to_master(read, {capture.width_px, capture.height_px}, options.scale));
  const std::string name = file.filename().string();
  SHIQU_TRY_ASSIGN(out.revision, keep_text(store, by, record, read, name));
  out.format = format->name();
  out.producer = read.text.producer;
  out.lines = read.text.lines.size();
  out.lines_without_glyphs = read.lines_without_glyphs;
  out.by_person = read.by_person;
  SHIQU_TRY(store.note_event(by, "text.imported", page.str(),
                             event_detail(out, name, sha256_hex(bytes))));
  SHIQU_TRY_ASSIGN(const model::Page now, store.page(page));
  out.in_force = now.text_revision == out.revision;
  return out;
}

}  // namespace shiqu::app
