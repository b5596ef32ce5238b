#include "tests/support/scale.h"

#include "storage/base/file.h"
#include "storage/base/ids.h"
#include "storage/base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>

namespace shiqu::test {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fputs((result.error().text() + "\n").c_str(), stderr);
    std::abort();
  }
  return std::move(*result);
}

constexpr std::u32string_view kFrequent = U"之不以也而其者為人有於子一曰大";

/// A part of the text of a page somewhere.
class Needles {
 public:
  Needles(store::Store& store, std::uint64_t seed)
      : store_(store), counts_(must(store.item_counts(std::nullopt))), random_(seed) {}

  store::ListedPage page() {
    while (true) {
      const store::ItemCount& item = counts_[random_() % counts_.size()];
      const auto offset =
          static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(item.pages));
      std::vector<store::ListedPage> rows =
          must(store_.pages_of(item.number, std::nullopt, offset, 1));
      if (!rows.empty() && rows.front().page.text_revision > 0) {
        return rows.front();
      }
    }
  }

  std::string of_length(std::size_t length) {
    while (true) {
      const model::PageText text = must(store_.text(page().page.id)).text;
      std::u32string all;
      for (const model::Line& line : text.lines) {
        all += to_utf32(line.text);
      }
      if (all.size() >= length) {
        return to_utf8(all.substr(random_() % (all.size() - length + 1), length));
      }
    }
  }

  std::string of_title(std::size_t length) {
    const std::int64_t number = counts_[random_() % counts_.size()].number;
    const std::u32string title = to_utf32(must(store_.listed_item(number)).item.title);
    return to_utf8(title.substr(random_() % (title.size() - length + 1), length));
  }

  std::string frequent(std::size_t length) {
    std::u32string out;
    for (std::size_t i = 0; i < length; ++i) {
      out += kFrequent[random_() % kFrequent.size()];
    }
    return to_utf8(out);
  }

  std::mt19937_64& random() { return random_; }
  [[nodiscard]] const std::vector<store::ItemCount>& counts() const { return counts_; }

 private:
  store::Store& store_;
  std::vector<store::ItemCount> counts_;
  std::mt19937_64 random_;
};

void measure_lists(store::Store& store, Needles& needles, int rounds, ScaleFigures& out) {
  for (int i = 0; i < rounds; ++i) {
    const store::ItemCount item = needles.counts()[needles.random()() % needles.counts().size()];
    out.items.add(milliseconds_of([&] { must(store.list_items(item.number - 1, 100)); }));
    const auto offset =
        static_cast<std::int64_t>(needles.random()() % static_cast<std::uint64_t>(item.pages));
    out.pages.add(milliseconds_of([&] {
      must(store.item_counts(std::nullopt));
      must(store.pages_of(item.number, std::nullopt, offset, 64));
    }));
  }
}

std::vector<store::PageFilter> filters(Needles& needles, const store::Variants& variants) {
  const store::ListedPage page = needles.page();
  std::vector<store::PageFilter> out(11);
  out[0].state = model::TextState::Submitted;
  out[1].state = model::TextState::Returned;  // none
  out[2].label = page.page.label;
  out[3].label = page.page.label;
  out[3].state = model::TextState::Accepted;  // none, however many have the label
  out[4].item = page.page.item;
  out[5].text = needles.of_length(2);
  out[6].text = needles.of_length(1);
  out[6].state = model::TextState::Returned;
  out[7].text = needles.of_length(2);
  out[7].item = page.page.item;
  out[8].label = page.page.label.substr(page.page.label.size() - 1);  // half of all pages
  out[9].item_name = needles.of_title(2);
  out[10].item_name = needles.of_title(1);
  out[10].state = model::TextState::Returned;  // none
  for (store::PageFilter& one : out) {
    one.variants = variants;
  }
  return out;
}

}  // namespace

double Times::at(double share) const {
  std::vector<double> sorted = ms_;
  std::sort(sorted.begin(), sorted.end());
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(std::ceil(share * last))];
}

double milliseconds_of(const std::function<void()>& work) {
  const auto begun = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun)
      .count();
}

double peak_resident_mb() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word == "VmHWM:") {
      double kilobytes = 0;
      status >> kilobytes;
      return kilobytes / 1024;
    }
  }
  return 0;
}

ScaleFigures measure_scale(const std::filesystem::path& archive, int rounds, std::uint64_t seed,
                           const store::Variants& variants) {
  ScaleFigures out;
  std::optional<store::Store> opened;
  out.open_ms = milliseconds_of([&] { opened = must(store::Store::open(archive)); });
  store::Store& store = *opened;
  Needles needles(store, seed);
  measure_lists(store, needles, rounds, out);
  for (int i = 0; i < std::max(1, rounds / 8); ++i) {
    for (const store::PageFilter& filter : filters(needles, variants)) {
      out.filters.add(milliseconds_of([&] { must(store.list_pages(filter, {}, 100)); }));
    }
  }
  store::SearchQuery query;
  query.variants = variants;
  for (int i = 0; i < rounds; ++i) {
    query.needle = needles.of_length(static_cast<std::size_t>(i % 8) + 1);
    out.search.add(milliseconds_of(
        [&] { out.hits += static_cast<double>(must(store.search(query)).hits.size()); }));
    query.needle = needles.frequent(static_cast<std::size_t>(i % 4) + 2);
    out.absent.add(milliseconds_of([&] { must(store.search(query)); }));
  }
  out.hits /= static_cast<double>(out.search.count());
  out.resident_mb = peak_resident_mb();
  return out;
}

double keep_ratio(store::Store& large, store::Store& empty, int count, Times& in_large,
                  Times& in_empty) {
  const auto keep = [](store::Store& store, int number, Times& times) {
    const ItemId item = must(store.list_items(0, 1)).front().item.id;
    const auto file = [&](const char* kind) {
      const auto path = store.spool() / fmt::format("scale-{}-{}", kind, number);
      std::filesystem::remove(path);
      // Never the same twice: a file that is there already would be kept without being written.
      if (!write_new_file(path, fmt::format("{} {} {}", kind, number, new_uuid()))) {
        std::abort();
      }
      return path;
    };
    store::NewCapture fresh;
    fresh.item = item;
    fresh.capture.width_px = fresh.capture.height_px = 1;
    fresh.master = {file("master"), "image/tiff"};
    fresh.received = {file("received"), "image/jpeg"};
    times.add(milliseconds_of([&] { must(store.keep(store::Session::for_program(), fresh)); }));
  };
  for (int i = 0; i < count; ++i) {
    keep(large, i, in_large);
    keep(empty, i, in_empty);
  }
  return in_large.at(0.5) / in_empty.at(0.5);
}

}  // namespace shiqu::test
