#include "ui/desk/kit/tile_loader.h"

#include "storage/imaging/tiff.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace shiqu::desk {

/// A thread's own libtiff handle: handles keep a position and are not shared.
struct TileLoader::Reader {
  std::uint64_t generation = 0;
  std::optional<imaging::PyramidReader> file;
};

TileLoader::TileLoader(std::function<void()> wake) : wake_(std::move(wake)) {
  for (std::jthread& thread : threads_) {
    thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
}

TileLoader::~TileLoader() {
  for (std::jthread& thread : threads_) {
    thread.request_stop();
  }
  for (std::jthread& thread : threads_) {
    thread.join();
  }
}

void TileLoader::open(std::filesystem::path file) {
  {
    const std::lock_guard lock(mutex_);
    file_ = std::move(file);
    ++generation_;
    opening_ = false;
    levels_.reset();
    wanted_.clear();
    in_flight_.clear();
    ready_.clear();
  }
  changed_.notify_all();
}

std::optional<Result<std::vector<SizePx>>> TileLoader::levels() {
  const std::lock_guard lock(mutex_);
  return levels_;
}

void TileLoader::want(std::vector<TileKey> keys) {
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(keys, [this](const TileKey& key) {
      return in_flight_.contains(key) ||
             std::any_of(ready_.begin(), ready_.end(),
                         [&key](const LoadedTile& tile) { return tile.key == key; });
    });
    wanted_ = std::move(keys);
  }
  changed_.notify_all();
}

std::vector<LoadedTile> TileLoader::take(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, ready_.size()));
  std::vector<LoadedTile> out(std::make_move_iterator(ready_.begin()),
                              std::make_move_iterator(ready_.begin() + count));
  ready_.erase(ready_.begin(), ready_.begin() + count);
  return out;
}

bool TileLoader::busy() {
  const std::lock_guard lock(mutex_);
  const bool opening = generation_ > 0 && !levels_;
  return opening || !wanted_.empty() || !in_flight_.empty() || !ready_.empty();
}

void TileLoader::run(const std::stop_token& stop) {
  Reader reader;
  std::unique_lock lock(mutex_);
  // One thread opens a new file first; the other follows when there is a tile for it to read.
  const auto must_open = [this] { return generation_ > 0 && !levels_ && !opening_; };
  const auto can_read = [this] { return levels_ && levels_->has_value() && !wanted_.empty(); };
  while (changed_.wait(lock, stop, [&] { return must_open() || can_read(); })) {
    if (must_open()) {
      opening_ = true;
      open_reader(reader, lock);
    } else {
      if (reader.generation != generation_) {
        open_reader(reader, lock);
      }
      read_tile(reader, lock);
    }
  }
}

void TileLoader::open_reader(Reader& reader, std::unique_lock<std::mutex>& lock) {
  const std::uint64_t generation = generation_;
  const std::filesystem::path file = file_;
  lock.unlock();
  auto opened = imaging::PyramidReader::open(file);
  std::vector<SizePx> sizes;
  for (int i = 0; opened && i < opened->levels(); ++i) {
    sizes.push_back(opened->size(i));
  }
  lock.lock();
  reader.generation = generation;
  reader.file.reset();
  if (generation != generation_) {
    return;  // the person has already turned to another page
  }
  if (!opened) {
    levels_ = Result<std::vector<SizePx>>(fail(std::move(opened).error()));
  } else {
    reader.file = std::move(*opened);
    if (!levels_) {
      levels_ = Result<std::vector<SizePx>>(std::move(sizes));
    }
  }
  lock.unlock();
  changed_.notify_all();
  wake_();
  lock.lock();
}

void TileLoader::read_tile(Reader& reader, std::unique_lock<std::mutex>& lock) {
  if (reader.generation != generation_ || !reader.file || wanted_.empty()) {
    return;
  }
  const TileKey key = wanted_.front();
  wanted_.erase(wanted_.begin());
  in_flight_.insert(key);
  const std::uint64_t generation = generation_;
  lock.unlock();
  Result<imaging::Image> image = reader.file->tile(key.level, key.x, key.y);
  lock.lock();
  if (generation != generation_) {
    return;
  }
  in_flight_.erase(key);
  ready_.push_back({key, std::move(image)});
  lock.unlock();
  wake_();
  lock.lock();
}

}  // namespace shiqu::desk
