#pragma once

#include <string>
#include <vector>

/// Faults of the disk without a second program: this test program has its own write, fsync, rename
/// …, which its libraries and SQLite call in place of the system's. One thread at a time.
namespace shiqu::test::io {

struct Fault {
  long at = 0;  ///< the operation to fail, from 1 on; 0: none
  int error = 0;
  bool for_good = false;     ///< all later operations fail as well
  bool short_write = false;  ///< half of the bytes are written instead, without an error
};

/// From now on operations on files below `folder` are counted, noted and failed.
void arm(const std::string& folder, const Fault& fault);
/// Everything works again. Returns how many operations there were.
long disarm();
/// What was done since arm(): "write m.tif", "sync m.tif", "rename x", "sync /" for a folder …
const std::vector<std::string>& trace();
/// True when a descriptor was fsynced again after its fsync had failed.
bool synced_after_failure();

}  // namespace shiqu::test::io
