#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/base/text.h"
#include "ui/app/builtin.h"
#include "ui/app/reading.h"
#include "ui/app/text_import.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <thread>

namespace shiqu::cli {
namespace {

namespace fs = std::filesystem;

struct ReadOptions {
  std::vector<fs::path> files;
  fs::path out;
  std::string profile{ocr::reading_profiles().front().name};
  std::string formats{"text,page"};
  bool no_language = false;
  int workers = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
};

using Formats = std::vector<const text_formats::TextFormat*>;

/// "text,page" as formats. Errors: NotFound.
Result<Formats> formats_named(const Registry<text_formats::TextFormat>& all,
                              const std::string& names) {
  Formats out;
  for (const std::string& name : split(names, ',')) {
    const text_formats::TextFormat* format = all.find(trim(name));
    if (format == nullptr) {
      return fail(ErrorCode::NotFound, "find text format", name);
    }
    out.push_back(format);
  }
  return out;
}

std::string names_of(const Registry<text_formats::TextFormat>& formats) {
  std::string out;
  for (const auto& format : formats) {
    out += out.empty() ? "" : ", ";
    out += format->name();
  }
  return out;
}

Status write_results(const Context& context, const ReadOptions& options, const Formats& formats,
                     const app::ReadPicture& read) {
  const fs::path base = options.out / read.file.stem();
  const auto put = [&](std::string_view ending, const std::string& content) {
    return replace_file(fs::path(base).concat(ending), content);
  };
  text_formats::PageFacts facts;
  facts.image_name = read.file.filename().string();
  facts.image = {read.text->width_px, read.text->height_px};
  facts.creator = model::text_of(model::this_program());
  facts.created_ms = now_unix_ms();
  facts.author = read.text->producer;
  for (const text_formats::TextFormat* format : formats) {
    SHIQU_TRY_ASSIGN(const std::string bytes, format->write(*read.text, facts));
    SHIQU_TRY(put(format->ending(), bytes));
  }
  if (context.json) {
    Json all = model::to_json(*read.text);
    all["seconds"] = read.seconds;
    SHIQU_TRY(put(".json", all.dump()));
  }
  return {};
}

/// Results are named after the pictures: two of one name would overwrite each other.
Status check_names(const std::vector<fs::path>& files) {
  std::set<fs::path> names;
  for (const fs::path& file : files) {
    if (!names.insert(file.stem()).second) {
      return fail(ErrorCode::InvalidInput, "name the results", file.string(),
                  "another picture has the same name");
    }
  }
  return {};
}

Result<Exit> read(const Context& context, const ReadOptions& options) {
  SHIQU_TRY(check_names(options.files));
  const ocr::ReadingProfile* named = ocr::find_profile(options.profile);
  if (named == nullptr) {
    return fail(ErrorCode::NotFound, "find reading profile", options.profile);
  }
  ocr::ReadingProfile profile = *named;
  profile.language = !options.no_language;
  const Registry<text_formats::TextFormat> all_formats = app::builtin_text_formats();
  SHIQU_TRY_ASSIGN(const Formats formats, formats_named(all_formats, options.formats));
  SHIQU_TRY(make_folders(options.out));
  ProgressLine line(context.json);
  Json pictures = Json::array();
  std::size_t failed = 0;
  std::size_t characters = 0;
  Status written;
  const auto take = [&](const app::ReadPicture& one) {
    Json facts = {{"file", one.file.string()}, {"seconds", one.seconds}};
    if (one.text) {
      written = written ? write_results(context, options, formats, one) : written;
      std::size_t glyphs = 0;
      for (const model::Line& column : one.text->lines) {
        glyphs += column.glyphs.size();
      }
      characters += glyphs;
      facts["lines"] = one.text->lines.size();
      facts["characters"] = glyphs;
      facts["producer"] = one.text->producer;
    } else {
      ++failed;
      facts["error"] = one.text.error().text();
      fmt::print(stderr, "{}: {}\n", one.file.string(), one.text.error().text());
    }
    pictures.push_back(std::move(facts));
    line.show(fmt::format(fmt::runtime(_("{} of {} pictures read")), pictures.size(),
                          options.files.size()));
  };
  SHIQU_TRY(app::read_pictures(options.files, profile, options.workers, interruption(), take));
  SHIQU_TRY(written);
  line.end();
  context.report(
      {{"read", options.files.size() - failed},
       {"failed", failed},
       {"characters", characters},
       {"out", options.out.string()},
       {"pictures", pictures}},
      fmt::format(fmt::runtime(_("{} pictures read, {} failed; {} characters. Texts "
                                 "are in {}.")),
                  options.files.size() - failed, failed, characters, options.out.string()));
  return failed == 0 ? Exit::Ok : Exit::Failure;
}

struct ImportOptions {
  std::string page;
  fs::path file;
  app::TextImportOptions how;
};

Result<Exit> import_file(const Context& context, const ImportOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const PageAddress at, find_page(store, options.page));
  SHIQU_TRY_ASSIGN(const app::ImportedText made,
                   app::import_text(store, by, at.page.id, options.file,
                                    app::builtin_text_formats(), options.how));
  std::string words = fmt::format(fmt::runtime(_("{} lines by {} are revision {} of {}.")),
                                  made.lines, made.producer, made.revision, options.page);
  if (made.lines_without_glyphs > 0) {
    words += " " + fmt::format(fmt::runtime(_("{} lines came without places of characters.")),
                               made.lines_without_glyphs);
  }
  if (!made.in_force) {
    words += " " + std::string(_("The text of a person stays in force."));
  }
  context.report({{"page", options.page},
                  {"format", made.format},
                  {"producer", made.producer},
                  {"by_person", made.by_person},
                  {"lines", made.lines},
                  {"lines_without_glyphs", made.lines_without_glyphs},
                  {"scaled", made.scaled},
                  {"in_force", made.in_force},
                  {"revision", made.revision}},
                 words);
  return Exit::Ok;
}

void add_import_command(CLI::App& ocr, Context& context) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command =
      ocr.add_subcommand("import", _("take the text of a page from a file of another program"));
  command->add_option("page", options->page, _("ITEM/PAGE, as in GJ0001/3"))->required();
  command->add_option("file", options->file, _("PAGE XML, ALTO or hOCR"))
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--format", options->how.format,
                      _("what the file is, when it is not known by itself"));
  command->add_option("--file-page", options->how.file_page, _("which page of the file, from 1"))
      ->check(CLI::Range(1, 1'000'000));
  command
      ->add_option(
          "--dpi", options->how.dpi,
          _("resolution of the picture the file was made from, for millimetres and inches"))
      ->check(CLI::Range(1, 100'000));
  command->add_flag("--scale", options->how.scale,
                    _("the file was made from a larger or smaller copy of the picture"));
  context.on(*command, [&context, options] { return import_file(context, *options); });
}

}  // namespace

void add_reading_commands(CLI::App& ocr, Context& context) {
  auto options = std::make_shared<ReadOptions>();
  CLI::App* command = ocr.add_subcommand(
      "read", _("recognise pictures without an archive: a file of each format for each"));
  command->add_option("files", options->files, _("JPEG, PNG or TIFF pictures of pages"))
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--out", options->out, _("folder for the results"))->required();
  command->add_option("--profile", options->profile, _("kind of text; see `shiqu ocr models`"))
      ->capture_default_str();
  command
      ->add_option("--format", options->formats,
                   fmt::format(fmt::runtime(_("formats of the results, separated by commas: {}")),
                               names_of(app::builtin_text_formats())))
      ->capture_default_str();
  command->add_option("--workers", options->workers, _("pages read at the same time"))
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_flag("--no-language", options->no_language,
                    _("the ink alone, without the prior of the language"));
  context.on(*command, [&context, options] { return read(context, *options); });
  add_import_command(ocr, context);
}

}  // namespace shiqu::cli
