#include "storage/model/catalogue.h"

#include <array>

namespace shiqu::model {
namespace {

constexpr std::array<std::string_view, 5> kGrades{"ungraded", "public", "internal", "sensitive",
                                                  "restricted"};
constexpr std::array<std::string_view, 6> kStates{"none",      "proposed", "drafted",
                                                  "submitted", "accepted", "returned"};
constexpr std::array<std::string_view, 3> kSources{"camera", "scanner", "import"};

template <class Enum, std::size_t size>
bool find_name(const std::array<std::string_view, size>& names, std::string_view name, Enum& out) {
  for (std::size_t i = 0; i < size; ++i) {
    if (names[i] == name) {
      out = static_cast<Enum>(i);
      return true;
    }
  }
  return false;
}

}  // namespace

std::string_view name_of(Grade grade) noexcept {
  return kGrades[static_cast<std::size_t>(grade)];
}

bool grade_from(std::string_view name, Grade& grade) noexcept {
  return find_name(kGrades, name, grade);
}

std::string_view name_of(TextState state) noexcept {
  return kStates[static_cast<std::size_t>(state)];
}

TextState text_state_from(std::string_view name) noexcept {
  TextState state = TextState::None;
  find_name(kStates, name, state);
  return state;
}

std::string_view name_of(CaptureSource source) noexcept {
  return kSources[static_cast<std::size_t>(source)];
}

CaptureSource capture_source_from(std::string_view name) noexcept {
  CaptureSource source = CaptureSource::Import;
  find_name(kSources, name, source);
  return source;
}

}  // namespace shiqu::model
