// shiqu-scale: is a large archive (`shiqu soak fill`) as quick as promised? One JSON line.

#include "storage/base/channel.h"
#include "storage/base/file.h"
#include "tests/support/scale.h"
#include "ui/app/text_variants.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <functional>

namespace {

using namespace shiqu;

Json facts_of(const test::Times& times) {
  return {{"count", times.count()},
          {"p50_ms", times.at(0.5)},
          {"p99_ms", times.at(0.99)},
          {"worst_ms", times.at(1)}};
}

Status run(const std::filesystem::path& archive, int rounds) {
  SHIQU_TRY_ASSIGN(const store::Variants variants,
                   app::text_variants(archive / "derived/variants.txt"));
  const test::ScaleFigures figures = test::measure_scale(archive, rounds, 42, variants);
  SHIQU_TRY_ASSIGN(store::Store large, store::Store::open(archive));
  SHIQU_TRY_ASSIGN(const store::PageCounts pages, large.page_counts());
  // Beside the large one, on the same disk.
  const std::filesystem::path beside = archive.string() + ".empty";
  std::filesystem::remove_all(beside);
  SHIQU_TRY(store::Store::init(beside, "empty"));
  SHIQU_TRY_ASSIGN(store::Store empty, store::Store::open(beside));
  model::User user;
  user.name = "scale";
  user.role = model::Role::Administrator;
  SHIQU_TRY(empty.add_user(store::Session::for_program(), user, "1234"));
  SHIQU_TRY_ASSIGN(const store::Session by, empty.login("scale", "1234"));
  model::Item item;
  item.identifier = item.title = "SCALE";
  SHIQU_TRY(empty.add_item(by, item));
  test::Times in_large;
  test::Times in_empty;
  const double ratio = test::keep_ratio(large, empty, rounds, in_large, in_empty);
  std::filesystem::remove_all(beside);
  const bool kept = figures.open_ms < 1000 && figures.items.at(0.99) < 50 &&
                    figures.pages.at(0.99) < 50 && figures.filters.at(0.99) < 50 &&
                    figures.search.at(0.99) < 50 && figures.absent.at(0.99) < 50 && ratio < 1.2 &&
                    test::peak_resident_mb() < 500;
  fmt::print("{}\n", Json{{"pages", pages.all()},
                          {"open_ms", figures.open_ms},
                          {"items", facts_of(figures.items)},
                          {"page_rows", facts_of(figures.pages)},
                          {"filters", facts_of(figures.filters)},
                          {"search", facts_of(figures.search)},
                          {"search_absent", facts_of(figures.absent)},
                          {"hits_mean", figures.hits},
                          {"keep", facts_of(in_large)},
                          {"keep_empty", facts_of(in_empty)},
                          {"keep_ratio", ratio},
                          {"peak_mb", test::peak_resident_mb()},
                          {"kept", kept}}
                         .dump(1));
  return kept ? Status{}
              : fail(ErrorCode::Timeout, "measure archive", archive.string(),
                     "slower than promised");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: shiqu-scale ARCHIVE [ROUNDS]\n", stderr);
    return 2;
  }
  if (const Status done = run(argv[1], argc == 3 ? std::max(1, std::atoi(argv[2])) : 400); !done) {
    fmt::print(stderr, "shiqu-scale: {}\n", done.error().text());
    return 1;
  }
  return 0;
}
