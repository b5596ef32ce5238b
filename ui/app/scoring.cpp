#include "ui/app/scoring.h"

#include "ocr/score/evidence.h"
#include "ocr/score/normal.h"
#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/log.h"
#include "storage/base/text.h"
#include "storage/model/text.h"
#include "ui/app/builtin.h"
#include "ui/app/workers.h"
#ifdef SHIQU_NEURAL
#include "ocr/onnx/weights.h"
#endif

#include <algorithm>
#include <array>
#include <set>

namespace shiqu::app {
namespace {

namespace fs = std::filesystem;
using ocr::score::CharacterSet;
using ocr::score::PageScore;

constexpr std::chrono::seconds kCutLimit{60};

/// The folder's own name, or more of its path where another set has that name already.
std::string name_of_set(const fs::path& folder, const std::vector<std::string>& taken) {
  const fs::path whole = (fs::absolute(folder) / "").parent_path().lexically_normal();
  const std::string own = whole.filename().string();
  return std::find(taken.begin(), taken.end(), own) == taken.end() ? own : whole.string();
}

std::vector<std::string> readings_without_truth(const fs::path& folder,
                                                const std::set<std::string>& names) {
  std::vector<std::string> out;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const fs::path& file = entry.path();
    if (file.extension() == ".txt" && file.stem().extension() != ".gt" &&
        !names.contains(file.stem().string())) {
      out.push_back(file.stem().string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

#ifdef SHIQU_NEURAL
/// The producer names the head it read with by the first figures of its digest.
Result<std::unique_ptr<CharacterSet>> characters_of_head(const std::string& producer) {
  const fs::path file = models_folder() / "classical-head.safetensors";
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(file));
  if (producer.find(" " + sha256_hex(bytes).substr(0, 8) + " ") == std::string::npos) {
    return std::unique_ptr<CharacterSet>();
  }
  SHIQU_TRY_ASSIGN(
      const ocr::Weights head,
      ocr::from_safetensors({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
  const auto found = head.metadata.find("characters");
  if (found == head.metadata.end()) {
    return std::unique_ptr<CharacterSet>();
  }
  auto out = std::make_unique<CharacterSet>();
  for (const char32_t character : ocr::score::normal_form(found->second)) {
    out->insert(character);
  }
  return out;
}
#endif

}  // namespace

std::vector<const PageScore*> ScoredReading::of_set(const std::string& set) const {
  std::vector<const PageScore*> out;
  for (const PageScore& page : pages) {
    if (page.set == set) {
      out.push_back(&page);
    }
  }
  return out;
}

std::vector<const PageScore*> ScoredReading::all() const {
  std::vector<const PageScore*> out;
  for (const PageScore& page : pages) {
    out.push_back(&page);
  }
  return out;
}

const CharacterSet* ModelCharacters::of(const std::string& producer) {
  const auto [place, fresh] = known_.try_emplace(producer);
#ifdef SHIQU_NEURAL
  if (fresh && producer.starts_with("shiqu-neural ")) {
    if (auto found = characters_of_head(producer)) {
      place->second = std::move(*found);
    } else {
      log::warning("score", "{}", found.error().text());
    }
  }
#else
  static_cast<void>(fresh);
#endif
  return place->second.get();
}

Result<ScoredReading> score_reading(const ScoringTask& task, std::stop_token stop) {
  if (!fs::is_directory(task.read)) {
    return fail(ErrorCode::NotFound, "measure reading", task.read.string(), "no such folder");
  }
  ScoredReading out;
  SHIQU_TRY_ASSIGN(out.variants, task.fold.empty() ? ocr::score::VariantClasses::of_system()
                                                   : ocr::score::VariantClasses::read(task.fold));
  ModelCharacters characters;
  std::set<std::string> names;
  for (const fs::path& folder : task.truths) {
    out.sets.push_back(name_of_set(folder, out.sets));
    SHIQU_TRY_ASSIGN(const std::vector<std::string> pages, ocr::score::pages_with_truth(folder));
    for (const std::string& name : pages) {
      if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "measure reading");
      }
      SHIQU_TRY_ASSIGN(ocr::score::Truth truth, ocr::score::read_truth(folder, name));
      SHIQU_TRY_ASSIGN(std::optional<ocr::score::Reading> reading,
                       ocr::score::read_reading(task.read, name));
      const CharacterSet* known = reading ? characters.of(reading->producer) : nullptr;
      out.pages.push_back(
          ocr::score::score_page(std::move(truth), std::move(reading), out.variants, known));
      out.pages.back().set = out.sets.back();
      out.pages.back().name = name;
      names.insert(name);
    }
  }
  if (out.pages.empty()) {
    return fail(ErrorCode::NotFound, "measure reading", task.truths.front().string(),
                "no NAME.gt.txt and no NAME.json with columns");
  }
  out.without_truth = readings_without_truth(task.read, names);
  return out;
}

fs::path picture_of(const std::string& name, std::span<const fs::path> folders) {
  constexpr std::array kEndings{".jpg", ".jpeg", ".png", ".tif", ".tiff",
                                ".JPG", ".JPEG", ".PNG", ".TIF", ".TIFF"};
  for (const fs::path& folder : folders) {
    for (const char* const ending : kEndings) {
      const fs::path file = folder / (name + ending);
      if (fs::is_regular_file(file)) {
        return file;
      }
    }
  }
  return {};
}

struct CropCutter::Worker {
  WorkerProcess process;
};

CropCutter::CropCutter(std::span<const fs::path> folders) {
  ProcessSpec spec = worker_spec({}, "decode");
  spec.arguments.emplace_back("--images");
  for (const fs::path& folder : folders) {
    spec.arguments.push_back(fs::absolute(folder).string());
  }
  worker_ = std::make_unique<Worker>(Worker{WorkerProcess(std::move(spec))});
}

CropCutter::~CropCutter() = default;

Result<CropCutter::Crops> CropCutter::cut(const fs::path& picture, std::span<const RectPx> areas,
                                          int longest_px) {
  Json boxes = Json::array();
  for (const RectPx& area : areas) {
    boxes.push_back(model::to_json(area));
  }
  WorkerCall call;
  call.request = {{"op", "crops"},
                  {"image", fs::absolute(picture).string()},
                  {"areas", boxes},
                  {"longest_px", longest_px}};
  call.limit = kCutLimit;
  SHIQU_TRY_ASSIGN(const Json answer, worker_->process.call(call));
  Crops out;
  out.page = {get_or(answer, "width_px", 0), get_or(answer, "height_px", 0)};
  for (const Json& one : answer.value("crops", Json::array())) {
    out.jpegs.push_back(one.is_string() ? one.get<std::string>() : std::string());
  }
  if (out.jpegs.size() != areas.size()) {
    return fail(ErrorCode::Corrupt, "cut pieces from page", picture.string());
  }
  return out;
}

}  // namespace shiqu::app
