#include "capture/vcam/internal/control.h"

#include "capture/vcam/internal/codes.h"
#include "storage/base/digest.h"
#include "storage/base/text.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace shiqu::vcam {
namespace {

std::optional<std::int64_t> number_from(std::string_view text, int base) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(out)
                                                                  : std::nullopt;
}

/// "prop 500F 400": the code in hexadecimal, the value in decimal.
std::string set_property(Camera& camera, std::string_view rest) {
  const std::size_t gap = rest.find(' ');
  if (gap == std::string_view::npos) {
    return "error expected: prop CODE VALUE";
  }
  const auto code = number_from(rest.substr(0, gap), 16);
  const auto value = number_from(trim(rest.substr(gap)), 10);
  if (!code || !value || !camera.turn_dial(static_cast<std::uint16_t>(*code), *value)) {
    return "error no such property or value";
  }
  return "ok";
}

/// One line a file: name, size, SHA-256.
std::string list_card(const Camera& camera) {
  std::string out;
  for (const std::uint32_t handle : camera.handles(0, 0)) {
    const auto object = camera.object(handle);
    if (!object || !object->picture) {
      continue;
    }
    Hasher hasher(DigestKind::Sha256);
    hasher.update(object->bytes());
    out += fmt::format("{} {} {}\n", object->name, object->bytes().size(), hasher.finish_hex());
  }
  return out + "ok";
}

}  // namespace

std::string run_control_line(Camera& camera, const ControlHooks& hooks, std::string_view line) {
  line = trim(line);
  const std::size_t gap = line.find(' ');
  const std::string_view verb = line.substr(0, gap);
  const std::string_view rest =
      gap == std::string_view::npos ? std::string_view() : trim(line.substr(gap));
  if (verb == "shutter") {
    const std::uint16_t code = camera.release(false);
    return code == response::kOk ? "ok" : fmt::format("error response {:04X}", code);
  }
  if (verb == "faults") {
    const auto set = camera.faults().set(rest);
    return set ? "ok" : "error " + set.error().text();
  }
  if (verb == "unplug") {
    hooks.unplug();
    return "ok";
  }
  if (verb == "prop") {
    return set_property(camera, rest);
  }
  if (verb == "card") {
    return list_card(camera);
  }
  if (verb == "quit") {
    hooks.quit();
    return "ok";
  }
  return "error unknown line: " + std::string(verb);
}

}  // namespace shiqu::vcam
