#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/random.h"
#include "storage/imaging/tiff.h"
#include "storage/package/duplicates.h"
#include "storage/package/exporter.h"
#include "storage/package/package.h"
#include "storage/package/verify.h"
#include "tests/bench/compare.h"
#include "ui/app/builtin.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace shiqu::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kMasterMb = 50;
constexpr const char* kSecret = "135790";

/// An item whose masters are noise: nothing between here and the disk can make them smaller.
class Masters {
 public:
  Masters(fs::path folder, int mb) : folder_(std::move(folder)), mb_(mb) {}

  [[nodiscard]] fs::path objects() const { return folder_ / "objects"; }

  Status make() const {
    if (fs::exists(folder_)) {
      return {};
    }
    SHIQU_TRY(store::Store::init(folder_, "bench"));
    SHIQU_TRY_ASSIGN(store::Store store, store::Store::open(folder_));
    SHIQU_TRY_ASSIGN(const store::Session lead,
                     person(store, store::Session::for_program(), "lead"));
    SHIQU_TRY_ASSIGN(const store::Session second, person(store, lead, "second"));
    model::Item item;
    item.identifier = "BENCH";
    item.title = "bench";
    item.rights = "CC0";
    item.grade = model::Grade::Public;
    SHIQU_TRY_ASSIGN(const ItemId id, store.add_item(lead, item));
    const int page_mb = std::min(kMasterMb, std::max(mb_ / 4, 1));
    for (int done = 0; done < mb_; done += page_mb) {
      SHIQU_TRY_ASSIGN(const PageId page, keep(store, lead, id, page_mb));
      SHIQU_TRY(read(store, lead, second, page, size_of(page_mb)));
    }
    return {};
  }

  /// Masters and what every package has, nothing else; under a name of its own each time.
  Status pack(const fs::path& out) const {
    SHIQU_TRY_ASSIGN(store::Store store, store::Store::open(folder_));
    SHIQU_TRY_ASSIGN(const model::Item item, store.item_named("BENCH"));
    const Registry<package::Exporter> exporters = app::builtin_exporters();
    package::PlanOptions options;
    std::vector<std::string> without;
    for (const auto& one : exporters) {
      if (one->inclusion() == package::Inclusion::Default) {
        without.emplace_back(one->name());
      }
    }
    SHIQU_TRY_ASSIGN(options.exporters, package::choose_exporters(exporters, {}, without));
    SHIQU_TRY_ASSIGN(package::PackagePlan plan, package::plan_package(store, item.id, options));
    plan.name = "package";
    const package::ExportTools tools{exporters, {}, {}};
    SHIQU_TRY(package::write_package(store, store::Session::for_program(), plan, tools, out,
                                     package::new_station_key()));
    return {};
  }

  /// What copying cannot do without: each byte read and hashed twice, by one thread.
  Status hash_once() const {
    for (const auto& entry : fs::recursive_directory_iterator(objects())) {
      Hasher small(DigestKind::Sha256);
      Hasher large(DigestKind::Sha512);
      if (entry.is_regular_file()) {
        SHIQU_TRY(read_in_pieces(entry.path(), [&](std::span<const std::uint8_t> piece) -> Status {
          small.update(piece);
          large.update(piece);
          return {};
        }));
      }
    }
    return {};
  }

 private:
  static Result<store::Session> person(store::Store& store, const store::Session& by,
                                       const std::string& name) {
    model::User user;
    user.name = name;
    user.display_name = name;
    user.role = model::Role::Administrator;
    SHIQU_TRY(store.add_user(by, user, kSecret));
    return store.login(name, kSecret);
  }
  /// No gate stays open, so that nobody has to log in where time is taken.
  static Status read(store::Store& store, const store::Session& lead, const store::Session& second,
                     const PageId& page, SizePx size) {
    model::PageText blank;
    blank.width_px = size.width;
    blank.height_px = size.height;
    SHIQU_TRY(store.save_text(lead, page, 0, blank, "blank"));
    SHIQU_TRY(store.submit_text(lead, page));
    return store.review_text(second, page, true, "");
  }
  static SizePx size_of(int mb) { return {4000, mb * 1000000 / (3 * 4000)}; }
  static Result<PageId> keep(store::Store& store, const store::Session& lead, const ItemId& item,
                             int mb) {
    imaging::Image image(imaging::PixelFormat::Rgb8, size_of(mb));
    for (int y = 0; y < image.height(); ++y) {
      fill_random(image.row(y));
    }
    SHIQU_TRY(imaging::write_master(store.spool() / "m.tif", image, {}));
    SHIQU_TRY(write_new_file(store.spool() / "r.jpg", ItemId::make().str()));  // no two alike
    store::NewCapture fresh;
    fresh.item = item;
    fresh.capture.width_px = image.width();
    fresh.capture.height_px = image.height();
    fresh.capture.dpi = 300;
    fresh.master = {store.spool() / "m.tif", "image/tiff"};
    fresh.received = {store.spool() / "r.jpg", "image/jpeg"};
    SHIQU_TRY_ASSIGN(const store::KeptCapture kept, store.keep(lead, fresh));
    return kept.page;
  }

  fs::path folder_;
  int mb_;
};

Status verify(const fs::path& folder) {
  SHIQU_TRY_ASSIGN(const package::PackageVerdict verdict, package::verify_package(folder, {}));
  return verdict.ok ? Status{} : fail(ErrorCode::Corrupt, "verify", folder.string());
}

constexpr std::size_t kPages = 100'000;

/// Pages that look like nothing, but for one in a hundred that looks like the page before it.
std::vector<package::ComparedPage> archive_of_pages() {
  std::mt19937_64 random(1);
  std::vector<package::ComparedPage> pages(kPages);
  for (std::size_t i = 0; i < kPages; ++i) {
    package::Fingerprint print;
    print.contrast = 20;
    for (std::uint64_t& word : print.bits) {
      word = random();
    }
    if (i % 100 == 99) {
      print.bits = pages[i - 1].print->bits;
      print.bits[i % 4] ^= random() & 0x1111111111111111U;
    }
    pages[i].master = fmt::format("m{}", i);
    pages[i].received = fmt::format("r{}", i);
    pages[i].print = print;
  }
  return pages;
}

Status expect_found(std::size_t found) {
  return found == kPages / 100
             ? Status{}
             : fail(ErrorCode::Internal, "find duplicates", std::to_string(found));
}

Status find_duplicates() {
  return expect_found(package::duplicates_among(archive_of_pages()).size());
}

Status compare_each_with_each() {
  const auto pages = archive_of_pages();
  std::size_t found = 0;
  for (std::size_t a = 0; a < pages.size(); ++a) {
    for (std::size_t b = a + 1; b < pages.size(); ++b) {
      found += package::look_alike(*pages[a].print, *pages[b].print) ? 1 : 0;
    }
  }
  return expect_found(found);
}

}  // namespace

std::vector<Comparison> package_cases(const fs::path& folder, int mb) {
  std::vector<Comparison> out;
  const fs::path to = folder / "export";
  const auto clean = command(fmt::format("rm -rf '{0}' && mkdir -p '{0}' && sync", to.string()));
  const auto add = [&](const Masters& masters, int size_mb, std::string peer, Work theirs) {
    out.push_back({fmt::format("export of {} MB of masters", size_mb), std::move(peer),
                   [=] { return masters.make(); }, clean, [=] { return masters.pack(to); },
                   std::move(theirs)});
  };
  const auto copy = [&](const Masters& masters) {
    return command(fmt::format("cp -r '{0}' '{1}/copy' && sync -f '{1}/copy'",
                               masters.objects().string(), to.string()));
  };
  const Masters masters(folder / "masters", mb);
  const std::string tar = fmt::format("tar -C '{0}' -cf - . | tee '{1}/a.tar' | sha512sum >'{1}/a'",
                                      masters.objects().string(), to.string());
  add(masters, mb, "cp -r; sync", copy(masters));
  add(masters, mb, "tar | tee | sha512sum", command(tar));
  add(masters, mb, "the same; sync", command(tar + fmt::format(" && sync -f '{}'", to.string())));
  add(masters, mb, "SHA-256 + SHA-512, one pass", [=] { return masters.hash_once(); });
  const Masters larger(folder / "masters-4", 4 * mb);
  add(larger, 4 * mb, "cp -r; sync", copy(larger));
  const fs::path kept = folder / "packed";
  out.push_back({fmt::format("verify of a package of {} MB", mb),
                 "sha512sum -c",
                 [=]() -> Status {
                   SHIQU_TRY(masters.make());
                   return fs::exists(kept) ? Status{} : masters.pack(kept);
                 },
                 {},
                 [=] { return verify(kept / "package"); },
                 command(fmt::format("cd '{}' && exec sha512sum -c --strict --quiet "
                                     "manifest-sha512.txt",
                                     (kept / "package").string()))});
  out.push_back({fmt::format("near-duplicates among {} pages", kPages),
                 "each with each",
                 {},
                 {},
                 find_duplicates,
                 compare_each_with_each});
  return out;
}

}  // namespace shiqu::bench
