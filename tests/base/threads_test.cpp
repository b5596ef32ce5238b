#include "storage/base/threads.h"

#include <doctest/doctest.h>

#include <future>
#include <vector>

using namespace shiqu;

TEST_CASE("a serial thread runs posted work in order") {
  std::vector<int> order;
  std::promise<void> finished;
  SerialThread thread;
  for (int i = 0; i < 100; ++i) {
    thread.post([&order, i](const std::stop_token&) { order.push_back(i); });
  }
  thread.post([&](const std::stop_token&) { finished.set_value(); });
  finished.get_future().wait();
  REQUIRE(order.size() == 100);
  CHECK(order.front() == 0);
  CHECK(order.back() == 99);
}

TEST_CASE("a serial thread stops at once and drops what has not begun") {
  std::atomic<int> ran{0};
  {
    SerialThread thread;
    std::promise<void> begun;
    thread.post([&](const std::stop_token& stop) {
      begun.set_value();
      while (!stop.stop_requested()) {
        std::this_thread::yield();
      }
      ++ran;
    });
    thread.post([&](const std::stop_token&) { ++ran; });
    begun.get_future().wait();
  }
  CHECK(ran == 1);
}

TEST_CASE("the main queue runs on the caller's thread and wakes it") {
  std::atomic<int> woken{0};
  MainQueue queue([&] { ++woken; });
  std::thread::id ran_on;
  std::jthread poster([&] { queue.post([&] { ran_on = std::this_thread::get_id(); }); });
  poster.join();
  CHECK(queue.run_pending() == 1);
  CHECK(ran_on == std::this_thread::get_id());
  CHECK(woken == 1);
  CHECK(queue.run_pending() == 0);
}
