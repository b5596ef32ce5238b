#include "ocr/onnx/neural_engine.h"

#include "ocr/ctc.h"
#include "ocr/onnx/column_reader.h"
#include "ocr/onnx/internal/known_models.h"
#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr std::uint64_t kLargestModel = 256ULL << 20U;

/// The bytes of a model, if it is exactly the one that `known` (by what is said of it) names.
Result<std::string> trusted(const std::filesystem::path& file, std::string_view sha256,
                            std::string_view known) {
  SHIQU_TRY_ASSIGN(std::string bytes, read_file(file, kLargestModel));
  if (sha256_hex(bytes) != sha256) {
    return fail(ErrorCode::Corrupt, "load model", file.string(),
                fmt::format("its digest is not the one that {}", known));
  }
  return bytes;
}

Result<std::string> trusted(const std::filesystem::path& folder, const KnownModel& model) {
  return trusted(folder / model.file, model.sha256, "this version of Shiqu knows");
}

std::span<const std::uint8_t> view(const std::string& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

Result<Weights> trusted_weights(const std::filesystem::path& folder, const KnownModel& model) {
  SHIQU_TRY_ASSIGN(const std::string bytes, trusted(folder, model));
  return from_safetensors(view(bytes));
}

class NeuralEngine final : public Engine {
 public:
  NeuralEngine(ColumnReader reader, LanguageModel language, std::string version)
      : reader_(std::move(reader)), language_(std::move(language)), version_(std::move(version)) {}

  [[nodiscard]] std::string_view name() const override { return "neural"; }
  [[nodiscard]] std::string version(const EngineSettings& settings) const override {
    if (!settings.language) {
      return version_ + " without language";
    }
    const std::string general = fmt::format("{} language {:.8}", version_, kLanguage.sha256);
    const StationLanguage& station = settings.station;
    return station.sha256.empty()
               ? general
               : fmt::format("{} station {:.8} share {}", general, station.sha256, station.share);
  }
  [[nodiscard]] bool reads(const EngineSettings& settings) const override {
    return settings.vertical && settings.languages.empty();
  }
  [[nodiscard]] ColumnForm form() const override { return {LineReader::kHeightPx, 0, true}; }

  Result<AreaReading> read(const imaging::Image& image, const EngineSettings& settings,
                           std::stop_token stop) override {
    if (!settings.vertical) {
      return fail(ErrorCode::Unsupported, "read horizontal text", std::string(name()),
                  "this engine reads columns; choose tesseract");
    }
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "read column");
    }
    SHIQU_TRY_ASSIGN(const CtcSettings decoding, decoding_by(settings));
    AreaReading out;
    out.size = image.size();
    SHIQU_TRY_ASSIGN(out.places, reader_.read(image, settings.upright));
    take(settings.either_way ? decode_either_way(out.places, decoding)
                             : decode(out.places, decoding),
         out);
    if (!settings.language || settings.either_way) {
      out.places.clear();  // neighbours would change nothing
    }
    return out;
  }

  Status read_together(std::span<AreaReading* const> columns,
                       const EngineSettings& settings) override {
    std::vector<const Places*> places;
    for (const AreaReading* const column : columns) {
      places.push_back(&column->places);
    }
    if (std::all_of(places.begin(), places.end(), [](const Places* one) { return one->empty(); })) {
      return {};
    }
    SHIQU_TRY_ASSIGN(const CtcSettings decoding, decoding_by(settings));
    const auto read = decode_together(places, decoding);
    for (std::size_t i = 0; i < read.size(); ++i) {
      take(read[i], *columns[i]);
    }
    return {};
  }

 private:
  /// What the settings say about language; the station's model is loaded when it is another.
  Result<CtcSettings> decoding_by(const EngineSettings& settings) {
    CtcSettings out;
    if (!settings.language) {
      return out;
    }
    out.language.general = &language_;
    const StationLanguage& station = settings.station;
    if (station.sha256.empty()) {
      return out;
    }
    if (!(station.share > 0 && station.share < 1)) {
      return fail(ErrorCode::InvalidInput, "mix languages", fmt::format("share {}", station.share),
                  "it lies between 0 and 1");
    }
    if (station.sha256 != station_sha256_) {
      SHIQU_TRY_ASSIGN(const std::string bytes,
                       trusted(station.file, station.sha256, "this station has learnt"));
      SHIQU_TRY_ASSIGN(station_, LanguageModel::from_bytes(bytes));
      station_sha256_ = station.sha256;
    }
    out.language.station = &station_;
    out.language.share = station.share;
    return out;
  }

  /// What was read in an area becomes its one line.
  static void take(const std::vector<ReadCharacter>& read, AreaReading& area) {
    area.lines.clear();
    if (!read.empty()) {
      area.lines.push_back(line_of(read, area.size));
    }
  }

  static model::Line line_of(const std::vector<ReadCharacter>& read, SizePx size) {
    const double step = LineReader::step_px(size);
    model::Line line;
    line.box = {0, 0, size.width, size.height};
    double sum = 0;
    for (const ReadCharacter& character : read) {
      model::Glyph glyph;
      glyph.text = to_utf8(character.character);
      const int top = static_cast<int>(std::floor(character.first_step * step));
      const int bottom = static_cast<int>(std::ceil((character.last_step + 1) * step));
      glyph.box = {0, top, size.width, std::min(bottom, size.height) - top};
      glyph.confidence = character.confidence;
      for (const auto& other : character.others) {
        glyph.alternatives.push_back(to_utf8(other.character));
      }
      sum += glyph.confidence;
      line.text += glyph.text;
      line.glyphs.push_back(std::move(glyph));
    }
    line.confidence = sum / static_cast<double>(read.size());
    return line;
  }

  ColumnReader reader_;
  LanguageModel language_;
  std::string version_;
  LanguageModel station_;
  std::string station_sha256_;  ///< of station_; empty: none is loaded
};

}  // namespace

Result<std::unique_ptr<Engine>> make_neural_engine(const std::filesystem::path& models) {
  SHIQU_TRY_ASSIGN(const std::string base, trusted(models, kBaseRecogniser));
  SHIQU_TRY_ASSIGN(const std::string characters, trusted(models, kBaseCharacters));
  SHIQU_TRY_ASSIGN(const Weights head, trusted_weights(models, kHead));
  SHIQU_TRY_ASSIGN(const Weights glyphs, trusted_weights(models, kGlyphs));
  SHIQU_TRY_ASSIGN(LineReader lines, LineReader::open(view(base), head, characters));
  SHIQU_TRY_ASSIGN(GlyphReader second, GlyphReader::open(glyphs));
  SHIQU_TRY_ASSIGN(LanguageModel language, general_language(models));
  std::string version = fmt::format("shiqu-neural {:.8} {:.8} onnxruntime {}", kHead.sha256,
                                    kGlyphs.sha256, onnx_runtime_version());
  return std::make_unique<NeuralEngine>(ColumnReader(std::move(lines), std::move(second)),
                                        std::move(language), std::move(version));
}

Result<LanguageModel> general_language(const std::filesystem::path& models) {
  SHIQU_TRY_ASSIGN(const std::string bytes, trusted(models, kLanguage));
  return LanguageModel::from_bytes(bytes);
}

}  // namespace shiqu::ocr
