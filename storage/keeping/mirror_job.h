#pragma once

#include "storage/jobs/runner.h"
#include "storage/store/store.h"

#include <filesystem>
#include <memory>

namespace shiqu::keeping {

/// Adds a job that brings the second disk up to date, unless one waits already or the last try
/// failed within the last minute: a disk that is gone must not fill the queue. Nothing is added
/// for an empty `folder`. Cheap; never fails because of the second disk.
Status request_mirror(store::Store& store, const store::Session& by,
                      const std::filesystem::path& folder);

/// The same, if files wait to be copied or the catalogue has had news for an hour that no snapshot
/// holds: what a program asks now and then, so that a disk that comes back catches up although
/// nobody keeps anything. After a failure it rests for ten minutes, later longer, a day at most.
Status request_mirror_when_due(store::Store& store, const store::Session& by,
                               const std::filesystem::path& folder);

/// Kind "mirror": mirror() with a snapshot an hour at most. It copies in the runner's own thread;
/// no foreign byte is decoded. A second disk that is lost or full fails the job, with its words.
std::unique_ptr<jobs::Handler> make_mirror_handler();

}  // namespace shiqu::keeping
