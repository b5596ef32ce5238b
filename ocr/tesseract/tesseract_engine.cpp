#include "ocr/tesseract/tesseract_engine.h"

#include "ocr/tesseract/internal/known_data.h"
#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/text.h"

#include <fmt/format.h>
#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>
#include <tesseract/resultiterator.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace shiqu::ocr {
namespace {

constexpr int kFlatLevels = 24;  ///< an image with less contrast than this bears no ink
constexpr std::size_t kMostAlternatives = 6;

// By nine pages of prints and manuscripts (docs/reading.md).
constexpr double kWritten = 0.12;     ///< of the page: with less text much may have been missed
constexpr double kClearlyMore = 1.3;  ///< sure characters of one layout against another

/// What Tesseract hands out with new[].
using OwnedText = std::unique_ptr<char[]>;

std::string languages_of(const EngineSettings& settings) {
  if (!settings.languages.empty()) {
    return settings.languages;
  }
  return settings.vertical ? "HanT_vert" : "eng";
}

/// Debian packages of "a+b": languages are lower case, scripts begin with a capital.
std::string packages_of(const std::string& languages) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOwnNames{
      {{"Latin", "latn"}, {"Fraktur", "frak"}, {"Greek", "grek"}}};
  std::string out;
  for (const std::string& one : split(languages, '+')) {
    const bool script = !one.empty() && std::isupper(static_cast<unsigned char>(one[0])) != 0;
    std::string name = one;
    for (const auto& [tesseract_name, debian_name] : kOwnNames) {
      name = one == tesseract_name ? std::string(debian_name) : name;
    }
    for (char& letter : name) {
      letter =
          letter == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    out +=
        fmt::format("{}tesseract-ocr-{}{}", out.empty() ? "" : " ", script ? "script-" : "", name);
  }
  return out;
}

/// False for blank paper, where a recogniser would only read the grain.
bool has_contrast(const imaging::Image& image) {
  const auto [darkest, lightest] = std::minmax_element(image.bytes().begin(), image.bytes().end());
  return *lightest - *darkest >= kFlatLevels;
}

double confidence_of(float percent) {
  return std::clamp(percent / 100.0, 0.0, 1.0);
}

RectPx box_of(const tesseract::ResultIterator& at, tesseract::PageIteratorLevel level,
              SizePx size) {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
  if (!at.BoundingBox(level, &left, &top, &right, &bottom)) {
    return {};
  }
  return intersection({left, top, right - left, bottom - top}, {0, 0, size.width, size.height});
}

std::vector<std::string> alternatives_of(const tesseract::ResultIterator& at,
                                         const std::string& text) {
  std::vector<std::string> out;
  tesseract::ChoiceIterator choice(at);
  do {
    const char* other = choice.GetUTF8Text();
    if (other == nullptr) {
      continue;
    }
    const std::string one(other);
    const bool single = is_utf8(one) && to_utf32(one).size() == 1;
    if (single && one != text && std::find(out.begin(), out.end(), one) == out.end()) {
      out.push_back(one);
    }
  } while (choice.Next() && out.size() < kMostAlternatives);
  return out;
}

/// What stands in the print for what the engine gives: frk writes the ligature ch as "<", which no
/// print of its time has; for umlauts see EngineSettings::early_umlauts.
std::u32string as_printed(const std::u32string& given, const EngineSettings& settings) {
  constexpr std::u32string_view kDotted = U"äöü";
  constexpr std::u32string_view kPlain = U"aou";
  constexpr char32_t kSmallE = 0x364;
  const bool frk = ("+" + settings.languages + "+").find("+frk+") != std::string::npos;
  std::u32string out;
  for (const char32_t character : given) {
    const std::size_t umlaut = kDotted.find(character);
    if (settings.early_umlauts && umlaut != std::u32string_view::npos) {
      out += {kPlain[umlaut], kSmallE};
    } else if (frk && character == U'<') {
      out += U"ch";
    } else {
      out += character;
    }
  }
  return out;
}

/// Appends the symbol under the iterator. A symbol of several characters gives as many glyphs
/// with one box; white space gives none.
void add_symbol(const tesseract::ResultIterator& at, SizePx size, const EngineSettings& settings,
                model::Line& line) {
  const OwnedText symbol(at.GetUTF8Text(tesseract::RIL_SYMBOL));
  if (!symbol || !is_utf8(symbol.get())) {
    return;
  }
  const std::u32string characters = as_printed(to_utf32(symbol.get()), settings);
  const RectPx box = box_of(at, tesseract::RIL_SYMBOL, size);
  // Of letters Tesseract is nearly always sure; its doubt about a word says more.
  const double confidence =
      confidence_of(std::min(at.Confidence(tesseract::RIL_SYMBOL),
                             settings.vertical ? 100.0F : at.Confidence(tesseract::RIL_WORD)));
  for (const char32_t character : characters) {
    if (character <= U' ' || character == U'\u3000' || character == U'\u00a0') {
      continue;
    }
    model::Glyph glyph{to_utf8(character), box, confidence, {}};
    if (characters.size() == 1) {
      glyph.alternatives = alternatives_of(at, glyph.text);
    }
    line.text += glyph.text;
    line.glyphs.push_back(std::move(glyph));
  }
}

/// Words of horizontal scripts are set apart; the space has no ink, hence no box.
void add_space(model::Line& line) {
  if (line.glyphs.empty()) {
    return;
  }
  line.text += ' ';
  line.glyphs.push_back({" ", {}, line.glyphs.back().confidence, {}});
}

void finish(model::Line& line, std::vector<model::Line>& out) {
  while (!line.glyphs.empty() && line.glyphs.back().text == " ") {
    line.glyphs.pop_back();
    line.text.pop_back();
  }
  if (!line.glyphs.empty()) {
    double sum = 0;
    for (const model::Glyph& glyph : line.glyphs) {
      sum += glyph.confidence;
      line.box = bounding_box(line.box, glyph.box);
    }
    line.confidence = sum / static_cast<double>(line.glyphs.size());
    line.id = LineId::make();
    out.push_back(std::move(line));
  }
  line = {};
}

std::vector<model::Line> lines_of(tesseract::TessBaseAPI& api, SizePx size,
                                  const EngineSettings& settings) {
  std::vector<model::Line> out;
  const std::unique_ptr<tesseract::ResultIterator> at(api.GetIterator());
  if (!at || at->Empty(tesseract::RIL_SYMBOL)) {
    return out;
  }
  model::Line line;
  do {
    if (at->IsAtBeginningOf(tesseract::RIL_TEXTLINE)) {
      finish(line, out);
      line.kind = settings.vertical ? model::LineKind::Column : model::LineKind::Horizontal;
    } else if (!settings.vertical && at->IsAtBeginningOf(tesseract::RIL_WORD)) {
      add_space(line);
    }
    add_symbol(*at, size, settings, line);
  } while (at->Next(tesseract::RIL_SYMBOL));
  finish(line, out);
  return out;
}

/// How much of a reading can be relied on: characters weighed from 0 (confidence ½ or less) to 1.
struct Readable {
  double sure = 0;
  double covered_px = 0;  ///< by the boxes of lines
};

Readable readable(const std::vector<model::Line>& lines) {
  Readable out;
  for (const model::Line& line : lines) {
    out.covered_px += static_cast<double>(line.box.width) * line.box.height;
    for (const model::Glyph& glyph : line.glyphs) {
      out.sure += glyph.text == " " ? 0 : std::max(0.0, 2 * glyph.confidence - 1);
    }
  }
  return out;
}

constexpr std::uint64_t kLargestData = 512ULL << 20U;

/// What Tesseract's file reader, a plain function, may hand out while languages are loaded.
struct Loading {
  const std::vector<std::string>* trusted = nullptr;
  std::optional<Error> refused;
};
thread_local Loading* t_loading = nullptr;

bool is_trusted(const std::string& sha256, const std::vector<std::string>& station) {
  return std::any_of(kKnownData.begin(), kKnownData.end(),
                     [&](const KnownData& known) { return known.sha256 == sha256; }) ||
         std::find(station.begin(), station.end(), sha256) != station.end();
}

/// Reads a file for Tesseract, once: what was measured is what it gets to see.
bool read_trusted(const char* name, std::vector<char>* data) {
  const auto bytes = read_file(name, kLargestData);
  if (!bytes || t_loading == nullptr) {
    return false;
  }
  if (!is_trusted(sha256_hex(*bytes), *t_loading->trusted)) {
    t_loading->refused =
        Error{ErrorCode::Corrupt, "load language data", name,
              "its digest is in no signed list of models: it is damaged or of another origin"};
    return false;
  }
  data->assign(bytes->begin(), bytes->end());
  return true;
}

bool stop_asked(void* stop, int /*words*/) {
  return static_cast<const std::stop_token*>(stop)->stop_requested();
}

class TesseractEngine : public Engine {
 public:
  std::string_view name() const override { return "tesseract"; }

  std::string version(const EngineSettings& settings) const override {
    return fmt::format("tesseract {} {}", tesseract::TessBaseAPI::Version(),
                       languages_of(settings));
  }

  Result<AreaReading> read(const imaging::Image& image, const EngineSettings& settings,
                           std::stop_token stop) override {
    if (image.empty()) {
      return fail(ErrorCode::InvalidInput, "read text", "empty image");
    }
    if (imaging::bits_of(image.format()) != 8) {
      return fail(ErrorCode::Unsupported, "read text", "16-bit image");
    }
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "read text");
    }
    try {
      SHIQU_TRY(load(languages_of(settings), settings.trusted));
      AreaReading out;
      out.size = image.size();
      if (has_contrast(image)) {
        SHIQU_TRY_ASSIGN(out.lines, recognise(image, settings, stop));
      }
      return out;
    } catch (const std::exception& error) {
      return fail(ErrorCode::Internal, "read text", "tesseract", error.what());
    }
  }

 private:
  Status load(const std::string& languages, const std::vector<std::string>& trusted) {
    if (languages == loaded_) {
      return {};
    }
    loaded_.clear();
    const std::vector<std::string> names{"debug_file"};  // messages go nowhere
    const std::vector<std::string> values{"/dev/null"};
    Loading loading{&trusted, {}};
    t_loading = &loading;
    const int failed = api_.Init(nullptr, 0, languages.c_str(), tesseract::OEM_LSTM_ONLY, nullptr,
                                 0, &names, &values, false, read_trusted);
    t_loading = nullptr;
    if (loading.refused) {
      api_.End();  // one of several languages may have been loaded
      return fail(*loading.refused);
    }
    if (failed != 0) {
      return fail(ErrorCode::NotFound, "load language data",
                  fmt::format("{} (Debian: {})", languages, packages_of(languages)));
    }
    loaded_ = languages;
    return {};
  }

  /// A page of lines on which Tesseract's own layout finds little is read again as one block:
  /// on prints with large initials and woodcuts it takes most of the text for a picture.
  Result<std::vector<model::Line>> recognise(const imaging::Image& image,
                                             const EngineSettings& settings,
                                             const std::stop_token& stop) {
    if (settings.vertical) {
      return recognise_as(tesseract::PSM_SINGLE_BLOCK_VERT_TEXT, image, settings, stop);
    }
    SHIQU_TRY_ASSIGN(std::vector<model::Line> found,
                     recognise_as(tesseract::PSM_AUTO, image, settings, stop));
    const Readable first = readable(found);
    const double page_px = static_cast<double>(image.width()) * image.height();
    if (first.covered_px >= kWritten * page_px) {
      return found;
    }
    SHIQU_TRY_ASSIGN(std::vector<model::Line> block,
                     recognise_as(tesseract::PSM_SINGLE_BLOCK, image, settings, stop));
    return readable(block).sure > kClearlyMore * first.sure ? std::move(block) : std::move(found);
  }

  Result<std::vector<model::Line>> recognise_as(tesseract::PageSegMode mode,
                                                const imaging::Image& image,
                                                const EngineSettings& settings,
                                                const std::stop_token& stop) {
    api_.SetPageSegMode(mode);
    api_.SetImage(image.bytes().data(), image.width(), image.height(), image.channels(),
                  static_cast<int>(image.row_bytes()));
    api_.SetSourceResolution(std::clamp(static_cast<int>(std::lround(settings.dpi)), 70, 2400));
    tesseract::ETEXT_DESC monitor;
    std::stop_token asked = stop;
    monitor.cancel = stop_asked;
    monitor.cancel_this = &asked;
    const int failed = api_.Recognize(&monitor);
    if (stop.stop_requested()) {
      api_.Clear();
      return fail(ErrorCode::Cancelled, "read text");
    }
    if (failed != 0) {
      api_.Clear();
      return fail(ErrorCode::Internal, "read text", "tesseract", fmt::format("{}", failed));
    }
    auto lines = lines_of(api_, image.size(), settings);
    api_.Clear();  // drops the page, keeps the language data
    return lines;
  }

  tesseract::TessBaseAPI api_;
  std::string loaded_;
};

}  // namespace

Result<std::unique_ptr<Engine>> make_tesseract_engine() {
  return std::make_unique<TesseractEngine>();
}

}  // namespace shiqu::ocr
