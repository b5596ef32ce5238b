#pragma once

#include "storage/jobs/estimate.h"

#include <cstdint>
#include <string>

namespace shiqu::app {

/// "40 s", "7 min", "2 h 5 min", in the language of the interface. Above ten minutes to the minute,
/// above ten seconds in steps of five: an estimate is not more exact.
std::string time_words(std::int64_t seconds);

/// "paused", "about 7 min left", "no program works on it", "done", "ended" (not all were done):
/// what a person wants to know.
std::string outlook_words(const jobs::Progress& progress);

/// "OCR GJ0001: 37 of 100 done, 2 running, 1 failed · 1.2 s each · about 7 min left".
std::string progress_words(const std::string& label, const jobs::Progress& progress);

}  // namespace shiqu::app
