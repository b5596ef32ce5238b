#pragma once

#include "ocr/places.h"

#include <cstddef>
#include <span>

namespace shiqu::ocr {

struct SecondLookSettings {
  double sure = 0.95;    ///< probability from which a guess is not looked at again; on real columns
                         ///< one place in five lies below (docs/reading.md)
  double weight = 0.5;   ///< of the second network's scores beside the first one's
  double least = -8;     ///< natural log; so much worse than the best a score counts at most
  double new_p = 0.001;  ///< probability that characters begin with which only the second one sees
};

/// True where the line network is not sure what stands.
bool is_doubtful(const Place& place, const SecondLookSettings& settings) noexcept;

/// About how many steps, 2 to 9, lie from one character to the next around place `at`.
double advance_around(const Places& places, std::size_t at);

/// Weighs the guesses at a place with the scores that another network, which looked at this one
/// character, gave (natural logarithms up to a constant): a logarithmic opinion pool (Genest and
/// Zidek 1986). The best guess is then as probable as the best one was before: how sure it is that
/// something stands there stays the line network's to say. What the second look alone would have
/// made of it is the place's trust: what neither network would read by itself is doubtful, as all
/// text is that lies upside down. Characters without a score count as
/// those of the least one; when the first guess has none, nothing changes.
void weigh(Place& place, std::span<const StepGuess> scores, const SecondLookSettings& settings);

}  // namespace shiqu::ocr
