#pragma once

#include "storage/base/result.h"
#include "storage/model/catalogue.h"
#include "storage/model/text.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shiqu::store {

/// A file of the spool that is to become a write-once object.
struct SpooledFile {
  std::filesystem::path file;  ///< whole and fsynced, inside Store::spool(); moved by keep()
  std::string media_type;
};

/// Everything that becomes durable in one step when a frame is kept.
struct NewCapture {
  ItemId item;
  std::optional<PageId> page;  ///< a reshoot of this page; nullopt: a new page at the end
  std::string page_label;
  model::Capture capture;  ///< id, page and digests are filled in by keep()
  SpooledFile master;
  SpooledFile received;
  std::optional<SpooledFile> raw;
};

struct KeptCapture {
  CaptureId capture;
  PageId page;
  int page_order = 0;
  std::string master;  ///< digest
};

/// A page as another archive has it, brought by a package.
struct ForeignPage {
  model::Page page;        ///< id and label count
  model::Capture capture;  ///< all but page and digests; `id` may be empty
  SpooledFile master;
};

/// The text of a page as another archive has it.
struct ForeignText {
  model::PageText text;
  std::string author;  ///< as it is to be stored: "person:anna@1A2B3C4D5E6F7081"
  bool by_person = false;
  std::int64_t at_ms = 0;
  std::string note;
  std::string accepted_by;  ///< who accepted it there; empty: nobody
};

/// One stored revision of a page's text; revisions never change.
struct TextRevision {
  PageId page;
  int revision = 0;
  std::string author;  ///< text_of(Agent)
  bool by_person = false;
  std::int64_t at_ms = 0;
  std::string note;  ///< what was done: "recognised", "line corrected", "undo of 4"
  model::PageText text;
};

/// On which side of a data set an item stands, whole.
struct SplitRecord {
  ItemId item;
  std::string side;       ///< "train" "validation" "test"
  std::string group;      ///< identifier that names the items which stay together
  std::int64_t seed = 0;  ///< of the assignment
  std::int64_t at_ms = 0;
};

/// A page with the master in force.
struct PageMaster {
  ItemId item;
  PageId page;
  int order = 0;
  std::string master;    ///< digest
  std::string received;  ///< digest of the file as the device gave it
};

enum class ObjectFault { Missing, Altered, Orphan, Unreadable };
std::string_view name_of(ObjectFault fault) noexcept;

struct FsckFinding {
  ObjectFault fault = ObjectFault::Missing;
  std::string digest;  ///< name of the object
  std::string detail;
};

/// What a check of all objects found. Healthy only when everything was checked and nothing found.
struct FsckReport {
  std::int64_t objects_known = 0;    ///< rows of the catalogue
  std::int64_t objects_checked = 0;  ///< read to the last byte
  std::uint64_t bytes_checked = 0;
  std::vector<FsckFinding> findings;  ///< orphans are findings but not losses
  std::string database;               ///< "ok" or SQLite's words
  [[nodiscard]] bool healthy() const noexcept;
};

}  // namespace shiqu::store
