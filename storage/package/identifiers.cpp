#include "storage/package/identifiers.h"

#include <fmt/format.h>

#include <algorithm>

namespace shiqu::package {
namespace {

tl::unexpected<Error> bad(std::string_view pattern, std::string words) {
  return fail(ErrorCode::InvalidInput, "fill in identifier", std::string(pattern),
              std::move(words));
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += is_unreserved(c) ? std::string(1, c)
                            : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
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
    } else if (name == "name" && !facts.name.empty()) {
      out += facts.name;
    } else if (name == "page" && !facts.page.empty()) {
      out += facts.page;
    } else {
      return bad(pattern, "there is no {" + std::string(name) + "} here");
    }
    at = end + 1;
  }
  return out;
}

Result<std::string> fill_address(std::string_view pattern, const IdentifierFacts& facts) {
  const std::string identifier = escaped(facts.identifier);
  IdentifierFacts safe = facts;
  safe.identifier = identifier;
  SHIQU_TRY_ASSIGN(std::string out, fill_pattern(pattern, safe));
  const std::string_view address = out;
  const std::size_t host = address.starts_with("https://") ? 8 : 7;
  constexpr std::string_view kAllowed = "-._~%:/@!$&'()*+,;=";  // no query, no fragment
  const bool sound = (host == 8 || address.starts_with("http://")) && address.size() > host &&
                     address[host] != '/' &&
                     std::all_of(address.begin(), address.end(), [&](char c) {
                       return is_unreserved(c) || kAllowed.find(c) != std::string_view::npos;
                     });
  if (!sound) {
    return bad(pattern, "this gives no http or https address: " + out);
  }
  return out.back() == '/' ? out : out + "/";
}

bool tells_pages_apart(std::string_view pattern) noexcept {
  return pattern.find("{page}") != std::string_view::npos ||
         pattern.find("{uuid}") != std::string_view::npos;
}

}  // namespace shiqu::package
