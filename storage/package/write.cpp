#include "storage/base/digest.h"
#include "storage/base/disk_space.h"
#include "storage/base/file.h"
#include "storage/package/estimate.h"
#include "storage/package/exporter.h"
#include "storage/package/internal/profile.h"
#include "storage/package/package.h"
#include "storage/package/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace shiqu::package {
namespace {

namespace fs = std::filesystem;
using ByteProgress = std::function<void(std::uint64_t, std::uint64_t)>;

/// Runs the exporters over the pages, once.
class Writer {
 public:
  Writer(const ExportContext& context, const ExportTools& tools, fs::path scratch)
      : context_(context), tools_(tools), scratch_(std::move(scratch)) {}

  Status run(const ByteProgress& progress, const std::stop_token& stop) {
    for (const std::string& name : context_.chosen()) {
      SHIQU_TRY_ASSIGN(auto run, tools_.exporters.find(name)->start(context_));
      runs_.push_back(std::move(run));
    }
    const auto& pages = context_.plan().pages;
    std::uint64_t done = 0;
    for (std::size_t i = 0; i < pages.size(); ++i) {
      SHIQU_TRY(check(stop));
      SHIQU_TRY(write_page(pages[i], i));
      done += pages[i].master_bytes;
      if (progress) {
        progress(done, context_.plan().master_bytes);
      }
    }
    for (const auto& run : runs_) {
      SHIQU_TRY(check(stop));
      SHIQU_TRY(run->finish());
    }
    return {};
  }

 private:
  [[nodiscard]] Status check(const std::stop_token& stop) const {
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "write package", context_.plan().name);
    }
    return {};
  }

  Status write_page(const PackagedPage& page, std::size_t index) {
    SHIQU_TRY_ASSIGN(PageContent content, context_.load(page, index));
    content.scratch = scratch_;
    std::vector<PixelWish> wishes;
    for (const auto& run : runs_) {
      run->want(content, wishes);
    }
    SHIQU_TRY(render(page, wishes));
    for (const auto& run : runs_) {
      SHIQU_TRY(run->page(content));
    }
    return clear();
  }

  Status render(const PackagedPage& page, std::vector<PixelWish>& wishes) {
    const auto name = [](const PixelWish& one) -> const std::string& { return one.name; };
    std::stable_sort(wishes.begin(), wishes.end(),
                     [&](const auto& a, const auto& b) { return name(a) < name(b); });
    wishes.erase(std::unique(wishes.begin(), wishes.end(),
                             [&](const auto& a, const auto& b) { return name(a) == name(b); }),
                 wishes.end());
    if (wishes.empty()) {
      return {};
    }
    if (!tools_.render) {
      return fail(ErrorCode::Unsupported, "render page", page.number, "no worker for pictures");
    }
    // A page of several thousand characters would not fit into one message to the worker.
    constexpr std::size_t kAtOnce = 5000;
    const fs::path master = context_.store().object_path(page.capture.master);
    for (std::size_t at = 0; at < wishes.size(); at += kAtOnce) {
      const auto first = wishes.begin() + static_cast<std::ptrdiff_t>(at);
      const auto count = static_cast<std::ptrdiff_t>(std::min(kAtOnce, wishes.size() - at));
      SHIQU_TRY_ASSIGN(
          const Json answer,
          tools_.render(render_request(master, scratch_, {first, first + count}, page.redacted)));
      if (get_or<std::size_t>(answer, "blanked", 0) != page.redacted.size()) {
        return fail(ErrorCode::Internal, "black out", page.number, "not all regions were");
      }
    }
    return {};
  }

  Status clear() {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(scratch_, failed)) {
      fs::remove(entry.path(), failed);
    }
    if (failed) {
      return fail_errno(failed.value(), "clear pictures", scratch_.string());
    }
    return {};
  }

  const ExportContext& context_;
  const ExportTools& tools_;
  fs::path scratch_;
  std::vector<std::unique_ptr<ExportRun>> runs_;
};

/// The folder for a page's pictures, emptied before and removed after the work.
class Scratch {
 public:
  static Result<Scratch> make(const fs::path& wanted) {
    Scratch scratch;
    if (wanted.empty()) {
      scratch.own_ = std::make_unique<TempDir>();
      scratch.at_ = scratch.own_->path();
      return scratch;
    }
    std::error_code ignored;
    fs::remove_all(wanted, ignored);
    SHIQU_TRY(make_folders(wanted));
    scratch.at_ = wanted;
    return scratch;
  }
  Scratch(Scratch&& other) noexcept
      : own_(std::move(other.own_)), at_(std::exchange(other.at_, {})) {}
  Scratch& operator=(Scratch&&) = delete;
  ~Scratch() {
    if (!own_ && !at_.empty()) {
      std::error_code ignored;
      fs::remove_all(at_, ignored);
    }
  }
  [[nodiscard]] const fs::path& path() const noexcept { return at_; }

 private:
  Scratch() = default;
  std::unique_ptr<TempDir> own_;
  fs::path at_;
};

/// The exporters of the plan, complete and in order.
Result<std::vector<std::string>> chosen_exporters(const PackagePlan& plan,
                                                  const Registry<Exporter>& exporters) {
  std::vector<std::string> without;
  for (const auto& exporter : exporters) {
    const bool named = std::find(plan.exporters.begin(), plan.exporters.end(), exporter->name()) !=
                       plan.exporters.end();
    if (!plan.exporters.empty() && !named && exporter->inclusion() == Inclusion::Default) {
      without.emplace_back(exporter->name());
    }
  }
  return choose_exporters(exporters, plan.exporters, without);
}

Status check_permission(store::Store& store, const store::Session& by, const PackagePlan& plan) {
  const auto closed = std::find_if(plan.findings.begin(), plan.findings.end(),
                                   [](const GateFinding& one) { return !one.waived; });
  if (closed != plan.findings.end()) {
    return fail(ErrorCode::Conflict, "write package",
                closed->page.empty() ? plan.name : "page " + closed->page,
                closed->gate + ": " + closed->message);
  }
  return plan.waived() ? store.require(by, model::Role::Lead, "waive a gate of a package")
                       : Status{};
}

/// The plan may be old, or not all that planning said.
Status check_gates_again(store::Store& store, const PackagePlan& plan) {
  PlanOptions options = plan.options;
  options.version = plan.info.version;
  options.made_ms = plan.made_ms;
  SHIQU_TRY_ASSIGN(const PackagePlan now, plan_package(store, plan.item.id, options));
  for (const GateFinding& found : now.findings) {
    const bool known =
        std::any_of(plan.findings.begin(), plan.findings.end(), [&](const GateFinding& one) {
          return one.gate == found.gate && one.page == found.page && one.waived == found.waived;
        });
    if (!known) {
      return fail(ErrorCode::Conflict, "write package",
                  found.page.empty() ? plan.name : "page " + found.page,
                  found.gate + ": " + found.message + " The plan does not know it: plan again.");
    }
  }
  return {};
}

/// A disk that is too small is told before the work.
Status check_space(const PackagePlan& plan, const Registry<Exporter>& exporters,
                   const std::vector<std::string>& chosen, const fs::path& out) {
  constexpr std::uint64_t kReserve = 16U << 20U;
  const std::uint64_t needed = estimate_size(plan, exporters, chosen).bytes + kReserve;
  SHIQU_TRY_ASSIGN(const std::uint64_t free, free_bytes(out));
  if (free < needed) {
    return fail(ErrorCode::NoSpace, "write package", out.string(),
                fmt::format("{} bytes are free, about {} are needed", free, needed));
  }
  return {};
}

/// A cut between a package's last rename and the journal leaves one that is signed by this station
/// and that its journal does not know; so does a catalogue that was put back. It is kept under
/// another name, which comes back. What else has the name of the package is not touched.
Result<std::string> set_unknown_aside(store::Store& store, const PackagePlan& plan,
                                      const fs::path& folder, const StationKey& key) {
  constexpr std::uint64_t kLargestSignature = 4096;
  const auto signature = read_file(folder / profile::kSignature, kLargestSignature);
  if (!signature ||
      !verify_file_signature(key.verifying(), folder / profile::kSigned, *signature)) {
    return std::string();
  }
  SHIQU_TRY_ASSIGN(const bool known, was_written(store, plan.item.id, plan.name));
  if (known) {
    return std::string();
  }
  SHIQU_TRY_ASSIGN(const std::string manifest, read_file(folder / profile::kSigned));
  std::string aside = fmt::format("{}.unknown-{}", plan.name, sha256_hex(manifest).substr(0, 8));
  SHIQU_TRY(move_into_place(folder, folder.parent_path() / aside));
  return aside;
}

std::int64_t redacted_pages(const PackagePlan& plan) {
  return std::count_if(plan.pages.begin(), plan.pages.end(),
                       [](const PackagedPage& page) { return !page.redacted.empty(); });
}

Json event_detail(const PackagePlan& plan, const BagSummary& bag, const std::string& aside) {
  Json waived = Json::array();
  for (const GateFinding& one : plan.findings) {
    waived.push_back({{"gate", one.gate}, {"page", one.page}});
  }
  Json out = {{"name", plan.name},
              {"version", plan.info.version},
              {"sequence", plan.info.sequence.number},
              {"previous", plan.info.sequence.previous},
              {"tag_manifest_sha256", bag.tag_manifest_sha256},
              {"files", bag.payload_files},
              {"bytes", bag.payload_bytes},
              {"redacted_pages", redacted_pages(plan)},
              {"waived", std::move(waived)}};
  if (!aside.empty()) {
    out["set_aside"] = aside;
  }
  return out;
}

/// Another package of the station may have been written since the plan was made: two may not have
/// one number. The very same package written again is one.
Status note_written(store::Store& store, const store::Session& by, const PackagePlan& plan,
                    const BagSummary& written, const std::string& aside) {
  SHIQU_TRY_ASSIGN(const PackageSequence next, next_sequence(store));
  if (next != plan.info.sequence && next.previous != written.tag_manifest_sha256) {
    return fail(ErrorCode::Conflict, "write package", plan.name,
                "another package was written since it was planned: plan again");
  }
  return store.note_event(by, "package.written", plan.item.id.str(),
                          event_detail(plan, written, aside));
}

}  // namespace

Result<PackageSummary> write_package(store::Store& store, const store::Session& by,
                                     const PackagePlan& plan, const ExportTools& tools,
                                     const fs::path& out, const StationKey& key,
                                     const ByteProgress& progress, const std::stop_token& stop) {
  SHIQU_TRY(check_permission(store, by, plan));
  std::optional<SequenceTurn> own;
  if (tools.turn == nullptr) {
    SHIQU_TRY_ASSIGN(own, SequenceTurn::take(store));
  }
  SHIQU_TRY(check_gates_again(store, plan));
  SHIQU_TRY_ASSIGN(std::vector<std::string> chosen, chosen_exporters(plan, tools.exporters));
  BagInfo info = plan.info;
  info.more.emplace_back("Shiqu-Contents", fmt::format("{}", fmt::join(chosen, " ")));
  SHIQU_TRY(make_folders(out));
  SHIQU_TRY_ASSIGN(const std::string aside, set_unknown_aside(store, plan, out / plan.name, key));
  SHIQU_TRY(check_space(plan, tools.exporters, chosen, out));
  SHIQU_TRY_ASSIGN(BagWriter bag, BagWriter::create(out / plan.name));
  {
    SHIQU_TRY_ASSIGN(const Scratch scratch, Scratch::make(tools.scratch));
    const ExportContext context(store, plan, bag, std::move(chosen), stop);
    SHIQU_TRY(Writer(context, tools, scratch.path()).run(progress, stop));
  }
  SHIQU_TRY_ASSIGN(BagSummary written, bag.finish(info, key, tools.sm2));
  if (const Status noted = note_written(store, by, plan, written, aside); !noted) {
    std::error_code ignored;  // a package the journal does not know must not stay
    fs::remove_all(written.folder, ignored);
    return fail(noted.error());
  }
  return PackageSummary{std::move(written), plan.name, plan.info.version,
                        static_cast<int>(plan.pages.size())};
}

}  // namespace shiqu::package
