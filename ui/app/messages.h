#pragma once

#include "storage/base/error.h"
#include "storage/store/room.h"

#include <string>

namespace shiqu::app {

/// What kind of failure it was, as one sentence in the language of the user.
std::string sentence(ErrorCode code);

/// What a person can do about it; empty when there is nothing general to say.
std::string advice(ErrorCode code);

/// The sentence, then in brackets what was attempted, on what, and the library's own words: these
/// stay as they are in the log and in JSON, so that they can be looked up.
/// "It does not exist. [find item: GJ0001]"
std::string message(const Error& error);

/// How many captures there is room for, when there are few; otherwise empty.
std::string room_warning(const store::Room& room);

}  // namespace shiqu::app
