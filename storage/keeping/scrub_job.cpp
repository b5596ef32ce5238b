#include "storage/keeping/scrub_job.h"

#include "storage/base/channel.h"
#include "storage/keeping/scrub.h"

#include <cstdlib>

namespace shiqu::keeping {
namespace {

constexpr const char* kKind = "scrub";
constexpr const char* kSubject = "files";
constexpr const char* kAskedFact = "fixity_asked_ms";
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

class ScrubHandler final : public jobs::Handler {
 public:
  explicit ScrubHandler(std::int64_t slice_ms) : slice_ms_(slice_ms) {}
  [[nodiscard]] std::string_view name() const override { return kKind; }
  [[nodiscard]] std::string_view worker_kind() const override { return "decode"; }

  Status run(jobs::JobContext& context) const override {
    ScrubOptions options;
    options.limit_mb_s = get_or<double>(context.job.spec, "limit_mb_s", 100);
    options.second_copy = get_or<std::string>(context.job.spec, "second_copy", "");
    options.stop = context.stop;
    const ScrubSlice slice{get_or<std::int64_t>(context.job.spec, "before_ms", 0), slice_ms_};
    SHIQU_TRY_ASSIGN(const ScrubSliceReport report,
                     scrub_slice(context.store, store::Session::for_program(), options, slice));
    // As many as were due at first: a clock that is put back must not make it read for ever.
    const std::int64_t done = context.job.done + report.checked;
    const std::int64_t total = context.job.total > 0 ? context.job.total : done + report.left;
    context.progress(done, total);
    context.goes_on = report.left > 0 && done < total;
    return context.goes_on ? Status{} : verdict(context.store);
  }

 private:
  static Status verdict(store::Store& store) {
    SHIQU_TRY_ASSIGN(const auto damaged, store.fixity_findings(1));
    if (damaged.empty()) {
      return {};
    }
    return fail(ErrorCode::Corrupt, "scrub", damaged.front().path, damaged.front().detail);
  }

  std::int64_t slice_ms_;
};

Result<std::int64_t> asked_ms(store::Store& store) {
  SHIQU_TRY_ASSIGN(const std::string text, store.fact(kAskedFact));
  return std::strtoll(text.c_str(), nullptr, 10);
}

}  // namespace

Status request_scrub(store::Store& store, const store::Session& by, const ScrubPolicy& policy,
                     std::int64_t now_ms) {
  SHIQU_TRY_ASSIGN(const store::FixityAge age, store.fixity_age());
  if (!age.some_unchecked && age.oldest_check_ms == 0) {
    return {};  // no files
  }
  SHIQU_TRY_ASSIGN(const std::int64_t asked, asked_ms(store));
  const std::int64_t before_ms = now_ms - policy.days * kDayMs / 10 * 9;
  const bool old = age.oldest_check_ms > 0 && age.oldest_check_ms < before_ms;
  if (asked == 0 && !old) {
    return store.set_fact(kAskedFact, std::to_string(now_ms));
  }
  // A clock that was put back must not hold the check up.
  const bool fresh = age.some_unchecked && (now_ms - asked >= kDayMs || now_ms < asked);
  if (!old && !fresh) {
    return {};
  }
  store::JobRecord job;
  job.kind = kKind;
  job.subject = kSubject;
  job.spec = {{"before_ms", before_ms},
              {"limit_mb_s", policy.limit_mb_s},
              {"second_copy", policy.second_copy.string()}};
  job.priority = store::kIdlePriority;
  SHIQU_TRY_ASSIGN(const bool added, store.add_job_once(by, job, false));
  return added ? store.set_fact(kAskedFact, std::to_string(now_ms)) : Status{};
}

std::unique_ptr<jobs::Handler> make_scrub_handler(std::int64_t slice_ms) {
  return std::make_unique<ScrubHandler>(slice_ms);
}

}  // namespace shiqu::keeping
