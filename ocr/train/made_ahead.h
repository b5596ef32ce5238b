#pragma once

#include "storage/base/result.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace shiqu::ocr::train {

/// Numbered things made ahead on a thread of their own, handed out in order.
template <class T>
class MadeAhead {
 public:
  using Make = std::function<Result<T>(std::uint64_t number)>;

  /// `make`: called on the thread, from `first` on, until it fails; so many wait at most.
  MadeAhead(Make make, std::uint64_t first, std::size_t most)
      : thread_([this, make = std::move(make), first, most](const std::stop_token& stop) {
          run(stop, make, first, most);
        }) {}
  ~MadeAhead() = default;
  MadeAhead(const MadeAhead&) = delete;
  MadeAhead& operator=(const MadeAhead&) = delete;

  /// Waits for the next. Errors: Cancelled, those of making it.
  Result<T> next(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, stop, [&] { return !made_.empty(); })) {
      return fail(ErrorCode::Cancelled, "wait for lines to learn from");
    }
    Result<T> out = std::move(made_.front());
    made_.pop_front();
    changed_.notify_all();
    return out;
  }

  /// How many wait: near 0 when making them is the bottleneck.
  [[nodiscard]] std::size_t waiting() {
    const std::unique_lock lock(mutex_);
    return made_.size();
  }

 private:
  void run(const std::stop_token& stop, const Make& make, std::uint64_t number, std::size_t most) {
    for (bool good = true; good && !stop.stop_requested(); ++number) {
      Result<T> one = make(number);
      good = one.has_value();
      std::unique_lock lock(mutex_);
      changed_.wait(lock, stop, [&] { return made_.size() < most; });
      made_.push_back(std::move(one));
      changed_.notify_all();
    }
  }

  std::mutex mutex_;  // plain: std::condition_variable_any works with it and a stop token
  std::condition_variable_any changed_;
  std::deque<Result<T>> made_;  // guarded by mutex_
  std::jthread thread_;         // last member: joined before the others die
};

}  // namespace shiqu::ocr::train
