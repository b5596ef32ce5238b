// Page texts and quality reports: from recognisers, from the catalogue, from packages.

#include "storage/model/quality.h"
#include "storage/model/text.h"
#include "tests/fuzz/fuzz.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = parse_json(fuzz::text_of(data, size));
  if (!json) {
    return 0;
  }
  const model::QualityReport report = model::quality_from_json(*json);
  fuzz::expect(model::quality_from_json(model::to_json(report)).verdict() == report.verdict());
  if (const auto text = model::page_text_from_json(*json)) {
    const Json out = model::to_json(*text);
    const auto again = model::page_text_from_json(out);
    fuzz::expect(again.has_value() && again->plain() == text->plain());
    fuzz::expect(model::to_json(*again).dump(-1, ' ', false, Json::error_handler_t::replace) ==
                 out.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  return 0;
}
