#pragma once

#include "storage/base/channel.h"
#include "storage/base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>

namespace shiqu::app {

/// A store under load, for faults to be let loose on (docs/reliability.md). The archive is the
/// soak's own: one item, one account without a real secret; nobody's material belongs in it.
struct SoakPlace {
  std::filesystem::path folder;     ///< of the archive; absent or empty: it is made
  std::filesystem::path catalogue;  ///< its catalogue, on the same disk or on another one
};

struct SoakLoad {
  std::int64_t captures = 0;  ///< how many more; their numbers go on where the last run ended
  std::uint64_t seed = 1;     ///< of the pixels
  /// 0: no reserve, and no capture is refused before the disk is really full.
  std::uint64_t reserve_bytes = 1U << 20U;
};

/// What is promised when a capture has been kept, its text saved and a text before it corrected.
struct SoakPromise {
  std::int64_t number = 0;         ///< 1…n without gaps: order of the page in the item
  std::uint64_t master_bytes = 0;  ///< size of the master
  std::uint32_t master_crc32 = 0;  ///< CRC-32 (ISO 3309) of the master
};

/// Keeps captures as a device's are kept and saves texts as a person does. `ready` is called when
/// the archive is open, `promised` after each capture, before the next begins. Stops at the first
/// error. Errors: those of Store; NoSpace when a capture is refused.
Status soak_keep(const SoakPlace& place, const SoakLoad& load, const std::function<void()>& ready,
                 const std::function<void(const SoakPromise&)>& promised,
                 const std::stop_token& stop = {});

/// Looks for everything that the lines "ACK number bytes crc32" of `promises` say. Facts: acked,
/// rows, lost_rows, lost_texts (counted in lost_rows too), lost_files, bad_files, dangling_rows,
/// orphans, open_ms (how long the archive took to open, with what a fault left to repair),
/// integrity ("ok", or what is wrong with catalogue or journal).
Json soak_check(const SoakPlace& place, const std::filesystem::path& promises);

/// True if the facts of soak_check tell of no loss.
bool soak_sound(const Json& facts);

}  // namespace shiqu::app
