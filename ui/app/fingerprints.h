#pragma once

#include "storage/store/store.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

namespace shiqu::app {

/// Has a worker take the fingerprints that pages of `items` lack (all items when empty). A master
/// that cannot be read is logged and stays without. Returns how many were taken.
/// `progress(done, total)`. Errors: Cancelled, those of the store.
Result<std::int64_t> take_fingerprints(
    store::Store& store, const std::vector<ItemId>& items,
    const std::function<void(std::int64_t, std::int64_t)>& progress = {},
    const std::stop_token& stop = {});

}  // namespace shiqu::app
