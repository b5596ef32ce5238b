#include "capture/vcam/internal/faults.h"

#include "capture/vcam/virtual_camera.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace shiqu::vcam {
namespace {

constexpr std::array<std::pair<std::string_view, Fault>, 9> kNames{{{"busy", Fault::Busy},
                                                                    {"caperr", Fault::CaptureError},
                                                                    {"storefull", Fault::StoreFull},
                                                                    {"noobject", Fault::NoObject},
                                                                    {"initfail", Fault::InitFail},
                                                                    {"nofocus", Fault::NoFocus},
                                                                    {"drop", Fault::Drop},
                                                                    {"stall", Fault::Stall},
                                                                    {"hang", Fault::Hang}}};

constexpr unsigned bit_of(Fault fault) {
  return 1U << static_cast<unsigned>(fault);
}

Result<unsigned> bits_from(std::string_view name) {
  if (name.empty() || name == "none") {
    return 0U;
  }
  const auto* found = std::find_if(kNames.begin(), kNames.end(),
                                   [&](const auto& one) { return one.first == name; });
  if (found == kNames.end()) {
    return fail(ErrorCode::InvalidInput, "set faults of virtual camera", std::string(name));
  }
  return bit_of(found->second);
}

}  // namespace

std::string fault_names() {
  std::string out;
  for (const auto& one : kNames) {
    out += (out.empty() ? "" : ", ") + std::string(one.first);
  }
  return out;
}

Status Faults::set(std::string_view names) {
  unsigned bits = 0;
  while (!names.empty()) {
    const std::size_t end = names.find_first_of(", ");
    SHIQU_TRY_ASSIGN(const unsigned more, bits_from(names.substr(0, end)));
    bits |= more;
    names = end == std::string_view::npos ? std::string_view() : names.substr(end + 1);
  }
  bits_ = bits;
  return {};
}

bool Faults::on(Fault fault) const noexcept {
  return (bits_ & bit_of(fault)) != 0;
}

bool Faults::take(Fault fault) noexcept {
  return (bits_.fetch_and(~bit_of(fault)) & bit_of(fault)) != 0;
}

}  // namespace shiqu::vcam
