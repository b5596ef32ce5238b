#include "ui/app/upkeep.h"

#include "storage/base/file.h"
#include "storage/base/log.h"
#include "storage/base/text.h"
#include "ui/app/keys.h"

#include <fmt/format.h>

#include <system_error>

namespace shiqu::app {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t kExtractLimit = 256U << 20U;

store::HeadSigner signer_of(const package::StationKey& key) {
  return {package::text_of(key.id), key.signing};
}

Result<store::HeadKey> read_key(const fs::path& file) {
  SHIQU_TRY_ASSIGN(const std::string text, read_file(file, 4096));
  SHIQU_TRY_ASSIGN(const package::VerifyingKey key, package::parse_public_key(text));
  return store::HeadKey{package::text_of(key.id), key.key};
}

/// The head that a package has taken with it: the last line of its journal extract.
Result<store::HeadSource> head_of_package(const fs::path& folder) {
  const fs::path file = folder / "data/provenance/events.jsonl";
  SHIQU_TRY_ASSIGN(const std::string text, read_file(file, kExtractLimit));
  const auto lines = split(trim(text), '\n');
  SHIQU_TRY_ASSIGN(const Json line, parse_json(lines.back(), file.string()));
  store::HeadSource source;
  source.name = folder.string();
  store::Head head;
  head.sequence = get_or<std::int64_t>(line, "journal_entries", 0);
  head.hash = get_or<std::string>(line, "journal_head", "");
  if (head.sequence <= 0 || head.hash.size() != 64) {
    return fail(ErrorCode::InvalidInput, "read head of package", folder.string(),
                "no head in its last line");
  }
  source.heads.push_back(std::move(head));
  return source;
}

Result<store::HeadSource> read_source(const fs::path& path) {
  return fs::is_directory(path) ? head_of_package(path) : store::read_heads(path);
}

/// Packages that lie in the archive itself.
void add_packages(store::Store& store, store::AuditAnchors& anchors) {
  std::error_code error;
  for (fs::directory_iterator it(store.packages(), error), end; !error && it != end;
       it.increment(error)) {
    if (fs::exists(it->path() / "data/provenance/events.jsonl")) {
      if (auto source = head_of_package(it->path())) {
        anchors.sources.push_back(std::move(*source));
      }
    }
  }
}

Status due_checkpoint(store::Store& store, std::int64_t every) {
  SHIQU_TRY_ASSIGN(const auto last, store.last_checkpoint());
  SHIQU_TRY_ASSIGN(const std::int64_t entries, store.last_sequence());
  if (entries - (last ? last->sequence : 0) < every) {
    return {};
  }
  const auto key = key_at_hand(store);
  if (!key) {
    return {};  // sealed, or not made yet: the next package or a person signs
  }
  SHIQU_TRY(store.add_checkpoint(signer_of(*key), fmt::format("every {} entries", every)));
  return {};
}

}  // namespace

Result<package::StationKey> key_at_hand(store::Store& store) {
  return package::load_station_key(store.keys());
}

std::vector<store::HeadKey> known_keys(store::Store& store) {
  std::vector<store::HeadKey> keys;
  const auto known = package::station_keys(store.keys());
  if (!known) {
    log::error("journal", "{}", known.error().text());
    return keys;
  }
  for (const package::KnownKey& one : *known) {
    keys.push_back({package::text_of(one.key.id), one.key.key});
  }
  return keys;
}

void upkeep(store::Store& store, const Settings& settings) {
  if (const auto sealed = store.seal_journal(settings.checkpoint_every); !sealed) {
    log::error("journal", "{}", sealed.error().text());
  }
  if (const Status signed_ = due_checkpoint(store, settings.checkpoint_every); !signed_) {
    log::error("journal", "{}", signed_.error().text());
  }
}

Result<store::Head> sign_journal(store::Store& store, const store::Session& by,
                                 const package::AskPassphrase& ask, const std::string& reason) {
  SHIQU_TRY_ASSIGN(const package::StationKey key, signing_key(store, by, ask));
  return store.add_checkpoint(signer_of(key), reason);
}

Result<store::AuditReport> audit_journal(store::Store& store, const Settings& settings,
                                         const std::vector<fs::path>& against,
                                         const std::vector<fs::path>& more_keys) {
  store::AuditAnchors anchors;
  anchors.keys = known_keys(store);
  for (const fs::path& file : more_keys) {
    SHIQU_TRY_ASSIGN(store::HeadKey key, read_key(file));
    anchors.keys.push_back(std::move(key));
  }
  for (const fs::path& path : against) {
    SHIQU_TRY_ASSIGN(store::HeadSource source, read_source(path));
    anchors.sources.push_back(std::move(source));
  }
  std::vector<std::string> absent;
  std::vector<fs::path> own = {store.packages() / "heads.jsonl"};
  if (!settings.backup_folder.empty()) {
    own.push_back(fs::path(settings.backup_folder) / "heads.jsonl");
  }
  for (const fs::path& file : own) {
    auto source = store::read_heads(file);
    if (source) {
      source->own = true;
      anchors.sources.push_back(std::move(*source));
    } else if (file != own.front() || source.error().code != ErrorCode::NotFound) {
      absent.push_back(source.error().text());
    }
  }
  add_packages(store, anchors);
  SHIQU_TRY_ASSIGN(store::AuditReport report, store.verify_journal(anchors));
  report.not_compared.insert(report.not_compared.end(), absent.begin(), absent.end());
  return report;
}

}  // namespace shiqu::app
