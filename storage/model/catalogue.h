#pragma once

#include "storage/base/ids.h"
#include "storage/model/quality.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shiqu::model {

/// Sensitivity, after the general-data levels of GB/T 43697-2024; Ungraded does not leave.
enum class Grade { Ungraded, Public, Internal, Sensitive, Restricted };
std::string_view name_of(Grade grade) noexcept;  ///< "ungraded" "public" …
bool grade_from(std::string_view name, Grade& grade) noexcept;

/// One book, volume or artifact: what is packaged as a whole.
struct Item {
  ItemId id;
  std::string identifier;  ///< 档号, accession number …: unique in the archive, never reused
  std::string title;
  std::string creator;
  std::string date;  ///< as the catalogue has it: "明嘉靖" is a date here
  std::string description;
  std::string rights;  ///< licence or statement; empty: not known
  Grade grade = Grade::Ungraded;
  std::int64_t created_ms = 0;
};

/// Where the text of a page stands (DESIGN §7).
enum class TextState { None, Proposed, Drafted, Submitted, Accepted, Returned };
std::string_view name_of(TextState state) noexcept;  ///< "none" "proposed" …
TextState text_state_from(std::string_view name) noexcept;

/// One leaf side or sheet of an item.
struct Page {
  PageId id;
  ItemId item;
  int order = 0;      ///< 1…n inside the item, gapless
  std::string label;  ///< as on the leaf: "卷一 三葉上"
  CaptureId capture;  ///< the one in force; empty: none yet
  TextState text_state = TextState::None;
  int text_revision = 0;  ///< of the text in force; 0: none
};

enum class CaptureSource { Camera, Scanner, Import };
std::string_view name_of(CaptureSource source) noexcept;  ///< "camera" "scanner" "import"
CaptureSource capture_source_from(std::string_view name) noexcept;

/// One kept frame. Masters are immutable: a reshoot is a new capture that supersedes.
struct Capture {
  CaptureId id;
  PageId page;
  CaptureSource source = CaptureSource::Import;
  std::string master;         ///< SHA-256 of the TIFF master
  std::string received;       ///< SHA-256 of the file as the device gave it
  std::string raw;            ///< SHA-256 of a camera raw file beside it; empty: none
  std::string received_name;  ///< its name on the card or in the folder
  std::string device;         ///< "Nikon Virtual D850 (SN 0001)"
  int width_px = 0;
  int height_px = 0;
  double dpi = 0;
  std::int64_t taken_ms = 0;
  QualityReport quality;
  bool superseded = false;
};

/// The catalogue's knowledge of one write-once object.
struct StoredObject {
  std::string digest;  ///< SHA-256, 64 hexadecimal digits: its name
  std::uint64_t size_bytes = 0;
  std::string media_type;  ///< "image/tiff" …
};

/// A reviewer's decision about one revision of a page's text.
struct Review {
  PageId page;
  int revision = 0;
  bool accepted = false;
  std::string reviewer;  ///< login
  std::string reason;
  std::int64_t at_ms = 0;
};

/// One link of the journal's hash chain.
struct Event {
  std::int64_t sequence = 0;  ///< 1…n without gaps
  std::int64_t at_ms = 0;
  std::string agent;     ///< text_of(Agent)
  std::string action;    ///< "capture.kept", "text.edited" …
  std::string subject;   ///< id of what it was done to
  std::string detail;    ///< JSON object
  std::string previous;  ///< hash of the entry before; 64 zeros for the first
  std::string hash;      ///< SHA-256 over the canonical form (docs/data-model.md)
};

}  // namespace shiqu::model
