#include "ocr/language.h"

#include "storage/base/file.h"
#include "storage/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr std::string_view kMagic = "SHIQULM1";
constexpr double kDiscount = 0.75;              // near n1 / (n1 + 2 n2) of classical Chinese text
constexpr std::size_t kMostCharacters = 65000;  // ids are 16 bits
constexpr std::uint64_t kLargestFile = 256ULL << 20U;

std::uint32_t pair_key(std::uint32_t before, std::uint32_t last) {
  return (before << 16U) | last;
}

// ---- file: numbers as LEB128, so that the small ones that fill it take one byte

void put(std::uint64_t number, std::string& out) {
  while (number >= 0x80) {
    out.push_back(static_cast<char>((number & 0x7fU) | 0x80U));
    number >>= 7U;
  }
  out.push_back(static_cast<char>(number));
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint64_t number() {
    std::uint64_t out = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      if (at_ >= bytes_.size()) {
        break;
      }
      const auto byte = static_cast<std::uint8_t>(bytes_[at_++]);
      out |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
      if ((byte & 0x80U) == 0) {
        return out;
      }
    }
    bad_ = true;
    return 0;
  }

  /// A count of things that take at least one byte each.
  std::uint64_t length() {
    const std::uint64_t out = number();
    bad_ = bad_ || out > bytes_.size() - at_;
    return bad_ ? 0 : out;
  }

  [[nodiscard]] bool bad() const { return bad_; }
  [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  bool bad_ = false;
};

}  // namespace

// ------------------------------------------------------------------ learning

LanguageModel LanguageModel::learn(std::span<const std::string> lines, const Pruning& pruning) {
  std::vector<std::u32string> texts;
  std::unordered_map<char32_t, std::uint32_t> seen;
  for (const std::string& line : lines) {
    texts.push_back(without_space_and_punctuation(to_utf32(line)));
    for (const char32_t character : texts.back()) {
      ++seen[character];
    }
  }
  std::vector<std::pair<std::uint32_t, char32_t>> order;
  for (const auto& [character, count] : seen) {
    order.emplace_back(count, character);
  }
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  order.resize(std::min(order.size(), kMostCharacters));
  LanguageModel out;
  for (const auto& [count, character] : order) {
    out.known_.push_back(character);
    out.counts_.push_back(count);
  }
  out.index();

  std::vector<std::uint64_t> pairs;
  std::vector<std::uint64_t> triples;
  for (const std::u32string& text : texts) {
    std::uint64_t before = 0;
    std::uint64_t last = 0;
    for (const char32_t character : text) {
      const std::uint64_t next = out.id_of(character);
      pairs.push_back((last << 16U) | next);
      triples.push_back((before << 32U) | (last << 16U) | next);
      before = last;
      last = next;
    }
  }
  const auto gather = [](std::vector<std::uint64_t>& grams, int min_count, int min_history) {
    std::sort(grams.begin(), grams.end());
    Followers followers;
    std::size_t at = 0;
    while (at < grams.size()) {
      const auto history = static_cast<std::uint32_t>(grams[at] >> 16U);
      const std::size_t begin = at;
      while (at < grams.size() && (grams[at] >> 16U) == history) {
        ++at;
      }
      const std::size_t end = at;
      const bool rare = end - begin < static_cast<std::size_t>(min_history);
      const auto least = static_cast<std::size_t>(rare ? std::max(min_count, 2) : min_count);
      const std::size_t kept_before = followers.next.size();
      for (at = begin; at < end;) {
        const std::size_t first = at;
        while (at < end && grams[at] == grams[first]) {
          ++at;
        }
        if (at - first >= least) {
          followers.next.push_back(static_cast<Id>(grams[first] & 0xffffU));
          followers.count.push_back(static_cast<std::uint32_t>(at - first));
        }
      }
      if (followers.next.size() > kept_before) {
        followers.history.push_back(history);
        followers.first.push_back(static_cast<std::uint32_t>(kept_before));
        followers.total.push_back(static_cast<std::uint32_t>(at - begin));
      }
    }
    followers.first.push_back(static_cast<std::uint32_t>(followers.next.size()));
    followers.add_up();
    return followers;
  };
  out.pairs_ = gather(pairs, pruning.min_bigram, 1);
  out.triples_ = gather(triples, pruning.min_trigram, pruning.min_history);
  return out;
}

void LanguageModel::index() {
  total_ = 1;
  ids_.clear();
  for (std::size_t i = 0; i < known_.size(); ++i) {
    ids_[known_[i]] = static_cast<Id>(i + 1);
    total_ += counts_[i];
  }
}

LanguageModel::Id LanguageModel::id_of(char32_t character) const noexcept {
  const auto found = ids_.find(character);
  return found == ids_.end() ? Id{0} : found->second;
}

// ------------------------------------------------------------------ asking

void LanguageModel::Followers::add_up() {
  held.clear();
  for (std::size_t slot = 0; slot < history.size(); ++slot) {
    const auto begin = count.begin() + first[slot];
    held.push_back(std::accumulate(begin, count.begin() + first[slot + 1], 0U));
  }
}

/// What look_up() relies on: order, and shares that are probabilities.
bool LanguageModel::Followers::sound(std::uint64_t known) const noexcept {
  for (std::size_t slot = 0; slot < history.size(); ++slot) {
    if (slot > 0 && history[slot] <= history[slot - 1]) {
      return false;
    }
    std::uint64_t kept = 0;
    for (auto at = first[slot]; at < first[slot + 1]; ++at) {
      if (count[at] == 0 || next[at] > known || (at > first[slot] && next[at] <= next[at - 1])) {
        return false;
      }
      kept += count[at];
    }
    if (kept > total[slot]) {
      return false;
    }
  }
  return true;
}

LanguageModel::Followers::Answer LanguageModel::Followers::look_up(std::uint32_t key,
                                                                   Id follower) const noexcept {
  const auto place = std::lower_bound(history.begin(), history.end(), key);
  if (place == history.end() || *place != key) {
    return {};
  }
  const auto slot = static_cast<std::size_t>(place - history.begin());
  const auto begin = next.begin() + first[slot];
  const auto end = next.begin() + first[slot + 1];
  const double all = total[slot];
  Answer out;
  // What was forgotten when the model was pruned goes to the shorter history too.
  out.left = (all - held[slot] + kDiscount * static_cast<double>(end - begin)) / all;
  const auto found = std::lower_bound(begin, end, follower);
  if (found != end && *found == follower) {
    out.seen = (count[static_cast<std::size_t>(found - next.begin())] - kDiscount) / all;
  }
  return out;
}

double LanguageModel::log_p(char32_t before, char32_t last, char32_t next) const noexcept {
  const Id id = id_of(next);
  const double size = static_cast<double>(known_.size()) + 1;
  const double alone = (id == 0 ? 0.5 : counts_[id - 1U] + 0.5) / (total_ + size / 2);
  return std::log(p_over(alone, before, last, next));
}

double LanguageModel::p_over(double base, char32_t before, char32_t last,
                             char32_t next) const noexcept {
  const Id id = id_of(next);
  const Id last_id = id_of(last);
  const auto pair = pairs_.look_up(last_id, id);
  const double after_one = pair.seen + pair.left * base;
  if (last_id == 0) {
    return after_one;
  }
  const auto triple = triples_.look_up(pair_key(id_of(before), last_id), id);
  return triple.seen + triple.left * after_one;
}

double LanguageMix::log_p(char32_t before, char32_t last, char32_t next) const noexcept {
  const double log_general = general->log_p(before, last, next);
  const bool been_here =
      station != nullptr && (last == LanguageModel::kStart || station->knows(last));
  if (!been_here) {
    return log_general;
  }
  const double p = std::exp(log_general);
  return std::log((1 - share) * p + share * station->p_over(p, before, last, next));
}

// ------------------------------------------------------------------ file

std::string LanguageModel::bytes() const {
  std::string out(kMagic);
  put(known_.size(), out);
  for (std::size_t i = 0; i < known_.size(); ++i) {
    put(known_[i], out);
    put(counts_[i], out);
  }
  for (const Followers* followers : {&pairs_, &triples_}) {
    put(followers->history.size(), out);
    std::uint32_t history = 0;
    for (std::size_t slot = 0; slot < followers->history.size(); ++slot) {
      put(followers->history[slot] - history, out);
      history = followers->history[slot];
      put(followers->total[slot], out);
      put(followers->first[slot + 1] - followers->first[slot], out);
      std::uint32_t next = 0;
      for (auto at = followers->first[slot]; at < followers->first[slot + 1]; ++at) {
        put(followers->next[at] - next, out);
        next = followers->next[at];
        put(followers->count[at], out);
      }
    }
  }
  return out;
}

Result<LanguageModel> LanguageModel::from_bytes(std::string_view bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic) {
    return fail(ErrorCode::Corrupt, "read language model", {}, "not such a file");
  }
  Reader in(bytes.substr(kMagic.size()));
  LanguageModel out;
  const std::uint64_t known = in.length();
  for (std::uint64_t i = 0; i < known; ++i) {
    out.known_.push_back(static_cast<char32_t>(in.number()));
    out.counts_.push_back(static_cast<std::uint32_t>(in.number()));
  }
  out.index();
  for (Followers* followers : {&out.pairs_, &out.triples_}) {
    const std::uint64_t histories = in.length();
    std::uint32_t history = 0;
    for (std::uint64_t slot = 0; slot < histories; ++slot) {
      history += static_cast<std::uint32_t>(in.number());
      followers->history.push_back(history);
      followers->total.push_back(
          std::max<std::uint32_t>(1, static_cast<std::uint32_t>(in.number())));
      followers->first.push_back(static_cast<std::uint32_t>(followers->next.size()));
      const std::uint64_t entries = in.length();
      std::uint32_t next = 0;
      for (std::uint64_t i = 0; i < entries; ++i) {
        next += static_cast<std::uint32_t>(in.number());
        followers->next.push_back(static_cast<Id>(next));
        followers->count.push_back(static_cast<std::uint32_t>(in.number()));
      }
    }
    followers->first.push_back(static_cast<std::uint32_t>(followers->next.size()));
    followers->add_up();
  }
  if (in.bad() || !in.at_end() || known > kMostCharacters || !out.pairs_.sound(known) ||
      !out.triples_.sound(known)) {
    return fail(ErrorCode::Corrupt, "read language model", {}, "cut short or altered");
  }
  return out;
}

Result<LanguageModel> LanguageModel::load(const std::filesystem::path& file) {
  SHIQU_TRY_ASSIGN(const std::string bytes, read_file(file, kLargestFile));
  return from_bytes(bytes);
}

}  // namespace shiqu::ocr
