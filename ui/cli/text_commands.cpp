#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include "labeler/correct.h"
#include "storage/base/clock.h"
#include "ui/app/builtin.h"
#include "ui/app/workflow.h"

#include <fmt/format.h>

#include <memory>

namespace shiqu::cli {
namespace {

/// Works the queue off with a progress line; the counts at the end.
Result<store::JobCounts> run_jobs(const Context& context, app::Application& application) {
  const Registry<jobs::Handler> handlers = app::builtin_jobs();
  const auto runner = application.runner(handlers);
  ProgressLine line(context.json);
  store::JobCounts last;
  SHIQU_TRY(runner->drain(
      [&](const store::JobCounts& counts) {
        last = counts;
        line.show(fmt::format(fmt::runtime(_("Jobs: {} waiting, {} running, {} done, {} failed")),
                              counts.queued, counts.running, counts.done,
                              counts.failed + counts.quarantined));
      },
      interruption()));
  return last;
}

Json facts_of(const store::JobCounts& counts) {
  return {{"queued", counts.queued},       {"running", counts.running},
          {"done", counts.done},           {"failed", counts.failed},
          {"cancelled", counts.cancelled}, {"quarantined", counts.quarantined}};
}

struct OcrOptions {
  std::string item;
  std::string languages;
  bool horizontal = false;
  bool queue_only = false;
};

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
  for (const model::Page& page : pages) {
    SHIQU_TRY(app::request_ocr(store, by, settings, page.id));
  }
  if (options.queue_only) {
    context.report({{"queued", pages.size()}},
                   fmt::format(fmt::runtime(_("{} pages queued.")), pages.size()));
    return Exit::Ok;
  }
  SHIQU_TRY_ASSIGN(const store::JobCounts counts, run_jobs(context, application));
  const std::int64_t bad = counts.failed + counts.quarantined;
  context.report({{"item", item.identifier}, {"pages", pages.size()}, {"jobs", facts_of(counts)}},
                 fmt::format(fmt::runtime(_("{} pages read. Failed jobs in the archive: {}.")),
                             pages.size(), bad));
  return bad == 0 ? Exit::Ok : Exit::Failure;
}

Result<Exit> show_text(const Context& context, const std::string& address) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const PageAddress at, find_page(application.store(), address));
  SHIQU_TRY_ASSIGN(const store::TextRevision revision, application.store().text(at.page.id));
  std::string words =
      fmt::format(fmt::runtime(_("{}: revision {} by {}, {}\n")), address, revision.revision,
                  revision.author, model::name_of(at.page.text_state));
  int number = 0;
  for (const model::Line& line : revision.text.lines) {
    words += fmt::format("{:>4} {:<12} {}\n", ++number, model::name_of(line.kind), line.text);
  }
  context.report({{"page", address},
                  {"revision", revision.revision},
                  {"author", revision.author},
                  {"state", model::name_of(at.page.text_state)},
                  {"text", model::to_json(revision.text)}},
                 words);
  return Exit::Ok;
}

Result<Exit> correct(const Context& context, const std::string& address, int number,
                     const std::string& text) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const PageAddress at, find_page(store, address));
  SHIQU_TRY_ASSIGN(const store::TextRevision revision, store.text(at.page.id));
  if (number < 1 || static_cast<std::size_t>(number) > revision.text.lines.size()) {
    return fail(ErrorCode::NotFound, "correct line", std::to_string(number));
  }
  const LineId line = revision.text.lines[static_cast<std::size_t>(number) - 1].id;
  SHIQU_TRY_ASSIGN(const int saved,
                   labeler::correct_line(store, by, at.page.id, revision.revision, line, text));
  context.report({{"page", address}, {"line", number}, {"revision", saved}},
                 fmt::format(fmt::runtime(_("Saved as revision {}.")), saved));
  return Exit::Ok;
}

/// A command that takes a page and a logged-in person and says one sentence.
Result<Exit> on_page(
    const Context& context, const std::string& address, const char* done,
    const std::function<Status(store::Store&, const store::Session&, const PageId&)>& act) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const PageAddress at, find_page(store, address));
  SHIQU_TRY(act(store, by, at.page.id));
  SHIQU_TRY_ASSIGN(const model::Page now, store.page(at.page.id));
  context.report({{"page", address},
                  {"state", model::name_of(now.text_state)},
                  {"revision", now.text_revision}},
                 done);
  return Exit::Ok;
}

struct RecordOptions {
  std::string item, title, creator, date, description, rights, grade;
};

Result<Exit> change_record(const Context& context, const RecordOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(model::Item item, store.item_named(options.item));
  const auto take = [](std::string& field, const std::string& given) {
    field = given.empty() ? field : given;
  };
  take(item.title, options.title);
  take(item.creator, options.creator);
  take(item.date, options.date);
  take(item.description, options.description);
  take(item.rights, options.rights);
  if (!options.grade.empty() && !model::grade_from(options.grade, item.grade)) {
    return fail(ErrorCode::InvalidInput, "change record", options.grade, _("no such grade"));
  }
  SHIQU_TRY(store.update_item(by, item));
  context.report({{"item", item.identifier},
                  {"title", item.title},
                  {"rights", item.rights},
                  {"grade", model::name_of(item.grade)}},
                 _("Record saved."));
  return Exit::Ok;
}

Result<Exit> list_jobs(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const std::vector<store::JobRecord> jobs, application.store().jobs());
  Json listed = Json::array();
  std::string words;
  for (const store::JobRecord& job : jobs) {
    const std::string error = job.error ? job.error->text() : "";
    listed.push_back({{"id", job.id.str()},
                      {"kind", job.kind},
                      {"subject", job.subject},
                      {"state", store::name_of(job.state)},
                      {"attempts", job.attempts},
                      {"done", job.done},
                      {"total", job.total},
                      {"error", error}});
    words +=
        fmt::format("{} {:<8} {:<12} {:>3}/{:<3} {} {}\n", job.id.str(), job.kind,
                    store::name_of(job.state), job.done, job.total, iso8601(job.created_ms), error);
  }
  context.report({{"jobs", std::move(listed)}}, words.empty() ? std::string(_("No jobs.")) : words);
  return Exit::Ok;
}

Result<Exit> run_queue(const Context& context) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const store::JobCounts counts, run_jobs(context, application));
  context.report(facts_of(counts), fmt::format(fmt::runtime(_("{} jobs done, {} failed.")),
                                               counts.done, counts.failed + counts.quarantined));
  return counts.failed + counts.quarantined == 0 ? Exit::Ok : Exit::Failure;
}

Result<Exit> cancel(const Context& context, const std::string& id) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(application.store()));
  SHIQU_TRY(application.store().cancel_job(by, JobId(id)));
  context.report({{"job", id}, {"cancelled", true}}, _("Cancelled."));
  return Exit::Ok;
}

void add_label_commands(CLI::App& root, Context& context) {
  CLI::App* label =
      root.add_subcommand("label", _("read and correct the text of pages, fill in the record"));
  label->require_subcommand(1);
  auto page = std::make_shared<std::string>();
  auto number = std::make_shared<int>(0);
  auto text = std::make_shared<std::string>();
  const auto with_page = [&](CLI::App* command) {
    command->add_option("page", *page, _("ITEM/PAGE, as in GJ0001/3"))->required();
    return command;
  };
  context.on(*with_page(label->add_subcommand("show", _("print the text in force"))),
             [&context, page] { return show_text(context, *page); });
  CLI::App* correct_command =
      with_page(label->add_subcommand("correct", _("replace the text of one line")));
  correct_command->add_option("line", *number, _("number of the line as `label show` prints it"))
      ->required();
  correct_command->add_option("text", *text, _("what stands there, as printed"))->required();
  context.on(*correct_command,
             [&context, page, number, text] { return correct(context, *page, *number, *text); });
  context.on(*with_page(label->add_subcommand("undo", _("take your last change back"))), [&context,
                                                                                          page] {
    return on_page(context, *page, _("Undone."),
                   [](store::Store& store, const store::Session& by, const PageId& id) -> Status {
                     SHIQU_TRY(store.undo_text(by, id));
                     return {};
                   });
  });
  context.on(*with_page(label->add_subcommand("submit", _("hand the text over for review"))),
             [&context, page] {
               return on_page(context, *page, _("Submitted for review."),
                              [](store::Store& store, const store::Session& by, const PageId& id) {
                                return store.submit_text(by, id);
                              });
             });
  auto record = std::make_shared<RecordOptions>();
  CLI::App* record_command =
      label->add_subcommand("record", _("change the catalogue record (grade and rights: lead)"));
  record_command->add_option("item", record->item, _("identifier of the item"))->required();
  record_command->add_option("--title", record->title, _("title"));
  record_command->add_option("--creator", record->creator, _("author, carver, maker"));
  record_command->add_option("--date", record->date, _("date as the catalogue has it"));
  record_command->add_option("--description", record->description, _("description"));
  record_command->add_option("--rights", record->rights, _("licence or statement of rights"));
  record_command->add_option("--grade", record->grade,
                             _("public, internal, sensitive or restricted"));
  context.on(*record_command, [&context, record] { return change_record(context, *record); });
}

void add_review_command(CLI::App& root, Context& context) {
  auto page = std::make_shared<std::string>();
  auto accept = std::make_shared<bool>(false);
  auto reason = std::make_shared<std::string>();
  CLI::App* review =
      root.add_subcommand("review", _("accept or return a submitted text (a second person)"));
  review->add_option("page", *page, _("ITEM/PAGE, as in GJ0001/3"))->required();
  CLI::Option* yes = review->add_flag("--accept", *accept, _("the text is right"));
  review->add_option("--return", *reason, _("the text is not right, for this reason"))
      ->excludes(yes);
  context.on(*review, [&context, page, accept, reason] {
    return on_page(context, *page, *accept ? _("Accepted.") : _("Returned."),
                   [&](store::Store& store, const store::Session& by, const PageId& id) {
                     return store.review_text(by, id, *accept, *reason);
                   });
  });
}

}  // namespace

void add_text_commands(CLI::App& root, Context& context) {
  auto options = std::make_shared<OcrOptions>();
  CLI::App* reading = root.add_subcommand("ocr", _("recognise text"));
  reading->require_subcommand(1);
  add_reading_commands(*reading, context);
  add_scoring_commands(*reading, context);
  CLI::App* ocr_command =
      reading->add_subcommand("run", _("recognise the text of an item's pages"));
  ocr_command->add_option("item", options->item, _("identifier of the item"))->required();
  ocr_command->add_option("--languages", options->languages, _("names of the recogniser's models"));
  ocr_command->add_flag("--horizontal", options->horizontal, _("lines from left to right"));
  ocr_command->add_flag("--queue-only", options->queue_only, _("add the jobs and return"));
  context.on(*ocr_command, [&context, options] { return ocr(context, *options); });
  add_label_commands(root, context);
  add_review_command(root, context);

  CLI::App* jobs = root.add_subcommand("jobs", _("work that runs in the background"));
  jobs->require_subcommand(1);
  context.on(*jobs->add_subcommand("list", _("newest first")),
             [&context] { return list_jobs(context); });
  context.on(*jobs->add_subcommand("run", _("work until nothing is waiting")),
             [&context] { return run_queue(context); });
  auto id = std::make_shared<std::string>();
  CLI::App* cancel_command = jobs->add_subcommand("cancel", _("stop a waiting or running job"));
  cancel_command->add_option("id", *id, _("as `jobs list` shows it"))->required();
  context.on(*cancel_command, [&context, id] { return cancel(context, *id); });
}

}  // namespace shiqu::cli
