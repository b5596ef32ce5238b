#include "ui/app/i18n.h"

#include "storage/base/file.h"

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace shiqu::app {
namespace {

constexpr const char* kDomain = "shiqu";

std::string wanted_locale() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return value;
    }
  }
  return "C";
}

/// A build tree has locale/ beside bin/, an installation share/locale/.
std::filesystem::path translations_folder() {
  const std::filesystem::path prefix = program_folder().parent_path();
  for (const std::filesystem::path& one : {prefix / "locale", prefix / "share" / "locale"}) {
    if (std::filesystem::exists(one / "zh_CN" / "LC_MESSAGES" / "shiqu.mo")) {
      return one;
    }
  }
  return "/usr/share/locale";
}

}  // namespace

void start_translation() {
  const std::string wanted = wanted_locale();
  if (std::setlocale(LC_ALL, "") == nullptr || wanted.starts_with("zh")) {
    // gettext translates only outside the "C" locale, and a bare appliance has only C.UTF-8.
    std::setlocale(LC_ALL, "C.UTF-8");
    if (wanted.starts_with("zh")) {
      ::setenv("LANGUAGE", "zh_CN", 0);
    }
  }
  std::setlocale(LC_NUMERIC, "C");  // files and JSON have points, never commas
  bindtextdomain(kDomain, translations_folder().c_str());
  bind_textdomain_codeset(kDomain, "UTF-8");
  textdomain(kDomain);
}

std::string translated(const char* text) {
  return gettext(text);
}

}  // namespace shiqu::app
