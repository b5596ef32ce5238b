#include "storage/package/import.h"

#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/package/internal/import_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

namespace shiqu::package {

namespace fs = std::filesystem;

Status Import::check_verdict() const {
  if (!verdict_.ok) {
    return fail(ErrorCode::Corrupt, "import package", folder_.string(),
                verdict_.findings.empty() ? "it is not whole" : verdict_.findings.front().message);
  }
  if (verdict_.signature != SignatureState::Trusted &&
      verdict_.signature != SignatureState::Untrusted) {
    return fail(ErrorCode::InvalidInput, "import package", folder_.string(),
                "only a package of the profile, checked with it");
  }
  if (verdict_.type != "full") {
    return fail(ErrorCode::Unsupported, "import package", folder_.string(),
                "it holds changes only: rebuild the whole package first");
  }
  return {};
}

Status Import::find_item() {
  auto named = store_.item_named(record_.item.identifier);
  if (named) {
    ours_ = std::move(*named);
  } else if (named.error().code != ErrorCode::NotFound) {
    return fail(named.error());
  } else if (store_.item(record_.item.id)) {
    return fail(ErrorCode::Conflict, "import package", record_.item.identifier,
                "its id belongs to an item of another identifier here");
  }
  out_.new_item = !ours_;
  out_.item = ours_ ? ours_->id : record_.item.id;
  if (!ours_) {
    return {};
  }
  SHIQU_TRY_ASSIGN(pages_, store_.pages(ours_->id));
  for (const model::Page& page : pages_) {
    std::string master;
    if (!page.capture.empty()) {
      SHIQU_TRY_ASSIGN(const model::Capture capture, store_.capture(page.capture));
      master = capture.master;
    }
    masters_.push_back(std::move(master));
  }
  return {};
}

Status Import::look_at_history() {
  station_.subject = "station:" + verdict_.signer;
  SHIQU_TRY_ASSIGN(const auto events, store_.events_about({station_.subject, out_.item.str()}));
  std::int64_t newest_of_item = 0;
  for (const model::Event& event : events) {
    if (event.action != "package.imported" && event.action != "package.received") {
      continue;
    }
    const auto detail = parse_json(event.detail);
    if (!detail || get_or<std::string>(*detail, "signer", "") != verdict_.signer) {
      continue;
    }
    const auto sequence = get_or<std::int64_t>(*detail, "sequence", 0);
    const auto digest = get_or<std::string>(*detail, "tag_manifest_sha256", "");
    if (event.action == "package.imported") {
      newest_of_item = std::max(newest_of_item, sequence);
      out_.known = out_.known || digest == verdict_.tag_manifest_sha256;
    }
    if (sequence >= station_.last) {
      station_.last = sequence;
      station_.last_digest = digest;
    }
  }
  if (!out_.known && !options_.older && verdict_.sequence > 0 &&
      verdict_.sequence <= newest_of_item) {
    return fail(ErrorCode::Conflict, "import package", verdict_.identifier,
                fmt::format("number {} of that station came before, this is number {}",
                            newest_of_item, verdict_.sequence));
  }
  return {};
}

/// The station's numbering: what is missing before this package, and whether the chain fits.
Status Import::check_station() {
  if (verdict_.sequence == 0 || station_.last == 0 || verdict_.sequence <= station_.last) {
    return {};
  }
  out_.missing_before = verdict_.sequence - station_.last - 1;
  if (out_.missing_before == 0 && verdict_.previous != station_.last_digest) {
    return fail(ErrorCode::Conflict, "import package", verdict_.identifier,
                fmt::format("it names another package as number {} of its station than the one "
                            "that came",
                            station_.last));
  }
  return {};
}

Status Import::merge_item() {
  if (!ours_) {
    return options_.plan_only ? Status{} : store_.adopt_item(by_, record_.item);
  }
  const auto compare = [&](const char* field, const std::string& ours, const std::string& theirs) {
    if (ours != theirs) {
      conflict({}, field, ours, theirs, "ours stays");
    }
  };
  const model::Item& theirs = record_.item;
  compare("title", ours_->title, theirs.title);
  compare("creator", ours_->creator, theirs.creator);
  compare("date", ours_->date, theirs.date);
  compare("description", ours_->description, theirs.description);
  compare("rights", ours_->rights, theirs.rights);
  compare("grade", std::string(name_of(ours_->grade)), std::string(name_of(theirs.grade)));
  return {};
}

/// The page here that is this page: by id, by master, by place. nullptr: it is new.
Result<const model::Page*> Import::counterpart(const PackagePage& theirs) {
  const auto by_id = std::find_if(pages_.begin(), pages_.end(),
                                  [&](const auto& page) { return page.id == theirs.page.id; });
  if (by_id != pages_.end()) {
    return &*by_id;
  }
  const auto by_master = std::find(masters_.begin(), masters_.end(), theirs.capture.master);
  if (by_master != masters_.end()) {
    return &pages_[static_cast<std::size_t>(by_master - masters_.begin())];
  }
  const auto place = static_cast<std::size_t>(&theirs - record_.pages.data());
  // A place is only taken by its number when that page of ours is in no other place of theirs.
  if (place < pages_.size() &&
      std::none_of(record_.pages.begin(), record_.pages.end(), [&](const PackagePage& other) {
        return other.page.id == pages_[place].id || other.capture.master == masters_[place];
      })) {
    return &pages_[place];
  }
  return nullptr;
}

Status Import::merge_page(const PackagePage& theirs) {
  SHIQU_TRY_ASSIGN(const model::Page* ours, counterpart(theirs));
  if (ours == nullptr) {
    return add_page(theirs);
  }
  const auto place = static_cast<int>(&theirs - record_.pages.data()) + 1;
  if (ours->order != place) {
    conflict(theirs.number, "order", std::to_string(ours->order), std::to_string(place),
             "ours stays");
  }
  bool same_master = false;
  bool same_text = false;
  SHIQU_TRY(merge_master(theirs, *ours, same_master));
  SHIQU_TRY(merge_text(theirs, *ours, same_text));
  out_.pages_same += same_master && same_text ? 1 : 0;
  return {};
}

Result<store::SpooledFile> Import::spool(const fs::path& file, const std::string& digest,
                                         const std::string& media_type) {
  const fs::path target = store_.spool() / ("import-" + new_uuid());
  SHIQU_TRY_ASSIGN(AtomicFile copy, AtomicFile::create(target));
  Hasher hash(DigestKind::Sha256);
  SHIQU_TRY(read_in_pieces(file, [&](std::span<const std::uint8_t> piece) -> Status {
    hash.update(piece);
    return copy.write(piece);
  }));
  if (const std::string found = hash.finish_hex(); !digest.empty() && found != digest) {
    return fail(ErrorCode::Corrupt, "import package", file.string(),
                "it is not the file that its record names");
  }
  SHIQU_TRY(copy.commit());
  return store::SpooledFile{target, media_type};
}

Status Import::add_page(const PackagePage& theirs) {
  ++out_.pages_added;
  SHIQU_TRY_ASSIGN(std::optional<PackageText> text, read_text(folder_, theirs.number));
  out_.texts_added += text ? 1 : 0;
  if (options_.plan_only) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const store::SpooledFile master,
                   spool(folder_ / "data/masters" / (theirs.number + ".tif"), theirs.capture.master,
                         "image/tiff"));
  SHIQU_TRY_ASSIGN(const store::KeptCapture kept,
                   store_.adopt_page(by_, out_.item, {theirs.page, theirs.capture, master}));
  if (!text) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const store::ForeignText brought, foreign(theirs, std::move(*text)));
  SHIQU_TRY(store_.adopt_text(by_, kept.page, brought, true));
  return {};
}

Status Import::merge_master(const PackagePage& theirs, const model::Page& ours, bool& same) {
  SHIQU_TRY_ASSIGN(const auto captures, store_.captures(ours.id));
  const std::string& in_force = masters_[static_cast<std::size_t>(&ours - pages_.data())];
  same = std::any_of(captures.begin(), captures.end(), [&](const model::Capture& capture) {
    return capture.master == theirs.capture.master;
  });
  if (same) {  // in force, or superseded here: nothing new
    return {};
  }
  conflict(theirs.number, "master", in_force, theirs.capture.master,
           options_.theirs ? "theirs is in force, ours in the history"
                           : "ours stays in force, theirs stays in the package");
  if (!options_.theirs) {
    return {};
  }
  ++out_.frames_added;
  if (options_.plan_only) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const store::SpooledFile master,
                   spool(folder_ / "data/masters" / (theirs.number + ".tif"), theirs.capture.master,
                         "image/tiff"));
  SHIQU_TRY(store_.adopt_page(by_, out_.item, {theirs.page, theirs.capture, master}, ours.id));
  return {};
}

Result<bool> Import::has_text(const PageId& page, const std::string& canonical) {
  SHIQU_TRY_ASSIGN(const auto history, store_.text_history(page));
  for (const store::TextRevision& head : history) {
    SHIQU_TRY_ASSIGN(const auto revision, store_.text_revision(page, head.revision));
    SHIQU_TRY_ASSIGN(const std::string ours, canonical_text(revision.text));
    if (ours == canonical) {
      return true;
    }
  }
  return false;
}

Result<bool> Import::worked_here(const PageId& page) {
  SHIQU_TRY_ASSIGN(const auto history, store_.text_history(page));
  SHIQU_TRY_ASSIGN(const auto reviews, store_.reviews(page));
  const auto here = [](const std::string& name) { return name.find('@') == std::string::npos; };
  return std::any_of(history.begin(), history.end(),
                     [&](const auto& one) { return one.by_person && here(one.author); }) ||
         std::any_of(reviews.begin(), reviews.end(),
                     [&](const auto& one) { return here(one.reviewer); });
}

Result<store::ForeignText> Import::foreign(const PackagePage& page, PackageText text) const {
  store::ForeignText out;
  out.text = std::move(text.text);
  out.author = text.by_person ? elsewhere(text.author) : text.author;
  out.by_person = text.by_person;
  out.at_ms = text.at_ms;
  out.note = fmt::format("package {} v{}", verdict_.identifier, verdict_.version);
  if (verdict_.signature == SignatureState::Trusted && !page.accepted_by.empty()) {
    out.accepted_by = elsewhere(page.accepted_by);
  }
  return out;
}

Status Import::merge_text(const PackagePage& theirs, const model::Page& ours, bool& same) {
  SHIQU_TRY_ASSIGN(std::optional<PackageText> text, read_text(folder_, theirs.number));
  same = true;
  if (!text) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const std::string canonical, canonical_text(text->text));
  SHIQU_TRY_ASSIGN(same, has_text(ours.id, canonical));
  if (same) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const bool worked, worked_here(ours.id));
  // A machine's reading never replaces anything; a person's replaces what no person here has
  // touched.
  const bool differs = worked && text->by_person;
  const bool in_force =
      ours.text_revision == 0 || (text->by_person && (!worked || options_.theirs));
  if (differs) {
    SHIQU_TRY_ASSIGN(const auto mine, store_.text(ours.id));
    conflict(theirs.number, "text", mine.text.plain(), text->text.plain(), holder());
  }
  ++(in_force ? out_.texts_added : out_.texts_beside);
  if (options_.plan_only) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const store::ForeignText brought, foreign(theirs, std::move(*text)));
  SHIQU_TRY(store_.adopt_text(by_, ours.id, brought, in_force));
  return {};
}

Status Import::note() {
  if (options_.plan_only) {
    return {};
  }
  const Json facts{{"signer", verdict_.signer},
                   {"signature", name_of(verdict_.signature)},
                   {"identifier", verdict_.identifier},
                   {"version", verdict_.version},
                   {"sequence", verdict_.sequence},
                   {"previous", verdict_.previous},
                   {"tag_manifest_sha256", verdict_.tag_manifest_sha256}};
  SHIQU_TRY(store_.note_event(by_, "package.received", station_.subject, facts));
  Json detail = facts;
  detail["summary"] = to_json(out_);
  SHIQU_TRY_ASSIGN(const store::SpooledFile journal,
                   spool(folder_ / "data/provenance/events.jsonl", {}, "application/x-ndjson"));
  SHIQU_TRY(store_.keep_evidence(by_, journal, "package.imported", out_.item.str(), detail));
  return {};
}

Json to_json(const ImportSummary& summary) {
  Json conflicts = Json::array();
  for (const ImportConflict& one : summary.conflicts) {
    conflicts.push_back({{"page", one.page},
                         {"kind", one.kind},
                         {"ours", one.ours},
                         {"theirs", one.theirs},
                         {"now", one.now}});
  }
  return {{"item", summary.item.str()},
          {"new_item", summary.new_item},
          {"known", summary.known},
          {"pages", summary.pages},
          {"pages_added", summary.pages_added},
          {"pages_same", summary.pages_same},
          {"frames_added", summary.frames_added},
          {"texts_added", summary.texts_added},
          {"texts_beside", summary.texts_beside},
          {"missing_before", summary.missing_before},
          {"conflicts", std::move(conflicts)}};
}

Result<ImportSummary> import_package(store::Store& store, const store::Session& by,
                                     const fs::path& folder, const PackageVerdict& verdict,
                                     const ImportOptions& options, const ByteProgress& progress,
                                     const std::stop_token& stop) {
  return Import(store, by, folder, verdict, options).run(progress, stop);
}

}  // namespace shiqu::package
