#include "ocr/score/normal.h"

#include "storage/base/handle.h"
#include "storage/base/text.h"

#include <utf8proc.h>

#include <cstdlib>

namespace shiqu::ocr::score {
namespace {

constexpr std::u32string_view kDropped =
    U"，。；：、「」『』《》〈〉？！…—-·．.,;:!?()（）[]【】〔〕\"'“”‘’/|_~`○〇●◯□■＊*=+<>^°";

/// Unicode's White_Space and the four ASCII separators, which Python counts as white space too.
bool is_space(char32_t c) noexcept {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

inline void release_text(utf8proc_uint8_t* text) noexcept {
  std::free(text);
}
using TextHandle = Handle<utf8proc_uint8_t, release_text>;

}  // namespace

std::u32string normal_form(std::string_view text) {
  const std::string clean = is_utf8(text) ? std::string() : to_utf8(to_utf32(text));
  const std::string_view source = clean.empty() ? text : std::string_view(clean);
  utf8proc_uint8_t* composed = nullptr;
  const utf8proc_ssize_t size = ::utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(source.data()),
      static_cast<utf8proc_ssize_t>(source.size()), &composed,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT));
  const TextHandle owner(composed);
  std::u32string out =
      size < 0 ? to_utf32(source)  // only without memory: well-formed UTF-8 has no other error
               : to_utf32({reinterpret_cast<const char*>(composed), static_cast<size_t>(size)});
  std::erase_if(
      out, [](char32_t c) { return is_space(c) || kDropped.find(c) != std::u32string_view::npos; });
  return out;
}

}  // namespace shiqu::ocr::score
