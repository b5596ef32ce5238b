#include "ui/app/i18n.h"
#include "ui/cli/context.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/package/page_xml.h"
#include "ui/app/builtin.h"
#include "ui/app/reading.h"

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
  int workers = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
};

/// One line a column, in reading order. The running title in the centre strip and what stands in
/// the margin belong to the leaf, not to the text: they stand in the PAGE XML only.
std::string body_of(const model::PageText& text) {
  std::string out;
  for (const model::Line& line : text.lines) {
    if (line.kind != model::LineKind::CentreStrip && line.kind != model::LineKind::Marginalia) {
      out += line.text + "\n";
    }
  }
  return out;
}

Status write_results(const Context& context, const ReadOptions& options,
                     const app::ReadPicture& read) {
  const fs::path base = options.out / read.file.stem();
  const auto put = [&](const char* ending, const std::string& content) {
    return replace_file(fs::path(base).concat(ending), content);
  };
  package::PageXmlFacts facts;
  facts.image_name = read.file.filename().string();
  facts.image = {read.text->width_px, read.text->height_px};
  facts.creator = model::text_of(model::this_program());
  facts.created_ms = now_unix_ms();
  facts.author = read.text->producer;
  SHIQU_TRY_ASSIGN(const std::string page_xml, package::make_page_xml(*read.text, facts));
  SHIQU_TRY(put(".txt", body_of(*read.text)));
  SHIQU_TRY(put(".page.xml", page_xml));
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
  const ocr::ReadingProfile* profile = ocr::find_profile(options.profile);
  if (profile == nullptr) {
    return fail(ErrorCode::NotFound, "find reading profile", options.profile);
  }
  SHIQU_TRY(make_folders(options.out));
  ProgressLine line(context.json);
  Json pictures = Json::array();
  std::size_t failed = 0;
  std::size_t characters = 0;
  Status written;
  const auto take = [&](const app::ReadPicture& one) {
    Json facts = {{"file", one.file.string()}, {"seconds", one.seconds}};
    if (one.text) {
      written = written ? write_results(context, options, one) : written;
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
  SHIQU_TRY(app::read_pictures(options.files, *profile, options.workers, interruption(), take));
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

Result<Exit> list_models(const Context& context) {
  const Registry<ocr::Engine> engines = app::builtin_engines();
  Json facts = Json::array();
  std::string words;
  for (const ocr::ReadingProfile& profile : ocr::reading_profiles()) {
    ocr::EngineSettings settings;
    settings.languages = profile.languages;
    settings.vertical = profile.vertical;
    const auto reader = std::find_if(engines.begin(), engines.end(), [&](const auto& one) {
      return profile.engine.empty() ? one->reads(settings) : one->name() == profile.engine;
    });
    const std::string version =
        reader == engines.end() ? std::string() : (*reader)->version(settings);
    facts.push_back({{"profile", profile.name}, {"reader", version}});
    words += fmt::format("{:20} {}\n", profile.name, version.empty() ? "-" : version);
  }
  words.pop_back();
  context.report({{"profiles", facts}}, words);
  return Exit::Ok;
}

}  // namespace

void add_reading_commands(CLI::App& ocr, Context& context) {
  auto options = std::make_shared<ReadOptions>();
  CLI::App* command = ocr.add_subcommand(
      "read", _("recognise pictures without an archive: NAME.txt and NAME.page.xml for each"));
  command->add_option("files", options->files, _("JPEG, PNG or TIFF pictures of pages"))
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--out", options->out, _("folder for the results"))->required();
  command->add_option("--profile", options->profile, _("kind of text; see `shiqu ocr models`"))
      ->capture_default_str();
  command->add_option("--workers", options->workers, _("pages read at the same time"))
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  context.on(*command, [&context, options] { return read(context, *options); });
  context.on(*ocr.add_subcommand("models", _("reading profiles and what reads them")),
             [&context] { return list_models(context); });
}

}  // namespace shiqu::cli
