#include "ui/app/settings.h"

#include "storage/base/file.h"
#include "storage/base/text.h"

#include <fmt/format.h>

// The parser asserts what a broken file can break ("[" before a line end), and with NDEBUG even
// lets the compiler assume it. Without both it reaches its own error message.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(expression) static_assert(true)
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <variant>

namespace shiqu::app {
namespace {

using Member = std::variant<std::string Settings::*, bool Settings::*, int Settings::*>;

/// One key of the file and the member it sets: the only list.
struct Binding {
  std::string_view section;
  std::string_view key;
  Member member;
  int least = 0;  ///< of an integer
  int most = 0;
};

const std::array<Binding, 16>& bindings() {
  static const std::array<Binding, 16> all{{
      {"ocr", "engine", &Settings::ocr_engine},
      {"ocr", "languages", &Settings::ocr_languages},
      {"ocr", "vertical", &Settings::ocr_vertical},
      {"ocr", "prior", &Settings::ocr_prior},
      {"ocr", "at_capture", &Settings::ocr_at_capture},
      {"jobs", "threads", &Settings::job_threads, 1, 64},
      {"storage", "reserve_mb", &Settings::reserve_mb, 0, 1 << 20},
      {"desk", "lock_after_min", &Settings::lock_after_min, 1, 240},
      {"package", "item_identifier", &Settings::item_identifier},
      {"package", "page_identifier", &Settings::page_identifier},
      {"package", "iiif_base", &Settings::iiif_base},
      {"capture", "clear_card", &Settings::clear_card},
      {"backup", "folder", &Settings::backup_folder},
      {"journal", "checkpoint_every", &Settings::checkpoint_every, 1, 100'000},
      {"fixity", "days", &Settings::fixity_days, 1, 3650},
      {"fixity", "limit", &Settings::fixity_limit, 1, 10'000},
  }};
  return all;
}

tl::unexpected<Error> bad(const std::filesystem::path& file, const toml::source_region& where,
                          std::string words) {
  return fail(ErrorCode::InvalidInput, "read settings",
              fmt::format("{} line {}", file.string(), where.begin.line), std::move(words));
}

bool assign(Settings& settings, const Binding& binding, const toml::node& value) {
  const Member& member = binding.member;
  if (const auto* text = std::get_if<std::string Settings::*>(&member)) {
    const auto found = value.value_exact<std::string>();
    settings.** text = found.value_or("");
    return found.has_value();
  }
  if (const auto* flag = std::get_if<bool Settings::*>(&member)) {
    const auto found = value.value_exact<bool>();
    settings.** flag = found.value_or(false);
    return found.has_value();
  }
  const auto number = std::get<int Settings::*>(member);
  const auto found = value.value_exact<std::int64_t>();
  if (!found || *found < binding.least || *found > binding.most) {
    return false;
  }
  settings.*number = static_cast<int>(*found);
  return true;
}

Status assign_section(Settings& settings, const std::filesystem::path& file,
                      std::string_view section, const toml::table& table) {
  for (const auto& [key, value] : table) {
    const auto found = std::find_if(bindings().begin(), bindings().end(),
                                    [&, name = key.str()](const Binding& one) {
                                      return one.section == section && one.key == name;
                                    });
    if (found == bindings().end()) {
      return bad(file, value.source(), fmt::format("unknown key [{}] {}", section, key.str()));
    }
    if (!assign(settings, *found, value)) {
      return bad(file, value.source(),
                 fmt::format("[{}] {} has a wrong type or range", section, key.str()));
    }
  }
  return {};
}

/// Where a comment begins; strings of one line are stepped over.
std::size_t comment_in(std::string_view line) noexcept {
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quote == '\0' && line[i] == '#') {
      return i;
    }
    if (quote == '\0' && (line[i] == '"' || line[i] == '\'')) {
      quote = line[i];
    } else if (line[i] == quote) {
      quote = '\0';
    } else if (quote == '"' && line[i] == '\\') {
      ++i;
    }
  }
  return line.size();
}

/// Keys and values are ASCII, and strings end on their line. The parser's behaviour is undefined
/// for some characters outside strings, an accented letter for one; nobody needs them there.
Status check_plain(const std::filesystem::path& file, std::string_view content) {
  int number = 0;
  for (const std::string& line : split(content, '\n')) {
    ++number;
    const std::string_view code = std::string_view(line).substr(0, comment_in(line));
    const bool ascii = std::all_of(code.begin(), code.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!ascii || code.find("\"\"\"") != std::string_view::npos ||
        code.find("'''") != std::string_view::npos) {
      return fail(ErrorCode::InvalidInput, "read settings",
                  fmt::format("{} line {}", file.string(), number),
                  "outside comments: ASCII only, no strings of several lines");
    }
  }
  return {};
}

}  // namespace

Result<Settings> read_settings(const std::filesystem::path& file) {
  SHIQU_TRY_ASSIGN(const std::string content, read_file(file, 1U << 20U));
  SHIQU_TRY(check_plain(file, content));
  const toml::parse_result parsed = toml::parse(content);
  if (!parsed) {
    return bad(file, parsed.error().source(), std::string(parsed.error().description()));
  }
  Settings settings;
  for (const auto& [section, node] : parsed.table()) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      return bad(file, node.source(), fmt::format("{} is not a section", section.str()));
    }
    SHIQU_TRY(assign_section(settings, file, section.str(), *table));
  }
  return settings;
}

}  // namespace shiqu::app
