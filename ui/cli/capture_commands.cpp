#include "ui/app/builtin.h"
#include "ui/app/i18n.h"
#include "ui/app/messages.h"
#include "ui/cli/context.h"
#include "ui/cli/internal/transfer.h"

#include "storage/base/text.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace shiqu::cli {
namespace {

constexpr int kNoLimit = 1'000'000;

struct TakeOptions {
  model::CaptureSource kind = model::CaptureSource::Camera;
  std::string backend;  ///< empty: chosen from the registry by kind and address
  std::string address;
  std::string item;
  std::string title;
  int count = 1;
  std::string reshoot;                ///< "GJ0001/3"
  std::vector<std::string> settings;  ///< "name=value"
};

/// The item of that identifier, made when it is new and a title is given.
Result<model::Item> item_for(store::Store& store, const store::Session& by,
                             const TakeOptions& options) {
  auto found = store.item_named(options.item);
  if (found || found.error().code != ErrorCode::NotFound) {
    return found;
  }
  if (options.title.empty()) {
    return fail(ErrorCode::NotFound, "find item", options.item, _("give --title to add it"));
  }
  model::Item item;
  item.identifier = options.item;
  item.title = options.title;
  SHIQU_TRY_ASSIGN(const ItemId id, store.add_item(by, item));
  return store.item(id);
}

Status apply_settings(capture::DeviceClient& device, const std::vector<std::string>& settings) {
  for (const std::string& one : settings) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos) {
      return fail(ErrorCode::InvalidInput, "set device", one, _("write NAME=VALUE"));
    }
    SHIQU_TRY(device.set(one.substr(0, equals), one.substr(equals + 1)));
  }
  return {};
}

Json facts_of(const capture::IngestedFrame& frame) {
  return {{"page", frame.kept.page_order},
          {"page_id", frame.kept.page.str()},
          {"capture", frame.kept.capture.str()},
          {"master", frame.kept.master},
          {"width_px", frame.width_px},
          {"height_px", frame.height_px},
          {"quality", model::to_json(frame.quality)}};
}

/// Takes up to `count` pages; an empty feeder or folder ends it, which is an error only at once.
Result<Exit> take(const Context& context, const TakeOptions& options) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const store::Session by, context.login(store));
  SHIQU_TRY_ASSIGN(const std::string backend, app::backend_for(options.kind, options.backend,
                                                               options.address, store.folder()));
  SHIQU_TRY_ASSIGN(const model::Item item, item_for(store, by, options));
  capture::IngestTarget target = app::Application::target(item);
  if (!options.reshoot.empty()) {
    SHIQU_TRY_ASSIGN(const PageAddress page, find_page(store, options.reshoot));
    target.page = page.page.id;
  }
  capture::DeviceClient device = application.device(backend, options.address);
  SHIQU_TRY(device.open(interruption()));
  SHIQU_TRY(apply_settings(device, options.settings));
  Json kept = Json::array();
  for (int i = 0; i < options.count; ++i) {
    const auto frame = application.take(device, by, target, {}, interruption());
    if (!frame) {
      if (frame.error().code == ErrorCode::NotFound && !kept.empty()) {
        break;
      }
      return fail(frame.error());
    }
    kept.push_back(facts_of(*frame));
    SHIQU_TRY_ASSIGN(const store::Room room, store.room());
    if (const std::string warning = app::room_warning(room); !warning.empty()) {
      std::cerr << "shiqu: " << warning << '\n';
    }
    if (!context.json) {
      context.report({}, fmt::format(fmt::runtime(_("kept: {} page {}, {} × {} px, quality {}")),
                                     item.identifier, frame->kept.page_order, frame->width_px,
                                     frame->height_px, model::name_of(frame->quality.verdict())));
    }
  }
  SHIQU_TRY(device.close());
  context.report({{"item", item.identifier}, {"kept", kept}},
                 fmt::format(fmt::runtime(_("{} pages kept.")), kept.size()));
  return Exit::Ok;
}

Result<Exit> list_devices(const Context& context) {
  std::vector<Error> problems;
  const std::filesystem::path folder =
      context.archive.empty() ? std::filesystem::temp_directory_path() : context.archive;
  const std::vector<capture::DeviceInfo> devices = app::list_devices(folder, problems);
  Json listed = Json::array();
  std::string words;
  for (const capture::DeviceInfo& info : devices) {
    listed.push_back(capture::to_json(info));
    words += fmt::format("{:<8} {:<24} {:<8} {}\n", info.backend, info.address,
                         model::name_of(info.kind), info.title());
  }
  Json failed = Json::array();
  for (const Error& problem : problems) {
    failed.push_back(to_json(problem)["error"]);
    words += problem.text() + "\n";
  }
  context.report({{"devices", std::move(listed)}, {"problems", std::move(failed)}},
                 words.empty() ? std::string(_("No device found.")) : words);
  return Exit::Ok;
}

Result<Exit> quality(const Context& context, const std::string& identifier) {
  SHIQU_TRY_ASSIGN(app::Application application, context.open());
  store::Store& store = application.store();
  SHIQU_TRY_ASSIGN(const model::Item item, store.item_named(identifier));
  SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store.pages(item.id));
  Json listed = Json::array();
  std::string words;
  for (const model::Page& page : pages) {
    SHIQU_TRY_ASSIGN(const model::Capture capture, store.capture(page.capture));
    listed.push_back({{"page", page.order}, {"quality", model::to_json(capture.quality)}});
    words += fmt::format("{} {}: {}\n", identifier, page.order,
                         model::name_of(capture.quality.verdict()));
    for (const model::QualityMeasure& measure : capture.quality.measures) {
      words += fmt::format("    {:<20} {:>10.3f} {:<6} {}  ({})\n", measure.name, measure.value,
                           measure.unit, model::name_of(measure.verdict), measure.source);
    }
  }
  context.report({{"item", identifier}, {"pages", std::move(listed)}}, words);
  return Exit::Ok;
}

void add_common(CLI::App& command, TakeOptions& options) {
  command.add_option("--item", options.item, _("identifier of the item"))->required();
  command.add_option("--title", options.title, _("title, when the item is new"));
  command.add_option("--backend", options.backend,
                     fmt::format(fmt::runtime(_("back end, when not chosen by itself: {}")),
                                 fmt::join(app::backends_of(options.kind), ", ")));
}

}  // namespace

void add_capture_commands(CLI::App& root, Context& context) {
  CLI::App* device = root.add_subcommand("device", _("cameras and scanners"));
  device->require_subcommand(1);
  CLI::App* list_command = device->add_subcommand("list", _("show what is connected"));
  list_command->footer(
      _("Network cameras are not found by themselves: name them in SHIQU_VCAM, as in\n"
        "SHIQU_VCAM=ptpip:192.168.1.5"));
  context.on(*list_command, [&context] { return list_devices(context); });

  auto camera = std::make_shared<TakeOptions>();
  CLI::App* capture_command = root.add_subcommand("capture", _("photograph pages with a camera"));
  add_common(*capture_command, *camera);
  capture_command->add_option("--device", camera->address, _("address as `device list` shows it"))
      ->required();
  capture_command->add_option("--count", camera->count, _("how many pages"))
      ->check(CLI::Range(1, kNoLimit));
  capture_command->add_option("--set", camera->settings,
                              _("camera setting NAME=VALUE, may be repeated"));
  capture_command->add_option("--reshoot", camera->reshoot,
                              _("take ITEM/PAGE again; the old frame stays in the history"));
  context.on(*capture_command, [&context, camera] { return take(context, *camera); });

  auto scanner = std::make_shared<TakeOptions>();
  scanner->kind = model::CaptureSource::Scanner;
  CLI::App* scan_command = root.add_subcommand("scan", _("scan sheets"));
  add_common(*scan_command, *scanner);
  scan_command->add_option("--device", scanner->address, _("address as `device list` shows it"))
      ->required();
  scan_command
      ->add_option("--count", scanner->count,
                   _("at most so many sheets; ends when the feeder is empty"))
      ->check(CLI::Range(1, kNoLimit));
  scan_command->add_option("--set", scanner->settings,
                           _("scanner setting NAME=VALUE, may be repeated"));
  context.on(*scan_command, [&context, scanner] { return take(context, *scanner); });

  auto folder = std::make_shared<TakeOptions>();
  folder->kind = model::CaptureSource::Import;
  folder->count = kNoLimit;
  CLI::App* import_command = root.add_subcommand(
      "import", _("take JPEG, PNG and TIFF files of a folder, in name order, or "
                  "a package of another archive"));
  add_common(*import_command, *folder);
  import_command->get_option("--item")->required(false);
  import_command
      ->add_option("folder", folder->address,
                   _("folder with images; its files stay where they are"))
      ->required()
      ->check(CLI::ExistingDirectory);
  // `shiqu import PACKAGE`: a bag is never a folder of images.
  context.on(*import_command, [&context, folder]() -> Result<Exit> {
    if (std::filesystem::exists(std::filesystem::path(folder->address) / "bagit.txt")) {
      return import_package(context, folder->address);
    }
    if (folder->item.empty()) {
      return fail(ErrorCode::InvalidInput, "import", "--item", "none is named");
    }
    return take(context, *folder);
  });

  auto identifier = std::make_shared<std::string>();
  CLI::App* quality_command =
      root.add_subcommand("quality", _("measured image quality of each page of an item"));
  quality_command->add_option("item", *identifier, _("identifier of the item"))->required();
  context.on(*quality_command, [&context, identifier] { return quality(context, *identifier); });
}

}  // namespace shiqu::cli
