#pragma once

#include "storage/base/result.h"
#include "storage/imaging/image.h"

#include <array>
#include <compare>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <thread>
#include <vector>

namespace shiqu::desk {

/// One tile of a screen pyramid.
struct TileKey {
  int level = 0;
  int x = 0;
  int y = 0;
  auto operator<=>(const TileKey&) const = default;
};

struct LoadedTile {
  TileKey key;
  Result<imaging::Image> image;
};

/// Decodes tiles of one screen pyramid after the other on two threads. Every call returns at once;
/// the caller asks for results when `wake` was called (from a decode thread).
class TileLoader {
 public:
  explicit TileLoader(std::function<void()> wake);
  TileLoader(const TileLoader&) = delete;
  TileLoader& operator=(const TileLoader&) = delete;
  /// Waits for the tiles being decoded at the moment (milliseconds).
  ~TileLoader();

  /// Another file, from now on; everything asked of the earlier one is dropped.
  void open(std::filesystem::path file);
  /// Sizes of the levels, finest first, or why the file cannot be shown; nothing while it opens.
  std::optional<Result<std::vector<SizePx>>> levels();
  /// Replaces the list of tiles wanted, most urgent first.
  void want(std::vector<TileKey> keys);
  /// At most `limit` tiles that have become ready.
  std::vector<LoadedTile> take(std::size_t limit);
  /// True while something is wanted, being decoded or waiting to be taken.
  bool busy();

 private:
  struct Reader;
  void run(const std::stop_token& stop);
  void open_reader(Reader& reader, std::unique_lock<std::mutex>& lock);
  void read_tile(Reader& reader, std::unique_lock<std::mutex>& lock);

  std::function<void()> wake_;
  std::mutex mutex_;  // plain: std::condition_variable_any works with it and a stop token
  std::condition_variable_any changed_;
  // All below are guarded by mutex_.
  std::filesystem::path file_;
  std::uint64_t generation_ = 0;
  bool opening_ = false;
  std::optional<Result<std::vector<SizePx>>> levels_;
  std::vector<TileKey> wanted_;
  std::set<TileKey> in_flight_;
  std::vector<LoadedTile> ready_;
  std::array<std::jthread, 2> threads_;  // last member: joined before the others die
};

}  // namespace shiqu::desk
