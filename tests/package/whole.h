#pragma once

#include "storage/base/channel.h"
#include "storage/base/text.h"
#include "tests/package/archive.h"
#include "tests/package/support.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace shiqu::package::test {

namespace fs = std::filesystem;

/// One package with every exporter there is: two reviewed pages, one page nobody has read.
struct Whole {
  PackagedArchive archive;
  PackagePlan plan;
  fs::path folder;

  Whole() {
    archive.accept_text(archive.keep_page(10));
    archive.accept_text(archive.keep_page(20));
    archive.keep_page(30);
    archive.keep_page(40);
    need(
        archive.store.propose_text(store::Session::for_program(), archive.last_page, small_text()));
    const char* kept = std::getenv("SHIQU_KEEP_PACKAGE");  // for validators run by hand
    const fs::path out = kept != nullptr ? fs::path(kept) : archive.dir.path() / "out";
    plan = archive.plan(options());
    folder = need(write_package(archive.store, archive.lead, plan, tools(), out, archive.key))
                 .bag.folder;
  }
  static PlanOptions options() {
    PlanOptions options;
    options.allow = {"unreviewed"};
    options.made_ms = 1'790'000'000'000;
    options.exporters = all_exporters();
    return options;
  }
  [[nodiscard]] fs::path file(const std::string& path) const { return folder / "data" / path; }
};

inline const Whole& whole() {
  static const Whole one;
  return one;
}

inline std::vector<Json> lines_of(const fs::path& file) {
  std::vector<Json> out;
  for (const std::string& line : split(get(file), '\n')) {
    if (!line.empty()) {
      auto json = parse_json(line);
      REQUIRE(json);
      out.push_back(std::move(*json));
    }
  }
  return out;
}

inline Json json_of(const std::string& path) {
  auto json = parse_json(get(whole().file(path)));
  REQUIRE(json);
  return std::move(*json);
}

}  // namespace shiqu::package::test
