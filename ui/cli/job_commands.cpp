#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include "storage/base/clock.h"
#include "storage/jobs/estimate.h"
#include "ui/app/builtin.h"
#include "ui/app/job_words.h"
#include "ui/app/workflow.h"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace shiqu::cli {
namespace {

using store::BatchId;

constexpr int kLookPriority = 20;  // that of a page which a person has opened

Json facts_of(const store::JobCounts& counts) {
  return {{"queued", counts.queued},       {"running", counts.running},
          {"done", counts.done},           {"failed", counts.failed},
          {"cancelled", counts.cancelled}, {"quarantined", counts.quarantined}};
}

void add_outlook(Json& facts, const jobs::Progress& progress) {
  facts["paused"] = progress.paused;
  facts["seconds_each"] = progress.seconds_each ? Json(*progress.seconds_each) : Json();
  facts["seconds_left"] = progress.left_s ? Json(*progress.left_s) : Json();
}

/// What a run left behind.
struct Worked {
  store::JobCounts counts;  ///< of the whole archive
  bool interrupted = false;
};

/// Works the queue off with a progress line about `batch`, or with an empty id about everything.
/// The first Ctrl+C lets what runs end, the second puts it back.
Result<Worked> run_jobs(const Context& context, app::Application& application, const BatchId& batch,
                        const std::string& label) {
  const Registry<jobs::Handler> handlers = app::builtin_jobs(context.key_passphrase());
  jobs::RunnerOptions options;
  options.drains_idle_work = batch.empty();
  const auto runner = application.runner(handlers, std::move(options));
  store::Store& store = application.store();
  ProgressLine line(context.json);
  Worked worked;
  const std::stop_token asked = interruption();
  const auto tick = [&](const store::JobCounts& counts) {
    worked.counts = counts;
    if (asked.stop_requested()) {
      line.show(fmt::format(fmt::runtime(_("Ending {} jobs; Ctrl+C again puts them back.")),
                            counts.running));
    } else if (const auto progress = jobs::progress_of(store, batch)) {
      line.show(app::progress_words(label, *progress));
    }
  };
  const Status ended = runner->drain(tick, {second_interruption(), asked});
  line.end();
  worked.interrupted = !ended && ended.error().code == ErrorCode::Cancelled;
  if (!ended && !worked.interrupted) {
    return fail(ended.error());
  }
  SHIQU_TRY_ASSIGN(worked.counts, store.job_counts());
  return worked;
}

std::string held_words(const store::JobCounts& counts) {
  return counts.held == 0
             ? std::string()
             : fmt::format(fmt::runtime(_(" {} jobs are paused; see: shiqu jobs list")),
                           counts.held);
}

struct OcrOptions {
  std::string item;
  std::string languages;
  bool horizontal = false;
  bool no_language = false;
  bool queue_only = false;
};

/// Holds the rest of the batch back, whichever program runs next, and says how to go on.
Result<Exit> pause_rest(const Context& context, store::Store& store, const store::Session& by,
                        const BatchId& batch) {
  SHIQU_TRY(store.set_paused(by, batch, true));
  SHIQU_TRY_ASSIGN(const store::BatchRecord now, store.batch(batch));
  context.report({{"batch", batch.str()}, {"paused", true}, {"jobs", facts_of(now.counts)}},
                 fmt::format(fmt::runtime(_("Paused: {} of {} pages are read, nothing is lost. To "
                                            "go on:\n  shiqu jobs resume {} --run")),
                             now.counts.done, now.counts.all(), batch.str()));
  return Exit::Cancelled;
}

Result<Exit> ocr(const Context& context, const OcrOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const model::Item item, store.item_named(options.item));
  SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store.pages(item.id));
  app::Settings settings = application.settings();
  if (!options.languages.empty()) {
    settings.ocr_languages = options.languages;
  }
  settings.ocr_vertical = settings.ocr_vertical && !options.horizontal;
  settings.ocr_prior = settings.ocr_prior && !options.no_language;
  const std::string label = "OCR " + item.identifier;
  SHIQU_TRY_ASSIGN(const BatchId batch, app::request_ocr(store, by, settings, label, pages));
  if (options.queue_only) {
    context.report({{"queued", pages.size()}, {"batch", batch.str()}},
                   fmt::format(fmt::runtime(_("{} pages queued.")), pages.size()));
    return Exit::Ok;
  }
  SHIQU_TRY_ASSIGN(const Worked worked, run_jobs(context, application, batch, label));
  SHIQU_TRY_ASSIGN(const store::BatchRecord now, store.batch(batch));
  if (worked.interrupted && now.counts.left() > 0) {
    return pause_rest(context, store, by, batch);
  }
  const std::int64_t bad = worked.counts.failed + worked.counts.quarantined;
  context.report({{"item", item.identifier},
                  {"pages", pages.size()},
                  {"batch", batch.str()},
                  {"read", now.counts.done},
                  {"jobs", facts_of(worked.counts)}},
                 fmt::format(fmt::runtime(_("{} pages read. Failed jobs in the archive: {}.")),
                             now.counts.done, bad) +
                     held_words(worked.counts));
  return bad == 0 ? Exit::Ok : Exit::Failure;
}

Result<Exit> work_off(const Context& context, app::Application& application) {
  SHIQU_TRY_ASSIGN(const Worked worked, run_jobs(context, application, {}, _("Jobs")));
  const store::JobCounts& counts = worked.counts;
  std::string words = fmt::format(fmt::runtime(_("{} jobs done, {} failed.")), counts.done,
                                  counts.failed + counts.quarantined);
  if (worked.interrupted) {
    words += fmt::format(fmt::runtime(_(" {} wait, nothing is lost. To go on:\n  shiqu jobs run")),
                         counts.left());
  } else {
    words += held_words(counts);
  }
  context.report(facts_of(counts), words);
  if (worked.interrupted) {
    return Exit::Cancelled;
  }
  return counts.failed + counts.quarantined == 0 ? Exit::Ok : Exit::Failure;
}

Result<Exit> run_queue(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  return work_off(context, application);
}

// ---------------------------------------------------------------- jobs list

Result<Json> list_batches(store::Store& store, std::string& words) {
  Json listed = Json::array();
  SHIQU_TRY_ASSIGN(const std::vector<store::BatchRecord> batches, store.batches());
  for (const store::BatchRecord& batch : batches) {
    SHIQU_TRY_ASSIGN(const jobs::Progress progress, jobs::progress_of(store, batch.id));
    Json facts{{"id", batch.id.str()},
               {"label", batch.label},
               {"by", batch.agent},
               {"created", iso8601(batch.created_ms)},
               {"jobs", facts_of(progress.counts)}};
    add_outlook(facts, progress);
    listed.push_back(std::move(facts));
    words += fmt::format("{} {} {}\n", batch.id.str(), iso8601(batch.created_ms),
                         app::progress_words(batch.label, progress));
  }
  return listed;
}

Json list_rows(const std::vector<store::JobRecord>& jobs, std::string& words) {
  Json listed = Json::array();
  for (const store::JobRecord& job : jobs) {
    const std::string error = job.error ? job.error->text() : "";
    listed.push_back({{"id", job.id.str()},
                      {"kind", job.kind},
                      {"subject", job.subject},
                      {"state", store::name_of(job.state)},
                      {"priority", job.priority},
                      {"batch", job.batch.str()},
                      {"attempts", job.attempts},
                      {"done", job.done},
                      {"total", job.total},
                      {"seconds", static_cast<double>(job.took_ms) / 1000},
                      {"error", error}});
    words +=
        fmt::format("{} {:<8} {:<12} {:>3}/{:<3} {} {}\n", job.id.str(), job.kind,
                    store::name_of(job.state), job.done, job.total, iso8601(job.created_ms), error);
  }
  return listed;
}

struct ListOptions {
  std::string batch;
  std::string after;  ///< id of a job
  int limit = 1000;
};

Result<Exit> list_jobs(const Context& context, const ListOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const jobs::Progress all, jobs::progress_of(store, {}));
  std::string words;
  if (all.paused) {
    words += std::string(_("Everything is paused; to go on: shiqu jobs resume")) + "\n";
  }
  SHIQU_TRY_ASSIGN(Json batches, list_batches(store, words));
  const BatchId batch(options.batch);
  if (!batch.empty()) {
    SHIQU_TRY(store.batch(batch));
  }
  SHIQU_TRY_ASSIGN(const std::vector<store::JobRecord> jobs,
                   batch.empty() ? store.jobs(options.limit, JobId(options.after))
                                 : store.jobs_of(batch, options.limit, JobId(options.after)));
  Json rows = list_rows(jobs, words);
  Json facts{{"workers", all.workers}, {"batches", std::move(batches)}, {"jobs", std::move(rows)}};
  add_outlook(facts, all);
  context.report(facts, words.empty() ? std::string(_("No jobs.")) : words);
  return Exit::Ok;
}

// ---------------------------------------------------------------- orders

/// What `text` names: a job, a batch, or ITEM/PAGE. Errors: NotFound.
Result<store::JobSelection> selection(store::Store& store, const std::string& text) {
  store::JobSelection out;
  if (text.find('/') != std::string::npos) {
    SHIQU_TRY_ASSIGN(const PageAddress at, find_page(store, text));
    out.subject = at.page.id.str();
    return out;
  }
  if (store.batch(BatchId(text))) {
    out.batch = BatchId(text);
    return out;
  }
  SHIQU_TRY_ASSIGN(const store::JobRecord job, store.job(JobId(text)));
  out.job = job.id;
  return out;
}

/// An order about jobs by a logged-in person; `act` returns how many jobs it was about.
struct Order {
  std::string id;
  int priority = kLookPriority;
  bool run = false;
};
using Act = std::function<Result<int>(store::Store&, const store::Session&, const Order&)>;

Result<Exit> give(const Context& context, const Order& order, const char* name, const char* words,
                  const Act& act) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const int jobs, act(store, by, order));
  if (order.run) {
    return work_off(context, application);
  }
  context.report({{"id", order.id}, {name, true}, {"jobs", jobs}},
                 fmt::format(fmt::runtime(words), jobs));
  return Exit::Ok;
}

Result<int> set_paused(store::Store& store, const store::Session& by, const std::string& id,
                       bool paused) {
  SHIQU_TRY(store.set_paused(by, BatchId(id), paused));
  SHIQU_TRY_ASSIGN(const jobs::Progress now, jobs::progress_of(store, BatchId(id)));
  return static_cast<int>(now.counts.queued);
}

Result<int> pause(store::Store& store, const store::Session& by, const Order& order) {
  return set_paused(store, by, order.id, true);
}

Result<int> resume(store::Store& store, const store::Session& by, const Order& order) {
  return set_paused(store, by, order.id, false);
}

Result<int> prioritise(store::Store& store, const store::Session& by, const Order& order) {
  SHIQU_TRY_ASSIGN(const store::JobSelection which, selection(store, order.id));
  return store.set_priority(by, which, order.priority);
}

Result<int> retry(store::Store& store, const store::Session& by, const Order& order) {
  SHIQU_TRY_ASSIGN(const store::JobSelection which, selection(store, order.id));
  return store.retry_jobs(by, which);
}

Result<Exit> cancel(const Context& context, const std::string& id) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  int cancelled = 1;
  if (store.batch(BatchId(id))) {
    SHIQU_TRY_ASSIGN(cancelled, store.cancel_batch(by, BatchId(id)));
  } else {
    SHIQU_TRY(store.cancel_job(by, JobId(id)));
  }
  context.report({{"job", id}, {"cancelled", true}, {"jobs", cancelled}}, _("Cancelled."));
  return Exit::Ok;
}

void add_orders(CLI::App& jobs, Context& context) {
  auto order = std::make_shared<Order>();
  const auto add = [&](const char* name, const char* help, const char* id_help, bool required) {
    CLI::App* command = jobs.add_subcommand(name, help);
    CLI::Option* id = command->add_option("id", order->id, id_help);
    if (required) {
      id->required();
    }
    return command;
  };
  const auto runs = [&](CLI::App* command) {
    command->add_flag("--run", order->run, _("then work until nothing is waiting"));
    return command;
  };
  const char* of_batch = _("a batch, as `jobs list` shows it; without it everything");
  context.on(*add("pause", _("hold back what waits, until told otherwise; what runs may end"),
                  of_batch, false),
             [&context, order] {
               return give(context, *order, "paused", _("Paused; {} jobs wait."), pause);
             });
  context.on(*runs(add("resume", _("let go on what was paused"), of_batch, false)),
             [&context, order] {
               return give(context, *order, "resumed", _("Goes on; {} jobs wait."), resume);
             });
  CLI::App* first = add("prioritise", _("let jobs that wait go before or behind others"),
                        _("a job, a batch, or ITEM/PAGE"), true);
  first
      ->add_option("--priority", order->priority,
                   _("higher goes first; batches have 0, what a person looks at 20"))
      ->check(CLI::Range(-1000, 1000))
      ->capture_default_str();
  context.on(*first, [&context, order] {
    return give(context, *order, "prioritised", _("{} jobs have another place."), prioritise);
  });
  context.on(*runs(add("retry", _("queue failed, quarantined and cancelled jobs again"),
                       _("a job, a batch, or ITEM/PAGE"), true)),
             [&context, order] {
               return give(context, *order, "retried", _("{} jobs are queued again."), retry);
             });
}

}  // namespace

void add_job_commands(CLI::App& root, Context& context) {
  auto options = std::make_shared<OcrOptions>();
  CLI::App* reading = root.add_subcommand("ocr", _("recognise text"));
  reading->require_subcommand(1);
  add_reading_commands(*reading, context);
  add_scoring_commands(*reading, context);
  add_learning_commands(*reading, context);
  CLI::App* ocr_command =
      reading->add_subcommand("run", _("recognise the text of an item's pages"));
  ocr_command->add_option("item", options->item, _("identifier of the item"))->required();
  ocr_command->add_option("--languages", options->languages, _("names of the recogniser's models"));
  ocr_command->add_flag("--horizontal", options->horizontal, _("lines from left to right"));
  ocr_command->add_flag("--no-language", options->no_language,
                        _("the ink alone, without the prior of the language"));
  ocr_command->add_flag("--queue-only", options->queue_only, _("add the jobs and return"));
  ocr_command->footer(
      _("Ctrl+C lets the pages that are being read end, pauses the rest and says how to go on."));
  context.on(*ocr_command, [&context, options] { return ocr(context, *options); });

  CLI::App* jobs = root.add_subcommand("jobs", _("work that runs in the background"));
  jobs->require_subcommand(1);
  auto listing = std::make_shared<ListOptions>();
  CLI::App* list = jobs->add_subcommand("list", _("batches and jobs, newest first"));
  list->add_option("--batch", listing->batch, _("only the jobs of this batch, oldest first"));
  list->add_option("--after", listing->after, _("only the jobs behind this one in the list"));
  list->add_option("--limit", listing->limit, _("at most so many jobs"))
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  context.on(*list, [&context, listing] { return list_jobs(context, *listing); });
  context.on(*jobs->add_subcommand("run", _("work until nothing is waiting")),
             [&context] { return run_queue(context); });
  add_orders(*jobs, context);
  auto id = std::make_shared<std::string>();
  CLI::App* cancel_command =
      jobs->add_subcommand("cancel", _("stop a waiting or running job, or all of a batch"));
  cancel_command->add_option("id", *id, _("as `jobs list` shows it"))->required();
  context.on(*cancel_command, [&context, id] { return cancel(context, *id); });
}

}  // namespace shiqu::cli
