#include "ui/desk/page_shelf.h"

#include "storage/base/log.h"
#include "storage/base/text.h"
#include "ui/desk/words.h"

#include <algorithm>

namespace shiqu::desk {
namespace {

constexpr int kFoundAtOnce = 200;
constexpr std::size_t kReadAtOnce = 64;
constexpr std::size_t kMostRead = 64;  // pieces kept
constexpr std::size_t kMostItems = 1000;

Result<model::TextState> state_from(const std::string& words) {
  for (const auto state :
       {model::TextState::None, model::TextState::Proposed, model::TextState::Drafted,
        model::TextState::Submitted, model::TextState::Accepted, model::TextState::Returned}) {
    if (words == model::name_of(state) || words == state_words(state)) {
      return state;
    }
  }
  return fail(ErrorCode::InvalidInput, "filter pages", words);
}

}  // namespace

Status PageShelf::show(store::Store& store, store::PageFilter filter) {
  filter_ = std::move(filter);
  return reload(store);
}

Status PageShelf::reload(store::Store& store) {
  const std::size_t known = found_.size();
  groups_.clear();
  found_.clear();
  read_.clear();
  items_.clear();
  next_.reset();
  count_ = 0;
  if (!filter_.is_countable()) {
    next_.emplace();
    do {
      SHIQU_TRY(grow(store));
    } while (next_ && count_ < known);
    return {};
  }
  std::vector<store::ItemCount> counts;
  if (filter_.item) {
    SHIQU_TRY_ASSIGN(const std::int64_t number, store.item_number(*filter_.item));
    SHIQU_TRY_ASSIGN(const store::ListedItem item, store.listed_item(number));
    const std::int64_t pages = filter_.state ? item.pages.of(*filter_.state) : item.pages.all();
    if (pages > 0) {
      counts.push_back({number, pages});
    }
  } else {
    SHIQU_TRY_ASSIGN(counts, store.item_counts(filter_.state));
  }
  groups_.reserve(counts.size());
  for (const store::ItemCount& one : counts) {
    groups_.push_back({one.number, count_, static_cast<std::size_t>(one.pages)});
    count_ += static_cast<std::size_t>(one.pages);
  }
  return {};
}

Status PageShelf::grow(store::Store& store) {
  if (!next_) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const store::PageSlice slice, store.list_pages(filter_, *next_, kFoundAtOnce));
  for (const store::ListedPage& page : slice.pages) {
    add(page);
  }
  next_ = slice.next;
  return {};
}

void PageShelf::add(const store::ListedPage& page) {
  if (groups_.empty() || groups_.back().item_number != page.item_number) {
    groups_.push_back({page.item_number, count_, 0});
  }
  ++groups_.back().pages;
  ++count_;
  found_.push_back(page);
}

const store::ListedPage* PageShelf::find(store::Store& store, std::size_t index) {
  if (!filter_.is_countable()) {
    return &found_[index];
  }
  const auto behind =
      std::upper_bound(groups_.begin(), groups_.end(), index,
                       [](std::size_t at, const Group& group) { return at < group.first; });
  const Group& group = *(behind - 1);
  const std::size_t within = index - group.first;
  const std::size_t begin = within - within % kReadAtOnce;
  const auto key = std::pair(group.item_number, begin);
  auto piece = read_.find(key);
  if (piece == read_.end()) {
    auto rows = store.pages_of(group.item_number, filter_.state, static_cast<std::int64_t>(begin),
                               static_cast<int>(kReadAtOnce));
    if (!rows) {
      log::warning("desk", "{}", rows.error().text());
      return nullptr;
    }
    if (read_.size() >= kMostRead) {
      read_.clear();
    }
    piece = read_.emplace(key, std::move(*rows)).first;
  }
  return within - begin < piece->second.size() ? &piece->second[within - begin] : nullptr;
}

const model::Item* PageShelf::item(store::Store& store, std::int64_t number) {
  auto found = items_.find(number);
  if (found == items_.end()) {
    auto read = store.listed_item(number);
    if (!read) {
      log::warning("desk", "{}", read.error().text());
      return nullptr;
    }
    if (items_.size() >= kMostItems) {
      items_.clear();
    }
    found = items_.emplace(number, std::move(read->item)).first;
  }
  return &found->second;
}

const PageShelf::Entry* PageShelf::at(store::Store& store, std::size_t index) {
  if (index >= count_) {
    return nullptr;
  }
  const store::ListedPage* page = find(store, index);
  const model::Item* of = page != nullptr ? item(store, page->item_number) : nullptr;
  if (of == nullptr) {
    return nullptr;
  }
  entry_ = {*of, page->page, page->master};
  return &entry_;
}

std::optional<std::size_t> PageShelf::index_of(store::Store& store, const model::Page& page) {
  if (!filter_.is_countable()) {
    const auto found = std::find_if(found_.begin(), found_.end(),
                                    [&](const auto& one) { return one.page.id == page.id; });
    return found == found_.end() ? std::nullopt
                                 : std::optional(static_cast<std::size_t>(found - found_.begin()));
  }
  const auto number = store.item_number(page.item);
  const auto before = store.pages_before(page.item, filter_.state, page.order);
  if (!number || !before || (filter_.state && page.text_state != *filter_.state)) {
    return std::nullopt;
  }
  const auto group = std::lower_bound(
      groups_.begin(), groups_.end(), *number,
      [](const Group& one, std::int64_t wanted) { return one.item_number < wanted; });
  if (group == groups_.end() || group->item_number != *number ||
      static_cast<std::size_t>(*before) >= group->pages) {
    return std::nullopt;
  }
  return group->first + static_cast<std::size_t>(*before);
}

Result<store::PageFilter> filter_from(store::Store& store, std::string_view words) {
  store::PageFilter out;
  for (const std::string& word : split(words, ' ')) {
    if (word.empty()) {
      continue;
    }
    const std::string rest = word.substr(1);
    if (word.front() == '@') {
      if (const auto item = store.item_named(rest)) {
        out.item = item->id;
      } else if (item.error().code == ErrorCode::NotFound) {
        out.item_name = rest;
      } else {
        return fail(item.error());
      }
    } else if (word.front() == '#') {
      out.label = rest;
    } else if (word.front() == ':') {
      SHIQU_TRY_ASSIGN(out.state, state_from(rest));
    } else {
      out.text += out.text.empty() ? word : " " + word;
    }
  }
  return out;
}

}  // namespace shiqu::desk
