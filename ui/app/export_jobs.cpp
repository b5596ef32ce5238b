#include "ui/app/export_jobs.h"

#include "storage/base/clock.h"
#include "storage/package/plan_summary.h"
#include "ui/app/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace shiqu::app {
namespace {

constexpr std::int64_t kWhole = 1000;  // thousandths: a job's progress

std::vector<std::string> names_of(const Json& json, const char* key) {
  std::vector<std::string> out;
  const auto list = json.find(key);
  if (list != json.end() && list->is_array()) {
    for (const Json& one : *list) {
      out.push_back(one.is_string() ? one.get<std::string>() : std::string());
    }
  }
  return out;
}

/// A member that is an object; an empty one when it is absent or something else.
Json part_of(const Json& json, const char* key) {
  const auto found = json.is_object() ? json.find(key) : json.end();
  return found != json.end() && found->is_object() ? *found : Json::object();
}

Json to_json(const package::PlanOptions& options) {
  return {{"version", options.version},
          {"organization", options.organization},
          {"station", options.station},
          {"group", options.group},
          {"count", options.count},
          {"security_level", options.security_level},
          {"made_ms", options.made_ms},
          {"receiver", options.receiver ? Json(model::name_of(*options.receiver)) : Json()},
          {"allow", options.allow},
          {"redact", options.redact},
          {"exporters", options.exporters},
          {"access_quality", options.access_quality},
          {"item_pattern", options.item_pattern},
          {"page_pattern", options.page_pattern},
          {"iiif_base", options.iiif_base},
          {"split", options.split}};
}

Result<package::PlanOptions> plan_options_from(const Json& json) {
  package::PlanOptions out;
  out.version = get_or<int>(json, "version", 0);
  out.organization = get_or<std::string>(json, "organization", "");
  out.station = get_or<std::string>(json, "station", "");
  out.group = get_or<std::string>(json, "group", "");
  out.count = get_or<std::string>(json, "count", "");
  out.security_level = get_or<std::string>(json, "security_level", "");
  out.made_ms = get_or<std::int64_t>(json, "made_ms", 0);
  out.allow = names_of(json, "allow");
  out.redact = get_or<bool>(json, "redact", false);
  out.exporters = names_of(json, "exporters");
  out.access_quality = get_or<int>(json, "access_quality", 0);
  out.item_pattern = get_or<std::string>(json, "item_pattern", "");
  out.page_pattern = get_or<std::string>(json, "page_pattern", "");
  out.iiif_base = get_or<std::string>(json, "iiif_base", "");
  out.split = get_or<std::string>(json, "split", "");
  if (const auto grade = get_or<std::string>(json, "receiver", ""); !grade.empty()) {
    model::Grade receiver = model::Grade::Ungraded;
    if (!model::grade_from(grade, receiver)) {
      return fail(ErrorCode::InvalidInput, "read order", grade, "no grade");
    }
    out.receiver = receiver;
  }
  return out;
}

Json to_json(const WriteWishes& wishes) {
  return {{"out", wishes.out.string()},
          {"encrypt_for", wishes.encrypt_for},
          {"volume_bytes", wishes.volume_bytes},
          {"sm2", wishes.sm2}};
}

WriteWishes wishes_from(const Json& json) {
  WriteWishes out;
  out.out = get_or<std::string>(json, "out", "");
  out.encrypt_for = names_of(json, "encrypt_for");
  out.volume_bytes = get_or<std::uint64_t>(json, "volume_bytes", 0);
  out.sm2 = get_or<bool>(json, "sm2", false);
  return out;
}

store::JobRecord job_of(const package::PackagePlan& plan, const WriteWishes& wishes) {
  package::PlanOptions options = plan.options;
  options.version = plan.info.version;
  options.made_ms = plan.made_ms;
  store::JobRecord job;
  job.kind = kPackageJob;
  job.subject = plan.item.id.str();
  job.spec = {{"options", to_json(options)},
              {"wishes", to_json(wishes)},
              {"digest", package::plan_digest(plan)}};
  return job;
}

/// The plan that was shown when the job was asked for; Conflict when it is another one now.
Result<package::PackagePlan> plan_of(store::Store& store, const store::JobRecord& job) {
  SHIQU_TRY_ASSIGN(const package::PlanOptions options,
                   plan_options_from(part_of(job.spec, "options")));
  SHIQU_TRY_ASSIGN(package::PackagePlan plan,
                   package::plan_package(store, ItemId(job.subject), options));
  if (package::plan_digest(plan) != get_or<std::string>(job.spec, "digest", "")) {
    return fail(ErrorCode::Conflict, "write package", plan.name,
                "the archive has changed since it was planned: plan again");
  }
  return plan;
}

/// A row of the catalogue is written a few times a second, not for every piece of a file.
class Thousandths {
 public:
  explicit Thousandths(const jobs::JobContext& context) : context_(context) {}
  /// `from` and `to`: the part of the whole that this stage is.
  void tell(std::int64_t from, std::int64_t to, std::uint64_t done, std::uint64_t total) {
    constexpr std::int64_t kInterval = 200;
    const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
    const std::int64_t now = now_monotonic_ms();
    if (now - told_ms_ >= kInterval) {
      told_ms_ = now;
      context_.progress(from + static_cast<std::int64_t>(static_cast<double>(to - from) * share),
                        kWhole);
    }
  }

 private:
  const jobs::JobContext& context_;
  std::int64_t told_ms_ = 0;
};

class PackageHandler final : public jobs::Handler {
 public:
  explicit PackageHandler(package::AskPassphrase ask) : ask_(std::move(ask)) {}
  [[nodiscard]] std::string_view name() const override { return kPackageJob; }
  [[nodiscard]] std::string_view worker_kind() const override { return "decode"; }

  Status run(jobs::JobContext& context) const override {
    SHIQU_TRY_ASSIGN(const store::Session by, context.store.session_of_job(context.job.id));
    SHIQU_TRY_ASSIGN(const package::PackagePlan plan, plan_of(context.store, context.job));
    const WriteWishes wishes = wishes_from(part_of(context.job.spec, "wishes"));
    SHIQU_TRY_ASSIGN(const ExportKeys keys, export_keys(context.store, by, ask_, wishes.sm2));
    Thousandths progress(context);
    const std::int64_t verified = wishes.wraps() ? 750 : kWhole;
    const auto tell = [&](ExportStage stage, std::uint64_t done, std::uint64_t total) {
      switch (stage) {
        case ExportStage::Write:
          return progress.tell(0, verified * 2 / 3, done, total);
        case ExportStage::Verify:
          return progress.tell(verified * 2 / 3, verified, done, total);
        case ExportStage::Wrap:
          return progress.tell(verified, kWhole, done, total);
      }
    };
    SHIQU_TRY_ASSIGN(const WrittenExport done,
                     write_export(context.store, by, plan, wishes, keys, tell, context.stop));
    context.progress(kWhole, kWhole);
    const auto& verdict = done.package.verdict;
    return verdict.ok ? Status{}
                      : fail(ErrorCode::Corrupt, "verify package", plan.name,
                             verdict.findings.empty() ? "" : verdict.findings.front().message);
  }

 private:
  package::AskPassphrase ask_;
};

class DeliverHandler final : public jobs::Handler {
 public:
  [[nodiscard]] std::string_view name() const override { return kDeliverJob; }
  [[nodiscard]] std::string_view worker_kind() const override { return "decode"; }

  Status run(jobs::JobContext& context) const override {
    SHIQU_TRY_ASSIGN(const store::Session by, context.store.session_of_job(context.job.id));
    Thousandths progress(context);
    SHIQU_TRY_ASSIGN(
        const Parcel parcel,
        parcel_of(
            context.store, context.job.subject,
            get_or<std::string>(context.job.spec, "contact", ""),
            [&](auto done, auto total) { progress.tell(0, 300, done, total); }, context.stop));
    SHIQU_TRY(deliver(
        context.store, by, parcel, get_or<std::string>(context.job.spec, "to", ""), {},
        [&](auto done, auto total) { progress.tell(300, kWhole, done, total); }, context.stop));
    context.progress(kWhole, kWhole);
    return {};
  }
};

std::string label_of(const std::vector<package::PackagePlan>& plans) {
  const std::string& first = plans.front().name;
  return plans.size() == 1 ? first : fmt::format("{} + {}", first, plans.size() - 1);
}

}  // namespace

Result<store::BatchId> request_packages(store::Store& store, const store::Session& by,
                                        const std::vector<package::PackagePlan>& plans,
                                        const WriteWishes& wishes) {
  if (plans.empty()) {
    return fail(ErrorCode::InvalidInput, "write packages", "item", "none is named");
  }
  if (any_refused(plans)) {
    return fail(ErrorCode::Conflict, "write packages", plans.front().name, "a gate is closed");
  }
  const bool waived = std::any_of(plans.begin(), plans.end(),
                                  [](const package::PackagePlan& one) { return one.waived(); });
  SHIQU_TRY(store.require(by, waived ? model::Role::Lead : model::Role::Operator,
                          waived ? "waive a gate of a package" : "write package"));
  std::vector<store::JobRecord> jobs;
  std::transform(plans.begin(), plans.end(), std::back_inserter(jobs),
                 [&](const package::PackagePlan& plan) { return job_of(plan, wishes); });
  return store.add_batch(by, label_of(plans), jobs);
}

Result<store::BatchId> request_delivery(store::Store& store, const store::Session& by,
                                        const std::filesystem::path& parcel,
                                        const std::filesystem::path& to,
                                        const std::string& contact) {
  SHIQU_TRY(store.require(by, model::Role::Operator, "deliver package"));
  if (parcel.empty() || to.empty()) {
    return fail(ErrorCode::InvalidInput, "deliver package", parcel.string(), "no place is named");
  }
  store::JobRecord job;
  job.kind = kDeliverJob;
  job.subject = parcel.string();
  job.spec = {{"to", to.string()}, {"contact", contact}};
  return store.add_batch(by, fmt::format("{} → {}", parcel.filename().string(), to.string()),
                         {job});
}

std::unique_ptr<jobs::Handler> make_package_handler(package::AskPassphrase ask) {
  if (!ask) {
    ask = []() -> Result<std::string> {
      return fail(ErrorCode::Denied, "open key", "station.key", "no passphrase was given");
    };
  }
  return std::make_unique<PackageHandler>(std::move(ask));
}

std::unique_ptr<jobs::Handler> make_deliver_handler() {
  return std::make_unique<DeliverHandler>();
}

}  // namespace shiqu::app
