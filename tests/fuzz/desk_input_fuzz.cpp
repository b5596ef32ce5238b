// Logs of keys and pointer that a robot replays, and the names of chords.

#include "tests/fuzz/fuzz.h"
#include "ui/desk/kit/input_queue.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  static_cast<void>(desk::parse_chord(text));
  if (const auto events = desk::log_from_text(text)) {
    const auto again = desk::log_from_text(desk::log_to_text(*events));
    fuzz::expect(again.has_value() && again->size() == events->size());
  }
  return 0;
}
