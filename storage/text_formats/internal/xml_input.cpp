#include "storage/text_formats/internal/xml_input.h"

#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace shiqu::xml {
namespace {

constexpr std::size_t kLargest = 64U << 20U;
constexpr int kMostTags = 2'000'000;
constexpr int kMostAttributes = 8'000'000;
constexpr int kDeepest = 64;
constexpr std::size_t kLongestEntity = 32;

constexpr std::array<std::string_view, 5> kXmlEntities{"lt", "gt", "amp", "quot", "apos"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kHtmlEntities{
    {{"nbsp", "\u00a0"},
     {"shy", "\u00ad"},
     {"ensp", "\u2002"},
     {"emsp", "\u2003"},
     {"thinsp", "\u2009"},
     {"ndash", "–"},
     {"mdash", "—"},
     {"lsquo", "‘"},
     {"rsquo", "’"},
     {"ldquo", "“"},
     {"rdquo", "”"},
     {"hellip", "…"},
     {"middot", "·"},
     {"copy", "©"},
     {"laquo", "«"},
     {"raquo", "»"}}};

/// Goes over the bytes once: counts tags and levels, resolves the entities of HTML.
class Gate {
 public:
  Gate(std::string_view bytes, Entities entities) : rest_(bytes), entities_(entities) {
    passed_.reserve(bytes.size());
  }

  /// Empty: everything passed. Otherwise what is wrong.
  std::string run() {
    while (!rest_.empty() && problem_.empty()) {
      if (rest_.front() == '<') {
        markup();
      } else if (rest_.front() == '&') {
        entity();
      } else {
        take(1);
      }
    }
    return problem_;
  }

  [[nodiscard]] const std::string& passed() const { return passed_; }

 private:
  void take(std::size_t count) {
    passed_ += rest_.substr(0, count);
    rest_.remove_prefix(std::min(count, rest_.size()));
  }

  void take_until(std::string_view end) {
    const std::size_t at = rest_.find(end);
    take(at == std::string_view::npos ? rest_.size() : at + end.size());
  }

  void markup() {
    if (rest_.starts_with("<!--")) {
      take_until("-->");
    } else if (rest_.starts_with("<![CDATA[")) {
      take_until("]]>");
    } else if (rest_.starts_with("<?")) {
      take_until("?>");
    } else if (rest_.starts_with("<!")) {
      const std::string_view declaration = rest_.substr(0, rest_.find('>'));
      if (declaration.find('[') != std::string_view::npos) {
        problem_ = "it declares entities or elements of its own";
      }
      take_until(">");
    } else if (rest_.starts_with("</")) {
      --depth_;
      take_until(">");
    } else {
      tag();
    }
  }

  void tag() {
    if (++tags_ > kMostTags) {
      problem_ = fmt::format("more than {} elements", kMostTags);
    }
    if (++depth_ > kDeepest) {
      problem_ = fmt::format("more than {} levels", kDeepest);
    }
    char quote = 0;
    while (!rest_.empty() && problem_.empty()) {
      const char c = rest_.front();
      if (c == '&') {
        entity();
        continue;
      }
      take(1);
      if (quote != 0) {
        quote = c == quote ? '\0' : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
        if (++attributes_ > kMostAttributes) {
          problem_ = fmt::format("more than {} attributes", kMostAttributes);
        }
      } else if (c == '>') {
        if (passed_.size() >= 2 && passed_[passed_.size() - 2] == '/') {
          --depth_;
        }
        return;
      }
    }
  }

  void entity() {
    const std::size_t end = rest_.substr(0, kLongestEntity).find(';');
    const std::string_view name =
        end == std::string_view::npos ? std::string_view() : rest_.substr(1, end - 1);
    if (name.starts_with('#') ||
        std::find(kXmlEntities.begin(), kXmlEntities.end(), name) != kXmlEntities.end()) {
      take(end + 1);
      return;
    }
    const auto* html = std::find_if(kHtmlEntities.begin(), kHtmlEntities.end(),
                                    [&](const auto& one) { return one.first == name; });
    if (entities_ == Entities::Html && html != kHtmlEntities.end()) {
      passed_ += html->second;
      rest_.remove_prefix(end + 1);
      return;
    }
    problem_ = name.empty() ? "an & that begins no entity"
                            : fmt::format("the entity &{}; is not known", name);
  }

  std::string_view rest_;
  Entities entities_;
  std::string passed_;
  std::string problem_;
  int tags_ = 0;
  int attributes_ = 0;
  int depth_ = 0;
};

}  // namespace

Status parse(pugi::xml_document& document, std::string_view bytes, const std::string& what,
             Entities entities) {
  if (bytes.size() > kLargest) {
    return fail(ErrorCode::InvalidInput, what, {}, "the file is larger than 64 MiB");
  }
  if (!is_utf8(bytes)) {
    return fail(ErrorCode::Unsupported, what, {}, "the file is not UTF-8: save it as UTF-8");
  }
  Gate gate(bytes, entities);
  if (const std::string problem = gate.run(); !problem.empty()) {
    return fail(ErrorCode::InvalidInput, what, {}, problem);
  }
  // White space that is the whole content of an element is a character that was read.
  const pugi::xml_parse_result parsed =
      document.load_buffer(gate.passed().data(), gate.passed().size(),
                           pugi::parse_default | pugi::parse_ws_pcdata_single, pugi::encoding_utf8);
  if (!parsed) {
    return fail(
        ErrorCode::InvalidInput, what, {},
        fmt::format("not well-formed XML at byte {}: {}", parsed.offset, parsed.description()));
  }
  return {};
}

std::string_view local_name(const pugi::xml_node& node) noexcept {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& node, std::string_view name) noexcept {
  for (const pugi::xml_node& one : node.children()) {
    if (local_name(one) == name) {
      return one;
    }
  }
  return {};
}

std::vector<pugi::xml_node> children(const pugi::xml_node& node, std::string_view name) {
  std::vector<pugi::xml_node> out;
  for (const pugi::xml_node& one : node.children()) {
    if (local_name(one) == name) {
      out.push_back(one);
    }
  }
  return out;
}

std::string content(const pugi::xml_node& node) {
  std::string out;
  for (const pugi::xml_node& one : node.children()) {
    if (one.type() == pugi::node_pcdata || one.type() == pugi::node_cdata) {
      out += one.value();
    }
  }
  return clean(out);
}

std::string attribute(const pugi::xml_node& node, const char* name) {
  return clean(node.attribute(name).as_string());
}

std::string namespace_of(const pugi::xml_node& root) {
  const std::string_view name = root.name();
  const std::size_t colon = name.find(':');
  const std::string key = colon == std::string_view::npos
                              ? std::string("xmlns")
                              : "xmlns:" + std::string(name.substr(0, colon));
  return attribute(root, key.c_str());
}

}  // namespace shiqu::xml
