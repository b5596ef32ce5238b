#include "ocr/learning.h"

#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace shiqu::ocr {
namespace {

using Lines = std::vector<std::string>;

constexpr std::size_t kMostParts = 5;
constexpr int kShares = 8;  // 0, 0.1 … 0.7

/// −ln p summed over characters.
struct Surprise {
  double nats = 0;
  std::size_t characters = 0;
};

std::size_t letters_in(const Lines& lines) {
  std::size_t out = 0;
  for (const std::string& line : lines) {
    out += without_space_and_punctuation(to_utf32(line)).size();
  }
  return out;
}

/// Rare sequences are all a small text has: none is forgotten.
LanguageModel learnt_from(const Lines& lines) {
  return LanguageModel::learn(lines, {1, 1, 1});
}

/// What must not be torn apart: items, or pages when there is one item only.
std::vector<Lines> groups_of(std::span<const LearningPage> pages, bool by_item) {
  std::map<std::string, Lines> groups;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    Lines& group = groups[by_item ? pages[i].item : fmt::format("{:08}", i)];
    group.insert(group.end(), pages[i].lines.begin(), pages[i].lines.end());
  }
  std::vector<Lines> out;
  for (auto& [name, lines] : groups) {
    out.push_back(std::move(lines));
  }
  return out;
}

/// At most kMostParts of about one size: the largest group first, each to the smallest part.
std::vector<Lines> parts_of(std::vector<Lines> groups) {
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Lines& a, const Lines& b) { return letters_in(a) > letters_in(b); });
  std::vector<Lines> parts(std::min(kMostParts, groups.size()));
  std::vector<std::size_t> sizes(parts.size(), 0);
  for (const Lines& group : groups) {
    const auto smallest = std::min_element(sizes.begin(), sizes.end());
    *smallest += letters_in(group);
    Lines& part = parts[static_cast<std::size_t>(smallest - sizes.begin())];
    part.insert(part.end(), group.begin(), group.end());
  }
  return parts;
}

void add_surprise(const Lines& lines, const LanguageMix& mix, Surprise& surprise) {
  for (const std::string& line : lines) {
    char32_t before = LanguageModel::kStart;
    char32_t last = LanguageModel::kStart;
    for (const char32_t next : without_space_and_punctuation(to_utf32(line))) {
      surprise.nats -= mix.log_p(before, last, next);
      ++surprise.characters;
      before = std::exchange(last, next);
    }
  }
}

std::vector<ShareTrial> tried(const std::vector<Lines>& parts, const LanguageModel& general) {
  std::vector<Surprise> surprises(kShares);
  for (std::size_t held_out = 0; held_out < parts.size(); ++held_out) {
    Lines others;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i != held_out) {
        others.insert(others.end(), parts[i].begin(), parts[i].end());
      }
    }
    const LanguageModel station = learnt_from(others);
    for (int i = 0; i < kShares; ++i) {
      add_surprise(parts[held_out], {&general, &station, i / 10.0},
                   surprises[static_cast<std::size_t>(i)]);
    }
  }
  std::vector<ShareTrial> out;
  for (const Surprise& one : surprises) {
    const double share = static_cast<double>(out.size()) / 10;
    out.push_back({share, std::exp(one.nats / static_cast<double>(one.characters))});
  }
  return out;
}

}  // namespace

bool Learning::gains() const noexcept {
  return best.share > 0 && best.perplexity <= (1 - kLeastGain) * trials.front().perplexity;
}

Result<Learning> learn_language(std::span<const LearningPage> pages, const LanguageModel& general,
                                std::size_t least_characters) {
  constexpr const char* kWhat = "learn language";
  Learning out;
  Lines all;
  std::set<std::string> items;
  for (const LearningPage& page : pages) {
    all.insert(all.end(), page.lines.begin(), page.lines.end());
    items.insert(page.item);
  }
  out.characters = letters_in(all);
  if (out.characters < std::max<std::size_t>(1, least_characters)) {
    return fail(ErrorCode::InvalidInput, kWhat, fmt::format("{} characters", out.characters),
                fmt::format("at least {} characters of accepted text that people wrote or "
                            "corrected are needed",
                            least_characters));
  }
  out.pages = pages.size();
  out.items = items.size();
  out.by_item = items.size() > 1;
  const std::vector<Lines> parts = parts_of(groups_of(pages, out.by_item));
  if (parts.size() < 2) {
    return fail(ErrorCode::InvalidInput, kWhat, "one page",
                "a second page is needed: the model is tried on text it has not seen");
  }
  out.parts = static_cast<int>(parts.size());
  out.trials = tried(parts, general);
  out.best = *std::min_element(
      out.trials.begin(), out.trials.end(),
      [](const ShareTrial& a, const ShareTrial& b) { return a.perplexity < b.perplexity; });
  out.model = learnt_from(all);
  return out;
}

}  // namespace shiqu::ocr
