#include "ocr/ctc.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace shiqu::ocr {
namespace {

/// How sure the reader may be: of the characters of real columns that it held certain, people wrote
/// one or two in a hundred otherwise, most of them in another variant form (docs/reading.md).
constexpr double kMostSure = 0.985;
constexpr double kClearInk = 0.99;       ///< probability from which a guess is clear ink
constexpr double kLeastOmission = 0.01;  ///< a place is never left out when it is surer than this

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

/// `begins`: the place is the first of its column.
std::vector<Text> extended(const std::vector<Text>& texts, const Place& place, bool begins,
                           const CtcSettings& settings) {
  std::vector<Text> out;
  const bool clear = !place.guesses.empty() && place.guesses.front().p >= kClearInk;
  const double least_p = clear ? settings.least_p_beside_clear : settings.least_p;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const Text& text = texts[i];
    const int in_column = begins ? 0 : text.in_column;
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

/// A place of one of several columns.
struct PlaceInText {
  const Place* place = nullptr;
  std::size_t column = 0;
  bool begins = false;  ///< first of its column
};

/// What stands at each place in the best text; kBlank: nothing.
std::u32string search(const std::vector<PlaceInText>& places, const CtcSettings& settings) {
  std::vector<std::vector<Text>> texts{{Text{}}};
  for (const PlaceInText& at : places) {
    texts.push_back(
        best_texts(extended(texts.back(), *at.place, at.begins, settings), settings.beam));
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
  std::vector<const Place*> places;
  std::u32string text;
  std::vector<int> in_column;  ///< characters of its column before it
};

/// The guesses at place `i` weighed with the characters read around it, best first.
std::vector<Guess> weighed(const Row& row, std::size_t i, const CtcSettings& settings) {
  const Place& place = *row.places[i];
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
  // The root of what a second look left: the networks do not err independently of each other.
  for (Guess& guess : out) {
    guess.p *= kMostSure * std::sqrt(place.trust) * (1 - place.nothing) / std::max(sum, 1e-300);
  }
  std::sort(out.begin(), out.end(), [](const Guess& a, const Guess& b) { return a.p > b.p; });
  return out;
}

ReadCharacter described(const Row& row, std::size_t i, const CtcSettings& settings) {
  ReadCharacter out{row.text[i], row.places[i]->first_step, row.places[i]->last_step, 0, {}};
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

std::vector<std::vector<ReadCharacter>> decode_together(std::span<const Places* const> columns,
                                                        const CtcSettings& settings) {
  std::vector<PlaceInText> places;
  for (std::size_t column = 0; column < columns.size(); ++column) {
    for (const Place& place : *columns[column]) {
      places.push_back({&place, column, &place == &columns[column]->front()});
    }
  }
  const std::u32string read = search(places, settings);
  Row row;
  std::vector<std::size_t> stands_in;
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (read[i] != kBlank) {
      const bool on = !stands_in.empty() && stands_in.back() == places[i].column;
      row.in_column.push_back(on ? row.in_column.back() + 1 : 0);
      row.places.push_back(places[i].place);
      row.text.push_back(read[i]);
      stands_in.push_back(places[i].column);
    }
  }
  std::vector<std::vector<ReadCharacter>> out(columns.size());
  for (std::size_t i = 0; i < row.text.size(); ++i) {
    out[stands_in[i]].push_back(described(row, i, settings));
  }
  return out;
}

std::vector<ReadCharacter> decode(const Places& places, const CtcSettings& settings) {
  const Places* const column = &places;
  return std::move(decode_together({&column, 1}, settings).front());
}

std::vector<ReadCharacter> decode_either_way(const Places& places, const CtcSettings& settings) {
  std::vector<ReadCharacter> backward = decode({places.rbegin(), places.rend()}, settings);
  if (settings.language.general == nullptr) {
    return backward;
  }
  std::vector<ReadCharacter> forward = decode(places, settings);
  return log_p_of(forward, settings.language) > log_p_of(backward, settings.language) ? forward
                                                                                      : backward;
}

}  // namespace shiqu::ocr
