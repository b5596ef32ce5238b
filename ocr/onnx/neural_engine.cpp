#include "ocr/onnx/neural_engine.h"

#include "ocr/ctc.h"
#include "ocr/onnx/internal/known_models.h"
#include "ocr/onnx/line_reader.h"
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

/// The bytes of a model, if it is exactly the one this build knows.
Result<std::string> trusted(const std::filesystem::path& folder, const KnownModel& model) {
  SHIQU_TRY_ASSIGN(std::string bytes, read_file(folder / model.file, kLargestModel));
  if (sha256_hex(bytes) != model.sha256) {
    return fail(ErrorCode::Corrupt, "load model", (folder / model.file).string(),
                "its digest is not the one this version of Shiqu knows");
  }
  return bytes;
}

std::span<const std::uint8_t> view(const std::string& bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

class NeuralEngine final : public Engine {
 public:
  NeuralEngine(LineReader reader, LanguageModel language, std::string version)
      : reader_(std::move(reader)), language_(std::move(language)), version_(std::move(version)) {
    decoding_.language = language_.characters() > 0 ? &language_ : nullptr;
  }

  [[nodiscard]] std::string_view name() const override { return "neural"; }
  [[nodiscard]] std::string version(const EngineSettings& /*settings*/) const override {
    return version_;
  }
  [[nodiscard]] bool reads(const EngineSettings& settings) const override {
    return settings.vertical && settings.languages.empty();
  }
  [[nodiscard]] ColumnForm form() const override { return {LineReader::kHeightPx, 0, true}; }

  Result<std::vector<model::Line>> read(const imaging::Image& image, const EngineSettings& settings,
                                        std::stop_token stop) override {
    if (!settings.vertical) {
      return fail(ErrorCode::Unsupported, "read horizontal text", std::string(name()),
                  "this engine reads columns; choose tesseract");
    }
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "read column");
    }
    SHIQU_TRY_ASSIGN(const Steps steps, reader_.read(image));
    const std::vector<ReadCharacter> read = decode(steps, decoding_);
    std::vector<model::Line> lines;
    if (!read.empty()) {
      lines.push_back(line_of(read, image));
    }
    return lines;
  }

 private:
  static model::Line line_of(const std::vector<ReadCharacter>& read, const imaging::Image& image) {
    const double step = LineReader::step_px(image);
    model::Line line;
    line.box = {0, 0, image.width(), image.height()};
    double sum = 0;
    for (const ReadCharacter& character : read) {
      model::Glyph glyph;
      glyph.text = to_utf8(character.character);
      const int top = static_cast<int>(std::floor(character.first_step * step));
      const int bottom = static_cast<int>(std::ceil((character.last_step + 1) * step));
      glyph.box = {0, top, image.width(), std::min(bottom, image.height()) - top};
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

  LineReader reader_;
  LanguageModel language_;
  std::string version_;
  CtcSettings decoding_;
};

}  // namespace

Result<std::unique_ptr<Engine>> make_neural_engine(const std::filesystem::path& models) {
  SHIQU_TRY_ASSIGN(const std::string base, trusted(models, kBaseRecogniser));
  SHIQU_TRY_ASSIGN(const std::string characters, trusted(models, kBaseCharacters));
  SHIQU_TRY_ASSIGN(const std::string head_bytes, trusted(models, kHead));
  SHIQU_TRY_ASSIGN(const std::string language_bytes, trusted(models, kLanguage));
  SHIQU_TRY_ASSIGN(const Weights head, from_safetensors(view(head_bytes)));
  SHIQU_TRY_ASSIGN(LineReader reader, LineReader::open(view(base), head, characters));
  SHIQU_TRY_ASSIGN(LanguageModel language, LanguageModel::from_bytes(language_bytes));
  std::string version =
      fmt::format("shiqu-neural {:.8} onnxruntime {}", kHead.sha256, onnx_runtime_version());
  return std::make_unique<NeuralEngine>(std::move(reader), std::move(language), std::move(version));
}

}  // namespace shiqu::ocr
