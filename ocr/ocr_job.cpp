#include "ocr/ocr_job.h"

#include "ocr/recognise.h"
#include "ocr/station.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"

#include <chrono>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr std::chrono::seconds kLimit{60};  // without progress; each column read is progress

class OcrHandler final : public jobs::Handler {
 public:
  explicit OcrHandler(TrustedModels trusted) : trusted_(std::move(trusted)) {}
  [[nodiscard]] std::string_view name() const override { return "ocr"; }
  [[nodiscard]] std::string_view worker_kind() const override { return "ocr"; }

  Status run(jobs::JobContext& context) const override {
    if (context.job.result > 0) {
      return {};  // stored by a program that died before it could say so
    }
    const PageId page(context.job.subject);
    SHIQU_TRY_ASSIGN(const model::Page record, context.store.page(page));
    SHIQU_TRY_ASSIGN(const model::Capture capture, context.store.capture(record.capture));
    WorkerCall call;
    call.request = context.job.spec;
    call.request["op"] = "ocr";
    call.request["image"] = context.store.object_path(capture.master).string();
    call.request["dpi"] = capture.dpi;
    if (call.request.contains("station")) {
      Json& station = call.request["station"];
      const auto sha256 = get_or<std::string>(station, "sha256", "");
      station["file"] = station_model_file(context.store, sha256).string();
    }
    if (trusted_) {
      SHIQU_TRY_ASSIGN(call.request["trusted"], trusted_(context.store));
    }
    call.limit = kLimit;
    call.stop = context.stop;
    call.progress = [&](const Json& state) {
      context.progress(get_or<std::int64_t>(state, "done", 0),
                       get_or<std::int64_t>(state, "total", 0));
    };
    SHIQU_TRY_ASSIGN(const Json answer, context.worker.call(call));
    SHIQU_TRY_ASSIGN(const model::PageText text, model::page_text_from_json(answer));
    const model::Agent engine{model::AgentKind::Software, text.producer, {}};
    SHIQU_TRY(
        context.store.propose_text(store::Session::for_software(engine), context.job, page, text));
    return {};
  }

 private:
  TrustedModels trusted_;
};

Engine* engine_for(const Registry<Engine>& engines, const std::string& name,
                   const EngineSettings& settings) {
  if (!name.empty()) {
    return engines.find(name);
  }
  for (const auto& engine : engines) {
    if (engine->reads(settings)) {
      return engine.get();
    }
  }
  return nullptr;
}

}  // namespace

store::JobRecord ocr_job(const PageId& page, const std::string& engine,
                         const EngineSettings& settings, int priority) {
  store::JobRecord job;
  job.kind = "ocr";
  job.subject = page.str();
  job.priority = priority;
  job.spec = {{"engine", engine},
              {"languages", settings.languages},
              {"vertical", settings.vertical},
              {"early_umlauts", settings.early_umlauts},
              {"language", settings.language}};
  if (settings.language && !settings.station.sha256.empty()) {
    job.spec["station"] = {{"sha256", settings.station.sha256}, {"share", settings.station.share}};
  }
  return job;
}

std::unique_ptr<jobs::Handler> make_ocr_handler(TrustedModels trusted) {
  return std::make_unique<OcrHandler>(std::move(trusted));
}

Result<Json> answer_ocr(const Registry<Engine>& engines, const Json& request,
                        const std::function<void(const Json&)>& progress) {
  EngineSettings settings;
  settings.languages = get_or<std::string>(request, "languages", "");
  settings.vertical = get_or(request, "vertical", true);
  settings.dpi = get_or(request, "dpi", settings.dpi);
  settings.early_umlauts = get_or(request, "early_umlauts", false);
  settings.language = get_or(request, "language", true);
  if (request.is_object() && request.contains("trusted")) {
    for (const Json& sha256 : request["trusted"]) {
      if (sha256.is_string()) {
        settings.trusted.push_back(sha256.get<std::string>());
      }
    }
  }
  if (request.is_object() && request.contains("station")) {
    const Json& station = request["station"];
    settings.station = {get_or<std::string>(station, "sha256", ""), get_or(station, "share", 0.0),
                        get_or<std::string>(station, "file", "")};
  }
  const auto name = get_or<std::string>(request, "engine", "");
  Engine* engine = engine_for(engines, name, settings);
  if (engine == nullptr) {
    return fail(ErrorCode::NotFound, "read page", name, "no such engine");
  }
  SHIQU_TRY_ASSIGN(imaging::DecodedImage page,
                   imaging::decode_file(get_or<std::string>(request, "image", "")));
  page.image = imaging::upright(page.image, page.info.exif_orientation);
  const auto report = [&](int done, int total) { progress({{"done", done}, {"total", total}}); };
  SHIQU_TRY_ASSIGN(const model::PageText text,
                   recognise_page(page.image, *engine, settings, {}, report));
  return model::to_json(text);
}

}  // namespace shiqu::ocr
