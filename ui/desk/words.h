#pragma once

#include "ui/desk/desk_model.h"

#include <string>

namespace shiqu::desk {

/// The state of a page's text in the language of the interface.
std::string state_words(model::TextState state);

/// A page's own label, or "page 3".
std::string page_words(const model::Page& page);

/// "GJ0001 · page 3 · accepted".
std::string title_words(const DeskModel::Entry& entry);

}  // namespace shiqu::desk
