#pragma once

#include "storage/base/text.h"

#include "ocr/score/summary.h"

#include <string>
#include <string_view>
#include <vector>

namespace shiqu::app {

/// "9.28 %".
std::string percent(double share);
/// "9.28 % (7.60–11.02)".
std::string percent(const ocr::score::Measured& measured);
/// What people call a class of errors, translated.
std::string words_of(ocr::score::ErrorClass error);
std::string words_of(model::LineKind kind);

/// Small SVG pictures for the report; colours come from its style sheet.
std::string rates_plot(const std::vector<ocr::score::SetScore>& sets);
std::string classes_plot(const ocr::score::SetScore& all);
std::string reliability_plot(const ocr::score::Confidences& confidences);

}  // namespace shiqu::app
