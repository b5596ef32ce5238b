#include "storage/package/identifiers.h"

namespace shiqu::package {
namespace {

tl::unexpected<Error> bad(std::string_view pattern, std::string words) {
  return fail(ErrorCode::InvalidInput, "fill in identifier", std::string(pattern),
              std::move(words));
}

}  // namespace

Result<std::string> fill_pattern(std::string_view pattern, const IdentifierFacts& facts) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] == '}') {
      return bad(pattern, "a brace without its partner");
    }
    if (pattern[at] != '{') {
      out += pattern[at++];
      continue;
    }
    const std::size_t end = pattern.find('}', at);
    if (end == std::string_view::npos) {
      return bad(pattern, "a brace without its partner");
    }
    const std::string_view name = pattern.substr(at + 1, end - at - 1);
    if (name == "identifier") {
      out += facts.identifier;
    } else if (name == "version") {
      out += std::to_string(facts.version);
    } else if (name == "uuid") {
      out += facts.uuid;
    } else if (name == "page" && !facts.page.empty()) {
      out += facts.page;
    } else {
      return bad(pattern, "there is no {" + std::string(name) + "} here");
    }
    at = end + 1;
  }
  return out;
}

bool tells_pages_apart(std::string_view pattern) noexcept {
  return pattern.find("{page}") != std::string_view::npos ||
         pattern.find("{uuid}") != std::string_view::npos;
}

}  // namespace shiqu::package
