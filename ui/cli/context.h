#pragma once

#include "storage/base/channel.h"
#include "storage/base/result.h"
#include "storage/package/keyring.h"
#include "storage/package/verify.h"
#include "storage/store/store.h"
#include "ui/app/application.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace shiqu::cli {

/// Exit status of `shiqu` (docs/cli.md). 2 is CLI11's own: wrong usage.
enum class Exit : int {
  Ok = 0,
  Failure = 1,
  NotFound = 3,
  Denied = 4,
  Conflict = 5,
  InvalidInput = 6,
  Unsound = 7,  ///< verification, audit or fsck found something, or stored bytes are corrupt
  Device = 8,
  NoSpace = 9,
  Cancelled = 10
};
Exit exit_of(ErrorCode code) noexcept;

/// What every command shares: global options, output in words or JSON, the archive and who acts.
class Context {
 public:
  std::filesystem::path archive;
  bool json = false;
  std::string user;
  std::filesystem::path pin_file;
  std::filesystem::path passphrase_file;
  std::filesystem::path new_passphrase_file;
  std::filesystem::path log_file;

  /// Opens the archive of --archive or SHIQU_ARCHIVE.
  [[nodiscard]] Result<app::Application> open() const;
  /// Logs in --user (or SHIQU_USER) with the PIN of --pin-file, SHIQU_PIN or the terminal.
  Result<store::Session> login(store::Store& store) const;
  /// A PIN asked for on the terminal without showing it, or from environment variable `variable`.
  static Result<std::string> secret(const char* variable, const std::string& prompt);

  /// Passphrase of the signing key: --passphrase-file, SHIQU_KEY_PASSPHRASE or the terminal; asked
  /// for when the function is called.
  [[nodiscard]] package::AskPassphrase key_passphrase() const;
  /// One to seal with: --new-passphrase-file, SHIQU_NEW_KEY_PASSPHRASE or, typed twice, the
  /// terminal.
  [[nodiscard]] Result<std::string> new_passphrase() const;
  /// True if key_passphrase() or new_passphrase() can be had.
  [[nodiscard]] bool has_passphrase() const;
  [[nodiscard]] bool has_new_passphrase() const;

  /// Prints `facts` as one JSON line with --json, otherwise `words`.
  void report(const Json& facts, const std::string& words) const;
  /// Registers `run` as what `command` does; its error becomes message and exit status.
  void on(CLI::App& command, std::function<Result<Exit>()> run);
  [[nodiscard]] int exit_status() const noexcept { return status_; }

 private:
  void finish(const Result<Exit>& outcome);
  int status_ = 0;
};

/// Item and page behind "GJ0001/3".
struct PageAddress {
  model::Item item;
  model::Page page;
};
Result<PageAddress> find_page(store::Store& store, const std::string& address);

/// One line of progress: rewritten in place on a terminal, otherwise a plain line now and then.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void show(const std::string& text);
  void end();

 private:
  bool quiet_;
  bool terminal_;
  bool open_ = false;
  std::string last_;
  std::int64_t last_ms_ = 0;
};

/// Asked to stop by Ctrl+C (SIGINT) or SIGTERM; long commands poll it.
std::stop_token interruption();
/// Asked a second time.
std::stop_token second_interruption();

void add_archive_commands(CLI::App& root,
                          Context& context);                  // init status fsck version
void add_audit_commands(CLI::App& root, Context& context);    // audit
void add_keeping_commands(CLI::App& root, Context& context);  // scrub backup restore rebuild
void add_people_commands(CLI::App& root, Context& context);   // user
void add_key_commands(CLI::App& root, Context& context);      // key
void add_capture_commands(CLI::App& root, Context& context);  // device capture scan import quality
void add_text_commands(CLI::App& root, Context& context);     // label review
void add_reading_commands(CLI::App& ocr, Context& context);   // ocr read import
void add_learning_commands(CLI::App& ocr, Context& context);  // ocr train models
void add_scoring_commands(CLI::App& ocr, Context& context);   // ocr evaluate compare
void add_job_commands(CLI::App& root, Context& context);      // ocr run, jobs
void add_package_commands(CLI::App& root, Context& context);  // package verify
/// package import|decrypt|join|ledger, deliver, receipt
void add_transfer_commands(CLI::App& package, CLI::App& root, Context& context);
void add_split_command(CLI::App& root, Context& context);      // split
void add_search_command(CLI::App& root, Context& context);     // search
void add_soak_fill_command(CLI::App& root, Context& context);  // soak fill
void add_demo_command(CLI::App& root, Context& context);       // demo
void add_soak_commands(CLI::App& root, Context& context);      // soak

}  // namespace shiqu::cli
