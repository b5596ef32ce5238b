#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include "labeler/correct.h"
#include "labeler/regions.h"

#include <fmt/format.h>

#include <memory>

namespace shiqu::cli {
namespace {

Result<Exit> show_text(const Context& context, const std::string& address) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  SHIQU_TRY_ASSIGN(const PageAddress at, find_page(application.store(), address));
  SHIQU_TRY_ASSIGN(const store::TextRevision revision, application.store().text(at.page.id));
  std::string words =
      fmt::format(fmt::runtime(_("{}: revision {} by {}, {}\n")), address, revision.revision,
                  revision.author, model::name_of(at.page.text_state));
  int number = 0;
  for (const model::Line& line : revision.text.lines) {
    words += fmt::format("{:>4} {:<12} {}\n", ++number, model::name_of(line.kind), line.text);
  }
  context.report({{"page", address},
                  {"revision", revision.revision},
                  {"author", revision.author},
                  {"state", model::name_of(at.page.text_state)},
                  {"text", model::to_json(revision.text)}},
                 words);
  return Exit::Ok;
}

Result<Exit> correct(const Context& context, const std::string& address, int number,
                     const std::string& text) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const PageAddress at, find_page(store, address));
  SHIQU_TRY_ASSIGN(const store::TextRevision revision, store.text(at.page.id));
  if (number < 1 || static_cast<std::size_t>(number) > revision.text.lines.size()) {
    return fail(ErrorCode::NotFound, "correct line", std::to_string(number));
  }
  const LineId line = revision.text.lines[static_cast<std::size_t>(number) - 1].id;
  SHIQU_TRY_ASSIGN(const int saved,
                   labeler::correct_line(store, by, at.page.id, revision.revision, line, text));
  context.report({{"page", address}, {"line", number}, {"revision", saved}},
                 fmt::format(fmt::runtime(_("Saved as revision {}.")), saved));
  return Exit::Ok;
}

/// A command that takes a page and a logged-in person and says one sentence.
Result<Exit> on_page(
    const Context& context, const std::string& address, const char* done,
    const std::function<Status(store::Store&, const store::Session&, const PageId&)>& act) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const PageAddress at, find_page(store, address));
  SHIQU_TRY(act(store, by, at.page.id));
  SHIQU_TRY_ASSIGN(const model::Page now, store.page(at.page.id));
  context.report({{"page", address},
                  {"state", model::name_of(now.text_state)},
                  {"revision", now.text_revision}},
                 done);
  return Exit::Ok;
}

struct RegionOptions {
  std::string page;
  std::string kind;
  std::vector<int> box;
  int remove = 0;
};

/// Without an option the regions as they are.
Result<Exit> change_regions(const Context& context, const RegionOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const PageAddress at, find_page(store, options.page));
  if (!options.kind.empty()) {
    const model::RegionKind kind = model::region_kind_from(options.kind);
    if (model::name_of(kind) != options.kind || options.box.size() != 4) {
      return fail(ErrorCode::InvalidInput, "mark region", options.kind,
                  _("a kind that exists and a box are needed"));
    }
    SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
    SHIQU_TRY(labeler::add_region(
        store, by, at.page.id,
        {kind, {options.box[0], options.box[1], options.box[2], options.box[3]}}));
  } else if (options.remove != 0) {
    SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
    SHIQU_TRY(labeler::remove_region(store, by, at.page.id, options.remove));
  }
  SHIQU_TRY_ASSIGN(const store::TextRevision now, store.text(at.page.id));
  Json regions = Json::array();
  std::string words;
  for (const model::Region& region : now.text.regions) {
    regions.push_back({{"kind", name_of(region.kind)}, {"box", model::to_json(region.box)}});
    words += fmt::format("{:>4} {:<12} {},{},{},{}\n", regions.size(), name_of(region.kind),
                         region.box.x, region.box.y, region.box.width, region.box.height);
  }
  context.report(
      {{"page", options.page}, {"revision", now.revision}, {"regions", std::move(regions)}},
      words.empty() ? std::string(_("No regions.")) : words);
  return Exit::Ok;
}

void add_region_command(CLI::App& label, Context& context) {
  auto options = std::make_shared<RegionOptions>();
  CLI::App* command = label.add_subcommand(
      "region", _("list the regions of a page, mark one (`personal`: personal data), remove one"));
  command->add_option("page", options->page, _("ITEM/PAGE, as in GJ0001/3"))->required();
  CLI::Option* kind = command->add_option(
      "--kind", options->kind,
      _("personal, text, centre_strip, head_note, gloss, seal, figure or table"));
  CLI::Option* box =
      command->add_option("--box", options->box, _("x,y,width,height in pixels of the master"))
          ->delimiter(',')
          ->expected(4);
  command->add_option("--remove", options->remove, _("number of the region as it is listed"))
      ->excludes(kind);
  kind->needs(box);
  box->needs(kind);
  context.on(*command, [&context, options] { return change_regions(context, *options); });
}

struct RecordOptions {
  std::string item, title, creator, date, description, rights, grade;
};

Result<Exit> change_record(const Context& context, const RecordOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(model::Item item, store.item_named(options.item));
  const auto take = [](std::string& field, const std::string& given) {
    field = given.empty() ? field : given;
  };
  take(item.title, options.title);
  take(item.creator, options.creator);
  take(item.date, options.date);
  take(item.description, options.description);
  take(item.rights, options.rights);
  if (!options.grade.empty() && !model::grade_from(options.grade, item.grade)) {
    return fail(ErrorCode::InvalidInput, "change record", options.grade, _("no such grade"));
  }
  SHIQU_TRY(store.update_item(by, item));
  context.report({{"item", item.identifier},
                  {"title", item.title},
                  {"rights", item.rights},
                  {"grade", model::name_of(item.grade)}},
                 _("Record saved."));
  return Exit::Ok;
}

void add_label_commands(CLI::App& root, Context& context) {
  CLI::App* label =
      root.add_subcommand("label", _("read and correct the text of pages, fill in the record"));
  label->require_subcommand(1);
  auto page = std::make_shared<std::string>();
  auto number = std::make_shared<int>(0);
  auto text = std::make_shared<std::string>();
  const auto with_page = [&](CLI::App* command) {
    command->add_option("page", *page, _("ITEM/PAGE, as in GJ0001/3"))->required();
    return command;
  };
  context.on(*with_page(label->add_subcommand("show", _("print the text in force"))),
             [&context, page] { return show_text(context, *page); });
  CLI::App* correct_command =
      with_page(label->add_subcommand("correct", _("replace the text of one line")));
  correct_command->add_option("line", *number, _("number of the line as `label show` prints it"))
      ->required();
  correct_command->add_option("text", *text, _("what stands there, as printed"))->required();
  context.on(*correct_command,
             [&context, page, number, text] { return correct(context, *page, *number, *text); });
  context.on(*with_page(label->add_subcommand("undo", _("take your last change back"))), [&context,
                                                                                          page] {
    return on_page(context, *page, _("Undone."),
                   [](store::Store& store, const store::Session& by, const PageId& id) -> Status {
                     SHIQU_TRY(store.undo_text(by, id));
                     return {};
                   });
  });
  context.on(*with_page(label->add_subcommand("submit", _("hand the text over for review"))),
             [&context, page] {
               return on_page(context, *page, _("Submitted for review."),
                              [](store::Store& store, const store::Session& by, const PageId& id) {
                                return store.submit_text(by, id);
                              });
             });
  add_region_command(*label, context);
  auto record = std::make_shared<RecordOptions>();
  CLI::App* record_command =
      label->add_subcommand("record", _("change the catalogue record (grade and rights: lead)"));
  record_command->add_option("item", record->item, _("identifier of the item"))->required();
  record_command->add_option("--title", record->title, _("title"));
  record_command->add_option("--creator", record->creator, _("author, carver, maker"));
  record_command->add_option("--date", record->date, _("date as the catalogue has it"));
  record_command->add_option("--description", record->description, _("description"));
  record_command->add_option("--rights", record->rights, _("licence or statement of rights"));
  record_command->add_option("--grade", record->grade,
                             _("public, internal, sensitive or restricted"));
  context.on(*record_command, [&context, record] { return change_record(context, *record); });
}

void add_review_command(CLI::App& root, Context& context) {
  auto page = std::make_shared<std::string>();
  auto accept = std::make_shared<bool>(false);
  auto reason = std::make_shared<std::string>();
  CLI::App* review =
      root.add_subcommand("review", _("accept or return a submitted text (a second person)"));
  review->add_option("page", *page, _("ITEM/PAGE, as in GJ0001/3"))->required();
  CLI::Option* yes = review->add_flag("--accept", *accept, _("the text is right"));
  review->add_option("--return", *reason, _("the text is not right, for this reason"))
      ->excludes(yes);
  context.on(*review, [&context, page, accept, reason] {
    return on_page(context, *page, *accept ? _("Accepted.") : _("Returned."),
                   [&](store::Store& store, const store::Session& by, const PageId& id) {
                     return store.review_text(by, id, *accept, *reason);
                   });
  });
}

}  // namespace

void add_text_commands(CLI::App& root, Context& context) {
  add_label_commands(root, context);
  add_review_command(root, context);
}

}  // namespace shiqu::cli
