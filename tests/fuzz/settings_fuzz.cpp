// settings.toml as somebody may have edited it.

#include "tests/fuzz/fuzz.h"
#include "ui/app/settings.h"

using namespace shiqu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  const auto settings = app::read_settings(file.path());
  if (settings) {
    fuzz::expect(settings->job_threads >= 1 && settings->job_threads <= 64);
  } else {
    fuzz::expect(settings.error().code == ErrorCode::InvalidInput);
  }
  return 0;
}
