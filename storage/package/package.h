#pragma once

#include "storage/base/channel.h"
#include "storage/base/registry.h"
#include "storage/package/bag_writer.h"
#include "storage/package/duplicates.h"
#include "storage/package/outliers.h"
#include "storage/package/reports.h"
#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::package {

class Exporter;  // storage/package/exporter.h

/// Beginning of the addresses in manifests that nobody has published yet: IIIF wants http(s), and a
/// name in .invalid (RFC 2606) can never be somebody else's.
inline constexpr std::string_view kOfflineBase = "https://package.invalid/{name}/";

/// What the caller decides about a package.
struct PlanOptions {
  int version = 0;                      ///< 0: one more than the last one written
  std::string organization;             ///< Source-Organization; empty: the archive's title
  std::string station = "station";      ///< Internal-Sender-Identifier
  std::string group;                    ///< Bag-Group-Identifier; empty: the item's identifier
  std::string count = "1 of 1";         ///< Bag-Count
  std::string security_level = "一般";  ///< of GB/T 43697-2024: "一般" "重要" "核心"
  std::int64_t made_ms = 0;             ///< moment the package speaks of; 0: now
  /// Highest grade the receiver may have; nullopt: no receiver is named, nothing is compared.
  std::optional<model::Grade> receiver;
  /// Gates that may stay open; naming one that cannot (gates.h) is InvalidInput.
  std::vector<std::string> allow;
  /// Regions marked as personal data are blacked out in pictures, masters and text.
  bool redact = false;
  /// From choose_exporters(); empty: all that are not on request only.
  std::vector<std::string> exporters;
  int access_quality = 90;  ///< of JPEG images made from the masters, 1…100
  /// Identifiers that the package lists for item and pages (identifiers.h); empty: none of that
  /// kind. A page pattern that does not tell pages apart is InvalidInput.
  std::string item_pattern;
  std::string page_pattern;
  /// What the addresses of the IIIF manifest begin with: a pattern with {identifier}, {version},
  /// {uuid} that gives an http or https address; empty: kOfflineBase.
  std::string iiif_base;
  /// "train", "validation" or "test": the side the item stands on, as a whole; empty: the one it
  /// has in the archive, "train" where it has none.
  std::string split;
};

/// Where the side of an item comes from.
struct PlannedSplit {
  bool assigned = false;  ///< the archive has a side for the item
  std::string group;      ///< items that stay together are in one
  std::int64_t group_items = 1;
  std::int64_t seed = 0;
};

/// Everything a package will hold, fixed by digests and revisions. Building it changes nothing.
struct PackagePlan {
  model::Item item;
  std::string name;  ///< folder name, "gj0001-v1"
  BagInfo info;
  std::int64_t made_ms = 0;
  std::vector<PackagedPage> pages;
  std::vector<GateFinding> findings;
  std::int64_t journal_entries = 0;  ///< the extract goes up to this entry
  std::string journal_head;
  std::uint64_t master_bytes = 0;
  std::vector<std::string> exporters;  ///< PlanOptions::exporters
  int access_quality = 90;
  std::string split = "train";
  PlannedSplit split_facts;
  std::string item_pattern;  ///< PlanOptions::item_pattern
  std::string page_pattern;
  std::string item_identifier;                ///< the first of them filled in
  std::vector<std::string> page_identifiers;  ///< one a page; empty without a pattern
  std::string iiif_base;                      ///< filled in, with a slash at its end
  std::vector<Duplicate> duplicates;          ///< of its pages, in the item and in all others
  std::int64_t compared_pages = 0;            ///< of the archive
  std::int64_t not_compared = 0;              ///< of the item: pages that have no fingerprint yet
  std::vector<Outlier> outliers;
  PlanOptions options;  ///< what it was planned with: writing looks at every gate again
  /// Something was found that nobody waived: write_package refuses.
  [[nodiscard]] bool refused() const noexcept;
  [[nodiscard]] bool waived() const noexcept;  ///< something was found and waived
};

/// Looks at an item and every gate. A closed gate is a finding of the plan, not an error.
/// Errors: NotFound (item), InvalidInput (an option), and those of the store.
Result<PackagePlan> plan_package(store::Store& store, const ItemId& item,
                                 const PlanOptions& options = {});

struct PackageSummary {
  BagSummary bag;
  std::string name;
  int version = 0;
  int pages = 0;
};

/// What writing a package needs beside the archive.
struct ExportTools {
  const Registry<Exporter>& exporters;
  /// Sends a render_request to a worker (storage/package/render.h) and returns its answer.
  std::function<Result<Json>(const Json& request)> render;
  /// A folder that the worker may write into and that is this package's alone; made, and removed
  /// at the end. Empty: a temporary one.
  std::filesystem::path scratch;
  const Sm2Key* sm2 = nullptr;         ///< signs as well
  const SequenceTurn* turn = nullptr;  ///< the caller's since it planned; null: had while writing
};

/// Writes, signs and journals ("package.written") the package as folder `out`/NAME. Masters are
/// compared with their digests while they are copied. The same plan gives the same bytes. The
/// result is not verified here: call verify_package, a separate pass.
/// A package of that name that this station signed and its journal does not know is kept beside it
/// as NAME.unknown-DIGEST, which the entry names ("set_aside"). `progress(done, total)`: bytes of
/// masters. Every gate is looked at again: what the plan does not know (a finding taken out of it,
/// a grade or mark that came later) is a Conflict. Errors: InvalidInput (an exporter that is not
/// there), Conflict (a gate is closed; another program writes a package of this archive), Denied
/// (gates were waived and the session is not a Lead's), Exists, Corrupt (a master or text is not
/// what it was), NoSpace, Cancelled, Io.
Result<PackageSummary> write_package(
    store::Store& store, const store::Session& by, const PackagePlan& plan,
    const ExportTools& tools, const std::filesystem::path& out, const StationKey& key,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress = {},
    const std::stop_token& stop = {});

}  // namespace shiqu::package
