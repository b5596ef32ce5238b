#include "capture/quality/assess.h"
#include "tests/quality/pages.h"

#include <doctest/doctest.h>

using namespace shiqu;
using model::Verdict;

namespace {

model::QualityMeasure measure(const model::QualityReport& report, std::string_view name) {
  const auto* found = report.find(name);
  REQUIRE(found != nullptr);
  return *found;
}

Verdict verdict(const imaging::Image& page, std::string_view name, double dpi = 400) {
  return measure(quality::assess(page, dpi), name).verdict;
}

}  // namespace

TEST_CASE("a sharp, level, well exposed leaf passes every measure") {
  const auto report = quality::assess(fixture::leaf(), 400);
  CHECK(report.measures.size() == 6);
  for (const auto& one : report.measures) {
    CAPTURE(one.name);
    CHECK(one.verdict == Verdict::Pass);
  }
  CHECK(report.verdict() == Verdict::Pass);
  CHECK(report.profile == "woodblock 1");
}

TEST_CASE("a leaf out of focus fails, one hardly soft passes") {
  CHECK(verdict(fixture::blurred(fixture::leaf(), 5), "sharpness") == Verdict::Fail);
  CHECK(verdict(fixture::blurred(fixture::leaf(), 1), "sharpness") == Verdict::Pass);
}

TEST_CASE("an overexposed leaf fails for its highlights, an underexposed one for its shadows") {
  CHECK(verdict(fixture::leaf(0, 255, 120), "clipped_highlights") == Verdict::Fail);
  CHECK(verdict(fixture::leaf(0, 120, 0), "clipped_shadows") == Verdict::Fail);
}

TEST_CASE("a leaning leaf is warned of, a crooked one fails, and the sign is kept") {
  const auto leaning = measure(quality::assess(fixture::leaf(-2), 400), "skew");
  CHECK(leaning.verdict == Verdict::Warn);
  CHECK(leaning.value == doctest::Approx(-2).epsilon(0.1));
  CHECK(verdict(fixture::leaf(4), "skew") == Verdict::Fail);
}

TEST_CASE("what a blank page cannot show is not checked and never passes") {
  const auto report = quality::assess(fixture::blank(), 400);
  for (const auto* name : {"sharpness", "skew", "contrast"}) {
    CHECK(measure(report, name).verdict == Verdict::NotChecked);
  }
  CHECK(measure(report, "clipped_highlights").verdict == Verdict::Pass);
  CHECK(report.verdict() == Verdict::NotChecked);
}

TEST_CASE("resolution is compared with the standard, and an unknown one is not checked") {
  CHECK(verdict(fixture::leaf(), "resolution", 300) == Verdict::Pass);
  CHECK(verdict(fixture::leaf(), "resolution", 299.9994) == Verdict::Pass);
  CHECK(verdict(fixture::leaf(), "resolution", 250) == Verdict::Warn);
  CHECK(verdict(fixture::leaf(), "resolution", 150) == Verdict::Fail);
  CHECK(verdict(fixture::leaf(), "resolution", 0) == Verdict::NotChecked);
}

TEST_CASE("faded ink is warned of") {
  CHECK(verdict(fixture::leaf(0, 225, 175), "contrast") == Verdict::Warn);
  CHECK(verdict(fixture::leaf(0, 225, 35), "contrast") == Verdict::Pass);
}

TEST_CASE("each limit names its source, and second-hand knowledge is marked as such") {
  const auto report = quality::assess(fixture::leaf(), 400);
  CHECK(measure(report, "resolution").source.find("DA/T 31-2017") == 0);
  CHECK_FALSE(measure(report, "resolution").source_verified);
  CHECK(measure(report, "skew").source == "house rule");
}
