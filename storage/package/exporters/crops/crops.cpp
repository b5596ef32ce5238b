#include "storage/package/exporters/crops/crops.h"

#include "storage/base/text.h"
#include "storage/package/exporters/dataset/annotations.h"
#include "storage/package/stream_text.h"

#include <fmt/format.h>

namespace shiqu::package {
namespace {

constexpr double kCharactersOfColumn = 18;  // about, for what is told before

/// One picture to be cut out.
struct Crop {
  std::string name;    ///< "0001-003": of the wish
  std::string folder;  ///< below the exporter's, with its '/'
  model::Box box;
  std::string text;
  std::string kind;        ///< of the line
  double confidence = -1;  ///< -1: by a person
};

model::Box on_page(const model::Box& box, const PageContent& content) {
  const model::Capture& capture = content.page->capture;
  return intersection(box, {0, 0, capture.width_px, capture.height_px});
}

std::vector<Crop> columns_of(const PageContent& content) {
  std::vector<Crop> out;
  int number = 0;
  for (const model::Line& line : content.text.lines) {
    ++number;
    const model::Box box = on_page(line.box, content);
    if (!box.empty() && !line.text.empty()) {
      out.push_back({fmt::format("{}-{:03}", content.page->number, number),
                     {},
                     box,
                     line.text,
                     std::string(model::name_of(line.kind)),
                     line.confidence});
    }
  }
  return out;
}

std::vector<Crop> glyphs_of(const PageContent& content) {
  std::vector<Crop> out;
  int number = 0;
  for (const model::Line& line : content.text.lines) {
    ++number;
    int place = 0;
    for (const model::Glyph& glyph : line.glyphs) {
      ++place;
      const model::Box box = on_page(glyph.box, content);
      const std::u32string characters = to_utf32(glyph.text);
      if (box.empty() || characters.size() != 1 || glyph.text == " ") {
        continue;
      }
      out.push_back({fmt::format("{}-{:03}-{:03}", content.page->number, number, place),
                     fmt::format("u{:04x}/", static_cast<std::uint32_t>(characters[0])), box,
                     glyph.text, std::string(model::name_of(line.kind)), glyph.confidence});
    }
  }
  return out;
}

using Cut = std::vector<Crop> (*)(const PageContent&);

class Crops final : public ExportRun {
 public:
  Crops(const ExportContext& context, TextOut index, std::string folder, Cut cut, bool texts)
      : context_(context),
        index_(std::move(index)),
        folder_(std::move(folder)),
        cut_(cut),
        texts_(texts) {}

  void want(const PageContent& content, std::vector<PixelWish>& wishes) override {
    for (const Crop& crop : cut_(content)) {
      wishes.push_back({crop.name + ".png", crop.box, 0});
    }
  }

  Status page(const PageContent& content) override {
    const Json facts = dataset::page_facts(context_, content);
    for (const Crop& crop : cut_(content)) {
      const std::string file = crop.folder + crop.name;
      SHIQU_TRY(
          context_.bag().add_file(folder_ + file + ".png", content.scratch / (crop.name + ".png")));
      if (texts_) {
        SHIQU_TRY(context_.bag().add_text(folder_ + file + ".gt.txt", crop.text + "\n"));
      }
      Json record = facts;
      record["file_name"] = file + ".png";
      record["text"] = crop.text;
      record["kind"] = crop.kind;
      record["box"] = model::to_json(crop.box);
      if (crop.confidence >= 0) {
        record["confidence"] = crop.confidence;
      }
      index_.put(json_line(record) + "\n");
    }
    return {};
  }

  Status finish() override { return index_.finish(); }

 private:
  const ExportContext& context_;
  TextOut index_;
  std::string folder_;
  Cut cut_;
  bool texts_;
};

std::unique_ptr<Exporter> make(std::string_view name, std::string_view purpose, const char* folder,
                               Cut cut, bool texts, double files_per_character) {
  return make_exporter(
      {name,
       purpose,
       Inclusion::OnRequest,
       {},
       [=](const ExportContext& context) -> Result<std::unique_ptr<ExportRun>> {
         SHIQU_TRY_ASSIGN(TextOut index,
                          TextOut::open(context.bag(), std::string(folder) + "metadata.jsonl"));
         return std::unique_ptr<ExportRun>(
             std::make_unique<Crops>(context, std::move(index), folder, cut, texts));
       },
       {.per_character = 4000, .per_pixel = 3, .files_per_character = files_per_character}});
}

}  // namespace

std::unique_ptr<Exporter> make_columns_exporter() {
  return make("columns", "columns as pictures with their text, for training readers",
              "data/dataset/columns/", columns_of, true, 1.0 / kCharactersOfColumn);
}

std::unique_ptr<Exporter> make_glyphs_exporter() {
  return make("glyphs", "characters as pictures, a folder for each", "data/dataset/glyphs/",
              glyphs_of, false, 1);
}

}  // namespace shiqu::package
