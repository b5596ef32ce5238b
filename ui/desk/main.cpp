// shiqu-desk: the archive in a window.

#include "storage/base/log.h"
#include "storage/base/memory.h"
#include "ui/app/application.h"
#include "ui/app/builtin.h"
#include "ui/app/i18n.h"
#include "ui/app/logs.h"
#include "ui/app/messages.h"
#include "ui/app/text_variants.h"
#include "ui/desk/desk_view.h"
#include "ui/desk/kit/shell.h"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>

namespace {

using namespace shiqu;

Status run(const std::filesystem::path& archive, const std::string& user,
           const std::filesystem::path& screenshot, const std::string& command) {
  SHIQU_TRY_ASSIGN(store::Store store, store::Store::open(archive));
  app::log_into_archive(archive, "desk");
  SHIQU_TRY_ASSIGN(const std::string title, store.title());
  SHIQU_TRY_ASSIGN(const app::Application application, app::Application::open(archive));
  std::filesystem::path variants_file = app::variants_file(store);
  desk::DeskModel model(std::move(store), application.settings());
  const Registry<jobs::Handler> handlers = app::builtin_jobs(model.vault().ask());
  SHIQU_TRY(model.reload());
  if (const char* pin = std::getenv("SHIQU_PIN"); pin != nullptr && !user.empty()) {
    SHIQU_TRY(model.login(user, pin));
  }
  desk::ShellOptions options;
  options.title = "Shiqu 石渠 · " + title;
  options.screenshot = screenshot;
  desk::DeskView* shown = nullptr;
  options.ready = [&shown] { return shown != nullptr && shown->ready(); };
  SHIQU_TRY_ASSIGN(const std::unique_ptr<desk::Shell> shell, desk::Shell::create(options));
  std::unique_ptr<jobs::Runner> runner;
  desk::DeskView view(shell->ui(), model, [&runner] { runner->wake(); });
  shown = &view;
  jobs::RunnerOptions job_options;
  job_options.ended = [&](const store::JobRecord& job) {
    shell->queue().post([&view, &shell, job] { view.job_ended(shell->ui(), job); });
  };
  job_options.changed = [&] {
    shell->queue().post([&view, &shell] { view.jobs_changed(shell->ui()); });
  };
  runner = application.runner(handlers, std::move(job_options));
  SHIQU_TRY(runner->start());
  // Reading the tables of variants takes some tenths of a second: search goes without until then.
  std::jthread tables([&, kept = std::move(variants_file)] {
    if (auto variants = app::text_variants(kept)) {
      shell->queue().post([&model, found = std::move(*variants)] { model.set_variants(found); });
    } else {
      log::warning("desk", "{}", variants.error().text());
    }
  });
  if (model.page_count() > 0) {
    view.show_page(0);
  }
  if (!command.empty()) {
    SHIQU_TRY(view.commands().run(command));
  }
  Status ended = shell->run([&](desk::Ui& ui) { view.draw(ui); });
  runner->stop();  // while everything that it tells is still there
  return ended;
}

}  // namespace

int main(int argc, char** argv) {
  end_cleanly_without_memory();
  app::start_translation();
  CLI::App cli{_("Shiqu 石渠: the archive in a window")};
  std::filesystem::path archive;
  std::filesystem::path screenshot;
  std::string user;
  cli.add_option("--archive", archive, _("folder of the archive"))
      ->envname("SHIQU_ARCHIVE")
      ->required();
  cli.add_option("--user", user, _("account to log in with the PIN of SHIQU_PIN"))
      ->envname("SHIQU_USER");
  cli.add_option("--screenshot", screenshot,
                 _("write a picture of the window to this PNG file and end"));
  std::string command;
  cli.add_option("--do", command, _("run this command first: export.open, jobs.panel …"));
  CLI11_PARSE(cli, argc, argv);
  if (const Status ended = run(archive, user, screenshot, command); !ended) {
    std::cerr << "shiqu-desk: " << app::message(ended.error()) << '\n';
    return 1;
  }
  return 0;
}
