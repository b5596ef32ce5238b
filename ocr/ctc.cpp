#include "ocr/ctc.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr double kLeastInk = 0.15;  ///< probability of any character that makes a weak place
/// How sure the reader may be: of the characters of real columns that it held certain, people wrote
/// one or two in a hundred otherwise, most of them in another variant form (docs/reading.md).
constexpr double kMostSure = 0.985;
constexpr double kClearInk = 0.99;       ///< probability from which a guess is clear ink
constexpr double kLeastOmission = 0.01;  ///< a place is never left out when it is surer than this

// ------------------------------------------------------------------ places

struct Guess {
  char32_t character = 0;
  double p = 0;
};

/// A place along the line where a character stands, or perhaps nothing.
struct Place {
  int first_step = 0;
  int last_step = 0;
  std::vector<Guess> guesses;  ///< p sums to 1 - nothing; best first
  double nothing = 1;          ///< probability that no character stands here
  bool begins = false;         ///< first of its column
};

double p_of(const std::vector<StepGuess>& step, char32_t character) {
  for (const StepGuess& guess : step) {
    if (guess.character == character) {
      return std::exp(static_cast<double>(guess.log_p));
    }
  }
  return 0;
}

char32_t best_of(const std::vector<StepGuess>& step) {
  const auto best = std::max_element(
      step.begin(), step.end(), [](const auto& a, const auto& b) { return a.log_p < b.log_p; });
  return best == step.end() ? kBlank : best->character;
}

/// Runs of steps whose best guess is the same character, and runs of steps between them that show
/// some ink though blank is more probable.
std::vector<Place> find_places(const Steps& steps) {
  std::vector<char32_t> best;
  for (const auto& step : steps) {
    best.push_back(best_of(step));
  }
  const auto shows = [&](std::size_t t) { return t < best.size() && best[t] != kBlank; };
  std::vector<Place> out;
  bool weak_before = false;
  for (std::size_t t = 0; t < steps.size(); ++t) {
    const bool beside = (t > 0 && shows(t - 1)) || shows(t + 1);  // the skirt of a peak
    const bool weak = !shows(t) && !beside && 1 - p_of(steps[t], kBlank) > kLeastInk;
    const bool goes_on = shows(t) ? t > 0 && best[t] == best[t - 1] : weak && weak_before;
    if (goes_on) {
      out.back().last_step = static_cast<int>(t);
    } else if (shows(t) || weak) {
      out.push_back({static_cast<int>(t), static_cast<int>(t), {}, 1});
    }
    weak_before = weak;
  }
  return out;
}

/// What the network sees at a place: of each character the step that shows most of it.
void look(const Steps& steps, Place& place) {
  std::map<char32_t, double> seen;
  for (int t = place.first_step; t <= place.last_step; ++t) {
    const auto& step = steps[static_cast<std::size_t>(t)];
    for (const StepGuess& guess : step) {
      if (guess.character != kBlank) {
        double& p = seen[guess.character];
        p = std::max(p, std::exp(static_cast<double>(guess.log_p)));
      }
    }
    place.nothing *= p_of(step, kBlank);
  }
  double sum = 0;
  for (const auto& [character, p] : seen) {
    sum += p;
  }
  for (const auto& [character, p] : seen) {
    place.guesses.push_back({character, p / sum * (1 - place.nothing)});
  }
  std::sort(place.guesses.begin(), place.guesses.end(),
            [](const Guess& a, const Guess& b) { return a.p > b.p; });
}

// ------------------------------------------------------------------ search

/// How far a character stands from the head of its column. From kInside on the two before it are
/// of the same column.
constexpr int kInside = 2;

/// log p of `next` after two characters, when it has `place` characters of its column before it:
/// the column goes on with the text of the one before, or it begins something new.
double log_p(const CtcSettings& settings, char32_t before, char32_t last, char32_t next,
             int place) {
  const LanguageMix& language = settings.language;
  const double log_on = language.log_p(before, last, next);
  const char32_t own = place == 0 ? LanguageModel::kStart : last;
  if (place >= kInside || (before == LanguageModel::kStart && own == last)) {
    return log_on;
  }
  const double fresh = settings.fresh;
  return std::log((1 - fresh) * std::exp(log_on) +
                  fresh * std::exp(language.log_p(LanguageModel::kStart, own, next)));
}

/// λ · log p of the language; 0 without one.
double prior(const CtcSettings& settings, char32_t before, char32_t last, char32_t next,
             int place) {
  return settings.language.general == nullptr
             ? 0
             : settings.language_weight * log_p(settings, before, last, next, place);
}

/// A text up to a place. Texts that end in the same two characters, as far into their column, have
/// the same future: only the best of them is kept.
struct Text {
  char32_t before = LanguageModel::kStart;
  char32_t last = LanguageModel::kStart;
  int in_column = 0;  ///< characters of the present column, kInside for more
  double score = 0;
  int parent = -1;         ///< in the texts of the place before
  char32_t read = kBlank;  ///< at this place; kBlank: nothing
};

std::vector<Text> extended(const std::vector<Text>& texts, const Place& place,
                           const CtcSettings& settings) {
  std::vector<Text> out;
  const bool clear = !place.guesses.empty() && place.guesses.front().p >= kClearInk;
  const double least_p = clear ? settings.least_p_beside_clear : settings.least_p;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Text& text = texts[i];
    const int in_column = place.begins ? 0 : text.in_column;
    for (const Guess& guess : place.guesses) {
      if (guess.p < least_p) {
        break;
      }
      out.push_back({text.last, guess.character, std::min(in_column + 1, kInside),
                     text.score + std::log(guess.p) +
                         prior(settings, text.before, text.last, guess.character, in_column),
                     static_cast<int>(i), guess.character});
    }
    if (place.nothing >= kLeastOmission) {
      const double cost = settings.language.general == nullptr ? 0 : settings.omission_cost;
      out.push_back({text.before, text.last, in_column, text.score + std::log(place.nothing) - cost,
                     static_cast<int>(i), kBlank});
    }
  }
  return out;
}

std::vector<Text> best_texts(std::vector<Text> texts, int beam) {
  std::sort(texts.begin(), texts.end(),
            [](const Text& a, const Text& b) { return a.score > b.score; });
  std::vector<Text> out;
  for (const Text& text : texts) {
    const bool known = std::any_of(out.begin(), out.end(), [&](const Text& kept) {
      return kept.before == text.before && kept.last == text.last &&
             kept.in_column == text.in_column;
    });
    if (!known) {
      out.push_back(text);
    }
    if (out.size() == static_cast<std::size_t>(beam)) {
      break;
    }
  }
  return out;
}

/// What stands at each place in the best text; kBlank: nothing.
std::u32string search(const std::vector<Place>& places, const CtcSettings& settings) {
  std::vector<std::vector<Text>> texts{{Text{}}};
  for (const Place& place : places) {
    texts.push_back(best_texts(extended(texts.back(), place, settings), settings.beam));
  }
  std::u32string out(places.size(), kBlank);
  int at = 0;  // the best text stands first
  for (std::size_t i = places.size(); i > 0; --i) {
    const Text& text = texts[i][static_cast<std::size_t>(at)];
    out[i - 1] = text.read;
    at = text.parent;
  }
  return out;
}

// ------------------------------------------------------------------ confidence

/// What was read, with the place it stands at: columns end to end.
struct Row {
  std::vector<Place> places;
  std::u32string text;
  std::vector<int> in_column;  ///< characters of its column before it
};

/// The guesses at place `i` weighed with the characters read around it, best first.
std::vector<Guess> weighed(const Row& row, std::size_t i, const CtcSettings& settings) {
  const Place& place = row.places[i];
  const auto read = [&](std::size_t at) { return at < row.text.size() ? row.text[at] : kBlank; };
  std::vector<Guess> out = place.guesses;
  double sum = 0;
  for (Guess& guess : out) {
    // Two characters before (none at the start), the guess, up to two behind it.
    const char32_t around[] = {i >= 2 ? row.text[i - 2] : LanguageModel::kStart,
                               i >= 1 ? row.text[i - 1] : LanguageModel::kStart, guess.character,
                               read(i + 1), read(i + 2)};
    for (std::size_t k = 2; k < 5 && around[k] != kBlank; ++k) {
      guess.p *= std::exp(
          prior(settings, around[k - 2], around[k - 1], around[k], row.in_column[i + k - 2]));
    }
    sum += guess.p;
  }
  for (Guess& guess : out) {
    guess.p *= kMostSure * (1 - place.nothing) / std::max(sum, 1e-300);
  }
  std::sort(out.begin(), out.end(), [](const Guess& a, const Guess& b) { return a.p > b.p; });
  return out;
}

ReadCharacter described(const Row& row, std::size_t i, const CtcSettings& settings) {
  ReadCharacter out{row.text[i], row.places[i].first_step, row.places[i].last_step, 0, {}};
  for (const Guess& guess : weighed(row, i, settings)) {
    if (guess.character == row.text[i]) {
      out.confidence = guess.p;
    } else if (out.others.size() < static_cast<std::size_t>(settings.others)) {
      out.others.push_back({guess.character, guess.p});
    }
  }
  return out;
}

/// log p of a text by the language.
double log_p_of(const std::vector<ReadCharacter>& text, const LanguageMix& language) {
  double out = 0;
  char32_t before = LanguageModel::kStart;
  char32_t last = LanguageModel::kStart;
  for (const ReadCharacter& read : text) {
    out += language.log_p(before, last, read.character);
    before = last;
    last = read.character;
  }
  return out;
}

}  // namespace

std::vector<std::vector<ReadCharacter>> decode_together(std::span<const Steps* const> columns,
                                                        const CtcSettings& settings) {
  std::vector<Place> places;
  std::vector<std::size_t> column_of;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    std::vector<Place> found = find_places(*columns[column]);
    for (Place& place : found) {
      look(*columns[column], place);
      place.begins = &place == &found.front();
      places.push_back(std::move(place));
      column_of.push_back(column);
    }
  }
  const std::u32string read = search(places, settings);
  Row row;
  std::vector<std::size_t> stands_in;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (read[i] != kBlank) {
      const bool on = !stands_in.empty() && stands_in.back() == column_of[i];
      row.in_column.push_back(on ? row.in_column.back() + 1 : 0);
      row.places.push_back(std::move(places[i]));
      row.text.push_back(read[i]);
      stands_in.push_back(column_of[i]);
    }
  }
  std::vector<std::vector<ReadCharacter>> out(columns.size());
  for (std::size_t i = 0; i < row.text.size(); ++i) {
    out[stands_in[i]].push_back(described(row, i, settings));
  }
  return out;
}

std::vector<ReadCharacter> decode(const Steps& steps, const CtcSettings& settings) {
  const Steps* const column = &steps;
  return std::move(decode_together({&column, 1}, settings).front());
}

std::vector<ReadCharacter> decode_either_way(const Steps& steps, const CtcSettings& settings) {
  std::vector<ReadCharacter> backward = decode({steps.rbegin(), steps.rend()}, settings);
  const int last = static_cast<int>(steps.size()) - 1;
  for (ReadCharacter& read : backward) {
    read = {read.character, last - read.last_step, last - read.first_step, read.confidence,
            std::move(read.others)};
  }
  if (settings.language.general == nullptr) {
    return backward;
  }
  std::vector<ReadCharacter> forward = decode(steps, settings);
  return log_p_of(forward, settings.language) > log_p_of(backward, settings.language) ? forward
                                                                                      : backward;
}

}  // namespace shiqu::ocr
