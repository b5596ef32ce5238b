#include "ui/app/soak.h"

#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/tiff.h"
#include "storage/store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <system_error>

namespace shiqu::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kItem = "SOAK";
constexpr const char* kAccount = "soak";
constexpr const char* kPin = "soak";
constexpr std::uint64_t kCaptureBytes = 256U << 10U;  // more than the largest frame needs
constexpr int kLeastPx = 60;
constexpr int kMorePx = 160;

/// CRC-32 of ISO 3309, as zlib's crc32().
std::uint32_t crc32_of(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    }
  }
  return ~crc;
}

imaging::Image noise(std::uint64_t seed, std::int64_t number) {
  std::mt19937_64 random(seed * 1'000'003 + static_cast<std::uint64_t>(number));
  const auto side = [&random] { return kLeastPx + static_cast<int>(random() % kMorePx); };
  imaging::Image image(imaging::PixelFormat::Rgb8, {side(), side()});
  for (std::uint8_t& sample : image.bytes()) {
    sample = static_cast<std::uint8_t>(random());
  }
  return image;
}

/// The text that page `number` is promised to have.
model::PageText text_for(std::int64_t number, std::uint32_t crc) {
  model::PageText text;
  text.width_px = kLeastPx;
  text.height_px = kLeastPx;
  text.producer = "person:soak";
  model::Line line;
  line.id = LineId::make();
  line.box = {0, 0, kLeastPx, kLeastPx};
  line.text = fmt::format("石渠第{}葉{:08x}", number, crc);
  text.lines.push_back(std::move(line));
  return text;
}

std::string note_of(std::int64_t number) {
  return fmt::format("soak {}", number);
}
std::string correction_of(std::int64_t number) {
  return fmt::format("soak corrects {}", number);
}
/// Every other capture corrects the text of the page before it.
bool corrects(std::int64_t number) {
  return number > 1 && number % 2 == 0;
}

Result<store::Store> open_or_make(const SoakPlace& place) {
  std::error_code error;
  if (!fs::exists(place.catalogue, error)) {
    SHIQU_TRY(store::Store::init(place.folder, "Soak", place.catalogue));
  }
  return store::Store::open(place.folder);
}

Result<store::Session> log_in(store::Store& store) {
  SHIQU_TRY_ASSIGN(const std::vector<model::User> users, store.users());
  if (users.empty()) {
    const model::User user{UserId(), kAccount, "Soak", model::Role::Administrator, true};
    SHIQU_TRY(store.add_user(store::Session::for_program(), user, kPin, SecretCost::Token));
  }
  return store.login(kAccount, kPin);
}

Result<ItemId> item_of(store::Store& store, const store::Session& by) {
  const auto present = store.item_named(kItem);
  if (present) {
    return present->id;
  }
  if (present.error().code != ErrorCode::NotFound) {
    return fail(present.error());
  }
  model::Item item;
  item.identifier = kItem;
  item.title = "Soak";
  return store.add_item(by, item);
}

/// One archive at work.
class Soak {
 public:
  Soak(store::Store store, store::Session by, ItemId item, const SoakLoad& load)
      : store_(std::move(store)), by_(std::move(by)), item_(std::move(item)), load_(load) {}

  Result<std::int64_t> last_number() {
    SHIQU_TRY_ASSIGN(const std::vector<model::Page> pages, store_.pages(item_));
    if (pages.empty()) {
      return 0;
    }
    before_ = pages.back().id;
    return pages.back().order;
  }

  Result<SoakPromise> capture(std::int64_t number) {
    if (load_.reserve_bytes > 0) {
      SHIQU_TRY(store_.admit_capture(kCaptureBytes));
    }
    SHIQU_TRY_ASSIGN(store::NewCapture fresh, spool(number));
    SHIQU_TRY_ASSIGN(const std::string master, read_file(fresh.master.file));
    const SoakPromise promise{number, master.size(), crc32_of(master)};
    SHIQU_TRY_ASSIGN(const store::KeptCapture kept,
                     store_.keep(store::Session::for_program(), fresh));
    if (kept.page_order != number) {
      return fail(ErrorCode::Conflict, "soak", fmt::format("capture {}", number),
                  "another program keeps captures in this archive");
    }
    SHIQU_TRY(store_.save_text(by_, kept.page, 0, text_for(number, promise.master_crc32),
                               note_of(number)));
    if (corrects(number)) {
      SHIQU_TRY(correct_before(number));
    }
    before_ = kept.page;
    return promise;
  }

 private:
  /// The files as a device and the decoder leave them in the spool.
  Result<store::NewCapture> spool(std::int64_t number) {
    const fs::path base = store_.spool() / new_uuid();
    const imaging::Image image = noise(load_.seed, number);
    // Two of three frames are one and the same received file: equal objects are kept once.
    const imaging::Image small = noise(load_.seed, number / 3);
    SHIQU_TRY_ASSIGN(const std::vector<std::uint8_t> jpeg, imaging::encode_jpeg(small, 80));
    store::NewCapture fresh;
    fresh.item = item_;
    fresh.page_label = note_of(number);
    fresh.capture.received_name = fmt::format("soak-{:06}.jpg", number);
    fresh.capture.device = "soak";
    fresh.capture.width_px = image.width();
    fresh.capture.height_px = image.height();
    fresh.master = {base.string() + ".tif", "image/tiff"};
    fresh.received = {base.string() + ".jpg", "image/jpeg"};
    SHIQU_TRY(imaging::write_master(fresh.master.file, image, {}));
    SHIQU_TRY(write_new_file(fresh.received.file,
                             {reinterpret_cast<const char*>(jpeg.data()), jpeg.size()}));
    return fresh;
  }

  Status correct_before(std::int64_t number) {
    SHIQU_TRY_ASSIGN(const model::Page page, store_.page(before_));
    SHIQU_TRY(store_.save_text(by_, page.id, page.text_revision, text_for(number - 1, 0),
                               correction_of(number)));
    return {};
  }

  store::Store store_;
  store::Session by_;
  ItemId item_;
  SoakLoad load_;
  PageId before_;
};

struct Counts {
  std::int64_t acked = 0;
  std::int64_t rows = 0;
  std::int64_t lost_rows = 0;
  std::int64_t lost_texts = 0;
  std::int64_t lost_files = 0;
  std::int64_t bad_files = 0;
  std::int64_t dangling_rows = 0;
  std::int64_t orphans = 0;
  std::int64_t open_ms = 0;
  std::string integrity = "ok";

  [[nodiscard]] Json json() const {
    return {{"acked", acked},
            {"rows", rows},
            {"lost_rows", lost_rows},
            {"lost_texts", lost_texts},
            {"lost_files", lost_files},
            {"bad_files", bad_files},
            {"dangling_rows", dangling_rows},
            {"orphans", orphans},
            {"open_ms", open_ms},
            {"integrity", integrity}};
  }
};

using Promises = std::map<std::int64_t, SoakPromise>;

/// Whole lines only: what was cut off was not promised.
Result<Promises> read_promises(const fs::path& file) {
  SHIQU_TRY_ASSIGN(const std::string content, read_file(file));
  const std::vector<std::string> lines = split(content, '\n');
  Promises out;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    const std::vector<std::string> words = split(lines[i], ' ');
    if (words.size() == 4 && words[0] == "ACK") {
      const std::int64_t number = std::strtoll(words[1].c_str(), nullptr, 10);
      out[number] = {number, std::strtoull(words[2].c_str(), nullptr, 10),
                     static_cast<std::uint32_t>(std::strtoul(words[3].c_str(), nullptr, 10))};
    }
  }
  return out;
}

bool has_note(const std::vector<store::TextRevision>& history, const std::string& note) {
  return std::any_of(history.begin(), history.end(),
                     [&note](const store::TextRevision& one) { return one.note == note; });
}

class SoakCheck {
 public:
  SoakCheck(store::Store& store, const Promises& promises) : store_(store), promises_(promises) {}

  Result<Counts> run() {
    counts_.acked = static_cast<std::int64_t>(promises_.size());
    const auto item = store_.item_named(kItem);
    if (item) {
      SHIQU_TRY_ASSIGN(pages_, store_.pages(item->id));
    } else if (item.error().code != ErrorCode::NotFound) {
      return fail(item.error());
    }
    counts_.rows = static_cast<std::int64_t>(pages_.size());
    for (const auto& [number, promise] : promises_) {
      SHIQU_TRY(look_for(promise));
    }
    SHIQU_TRY(look_at_all());
    return counts_;
  }

 private:
  const model::Page* page(std::int64_t number) const {
    const auto at = static_cast<std::size_t>(number - 1);
    return number > 0 && at < pages_.size() && pages_[at].order == number ? &pages_[at] : nullptr;
  }

  Status look_for(const SoakPromise& promise) {
    const model::Page* found = page(promise.number);
    if (found == nullptr || found->capture.empty()) {
      ++counts_.lost_rows;
      ++counts_.lost_files;
      return {};
    }
    SHIQU_TRY_ASSIGN(const model::Capture capture, store_.capture(found->capture));
    promised_.insert(capture.master);
    promised_.insert(capture.received);
    const auto master = read_file(store_.object_path(capture.master));
    if (!master) {
      ++counts_.lost_files;
    } else if (master->size() != promise.master_bytes ||
               crc32_of(*master) != promise.master_crc32) {
      ++counts_.bad_files;
    }
    SHIQU_TRY_ASSIGN(const bool texts, texts_of(promise, *found));
    if (!texts) {
      ++counts_.lost_texts;
      ++counts_.lost_rows;
    }
    return {};
  }

  Result<bool> texts_of(const SoakPromise& promise, const model::Page& found) {
    SHIQU_TRY_ASSIGN(const auto history, store_.text_history(found.id));
    if (!has_note(history, note_of(promise.number))) {
      return false;
    }
    SHIQU_TRY_ASSIGN(const store::TextRevision first, store_.text_revision(found.id, 1));
    const model::PageText promised = text_for(promise.number, promise.master_crc32);
    if (first.text.plain() != promised.plain()) {
      return false;
    }
    const model::Page* before = corrects(promise.number) ? page(promise.number - 1) : nullptr;
    if (before == nullptr) {
      return !corrects(promise.number);
    }
    SHIQU_TRY_ASSIGN(const auto corrected, store_.text_history(before->id));
    return has_note(corrected, correction_of(promise.number));
  }

  /// Every object, promised or not, the catalogue and the journal.
  Status look_at_all() {
    SHIQU_TRY_ASSIGN(const store::FsckReport report, store_.fsck());
    for (const store::FsckFinding& finding : report.findings) {
      if (finding.fault == store::ObjectFault::Orphan) {
        ++counts_.orphans;
      } else if (!promised_.contains(finding.digest)) {
        ++counts_.dangling_rows;
      } else if (finding.fault == store::ObjectFault::Missing) {
        ++counts_.lost_files;
      } else {
        ++counts_.bad_files;
      }
    }
    SHIQU_TRY_ASSIGN(const store::AuditReport journal, store_.verify_journal());
    counts_.integrity = report.database != "ok" ? report.database
                        : journal.intact        ? "ok"
                                                : "journal: " + journal.problem;
    return {};
  }

  store::Store& store_;
  const Promises& promises_;
  std::vector<model::Page> pages_;
  std::set<std::string> promised_;
  Counts counts_;
};

/// No catalogue, or none that opens: everything promised is lost; without a promise nothing is.
Counts all_lost(const Promises& promises, std::string integrity) {
  Counts out;
  out.acked = out.lost_rows = static_cast<std::int64_t>(promises.size());
  out.integrity = std::move(integrity);
  return out;
}

Counts checked(const SoakPlace& place, const Promises& promises) {
  std::error_code error;
  if (!fs::exists(place.catalogue, error)) {
    return all_lost(promises, "ok");
  }
  const auto begin = std::chrono::steady_clock::now();
  auto store = store::Store::open(place.folder);
  const auto took = std::chrono::steady_clock::now() - begin;
  if (!store) {
    return all_lost(promises, store.error().text());
  }
  auto counts = SoakCheck(*store, promises).run();
  if (!counts) {
    return all_lost(promises, counts.error().text());
  }
  counts->open_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  return *counts;
}

}  // namespace

Status soak_keep(const SoakPlace& place, const SoakLoad& load, const std::function<void()>& ready,
                 const std::function<void(const SoakPromise&)>& promised,
                 const std::stop_token& stop) {
  SHIQU_TRY_ASSIGN(store::Store store, open_or_make(place));
  SHIQU_TRY(store.set_reserve(load.reserve_bytes));
  SHIQU_TRY_ASSIGN(store::Session by, log_in(store));
  SHIQU_TRY_ASSIGN(ItemId item, item_of(store, by));
  Soak soak(std::move(store), std::move(by), std::move(item), load);
  SHIQU_TRY_ASSIGN(const std::int64_t last, soak.last_number());
  ready();
  for (std::int64_t number = last + 1; number <= last + load.captures; ++number) {
    if (stop.stop_requested()) {
      return fail(ErrorCode::Cancelled, "soak");
    }
    SHIQU_TRY_ASSIGN(const SoakPromise promise, soak.capture(number));
    promised(promise);
  }
  return {};
}

Json soak_check(const SoakPlace& place, const fs::path& promises) {
  const auto read = read_promises(promises);
  return read ? checked(place, *read).json() : all_lost({}, read.error().text()).json();
}

bool soak_sound(const Json& facts) {
  for (const char* loss : {"lost_rows", "lost_files", "bad_files", "dangling_rows"}) {
    if (get_or<std::int64_t>(facts, loss, 1) != 0) {
      return false;
    }
  }
  return get_or<std::string>(facts, "integrity", "") == "ok";
}

}  // namespace shiqu::app
