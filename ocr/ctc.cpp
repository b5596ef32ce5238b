#include "ocr/ctc.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace shiqu::ocr {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

double log_sum(double a, double b) {
  if (a < b) {
    std::swap(a, b);
  }
  return b == kNever ? a : a + std::log1p(std::exp(b - a));
}

// ------------------------------------------------------------------ search

/// One character more than its parent; the texts under search share their beginnings.
struct Node {
  int parent = -1;
  char32_t character = 0;
  double prior = 0;  ///< λ · language + bonus of the whole text
  std::map<char32_t, int> children;
};

/// A text ending here, by paths that end in a blank and in its last character.
struct Prefix {
  double blank = kNever;
  double ink = kNever;
  [[nodiscard]] double total() const { return log_sum(blank, ink); }
};

class Search {
 public:
  explicit Search(const CtcSettings& settings) : settings_(settings), nodes_(1) {
    beam_[0] = {0.0, kNever};
  }

  void step(const std::vector<StepGuess>& guesses) {
    const double least = std::log(settings_.least_p);
    std::map<int, Prefix> next;
    for (const auto& [node, prefix] : beam_) {
      for (const StepGuess& guess : guesses) {
        if (guess.character == kBlank) {
          double& blank = next[node].blank;
          blank = log_sum(blank, prefix.total() + guess.log_p);
          continue;
        }
        if (guess.log_p < least) {
          continue;
        }
        if (guess.character == at(node).character) {  // the same stroke of ink goes on …
          double& same = next[node].ink;
          same = log_sum(same, prefix.ink + guess.log_p);
          extend(node, guess, prefix.blank, next);  // … or the character stands there twice
        } else {
          extend(node, guess, prefix.total(), next);
        }
      }
    }
    keep_best(next);
  }

  [[nodiscard]] std::u32string best() const {
    int node = 0;
    double score = kNever;
    for (const auto& [candidate, prefix] : beam_) {
      if (prefix.total() + at(candidate).prior > score) {
        score = prefix.total() + at(candidate).prior;
        node = candidate;
      }
    }
    std::u32string out;
    for (; node > 0; node = at(node).parent) {
      out.push_back(at(node).character);
    }
    return {out.rbegin(), out.rend()};
  }

 private:
  [[nodiscard]] const Node& at(int node) const { return nodes_[static_cast<std::size_t>(node)]; }

  void extend(int node, const StepGuess& guess, double from, std::map<int, Prefix>& next) {
    if (from == kNever) {
      return;
    }
    double& ink = next[child_of(node, guess.character)].ink;
    ink = log_sum(ink, from + guess.log_p);
  }

  int child_of(int node, char32_t character) {
    const auto found = at(node).children.find(character);
    if (found != at(node).children.end()) {
      return found->second;
    }
    Node child;
    child.parent = node;
    child.character = character;
    child.prior = at(node).prior;
    if (settings_.language != nullptr) {
      const char32_t last = at(node).character;
      const char32_t before = node > 0 ? at(at(node).parent).character : LanguageModel::kStart;
      child.prior +=
          settings_.language_weight * settings_.language->log_p(before, last, character) +
          settings_.length_bonus;
    }
    const int id = static_cast<int>(nodes_.size());
    nodes_.push_back(std::move(child));
    nodes_[static_cast<std::size_t>(node)].children[character] = id;
    return id;
  }

  void keep_best(std::map<int, Prefix>& next) {
    std::vector<std::pair<double, int>> order;
    for (const auto& [node, prefix] : next) {
      order.emplace_back(prefix.total() + at(node).prior, node);
    }
    const auto kept = std::min(order.size(), static_cast<std::size_t>(settings_.beam));
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(),
                      std::greater<>());
    beam_.clear();
    for (std::size_t i = 0; i < kept; ++i) {
      beam_[order[i].second] = next[order[i].second];
    }
  }

  const CtcSettings& settings_;
  std::vector<Node> nodes_;
  std::map<int, Prefix> beam_;
};

// ------------------------------------------------------------------ alignment

double log_p_at(const std::vector<StepGuess>& guesses, char32_t character) {
  for (const StepGuess& guess : guesses) {
    if (guess.character == character) {
      return guess.log_p;
    }
  }
  return -30.0;  // not among the guesses kept: about 1e-13
}

/// For each step the state of the best path: even 2k = blank before character k, odd = character.
std::vector<int> best_path(const Steps& steps, const std::u32string& text) {
  const std::size_t states = 2 * text.size() + 1;
  const auto symbol = [&](std::size_t state) { return state % 2 == 0 ? kBlank : text[state / 2]; };
  std::vector<double> score(states, kNever);
  std::vector<std::vector<std::uint8_t>> moves(steps.size(), std::vector<std::uint8_t>(states, 0));
  score[0] = log_p_at(steps[0], kBlank);
  if (states > 1) {
    score[1] = log_p_at(steps[0], symbol(1));
  }
  for (std::size_t t = 1; t < steps.size(); ++t) {
    std::vector<double> next(states, kNever);
    for (std::size_t s = 0; s < states; ++s) {
      std::uint8_t move = 0;
      double best = score[s];
      if (s >= 1 && score[s - 1] > best) {
        best = score[s - 1];
        move = 1;
      }
      if (s >= 2 && s % 2 == 1 && symbol(s) != symbol(s - 2) && score[s - 2] > best) {
        best = score[s - 2];
        move = 2;
      }
      moves[t][s] = move;
      next[s] = best == kNever ? kNever : best + log_p_at(steps[t], symbol(s));
    }
    score = std::move(next);
  }
  std::size_t state = states - 1;
  if (states > 1 && score[states - 2] > score[states - 1]) {
    state = states - 2;
  }
  std::vector<int> path(steps.size());
  for (std::size_t t = steps.size(); t-- > 0;) {
    path[t] = static_cast<int>(state);
    state -= moves[t][state];
  }
  return path;
}

/// What the network saw where `read` stands, from the step that shows most of it.
void weigh(const Steps& steps, const CtcSettings& settings, ReadCharacter& read) {
  std::map<char32_t, double> seen;
  for (int t = read.first_step; t <= read.last_step; ++t) {
    for (const StepGuess& guess : steps[static_cast<std::size_t>(t)]) {
      if (guess.character != kBlank) {
        double& p = seen[guess.character];
        p = std::max(p, std::exp(static_cast<double>(guess.log_p)));
      }
    }
  }
  read.confidence = seen[read.character];
  seen.erase(read.character);
  for (const auto& [character, p] : seen) {
    read.others.push_back({character, p});
  }
  std::sort(read.others.begin(), read.others.end(),
            [](const auto& a, const auto& b) { return a.confidence > b.confidence; });
  if (read.others.size() > static_cast<std::size_t>(settings.others)) {
    read.others.resize(static_cast<std::size_t>(settings.others));
  }
}

}  // namespace

std::vector<ReadCharacter> decode(const Steps& steps, const CtcSettings& settings) {
  if (steps.empty()) {
    return {};
  }
  Search search(settings);
  for (const auto& guesses : steps) {
    search.step(guesses);
  }
  const std::u32string text = search.best();
  std::vector<ReadCharacter> out(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    out[i].character = text[i];
    out[i].first_step = -1;
  }
  const std::vector<int> path = best_path(steps, text);
  for (std::size_t t = 0; t < path.size(); ++t) {
    if (path[t] % 2 == 1) {
      ReadCharacter& read = out[static_cast<std::size_t>(path[t] / 2)];
      read.first_step = read.first_step < 0 ? static_cast<int>(t) : read.first_step;
      read.last_step = static_cast<int>(t);
    }
  }
  for (ReadCharacter& read : out) {
    weigh(steps, settings, read);
  }
  return out;
}

}  // namespace shiqu::ocr
