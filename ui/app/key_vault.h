#pragma once

#include "storage/base/result.h"
#include "storage/base/threads.h"
#include "storage/package/keyring.h"

#include <optional>
#include <string>
#include <utility>

namespace shiqu::app {

/// The passphrase of the station's keys as a person gave it to this program, for the jobs that
/// sign. It is in memory alone, until forget() or the end. Any thread.
class KeyVault {
 public:
  void give(std::string passphrase) {
    const Lock lock(mutex_);
    passphrase_ = std::move(passphrase);
  }
  void forget() {
    const Lock lock(mutex_);
    passphrase_.reset();
  }
  [[nodiscard]] bool has() const {
    const Lock lock(mutex_);
    return passphrase_.has_value();
  }
  /// Errors of what it gives: Denied (nobody has given one). The vault must live longer.
  [[nodiscard]] package::AskPassphrase ask() const {
    return [this]() -> Result<std::string> {
      const Lock lock(mutex_);
      if (!passphrase_) {
        return fail(ErrorCode::Denied, "open key", "station.key", "no passphrase was given");
      }
      return *passphrase_;
    };
  }

 private:
  mutable Mutex mutex_;
  std::optional<std::string> passphrase_ SHIQU_GUARDED_BY(mutex_);
};

}  // namespace shiqu::app
