#pragma once

#include "storage/base/file.h"
#include "storage/imaging/tiff.h"
#include "storage/store/store.h"
#include "tests/support/ok.h"
#include "tests/support/pictures.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <string>

namespace shiqu::test {

/// An archive in a temporary folder with its administrator alone: secrets cost time. PIN "1234".
struct SmallArchive {
  TempDir folder;
  store::Store store = make(folder.path() / "archive");
  store::Session admin = first_admin();

  static store::Store make(const std::filesystem::path& at) {
    REQUIRE_OK(store::Store::init(at, "Test archive"));
    auto opened = store::Store::open(at);
    REQUIRE_OK(opened);
    return std::move(*opened);
  }

  store::Session first_admin() {
    REQUIRE(store.add_user(store::Session::for_program(),
                           {UserId(), "root", "Root", model::Role::Administrator, true}, "1234"));
    return login("root");
  }

  store::Session login(const std::string& name) {
    auto session = store.login(name, "1234");
    REQUIRE(session);
    return std::move(*session);
  }

  ItemId add_item(const std::string& identifier) { return add_item(admin, identifier); }

  ItemId add_item(const store::Session& by, const std::string& identifier) {
    model::Item item;
    item.identifier = identifier;
    item.title = "全唐詩 卷一";
    const auto id = store.add_item(by, item);
    REQUIRE(id);
    return *id;
  }

  /// Keeps a frame whose pixels depend on `seed`.
  store::KeptCapture keep(const ItemId& item, int seed, std::optional<PageId> page = std::nullopt) {
    const auto master = store.spool() / fmt::format("m{}.tif", seed);
    const auto received = store.spool() / fmt::format("r{}.jpg", seed);
    REQUIRE(imaging::write_master(master, gradient({40 + seed, 30}), {}));
    REQUIRE(write_new_file(received, fmt::format("frame {}", seed)));
    store::NewCapture fresh;
    fresh.item = item;
    fresh.page = page;
    fresh.capture.width_px = 40 + seed;
    fresh.capture.height_px = 30;
    fresh.capture.dpi = 300;
    fresh.capture.device = "test";
    fresh.master = {master, "image/tiff"};
    fresh.received = {received, "image/jpeg"};
    const auto kept = store.keep(store::Session::for_program(), fresh);
    REQUIRE_OK(kept);
    return *kept;
  }
};

/// The same with one person of each role.
struct Archive : SmallArchive {
  store::Session operator_ = person("olga", model::Role::Operator);
  store::Session annotator = person("anna", model::Role::Annotator);
  store::Session reviewer = person("rui", model::Role::Reviewer);
  store::Session lead = person("li", model::Role::Lead);

  store::Session person(const std::string& name, model::Role role) {
    REQUIRE(store.add_user(admin, {UserId(), name, name, role, true}, "1234"));
    return login(name);
  }

  ItemId add_item(const std::string& identifier) {
    return SmallArchive::add_item(operator_, identifier);
  }
};

/// A page text with one line per argument.
inline model::PageText page_text(const std::vector<std::string>& lines) {
  model::PageText text;
  text.width_px = 1000;
  text.height_px = 1500;
  text.producer = "test";
  for (std::size_t i = 0; i < lines.size(); ++i) {
    model::Line line;
    line.id = LineId::make();
    line.text = lines[i];
    line.box = {900 - 80 * static_cast<int>(i), 100, 60, 1200};
    text.lines.push_back(std::move(line));
  }
  return text;
}

}  // namespace shiqu::test
