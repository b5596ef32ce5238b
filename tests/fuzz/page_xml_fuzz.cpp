// PAGE XML from other programs.

#include "tests/fuzz/text_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto format = shiqu::text_formats::make_page_format();
  shiqu::fuzz::try_format(*format, data, size);
  return 0;
}
