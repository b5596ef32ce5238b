#include "ui/app/demo.h"

#include "labeler/correct.h"
#include "ocr/evaluate.h"
#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/package/package.h"
#include "storage/package/verify.h"
#include "ui/app/application.h"
#include "ui/app/builtin.h"
#include "ui/app/demo_scene.h"
#include "ui/app/i18n.h"
#include "ui/app/keys.h"
#include "ui/app/packaging.h"
#include "ui/app/workflow.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <optional>
#include <vector>

namespace shiqu::app {
namespace {

namespace fs = std::filesystem;

/// Everything the stages share.
class Demo {
 public:
  Demo(const DemoOptions& options, const DemoReporter& reporter, std::stop_token stop)
      : options_(options), reporter_(reporter), stop_(std::move(stop)) {}

  Result<DemoSummary> run() {
    SHIQU_TRY(timed("press", _("Printing sample pages"), [&] { return press(); }));
    SHIQU_TRY(
        timed("archive", _("Creating the archive and its accounts"), [&] { return create(); }));
    SHIQU_TRY(timed("camera", _("Photographing pages (virtual camera, libgphoto2)"),
                    [&] { return photograph(); }));
    SHIQU_TRY(timed("scanner", _("Scanning a sheet (SANE test scanner)"), [&] { return scan(); }));
    SHIQU_TRY(timed("import", _("Importing a folder of images"), [&] { return import(); }));
    SHIQU_TRY(timed("ocr", _("Screen pyramids and recognition (worker processes)"),
                    [&] { return read(); }));
    SHIQU_TRY(timed("correct", _("Correcting the text as annotator"), [&] { return correct(); }));
    SHIQU_TRY(timed("review", _("Reviewing as a second person"), [&] { return review(); }));
    SHIQU_TRY(timed("package", _("Packaging, signing, verifying"), [&] { return package(); }));
    SHIQU_TRY(
        timed("tamper", _("Verifying a copy with one flipped byte"), [&] { return tamper(); }));
    SHIQU_TRY(timed("audit", _("Verifying the journal"), [&] { return audit(); }));
    return std::move(summary_);
  }

 private:
  template <class Work>
  Status timed(const char* key, const std::string& title, Work work) {
    if (stop_.stop_requested()) {
      return fail(ErrorCode::Cancelled, "run demonstration");
    }
    reporter_.stage(title);
    const std::int64_t begin = now_monotonic_ms();
    SHIQU_TRY(work());
    summary_.seconds[key] = static_cast<double>(now_monotonic_ms() - begin) / 1000.0;
    return {};
  }

  store::Store& store() { return application_->store(); }

  Status press() {
    SHIQU_TRY_ASSIGN(camera_pages_, press_pages(scene_.path() / "camera", options_.camera_pages,
                                                options_.seed, 1));
    SHIQU_TRY_ASSIGN(import_pages_, press_pages(scene_.path() / "import", options_.import_pages,
                                                options_.seed + 100, 50));
    return {};
  }

  Result<store::Session> account(const store::Session& by, const char* name, model::Role role) {
    model::User user;
    user.name = name;
    user.role = role;
    SHIQU_TRY(store().add_user(by, user, kDemoPin));
    return store().login(name, kDemoPin);
  }

  Status create() {
    SHIQU_TRY(store::Store::init(options_.archive, _("Demonstration archive")));
    SHIQU_TRY_ASSIGN(Application opened, Application::open(options_.archive));
    application_.emplace(std::move(opened));
    SHIQU_TRY_ASSIGN(const store::Session admin,
                     account(store::Session::for_program(), "admin", model::Role::Administrator));
    SHIQU_TRY(make_key(store(), admin, {}));  // nobody is to type a passphrase: left unsealed
    SHIQU_TRY_ASSIGN(operator_, account(admin, "operator", model::Role::Operator));
    SHIQU_TRY_ASSIGN(annotator_, account(admin, "annotator", model::Role::Annotator));
    SHIQU_TRY_ASSIGN(reviewer_, account(admin, "reviewer", model::Role::Reviewer));
    SHIQU_TRY_ASSIGN(lead_, account(admin, "lead", model::Role::Lead));
    return {};
  }

  Result<model::Item> new_item(const char* identifier, const std::string& title) {
    model::Item item;
    item.identifier = identifier;
    item.title = title;
    SHIQU_TRY_ASSIGN(const ItemId id, store().add_item(*operator_, item));
    return store().item(id);
  }

  /// Takes up to `count` pages from a device, or all it has; returns how many were kept.
  Result<int> take_all(capture::DeviceClient& device, const model::Item& item, int count) {
    for (int taken = 0; taken < count; ++taken) {
      const auto frame =
          application_->take(device, *operator_, Application::target(item), {}, stop_);
      if (!frame) {
        return fail(frame.error());
      }
      reporter_.detail(fmt::format(fmt::runtime(_("kept: {} page {}, {} × {} px, quality {}")),
                                   item.identifier, frame->kept.page_order, frame->width_px,
                                   frame->height_px, model::name_of(frame->quality.verdict())));
    }
    return count;
  }

  Status photograph() {
    SHIQU_TRY_ASSIGN(DemoCamera camera, start_demo_camera(scene_.path()));
    SHIQU_TRY_ASSIGN(poems_, new_item("GJ0001", "唐詩選 (camera)"));
    capture::DeviceClient device = application_->device("gphoto2", camera.address);
    SHIQU_TRY_ASSIGN(const capture::DeviceInfo info, device.open(stop_));
    reporter_.detail(info.title());
    SHIQU_TRY_ASSIGN(const imaging::Image live, device.preview());
    reporter_.detail(
        fmt::format(fmt::runtime(_("live view: {} × {} px")), live.width(), live.height()));
    SHIQU_TRY_ASSIGN(summary_.frames_camera, take_all(device, poems_, options_.camera_pages));
    return device.close();
  }

  Status scan() {
    SHIQU_TRY(prepare_demo_scanner(scene_.path()));
    SHIQU_TRY_ASSIGN(const model::Item sheet, new_item("GJ0002", "測試圖 (scanner)"));
    capture::DeviceClient device = application_->device("sane", "test:0");
    SHIQU_TRY_ASSIGN(const capture::DeviceInfo info, device.open(stop_));
    reporter_.detail(info.title());
    for (const auto& [name, value] : demo_scanner_settings()) {
      SHIQU_TRY(device.set(name, value));
    }
    SHIQU_TRY_ASSIGN(summary_.frames_scanner, take_all(device, sheet, 1));
    return device.close();
  }

  Status import() {
    SHIQU_TRY_ASSIGN(folder_item_, new_item("GJ0003", "唐詩選 (folder)"));
    capture::DeviceClient device =
        application_->device("folder", (scene_.path() / "import").string());
    SHIQU_TRY_ASSIGN(summary_.frames_import, take_all(device, folder_item_, options_.import_pages));
    return device.close();
  }

  /// Reads every page with Tesseract, then with the neural reader where this build has it: what is
  /// read last is what people go on with.
  Status read() {
    SHIQU_TRY_ASSIGN(summary_.cer_tesseract, read_with("tesseract"));
    summary_.cer = summary_.cer_tesseract;
    if (builtin_engines().find("neural") != nullptr) {
      SHIQU_TRY_ASSIGN(summary_.cer, read_with("neural"));
    }
    SHIQU_TRY_ASSIGN(const store::JobCounts counts, store().job_counts());
    summary_.jobs_failed = counts.failed + counts.quarantined;
    return {};
  }

  /// Character error rate of one engine over all pages whose truth is known.
  Result<double> read_with(const std::string& engine) {
    Settings settings = application_->settings();
    settings.ocr_engine = engine;
    for (const model::Item* item : {&poems_, &folder_item_}) {
      SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store().pages(item->id));
      for (const model::Page& page : pages) {
        SHIQU_TRY(request_ocr(store(), *operator_, settings, page.id));
      }
    }
    SHIQU_TRY(work_off_jobs());
    ocr::CharacterErrorRate rate;
    summary_.pages_read = 0;
    SHIQU_TRY(measure(poems_, camera_pages_, rate));
    SHIQU_TRY(measure(folder_item_, import_pages_, rate));
    summary_.characters = rate.characters;
    reporter_.detail(
        fmt::format(fmt::runtime(_("character error rate of {}: {:.1f} % of {} characters")),
                    engine, 100 * rate.rate(), rate.characters));
    return rate.rate();
  }

  Status work_off_jobs() {
    const Registry<jobs::Handler> handlers = builtin_jobs();
    const auto runner = application_->runner(handlers);
    store::JobCounts last;
    return runner->drain(
        [&](const store::JobCounts& counts) {
          if (counts.done != last.done) {
            reporter_.detail(fmt::format(fmt::runtime(_("jobs done: {}, waiting: {}")), counts.done,
                                         counts.queued + counts.running));
          }
          last = counts;
        },
        {stop_, {}});
  }

  /// Compares each page of an item that has a text with its truth.
  Status measure(const model::Item& item, const std::vector<model::PageText>& truth,
                 ocr::CharacterErrorRate& rate) {
    SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store().pages(item.id));
    for (std::size_t i = 0; i < pages.size() && i < truth.size(); ++i) {
      const auto text = store().text(pages[i].id);
      rate += ocr::character_error_rate(truth[i].plain(), text ? text->text.plain() : "");
      summary_.pages_read += text && !text->by_person ? 1 : 0;
    }
    return {};
  }

  /// The annotator reads each page against the image; here the press's truth is that reading.
  Status correct() {
    SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store().pages(poems_.id));
    for (std::size_t i = 0; i < pages.size(); ++i) {
      SHIQU_TRY_ASSIGN(store::TextRevision now, store().text(pages[i].id));
      const std::vector<LineCorrection> wanted = corrections(now.text, camera_pages_.at(i));
      for (const LineCorrection& one : wanted) {
        SHIQU_TRY_ASSIGN(now.revision, labeler::correct_line(store(), *annotator_, pages[i].id,
                                                             now.revision, one.line, one.text));
        ++summary_.lines_corrected;
      }
      SHIQU_TRY(store().submit_text(*annotator_, pages[i].id));
    }
    reporter_.detail(fmt::format(fmt::runtime(_("{} lines corrected")), summary_.lines_corrected));
    return {};
  }

  Status review() {
    SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store().pages(poems_.id));
    const Status own = store().review_text(*lead_, pages.front().id, false,
                                           _("Please look at the notes once more."));
    if (!own) {
      return own;
    }
    SHIQU_TRY(store().submit_text(*annotator_, pages.front().id));
    ocr::CharacterErrorRate rate;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      SHIQU_TRY(store().review_text(*reviewer_, pages[i].id, true, ""));
      SHIQU_TRY_ASSIGN(const store::TextRevision text, store().text(pages[i].id));
      rate += ocr::character_error_rate(camera_pages_.at(i).plain(), text.text.plain());
    }
    summary_.cer_corrected = rate.rate();
    reporter_.detail(
        fmt::format(fmt::runtime(_("character error rate after correction and review: {:.1f} %")),
                    100 * summary_.cer_corrected));
    model::Item graded = poems_;
    graded.grade = model::Grade::Public;
    graded.rights = "CC0-1.0";
    return store().update_item(*lead_, graded);
  }

  Status package() {
    SHIQU_TRY_ASSIGN(const package::PackagePlan plan, package::plan_package(store(), poems_.id));
    for (const package::GateFinding& finding : plan.findings) {
      reporter_.detail(finding.gate + ": " + finding.message);
    }
    SHIQU_TRY_ASSIGN(const package::StationKey key, signing_key(store(), *lead_, {}));
    SHIQU_TRY_ASSIGN(const VerifiedPackage made,
                     package_and_verify(store(), *lead_, plan, store().packages(), key, {}, stop_));
    summary_.package = made.path;
    summary_.verified = made.verdict.ok;
    reporter_.detail(fmt::format(fmt::runtime(_("{} files, {:.1f} MB, signature {}")),
                                 made.verdict.files, static_cast<double>(made.verdict.bytes) / 1e6,
                                 package::name_of(made.verdict.signature)));
    return {};
  }

  Status tamper() {
    const fs::path copy = scene_.path() / "copy" / summary_.package.filename();
    SHIQU_TRY(copy_with_flipped_byte(summary_.package, copy));
    SHIQU_TRY_ASSIGN(const package::PackageVerdict verdict,
                     package::verify_package(copy, {}, {}, stop_));
    summary_.tampered_refused = !verdict.ok;
    for (const package::VerifyFinding& finding : verdict.findings) {
      summary_.tampered_words +=
          (summary_.tampered_words.empty() ? "" : "; ") + finding.code + " " + finding.path;
    }
    reporter_.detail(summary_.tampered_words);
    return {};
  }

  Status audit() {
    SHIQU_TRY_ASSIGN(const store::AuditReport report, store().verify_journal());
    summary_.journal_intact = report.intact;
    summary_.journal_entries = report.entries;
    return {};
  }

  const DemoOptions& options_;
  const DemoReporter& reporter_;
  std::stop_token stop_;
  TempDir scene_;  ///< pages, camera and scanner settings, tampered copy
  std::optional<Application> application_;
  std::optional<store::Session> operator_, annotator_, reviewer_, lead_;
  std::vector<model::PageText> camera_pages_, import_pages_;
  model::Item poems_, folder_item_;
  DemoSummary summary_;
};

}  // namespace

Result<DemoSummary> run_demo(const DemoOptions& options, const DemoReporter& reporter,
                             const std::stop_token& stop) {
  return Demo(options, reporter, stop).run();
}

Json to_json(const DemoSummary& summary) {
  return {{"frames",
           {{"camera", summary.frames_camera},
            {"scanner", summary.frames_scanner},
            {"import", summary.frames_import}}},
          {"pages_read", summary.pages_read},
          {"characters", summary.characters},
          {"cer", summary.cer},
          {"cer_tesseract", summary.cer_tesseract},
          {"cer_corrected", summary.cer_corrected},
          {"lines_corrected", summary.lines_corrected},
          {"jobs_failed", summary.jobs_failed},
          {"package", summary.package.string()},
          {"verified", summary.verified},
          {"tampered_refused", summary.tampered_refused},
          {"tampered_findings", summary.tampered_words},
          {"journal_intact", summary.journal_intact},
          {"journal_entries", summary.journal_entries},
          {"seconds", summary.seconds}};
}

}  // namespace shiqu::app
