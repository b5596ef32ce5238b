#include "storage/base/side_hasher.h"

#include <array>
#include <semaphore>
#include <thread>
#include <utility>

namespace shiqu {
namespace {

constexpr std::size_t kPieces = 4;

}  // namespace

struct SideHasher::State {
  std::vector<Hasher> hashers;                          ///< the thread's until it ended
  std::array<std::vector<std::uint8_t>, kPieces> ring;  ///< an empty piece ends the thread
  std::counting_semaphore<kPieces> room{kPieces};
  std::counting_semaphore<kPieces> waiting{0};
  std::size_t next = 0;  ///< where the user puts the next piece
  std::thread thread;

  void run() {
    for (std::size_t at = 0;; at = (at + 1) % kPieces) {
      waiting.acquire();
      if (ring.at(at).empty()) {
        return;
      }
      for (Hasher& hasher : hashers) {
        hasher.update(ring.at(at));
      }
      room.release();
    }
  }

  void put(std::span<const std::uint8_t> bytes) {
    room.acquire();
    ring.at(next).assign(bytes.begin(), bytes.end());
    next = (next + 1) % kPieces;
    waiting.release();
  }

  void end() {
    if (thread.joinable()) {
      put({});
      thread.join();
    }
  }
};

SideHasher::SideHasher(std::vector<Hasher> hashers) : state_(std::make_unique<State>()) {
  state_->hashers = std::move(hashers);
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

SideHasher::~SideHasher() {
  state_->end();
}

void SideHasher::update(std::span<const std::uint8_t> bytes) {
  if (!bytes.empty()) {
    state_->put(bytes);
  }
}

std::vector<std::string> SideHasher::finish_hex() {
  state_->end();
  std::vector<std::string> out;
  for (Hasher& hasher : state_->hashers) {
    out.push_back(hasher.finish_hex());
  }
  return out;
}

}  // namespace shiqu
