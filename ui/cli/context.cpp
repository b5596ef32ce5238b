#include "ui/cli/context.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/base/log.h"
#include "storage/base/text.h"
#include "ui/app/i18n.h"
#include "ui/app/messages.h"

#include <fmt/format.h>

#include <termios.h>
#include <unistd.h>
#include <csignal>

#include <cstdio>
#include <iostream>
#include <thread>

namespace shiqu::cli {
namespace {

constexpr std::int64_t kPlainIntervalMs = 2000;

/// Set by the signal handler; a stop_source cannot be used there.
volatile std::sig_atomic_t g_interrupted = 0;

void note_signal(int /*number*/) {
  g_interrupted = g_interrupted + 1;
}

/// Terminal echo off while a PIN is typed.
class EchoOff {
 public:
  EchoOff() {
    if (::tcgetattr(STDIN_FILENO, &before_) == 0) {
      termios silent = before_;
      silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
      changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
    }
  }
  ~EchoOff() {
    if (changed_) {
      ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  termios before_{};
  bool changed_ = false;
};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// Names of people do not belong in a log: of a denial only the attempt is noted. As information,
/// because the terminal has the message in the user's language.
void note(const Error& error) {
  const bool personal = error.code == ErrorCode::Denied;
  log::info("cli", "refused, {}: {}", name_of(error.code), personal ? error.what : error.text());
}

}  // namespace

Exit exit_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::NotFound:
      return Exit::NotFound;
    case ErrorCode::Denied:
      return Exit::Denied;
    case ErrorCode::Exists:
    case ErrorCode::Conflict:
      return Exit::Conflict;
    case ErrorCode::InvalidInput:
    case ErrorCode::Unsupported:
      return Exit::InvalidInput;
    case ErrorCode::Corrupt:
      return Exit::Unsound;
    case ErrorCode::DeviceBusy:
    case ErrorCode::DeviceGone:
    case ErrorCode::DeviceError:
    case ErrorCode::Timeout:
    case ErrorCode::Crashed:
      return Exit::Device;
    case ErrorCode::NoSpace:
      return Exit::NoSpace;
    case ErrorCode::Cancelled:
      return Exit::Cancelled;
    default:
      return Exit::Failure;
  }
}

Result<app::Application> Context::open() const {
  if (archive.empty()) {
    return fail(ErrorCode::InvalidInput, "open archive",
                _("name it with --archive DIR or SHIQU_ARCHIVE"));
  }
  return app::Application::open(archive);
}

Result<std::string> Context::secret(const char* variable, const std::string& prompt) {
  if (const std::string given = environment(variable); !given.empty()) {
    return given;
  }
  if (::isatty(STDIN_FILENO) == 0) {
    return fail(ErrorCode::Denied, "ask for PIN", variable,
                _("no terminal, and the variable is not set"));
  }
  std::cerr << prompt << ": " << std::flush;
  std::string typed;
  {
    const EchoOff off;
    std::getline(std::cin, typed);
  }
  std::cerr << '\n';
  return typed;
}

Result<store::Session> Context::login(store::Store& store) const {
  const std::string name = !user.empty() ? user : environment("SHIQU_USER");
  if (name.empty()) {
    return fail(ErrorCode::Denied, "log in", _("name the account with --user NAME or SHIQU_USER"));
  }
  if (!pin_file.empty()) {
    SHIQU_TRY_ASSIGN(const std::string content, read_file(pin_file, 4096));
    return store.login(name, trim(content));
  }
  SHIQU_TRY_ASSIGN(const std::string pin,
                   secret("SHIQU_PIN", fmt::format(fmt::runtime(_("PIN of {}")), name)));
  return store.login(name, pin);
}

package::AskPassphrase Context::key_passphrase() const {
  return [this]() -> Result<std::string> {
    if (!passphrase_file.empty()) {
      SHIQU_TRY_ASSIGN(const std::string content, read_file(passphrase_file, 4096));
      return std::string(trim(content));
    }
    return secret("SHIQU_KEY_PASSPHRASE", _("Passphrase of the signing key"));
  };
}

Result<std::string> Context::new_passphrase() const {
  if (!new_passphrase_file.empty()) {
    SHIQU_TRY_ASSIGN(const std::string content, read_file(new_passphrase_file, 4096));
    return std::string(trim(content));
  }
  const bool typed = environment("SHIQU_NEW_KEY_PASSPHRASE").empty();
  SHIQU_TRY_ASSIGN(const std::string first,
                   secret("SHIQU_NEW_KEY_PASSPHRASE", _("New passphrase of the key")));
  if (typed) {
    SHIQU_TRY_ASSIGN(const std::string second,
                     secret("SHIQU_NEW_KEY_PASSPHRASE", _("The same once more")));
    if (first != second) {
      return fail(ErrorCode::InvalidInput, "choose passphrase", _("the two are not the same"));
    }
  }
  return first;
}

bool Context::has_passphrase() const {
  return !passphrase_file.empty() || !environment("SHIQU_KEY_PASSPHRASE").empty();
}

bool Context::has_new_passphrase() const {
  return !new_passphrase_file.empty() || !environment("SHIQU_NEW_KEY_PASSPHRASE").empty();
}

void Context::report(const Json& facts, const std::string& words) const {
  if (json) {
    std::cout << facts.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  } else if (!words.empty()) {
    std::cout << words << (words.back() == '\n' ? "" : "\n") << std::flush;
  }
}

void Context::on(CLI::App& command, std::function<Result<Exit>()> run) {
  command.callback([this, name = command.get_name(), run = std::move(run)] {
    if (!log_file.empty()) {
      log::to_file(log_file);
    }
    log::info("cli", "{}", name);
    finish(run());
  });
}

void Context::finish(const Result<Exit>& outcome) {
  if (outcome) {
    status_ = static_cast<int>(*outcome);
    return;
  }
  const Error& error = outcome.error();
  status_ = static_cast<int>(exit_of(error.code));
  if (json) {
    std::cout << to_json(error).dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  }
  note(error);
  std::cerr << "shiqu: " << app::message(error) << '\n';
  if (const std::string help = app::advice(error.code); !help.empty()) {
    std::cerr << help << '\n';
  }
}

Result<PageAddress> find_page(store::Store& store, const std::string& address) {
  const std::size_t slash = address.rfind('/');
  const std::string number = slash == std::string::npos ? "" : address.substr(slash + 1);
  if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) {
    return fail(ErrorCode::InvalidInput, "find page", address,
                _("write ITEM/PAGE, as in GJ0001/3"));
  }
  PageAddress out;
  SHIQU_TRY_ASSIGN(out.item, store.item_named(address.substr(0, slash)));
  SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store.pages(out.item.id));
  for (const model::Page& page : pages) {
    if (std::to_string(page.order) == number) {
      out.page = page;
      return out;
    }
  }
  return fail(ErrorCode::NotFound, "find page", address);
}

ProgressLine::ProgressLine(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) != 0) {}
ProgressLine::~ProgressLine() {
  end();
}

void ProgressLine::show(const std::string& text) {
  if (quiet_ || text == last_) {
    return;
  }
  if (terminal_) {
    std::cerr << "\r\033[K" << text << std::flush;
    open_ = true;
  } else if (now_monotonic_ms() - last_ms_ >= kPlainIntervalMs) {
    std::cerr << text << std::endl;
    last_ms_ = now_monotonic_ms();
  }
  last_ = text;
}

void ProgressLine::end() {
  if (open_) {
    std::cerr << "\r\033[K" << std::flush;
    open_ = false;
  }
}

namespace {

struct Interruptions {
  std::stop_source first;
  std::stop_source second;
};

/// One watcher for the life of the program: signals cannot touch a stop_source themselves.
Interruptions& interruptions() {
  static Interruptions asked;
  static const std::jthread watcher([](const std::stop_token& end) {
    while (!end.stop_requested() && !asked.second.stop_requested()) {
      if (g_interrupted >= 1) {
        asked.first.request_stop();
      }
      if (g_interrupted >= 2) {
        asked.second.request_stop();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  });
  std::signal(SIGINT, note_signal);
  std::signal(SIGTERM, note_signal);
  return asked;
}

}  // namespace

std::stop_token interruption() {
  return interruptions().first.get_token();
}

std::stop_token second_interruption() {
  return interruptions().second.get_token();
}

}  // namespace shiqu::cli
