#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__clang__) && !defined(SHIQU_NO_THREAD_SAFETY)
#define SHIQU_ANNOTATION(x) __attribute__((x))
#else
#define SHIQU_ANNOTATION(x)
#endif
#define SHIQU_GUARDED_BY(lock) SHIQU_ANNOTATION(guarded_by(lock))

namespace shiqu {

/// std::mutex that Clang's thread-safety analysis understands.
class SHIQU_ANNOTATION(capability("mutex")) Mutex {
 public:
  void lock() SHIQU_ANNOTATION(acquire_capability()) { native_.lock(); }
  void unlock() SHIQU_ANNOTATION(release_capability()) { native_.unlock(); }

 private:
  std::mutex native_;
};

/// Holds a Mutex for a scope.
class SHIQU_ANNOTATION(scoped_lockable) Lock {
 public:
  explicit Lock(Mutex& mutex) SHIQU_ANNOTATION(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.lock();
  }
  ~Lock() SHIQU_ANNOTATION(release_capability()) { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  Mutex& mutex_;
};

/// How far a long piece of work is; written by one thread, polled by others.
struct Progress {
  std::atomic<std::int64_t> done{0};
  std::atomic<std::int64_t> total{0};  ///< 0: not known
};

/// Functions posted from any thread, run on the thread that calls run_pending().
class MainQueue {
 public:
  /// `wake` is called after each post, from the posting thread (glfwPostEmptyEvent).
  explicit MainQueue(std::function<void()> wake = {}) : wake_(std::move(wake)) {}

  void post(std::function<void()> work);
  /// Runs what has been posted so far; returns how many functions ran.
  std::size_t run_pending();

 private:
  std::function<void()> wake_;
  Mutex mutex_;
  std::vector<std::function<void()>> posted_ SHIQU_GUARDED_BY(mutex_);
};

/// One thread that runs posted functions in order. The destructor asks the thread's stop token,
/// drops what has not begun and waits for the function that runs.
class SerialThread {
 public:
  using Work = std::function<void(std::stop_token)>;
  SerialThread();
  ~SerialThread();
  SerialThread(const SerialThread&) = delete;
  SerialThread& operator=(const SerialThread&) = delete;

  void post(Work work);

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;  // plain: std::condition_variable_any works with it and a stop token
  std::condition_variable_any changed_;
  std::deque<Work> queue_;  // guarded by mutex_
  std::jthread thread_;     // last member: joined before the others die
};

}  // namespace shiqu
