#include "capture/sane/internal/options.h"

#include "capture/sane/internal/sane_status.h"

#include <sane/saneopts.h>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

namespace shiqu::capture {
namespace {

struct Option {
  SANE_Int index = 0;
  const SANE_Option_Descriptor* about = nullptr;
};

/// Options that are one value of a kind people can set.
bool is_setting(const SANE_Option_Descriptor& about) {
  const bool word =
      about.type == SANE_TYPE_BOOL || about.type == SANE_TYPE_INT || about.type == SANE_TYPE_FIXED;
  const bool single = !word || about.size == static_cast<SANE_Int>(sizeof(SANE_Word));
  return about.name != nullptr && *about.name != 0 && single &&
         (word || about.type == SANE_TYPE_STRING);
}

std::vector<Option> options_of(SANE_Handle handle) {
  std::vector<Option> out;
  // Option 0 holds their number.
  for (SANE_Int index = 1;; ++index) {
    const SANE_Option_Descriptor* about = sane_get_option_descriptor(handle, index);
    if (about == nullptr) {
      return out;
    }
    if (is_setting(*about)) {
      out.push_back({index, about});
    }
  }
}

std::optional<Option> find_option(SANE_Handle handle, std::string_view name) {
  for (const Option& option : options_of(handle)) {
    if (name == option.about->name) {
      return option;
    }
  }
  return std::nullopt;
}

std::string decimal(double value) {
  std::string out = fmt::format("{:.3f}", value);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') {
    out.pop_back();
  }
  return out;
}

std::string text_of(const SANE_Option_Descriptor& about, SANE_Word word) {
  switch (about.type) {
    case SANE_TYPE_BOOL:
      return word == SANE_TRUE ? "yes" : "no";
    case SANE_TYPE_FIXED:
      return decimal(SANE_UNFIX(word));
    default:
      return fmt::format("{}", word);
  }
}

std::optional<std::string> read_value(SANE_Handle handle, const Option& option) {
  if (!SANE_OPTION_IS_ACTIVE(option.about->cap)) {
    return std::nullopt;
  }
  if (option.about->type == SANE_TYPE_STRING) {
    std::vector<char> text(static_cast<std::size_t>(std::max(1, option.about->size)) + 1, 0);
    if (sane_control_option(handle, option.index, SANE_ACTION_GET_VALUE, text.data(), nullptr) !=
        SANE_STATUS_GOOD) {
      return std::nullopt;
    }
    return std::string(text.data());
  }
  SANE_Word word = 0;
  if (sane_control_option(handle, option.index, SANE_ACTION_GET_VALUE, &word, nullptr) !=
      SANE_STATUS_GOOD) {
    return std::nullopt;
  }
  return text_of(*option.about, word);
}

std::vector<std::string> choices_of(const SANE_Option_Descriptor& about) {
  std::vector<std::string> out;
  if (about.type == SANE_TYPE_BOOL) {
    return {"no", "yes"};
  }
  if (about.constraint_type == SANE_CONSTRAINT_STRING_LIST) {
    for (const SANE_String_Const* one = about.constraint.string_list; *one != nullptr; ++one) {
      out.emplace_back(*one);
    }
  } else if (about.constraint_type == SANE_CONSTRAINT_WORD_LIST) {
    for (SANE_Word i = 1; i <= about.constraint.word_list[0]; ++i) {
      out.push_back(text_of(about, about.constraint.word_list[i]));
    }
  }
  return out;
}

std::string label_of(const SANE_Option_Descriptor& about) {
  static constexpr const char* kUnits[] = {"", "px", "bit", "mm", "dpi", "%", "µs"};
  const std::string title = about.title != nullptr ? about.title : about.name;
  const bool known = about.unit > SANE_UNIT_NONE && about.unit <= SANE_UNIT_MICROSECOND;
  return known ? fmt::format("{} ({})", title, kUnits[about.unit]) : title;
}

Result<SANE_Word> parse_word(const SANE_Option_Descriptor& about, const std::string& value) {
  const auto refuse = [&](const char* why) {
    return fail(ErrorCode::InvalidInput, "set scanner option",
                fmt::format("{} = {}", about.name, value), why);
  };
  if (about.type == SANE_TYPE_BOOL) {
    if (value != "yes" && value != "no") {
      return refuse("yes or no");
    }
    return value == "yes" ? SANE_TRUE : SANE_FALSE;
  }
  double number = 0;
  const char* end = value.data() + value.size();
  const auto parsed = std::from_chars(value.data(), end, number);
  if (value.empty() || parsed.ec != std::errc{} || parsed.ptr != end || !(std::abs(number) < 1e9)) {
    return refuse("not a number");
  }
  const bool fixed = about.type == SANE_TYPE_FIXED;
  if (fixed ? std::abs(number) >= 32768 : number != std::floor(number)) {
    return refuse(fixed ? "too large" : "not a whole number");
  }
  const auto word =
      static_cast<SANE_Word>(std::lround(fixed ? number * (1 << SANE_FIXED_SCALE_SHIFT) : number));
  if (about.constraint_type == SANE_CONSTRAINT_RANGE) {
    const SANE_Range& range = *about.constraint.range;
    // A fixed number loses its last digits on the way through text.
    const SANE_Word slack = fixed ? 64 : 0;
    if (word < range.min - slack || word > range.max + slack) {
      return refuse("outside the range");
    }
    return std::clamp(word, range.min, range.max);
  }
  return word;
}

Status check_choice(const SANE_Option_Descriptor& about, const std::string& value) {
  const std::vector<std::string> choices = choices_of(about);
  if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
    return fail(ErrorCode::InvalidInput, "set scanner option",
                fmt::format("{} = {}", about.name, value), "not among the choices");
  }
  return {};
}

Status control(SANE_Handle handle, const Option& option, void* value, const std::string& subject) {
  const SANE_Status status =
      sane_control_option(handle, option.index, SANE_ACTION_SET_VALUE, value, nullptr);
  if (status != SANE_STATUS_GOOD) {
    return fail_sane(status, "set scanner option", subject);
  }
  return {};
}

std::optional<double> number_option(SANE_Handle handle, const char* name) {
  const auto option = find_option(handle, name);
  if (!option || option->about->type == SANE_TYPE_STRING) {
    return std::nullopt;
  }
  const auto text = read_value(handle, *option);
  double number = 0;
  if (!text ||
      std::from_chars(text->data(), text->data() + text->size(), number).ec != std::errc{}) {
    return std::nullopt;
  }
  return number;
}

}  // namespace

std::vector<Setting> read_settings(SANE_Handle handle) {
  std::vector<Setting> out;
  for (const Option& option : options_of(handle)) {
    if (const auto value = read_value(handle, option)) {
      out.push_back({option.about->name, label_of(*option.about), *value, choices_of(*option.about),
                     SANE_OPTION_IS_SETTABLE(option.about->cap)});
    }
  }
  return out;
}

Status write_setting(SANE_Handle handle, const std::string& name, const std::string& value) {
  const std::string subject = name + " = " + value;
  const auto option = find_option(handle, name);
  if (!option) {
    return fail(ErrorCode::NotFound, "set scanner option", subject);
  }
  const SANE_Option_Descriptor& about = *option->about;
  if (!SANE_OPTION_IS_ACTIVE(about.cap) || !SANE_OPTION_IS_SETTABLE(about.cap)) {
    return fail(ErrorCode::Unsupported, "set scanner option", subject, "not settable now");
  }
  SHIQU_TRY(check_choice(about, value));
  if (about.type != SANE_TYPE_STRING) {
    SHIQU_TRY_ASSIGN(SANE_Word word, parse_word(about, value));
    return control(handle, *option, &word, subject);
  }
  if (value.size() >= static_cast<std::size_t>(std::max(1, about.size))) {
    return fail(ErrorCode::InvalidInput, "set scanner option", subject, "too long");
  }
  // SANE may write into the buffer, up to the option's size.
  std::vector<char> text(static_cast<std::size_t>(about.size) + 1, 0);
  std::memcpy(text.data(), value.data(), value.size());
  return control(handle, *option, text.data(), subject);
}

std::string string_option(SANE_Handle handle, const char* name) {
  const auto option = find_option(handle, name);
  if (!option || option->about->type != SANE_TYPE_STRING) {
    return {};
  }
  return read_value(handle, *option).value_or("");
}

double resolution_dpi(SANE_Handle handle) {
  const auto both = number_option(handle, SANE_NAME_SCAN_RESOLUTION);
  const auto x = number_option(handle, SANE_NAME_SCAN_X_RESOLUTION);
  const auto y = number_option(handle, SANE_NAME_SCAN_Y_RESOLUTION);
  if (both) {
    return y && *y != *both ? 0 : *both;
  }
  return x && y && *x == *y ? *x : 0;
}

}  // namespace shiqu::capture
