#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include "storage/package/splits.h"
#include "ui/app/fingerprints.h"

#include <fmt/format.h>

#include <map>
#include <memory>

namespace shiqu::cli {
namespace {

struct SplitOptions {
  package::SplitWish wish;
  bool plan_only = false;
};

Json duplicate_facts(const package::SplitBasis& basis) {
  std::map<ItemId, std::string> names;
  for (const package::SplitItem& item : basis.items) {
    names.emplace(item.id, item.identifier);
  }
  Json out = Json::array();
  for (const package::Pair& pair : basis.duplicates) {
    const package::ComparedPage& a = basis.pages[pair.a];
    const package::ComparedPage& b = basis.pages[pair.b];
    out.push_back({{"a", fmt::format("{}/{}", names.at(a.item), a.order)},
                   {"b", fmt::format("{}/{}", names.at(b.item), b.order)},
                   {"exact", pair.exact},
                   {"bits_apart", pair.bits_apart}});
  }
  return out;
}

void report(const Context& context, const package::SplitBasis& basis,
            const std::vector<package::SplitItem>& items, const SplitOptions& options) {
  std::map<std::string, std::int64_t> pages;
  Json list = Json::array();
  std::string words;
  for (const package::SplitItem& item : items) {
    pages[item.side] += item.pages;
    list.push_back({{"item", item.identifier},
                    {"side", item.side},
                    {"group", item.group},
                    {"pages", item.pages},
                    {"chosen", item.chosen}});
    words += fmt::format("  {:<11} {}{}\n", item.side, item.identifier,
                         item.group == item.identifier
                             ? std::string()
                             : fmt::format(fmt::runtime(_(" (stays with {})")), item.group));
  }
  const Json duplicates = duplicate_facts(basis);
  for (const Json& one : duplicates) {
    words += fmt::format(
        fmt::runtime(one["exact"] == true ? _("  {} is {}\n") : _("  {} looks like {}\n")),
        one["a"].get<std::string>(), one["b"].get<std::string>());
  }
  words += fmt::format(fmt::runtime(_("Pages: {} train, {} validation, {} test. Seed {}.\n")),
                       pages["train"], pages["validation"], pages["test"], options.wish.seed);
  context.report({{"seed", options.wish.seed},
                  {"shares", options.wish.shares.parts},
                  {"pages", pages},
                  {"items", std::move(list)},
                  {"duplicates", duplicates},
                  {"not_compared", basis.not_compared},
                  {"stored", !options.plan_only}},
                 words);
}

Result<Exit> split(const Context& context, const SplitOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  ProgressLine line(context.json);
  SHIQU_TRY(app::take_fingerprints(
      store, {},
      [&](std::int64_t done, std::int64_t total) {
        line.show(fmt::format(fmt::runtime(_("Looking at pages: {} of {}")), done, total));
      },
      interruption()));
  line.end();
  SHIQU_TRY_ASSIGN(const package::SplitBasis basis, package::split_basis(store));
  SHIQU_TRY_ASSIGN(const auto items, package::plan_split(basis, options.wish));
  if (!options.plan_only) {
    SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
    SHIQU_TRY(store.assign_splits(by, package::split_records(items, options.wish.seed)));
  }
  report(context, basis, items, options);
  return Exit::Ok;
}

}  // namespace

void add_split_command(CLI::App& root, Context& context) {
  auto options = std::make_shared<SplitOptions>();
  CLI::App* command = root.add_subcommand(
      "split", _("put whole items on the sides train, validation and test of a data set"));
  command->add_option("item", options->wish.items, _("identifiers (default: all items)"));
  command->add_option("--seed", options->wish.seed,
                      _("the same seed gives the same sides (default: 1)"));
  command->add_option("--train", options->wish.shares.parts[0],
                      _("share of the pages (default: 80)"));
  command->add_option("--validation", options->wish.shares.parts[1],
                      _("share of the pages (default: 10)"));
  command->add_option("--test", options->wish.shares.parts[2],
                      _("share of the pages (default: 10)"));
  command->add_flag("--plan", options->plan_only, _("only show the sides, store nothing"));
  command->add_flag("--renew", options->wish.renew, _("items that have a side get one anew"));
  context.on(*command, [&context, options] { return split(context, *options); });
}

}  // namespace shiqu::cli
