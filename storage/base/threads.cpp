#include "storage/base/threads.h"

#include <utility>

namespace shiqu {

void MainQueue::post(std::function<void()> work) {
  {
    const Lock lock(mutex_);
    posted_.push_back(std::move(work));
  }
  if (wake_) {
    wake_();
  }
}

std::size_t MainQueue::run_pending() {
  std::vector<std::function<void()>> taken;
  {
    const Lock lock(mutex_);
    taken.swap(posted_);
  }
  for (const auto& work : taken) {
    work();
  }
  return taken.size();
}

SerialThread::SerialThread() : thread_([this](const std::stop_token& stop) { run(stop); }) {}

SerialThread::~SerialThread() {
  thread_.request_stop();
  thread_.join();
}

void SerialThread::post(Work work) {
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(work));
  }
  changed_.notify_one();
}

void SerialThread::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Work work;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return !queue_.empty(); })) {
        return;
      }
      work = std::move(queue_.front());
      queue_.pop_front();
    }
    work(stop);
  }
}

}  // namespace shiqu
