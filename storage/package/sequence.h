#pragma once

#include "storage/base/handle.h"
#include "storage/base/result.h"
#include "storage/store/store.h"

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace shiqu::package {

/// A package's place among all that its station has signed: numbers without gaps, each naming the
/// tag manifest of the one before. It stands in the trusted comment, so inside the signature.
struct PackageSequence {
  std::int64_t number = 0;  ///< from 1; 0: the package does not say
  std::string previous;     ///< SHA-256 of the tag manifest before; 64 zeros for the first
  auto operator<=>(const PackageSequence&) const = default;
};

/// The place of the next package of this archive, from its journal.
Result<PackageSequence> next_sequence(store::Store& store);

/// The journal of this archive has a package of that name about that item.
Result<bool> was_written(store::Store& store, const ItemId& item, std::string_view name);

/// The right to give out that place: between the look at the last number and the journal's entry
/// with the next one no other may come. One program and thread has it at a time; the kernel drops
/// it with the process.
class SequenceTurn {
 public:
  /// Errors: Conflict (somebody else has it), Io.
  static Result<SequenceTurn> take(const store::Store& store);
  /// Waits until nobody has it. Errors: Cancelled, Io.
  static Result<SequenceTurn> wait(const store::Store& store, const std::stop_token& stop = {});

 private:
  explicit SequenceTurn(FileDescriptor lock) : lock_(std::move(lock)) {}
  FileDescriptor lock_;
};

/// "GJ0001 v2 STN01; sequence 7 previous SHA256"; without the end when number is 0.
std::string trusted_comment(std::string_view identifier, int version, std::string_view station,
                            const PackageSequence& sequence);
/// What stands at the end of such a comment; number 0: nothing does.
/// Errors: InvalidInput (a sequence in another than its one form).
Result<PackageSequence> parse_sequence(std::string_view comment);

}  // namespace shiqu::package
