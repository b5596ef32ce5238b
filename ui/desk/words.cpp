#include "ui/desk/words.h"

#include "ui/app/i18n.h"

#include <fmt/format.h>

namespace shiqu::desk {

std::string state_words(model::TextState state) {
  switch (state) {
    case model::TextState::None:
      return _("not read yet");
    case model::TextState::Proposed:
      return _("read by the machine");
    case model::TextState::Drafted:
      return _("being corrected");
    case model::TextState::Submitted:
      return _("submitted");
    case model::TextState::Accepted:
      return _("accepted");
    case model::TextState::Returned:
      return _("returned");
  }
  return {};
}

std::string page_words(const model::Page& page) {
  return page.label.empty() ? fmt::format(fmt::runtime(_("page {}")), page.order) : page.label;
}

std::string title_words(const DeskModel::Entry& entry) {
  return fmt::format("{} · {} · {}", entry.item.identifier, page_words(entry.page),
                     state_words(entry.page.text_state));
}

}  // namespace shiqu::desk
