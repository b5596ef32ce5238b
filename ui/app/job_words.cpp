#include "ui/app/job_words.h"

#include "ui/app/i18n.h"

#include <fmt/format.h>

namespace shiqu::app {
namespace {

constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kHour = 3600;

std::int64_t up_to(std::int64_t value, std::int64_t step) {
  return (value + step - 1) / step * step;
}

}  // namespace

std::string time_words(std::int64_t seconds) {
  if (seconds <= 10) {
    return fmt::format(fmt::runtime(_("{} s")), seconds);
  }
  if (seconds <= 115) {
    return fmt::format(fmt::runtime(_("{} s")), up_to(seconds, 5));
  }
  if (seconds < kHour - kMinute) {
    return fmt::format(fmt::runtime(_("{} min")), up_to(seconds, kMinute) / kMinute);
  }
  const std::int64_t minutes = up_to(seconds, kMinute) / kMinute;
  return fmt::format(fmt::runtime(_("{} h {} min")), minutes / 60, minutes % 60);
}

std::string outlook_words(const jobs::Progress& progress) {
  if (progress.counts.left() == 0) {
    return progress.counts.done == progress.counts.all() ? _("done") : _("ended");
  }
  if (progress.paused) {
    return progress.counts.running > 0 ? _("pausing: what runs may end") : _("paused");
  }
  if (progress.workers == 0) {
    return _("no program works on it");
  }
  if (!progress.left_s) {
    return _("time left not known yet");
  }
  return fmt::format(fmt::runtime(_("about {} left")), time_words(*progress.left_s));
}

std::string progress_words(const std::string& label, const jobs::Progress& progress) {
  const store::JobCounts& counts = progress.counts;
  std::string out =
      fmt::format(fmt::runtime(_("{}: {} of {} done")), label, counts.done, counts.all());
  const auto add = [&](const char* words, std::int64_t number) {
    if (number > 0) {
      out += fmt::format(fmt::runtime(words), number);
    }
  };
  add(_(", {} running"), counts.running);
  add(_(", {} failed"), counts.failed + counts.quarantined);
  add(_(", {} cancelled"), counts.cancelled);
  if (progress.seconds_each) {
    out += " · " + fmt::format(fmt::runtime(_("{:.1f} s each")), *progress.seconds_each);
  }
  return out + " · " + outlook_words(progress);
}

}  // namespace shiqu::app
