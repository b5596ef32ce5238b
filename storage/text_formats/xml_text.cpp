#include "storage/text_formats/xml_text.h"

#include "storage/base/text.h"

namespace shiqu::xml {
namespace {

bool allowed(char32_t c) noexcept {
  return c == U'\t' || c == U'\n' || c == U'\r' || (c >= 0x20 && c != 0xfffe && c != 0xffff);
}

struct StringWriter final : pugi::xml_writer {
  void write(const void* bytes, std::size_t size) override {
    text.append(static_cast<const char*>(bytes), size);
  }
  std::string text;
};

}  // namespace

std::string clean(std::string_view text) {
  std::u32string out;
  for (const char32_t c : to_utf32(text)) {
    if (allowed(c)) {
      out += c;
    }
  }
  return to_utf8(out);
}

void declare(pugi::xml_document& document) {
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
}

std::string text_of(const pugi::xml_document& document, const char* indent, unsigned format) {
  StringWriter writer;
  document.save(writer, indent, format, pugi::encoding_utf8);
  return std::move(writer.text);
}

}  // namespace shiqu::xml
