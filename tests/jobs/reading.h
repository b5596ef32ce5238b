#pragma once

#include "storage/base/process.h"
#include "storage/jobs/runner.h"

#include <string>
#include <string_view>

namespace shiqu::test {

/// Does what an OCR job does, with a worker that sleeps instead of reading: its result is one
/// proposal, stored in the same transaction as the mark in the job's row.
class ReadingHandler final : public jobs::Handler {
 public:
  [[nodiscard]] std::string_view name() const override { return "reading"; }
  [[nodiscard]] std::string_view worker_kind() const override { return "echo"; }

  Status run(jobs::JobContext& context) const override {
    if (context.job.result > 0) {
      return {};
    }
    WorkerCall call;
    call.request = context.job.spec;
    call.limit = std::chrono::minutes(1);
    call.stop = context.stop;
    SHIQU_TRY(context.worker.call(call));
    model::PageText text;
    text.width_px = 100;
    text.height_px = 100;
    text.producer = "sleeper";
    SHIQU_TRY(context.store.propose_text(store::Session::for_program(), context.job,
                                         PageId(context.job.subject), text));
    return {};
  }
};

}  // namespace shiqu::test
