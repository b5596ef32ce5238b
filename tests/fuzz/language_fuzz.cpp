// A language model: counts of characters, pairs and triples.

#include "ocr/language.h"
#include "tests/fuzz/fuzz.h"

#include <cmath>

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto model = ocr::LanguageModel::from_bytes(fuzz::text_of(data, size));
  if (!model) {
    return 0;
  }
  for (const char32_t next : {U'\u5929', U'\u5730', U'\U00020000', char32_t{0}}) {
    fuzz::expect(!std::isnan(model->log_p(U'\u5929', U'\u5730', next)));
  }
  static_cast<void>(ocr::LanguageModel::from_bytes(model->bytes()));
  return 0;
}
