#pragma once

#include "storage/package/verify.h"
#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace shiqu::package {

/// Something that the archive and the package say differently. What the archive had stays in force
/// unless ImportOptions::theirs; what the package has is never lost.
struct ImportConflict {
  std::string page;    ///< "0003", its place in the package; empty: the item
  std::string kind;    ///< "title" "rights" "grade" … , "master", "text", "order"
  std::string ours;    ///< value, digest or text
  std::string theirs;  ///< the same of the package
  std::string now;     ///< what holds now, English: "ours stays in force"
};

struct ImportOptions {
  bool plan_only = false;  ///< change nothing, only tell what would happen
  bool theirs = false;     ///< at conflicts of masters and texts the package's come into force
  bool older = false;      ///< take a package that is older than one that is here already
};

struct ImportSummary {
  ItemId item;
  bool new_item = false;
  bool known = false;               ///< this very package was imported before: nothing was done
  int pages = 0;                    ///< of the package
  int pages_added = 0;              ///< new here
  int pages_same = 0;               ///< master and text were here already
  int frames_added = 0;             ///< other masters of pages that were here
  int texts_added = 0;              ///< came into force
  int texts_beside = 0;             ///< kept as revisions beside what is in force
  std::int64_t missing_before = 0;  ///< packages of that station between the last one and this
  std::vector<ImportConflict> conflicts;
};
Json to_json(const ImportSummary& summary);

/// Brings a package into another archive (docs/how-to/merge-stations.md). `verdict` is that of
/// verify_package over the same folder, which nobody else may change meanwhile. Pages are
/// recognised by id, then by master, then by place; nothing is doubled, and importing again does
/// nothing. People of the package become "NAME@KEY" (of its signer); what they reviewed counts as
/// reviewed only when the signature is Trusted. The journal extract is kept as an object. Each page
/// is one step: after a cut the same call goes on. Needs Lead.
/// `progress(done, total)`: bytes of masters.
/// Errors: Corrupt (the verdict is not ok, or a file is not what it was), Conflict (an older
/// package than one that is here; one that the station's chain contradicts; an id that is another
/// item here), Unsupported (a delta), InvalidInput, Denied, NoSpace, Cancelled, Io.
Result<ImportSummary> import_package(
    store::Store& store, const store::Session& by, const std::filesystem::path& folder,
    const PackageVerdict& verdict, const ImportOptions& options = {},
    const std::function<void(std::uint64_t, std::uint64_t)>& progress = {},
    const std::stop_token& stop = {});

}  // namespace shiqu::package
