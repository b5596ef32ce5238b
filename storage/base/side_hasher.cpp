#include "storage/base/side_hasher.h"

#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace shiqu {
namespace {

constexpr std::size_t kPieces = 4;

}  // namespace

// Not with std::counting_semaphore: that of g++ 12 can sleep for ever (GCC bug 104928).
struct SideHasher::State {
  explicit State(Hasher with) : hasher(std::move(with)), thread([this] { run(); }) {}

  Hasher hasher;                                        ///< the thread's until it ended
  std::array<std::vector<std::uint8_t>, kPieces> ring;  ///< an empty piece ends the thread
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t waiting = 0;  ///< pieces put and not hashed; guarded by mutex
  std::size_t next = 0;     ///< where the user puts the next piece
  std::thread thread;       ///< last: it uses all of the above

  void run() {
    for (std::size_t at = 0;; at = (at + 1) % kPieces) {
      wait_until([this] { return waiting > 0; });
      if (ring.at(at).empty()) {
        return;
      }
      hasher.update(ring.at(at));
      change([this] { --waiting; });
    }
  }

  /// Pieces that wait are the thread's, the others the user's.
  void put(std::span<const std::uint8_t> bytes) {
    wait_until([this] { return waiting < kPieces; });
    ring.at(next).assign(bytes.begin(), bytes.end());
    next = (next + 1) % kPieces;
    change([this] { ++waiting; });
  }

  void end() {
    if (thread.joinable()) {
      put({});
      thread.join();
    }
  }

  template <class Condition>
  void wait_until(const Condition& condition) {
    std::unique_lock lock(mutex);
    changed.wait(lock, condition);
  }

  template <class Change>
  void change(const Change& apply) {
    {
      const std::scoped_lock lock(mutex);
      apply();
    }
    changed.notify_one();
  }
};

SideHasher::SideHasher(Hasher hasher) : state_(std::make_unique<State>(std::move(hasher))) {}

SideHasher::SideHasher(SideHasher&&) noexcept = default;

SideHasher::~SideHasher() {
  if (state_) {
    state_->end();
  }
}

void SideHasher::update(std::span<const std::uint8_t> bytes) {
  if (!bytes.empty()) {
    state_->put(bytes);
  }
}

std::string SideHasher::finish_hex() {
  state_->end();
  return state_->hasher.finish_hex();
}

}  // namespace shiqu
