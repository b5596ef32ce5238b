#include "ui/app/i18n.h"
#include "ui/app/text_variants.h"
#include "ui/cli/context.h"

#include <fmt/format.h>

#include <memory>

namespace shiqu::cli {
namespace {

struct SearchOptions {
  std::string needle;
  std::string item;
  std::filesystem::path fold;
  bool exact = false;
  bool rebuild = false;
  int limit = 100;
  std::int64_t after = 0;
};

Json facts_of(const store::TextSpan& span) {
  Json boxes = Json::array();
  for (const model::Box& box : span.boxes) {
    boxes.push_back(model::to_json(box));
  }
  return {{"line", span.line.str()},
          {"line_number", span.line_index + 1},
          {"first", span.first},
          {"count", span.count},
          {"boxes", std::move(boxes)}};
}

Json facts_of(const store::SearchHit& hit) {
  Json spans = Json::array();
  for (const store::TextSpan& span : hit.spans) {
    spans.push_back(facts_of(span));
  }
  return {{"item", hit.item.str()},   {"identifier", hit.item_identifier},
          {"title", hit.item_title},  {"page", hit.page_order},
          {"label", hit.page_label},  {"page_id", hit.page.str()},
          {"line", hit.line.str()},   {"text", hit.text},
          {"spans", std::move(spans)}};
}

/// Asks until there are `limit` hits or all was looked at.
Result<store::SearchResult> search_all(store::Store& store, store::SearchQuery query) {
  store::SearchResult out;
  const int limit = query.limit;
  do {
    query.limit = limit - static_cast<int>(out.hits.size());
    SHIQU_TRY_ASSIGN(store::SearchResult some, store.search(query));
    std::move(some.hits.begin(), some.hits.end(), std::back_inserter(out.hits));
    out.next = query.after = some.next;
  } while (out.next != 0 && std::ssize(out.hits) < limit);
  return out;
}

Result<store::SearchQuery> query_of(store::Store& store, const SearchOptions& options) {
  store::SearchQuery query;
  query.needle = options.needle;
  query.limit = options.limit;
  query.after = options.after;
  if (!options.item.empty()) {
    SHIQU_TRY_ASSIGN(const model::Item item, store.item_named(options.item));
    query.item = item.id;
  }
  if (!options.exact) {
    SHIQU_TRY_ASSIGN(query.variants, options.fold.empty()
                                         ? app::text_variants(app::variants_file(store))
                                         : app::text_variants_of(options.fold));
  }
  return query;
}

Result<Exit> search(const Context& context, const SearchOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  if (options.rebuild) {
    SHIQU_TRY(application.store().rebuild_text_index());
  }
  SHIQU_TRY_ASSIGN(const store::SearchQuery query, query_of(application.store(), options));
  SHIQU_TRY_ASSIGN(const store::SearchResult result, search_all(application.store(), query));
  Json found = Json::array();
  std::string words;
  for (const store::SearchHit& hit : result.hits) {
    found.push_back(facts_of(hit));
    words += fmt::format("{}/{} {}: {}\n", hit.item_identifier, hit.page_order, hit.page_label,
                         hit.text);
  }
  if (result.next != 0) {
    words += fmt::format(fmt::runtime(_("… more: --after {}\n")), result.next);
  }
  context.report({{"needle", options.needle},
                  {"folded", !options.exact},
                  {"hits", std::move(found)},
                  {"next", result.next}},
                 words.empty() ? std::string(_("Nothing found.")) : words);
  return result.hits.empty() ? Exit::NotFound : Exit::Ok;
}

}  // namespace

void add_search_command(CLI::App& root, Context& context) {
  auto options = std::make_shared<SearchOptions>();
  CLI::App* command = root.add_subcommand("search", _("find text on pages, from one character on"));
  command->add_option("text", options->needle, _("what to find"))->required();
  command->add_option("--item", options->item, _("only in this item"));
  CLI::Option* exact =
      command->add_flag("--exact", options->exact, _("variants of a character are other ones"));
  command
      ->add_option("--fold", options->fold,
                   _("folder with tables of variants; default: those of the system"))
      ->excludes(exact);
  command->add_option("--limit", options->limit, _("at most so many places, about"))
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_option("--after", options->after,
                      _("go on behind this place: `next` of the last time"));
  command->add_flag("--rebuild", options->rebuild, _("make the index again first"));
  context.on(*command, [&context, options] { return search(context, *options); });
}

}  // namespace shiqu::cli
