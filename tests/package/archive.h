#pragma once

#include "storage/imaging/codecs.h"
#include "storage/imaging/tiff.h"
#include "storage/package/exporter.h"
#include "storage/package/package.h"
#include "storage/package/render.h"
#include "tests/package/support.h"
#include "ui/app/builtin.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace shiqu::package::test {

template <class T>
T need(Result<T> result) {
  REQUIRE_MESSAGE(result, (result ? std::string() : result.error().text()));
  return std::move(*result);
}

inline void need(const Status& status) {
  REQUIRE_MESSAGE(status, (status ? std::string() : status.error().text()));
}

inline const Registry<Exporter>& exporters() {
  static const Registry<Exporter> all = app::builtin_exporters();
  return all;
}

/// Pictures are rendered in this process.
inline ExportTools tools() {
  return {exporters(),
          [](const Json& request) { return answer_render(request, [](const Json&) {}); },
          {}};
}

inline std::vector<std::string> all_exporters() {
  std::vector<std::string> names;
  for (const auto& exporter : exporters()) {
    names.emplace_back(exporter->name());
  }
  return names;
}

/// An archive with two people, one item and the pages a test keeps.
struct PackagedArchive {
  TempDir dir;
  PageId last_page;
  StationKey key = new_station_key();
  store::Store store = make();
  store::Session lead = person("lead", model::Role::Administrator);
  store::Session second = add_person("second", model::Role::Reviewer);
  ItemId item = add_item();

  store::Store make() {
    need(store::Store::init(dir.path() / "archive", "館藏"));
    return need(store::Store::open(dir.path() / "archive"));
  }
  store::Session person(const std::string& name, model::Role role) {
    model::User user;
    user.name = name;
    user.display_name = name;
    user.role = role;
    need(store.add_user(store::Session::for_program(), user, "secret"));
    return need(store.login(name, "secret"));
  }
  store::Session add_person(const std::string& name, model::Role role) {
    model::User user;
    user.name = name;
    user.display_name = name;
    user.role = role;
    need(store.add_user(lead, user, "secret"));
    return need(store.login(name, "secret"));
  }
  ItemId add_item() {
    model::Item fresh;
    fresh.identifier = "GJ0001";
    fresh.title = "史記";
    fresh.rights = "CC0";
    fresh.grade = model::Grade::Public;
    return need(store.add_item(lead, fresh));
  }
  store::SpooledFile spooled(const std::string& name, int shade) {
    imaging::Image image(imaging::PixelFormat::Gray8, {80, 100});
    std::fill(image.bytes().begin(), image.bytes().end(), static_cast<std::uint8_t>(shade));
    need(imaging::write_master(store.spool() / name, image, {}));
    return {store.spool() / name, "image/tiff"};
  }
  PageId keep_page(int shade, model::Verdict quality = model::Verdict::Pass) {
    store::NewCapture fresh;
    fresh.item = item;
    fresh.capture.width_px = 80;
    fresh.capture.height_px = 100;
    fresh.capture.dpi = 300;
    fresh.capture.quality.measures.push_back({"skew", 0, "deg", 1, 2, quality, "", false});
    fresh.master = spooled("m.tif", shade);
    fresh.received = spooled("r.tif", shade + 100);
    last_page = need(store.keep(lead, fresh)).page;
    return last_page;
  }
  void accept_text(const PageId& page) {
    need(store.propose_text(store::Session::for_program(), page, small_text()));
    need(store.save_text(lead, page, 1, small_text(), "read"));
    need(store.submit_text(lead, page));
    need(store.review_text(second, page, true, ""));
  }
  PackagePlan plan(const PlanOptions& options = {}) {
    return need(plan_package(store, item, options));
  }
};

}  // namespace shiqu::package::test
