#include "ui/app/job_words.h"

#include <doctest/doctest.h>

using namespace shiqu;
using namespace shiqu::app;

TEST_CASE("time left is told as exactly as it is known") {
  CHECK(time_words(1) == "1 s");
  CHECK(time_words(11) == "15 s");
  CHECK(time_words(115) == "115 s");
  CHECK(time_words(116) == "2 min");
  CHECK(time_words(3540 - 1) == "59 min");
  CHECK(time_words(3541) == "1 h 0 min");
  CHECK(time_words(7500) == "2 h 5 min");
}

TEST_CASE("progress is told in one line, and only what there is") {
  jobs::Progress progress;
  progress.counts.queued = 60;
  progress.counts.running = 2;
  progress.counts.done = 37;
  progress.counts.quarantined = 1;
  CHECK(outlook_words(progress) == "no program works on it");
  progress.workers = 2;
  CHECK(outlook_words(progress) == "time left not known yet");
  progress.left_s = 400;
  progress.seconds_each = 1.234;
  CHECK(progress_words("OCR GJ0001", progress) ==
        "OCR GJ0001: 37 of 100 done, 2 running, 1 failed · 1.2 s each · about 7 min left");
  progress.paused = true;
  CHECK(outlook_words(progress) == "pausing: what runs may end");
  progress.counts = {};
  progress.counts.done = 5;
  CHECK(outlook_words(progress) == "done");
  progress.counts.cancelled = 1;
  CHECK(outlook_words(progress) == "ended");
}
