// Reads whole pages in this process and prints the errors of each: what tests/bench/halves.py runs
// again and again while it changes page analysis and search (docs/reading.md).
// usage: score_pages MODELS FOLD CACHE|- FOLDER…
// A FOLDER holds pages and their truth (ocr/score/texts.h); FOLD the tables of variants. CACHE
// keeps errors by what page analysis made of a page, which saves reading the same areas again: only
// for runs whose recogniser is the same. Prints a line a page: set, page, characters, strict,
// folded.

#include "ocr/onnx/neural_engine.h"
#include "ocr/prepare/page.h"
#include "ocr/recognise.h"
#include "ocr/score/page_score.h"
#include "ocr/score/texts.h"
#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/imaging/codecs.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

namespace {

using namespace shiqu;
namespace fs = std::filesystem;
namespace score = ocr::score;

/// What page analysis made of a page, all that the recogniser sees: pixels and areas.
std::string key_of(const ocr::PreparedPage& page, const std::string& name) {
  const auto bytes = page.gray.bytes();
  std::string all =
      fmt::format("{} {} {} {}\n", name, page.quarter_turns, page.gray.width(), page.gray.height());
  const auto add = [&](const RectPx& box) {
    all += fmt::format("{},{},{},{} ", box.x, box.y, box.width, box.height);
  };
  for (const ocr::ReadingArea& area : page.areas) {
    all += fmt::format("\n{} {} ", static_cast<int>(area.kind), area.level);
    add(area.box);
    for (const RectPx& blank : area.blank) {
      add(blank);
    }
  }
  all.append(bytes.begin(), bytes.end());
  return sha256_hex(all);
}

fs::path image_of(const fs::path& folder, const std::string& name) {
  for (const char* const suffix : {".png", ".jpg", ".tif"}) {
    if (fs::exists(folder / (name + suffix))) {
      return folder / (name + suffix);
    }
  }
  return {};
}

class PageScorer {
 public:
  PageScorer(fs::path models, score::VariantClasses variants, fs::path cache)
      : models_(std::move(models)), variants_(std::move(variants)), cache_(std::move(cache)) {}

  /// "characters strict folded", separated by tabs.
  std::string errors(const fs::path& folder, const std::string& name) {
    const imaging::Image image = imaging::decode_file(image_of(folder, name)).value().image;
    const auto prepared = ocr::prepare_page(image);
    const fs::path kept =
        cache_.empty() || !prepared ? fs::path() : cache_ / key_of(*prepared, name);
    if (!kept.empty() && fs::exists(kept)) {
      return read_file(kept).value();
    }
    const std::string out = read(image, folder, name);
    if (!kept.empty()) {
      const fs::path fresh = kept.string() + fmt::format(".{}", ::getpid());
      std::ofstream(fresh) << out;
      fs::rename(fresh, kept);
    }
    return out;
  }

 private:
  std::string read(const imaging::Image& image, const fs::path& folder, const std::string& name) {
    if (!engine_) {
      engine_ = ocr::make_neural_engine(models_).value();
    }
    const auto page = ocr::recognise_page(image, *engine_, {});
    std::optional<score::Reading> reading;
    if (page) {
      std::string text;
      for (const model::Line& line : page->lines) {
        text += score::is_body(line.kind) ? line.text + "\n" : "";
      }
      reading = score::reading_of_text(text);
    }
    const score::PageScore scored =
        score::score_page(score::read_truth(folder, name).value(), reading, variants_);
    return fmt::format("{}\t{}\t{}", scored.strict.characters, scored.strict.errors,
                       scored.folded.errors);
  }

  fs::path models_;
  score::VariantClasses variants_;
  fs::path cache_;
  std::unique_ptr<ocr::Engine> engine_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    fmt::print(stderr, "usage: score_pages MODELS FOLD CACHE|- FOLDER…\n");
    return 2;
  }
  const std::string cache = argv[3];
  PageScorer scorer(argv[1], score::VariantClasses::read(argv[2]).value(),
                    cache == "-" ? fs::path() : fs::path(cache));
  for (int i = 4; i < argc; ++i) {
    const fs::path folder = argv[i];
    const std::vector<std::string> names = score::pages_with_truth(folder).value();
    for (const std::string& name : names) {
      fmt::print("{}\t{}\t{}\n", folder.filename().string(), name, scorer.errors(folder, name));
    }
  }
  return 0;
}
