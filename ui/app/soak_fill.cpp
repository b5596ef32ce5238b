#include "ui/app/soak_fill.h"

#include "storage/base/clock.h"
#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/derive/derive.h"
#include "storage/imaging/codecs.h"
#include "storage/imaging/operations.h"
#include "storage/imaging/tiff.h"
#include "storage/model/text_codec.h"
#include "storage/store/bulk_fill.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace shiqu::app {
namespace {

namespace fs = std::filesystem;

constexpr int kMasters = 8;
constexpr SizePx kPage{600, 800};
constexpr int kColumns = 5;
constexpr int kMargin = 40;
constexpr std::int64_t kPagesInTransaction = 10000;
constexpr int kCharacters = 6000;  // that may be drawn; a large library has about so many in use
// What begins the list of the drawn characters: the frequent ones of classical texts.
constexpr std::u32string_view kFrequent =
    U"之不以也而其者為人有於子一曰大十所無王二三年中事上天日公下行月"
    U"國軍山東生文五道君將故可與此何明時使心言自四水南相地知成在得來";

/// Characters of the pages, from the given texts or drawn.
class Source {
 public:
  static Result<Source> open(const SoakFillOptions& options) {
    Source out(options.seed);
    for (const fs::path& file : options.texts) {
      SHIQU_TRY_ASSIGN(const std::string bytes, read_file(file));
      for (const char32_t c : to_utf32(bytes)) {
        if (c > 0x20 && c != 0x3000 && c != 0xFEFF) {
          out.text_ += c;
        }
      }
      if (out.text_.empty()) {
        return fail(ErrorCode::InvalidInput, "fill archive", file.string(), "no characters");
      }
    }
    if (!out.text_.empty()) {
      out.at_ = out.random_() % out.text_.size();
    }
    return out;
  }

  char32_t next() {
    if (text_.empty()) {
      return drawn();
    }
    // The texts run around; each round begins elsewhere, so that pages do not repeat.
    if (at_ == text_.size() || random_() % 20000 == 0) {
      at_ = random_() % text_.size();
    }
    return text_[at_++];
  }

  std::mt19937_64& random() noexcept { return random_; }

 private:
  explicit Source(std::uint64_t seed) : random_(seed) {}

  static char32_t of_rank(std::size_t rank) {
    if (rank < kFrequent.size()) {
      return kFrequent[rank];
    }
    return static_cast<char32_t>(0x4E00 + (rank * 7919) % 20900);
  }

  /// Few characters are frequent and most are rare, and each likes some neighbours: half of the
  /// time one of eight follows that depend on it alone.
  char32_t drawn() {
    const double even = static_cast<double>(random_() >> 11U) * 0x1.0p-53;
    auto rank = static_cast<std::size_t>(std::pow(static_cast<double>(kCharacters), even)) - 1;
    if (random_() % 2 == 0) {
      const std::size_t neighbour = random_() % 8;
      rank = (last_ * 31 + neighbour * neighbour * 17) % (neighbour < 4 ? 300 : kCharacters);
    }
    last_ = rank;
    return of_rank(rank);
  }

  std::mt19937_64 random_;
  std::u32string text_;
  std::size_t at_ = 0;
  std::size_t last_ = 0;
};

/// Where character `index` of `count` stands: columns from right to left.
model::Box cell(int index, int count) {
  const int rows = (count + kColumns - 1) / kColumns;
  const int width = (kPage.width - 2 * kMargin) / kColumns;
  const int height = std::max(1, (kPage.height - 2 * kMargin) / rows);
  const int column = index / rows;
  return {kPage.width - kMargin - (column + 1) * width + width / 8,
          kMargin + (index % rows) * height, width * 3 / 4, std::max(1, height - 2)};
}

model::Glyph glyph_at(Source& source, const model::Box& place, char32_t character) {
  std::mt19937_64& random = source.random();
  const auto jitter = [&] { return static_cast<int>(random() % 5) - 2; };
  model::Glyph out;
  out.text = to_utf8(character);
  out.box = {place.x + jitter(), place.y + jitter(), place.width + jitter(),
             std::max(1, place.height + jitter())};
  const double even = static_cast<double>(random() >> 11U) * 0x1.0p-53;
  out.confidence = 1 - 0.5 * even * even * even;
  for (std::uint64_t i = random() % 20; i > 17; --i) {
    out.alternatives.push_back(to_utf8(static_cast<char32_t>(0x4E00 + random() % 20900)));
  }
  return out;
}

model::PageText page_text(Source& source, int glyphs) {
  model::PageText out;
  out.width_px = kPage.width;
  out.height_px = kPage.height;
  out.producer = "soak fill";
  const int rows = (glyphs + kColumns - 1) / kColumns;
  for (int i = 0; i < glyphs; ++i) {
    const model::Box place = cell(i, glyphs);
    if (i % rows == 0) {
      out.lines.emplace_back();
      out.lines.back().id = LineId::make();
      out.lines.back().box = {place.x - 4, kMargin - 4, place.width + 8,
                              kPage.height - 2 * kMargin + 8};
      out.lines.back().confidence = 0;
    }
    model::Line& line = out.lines.back();
    line.glyphs.push_back(glyph_at(source, place, source.next()));
    line.text += line.glyphs.back().text;
    line.confidence += line.glyphs.back().confidence;
  }
  for (model::Line& line : out.lines) {
    line.confidence /= static_cast<double>(line.glyphs.size());
  }
  return out;
}

imaging::Image draw_master(std::mt19937_64& random, int glyphs) {
  imaging::Image out(imaging::PixelFormat::Gray8, kPage);
  for (int y = 0; y < kPage.height; ++y) {
    for (std::uint8_t& pixel : out.row(y)) {
      pixel = static_cast<std::uint8_t>(215 + random() % 16);
    }
  }
  for (int i = 0; i < glyphs; ++i) {
    const model::Box box = cell(i, glyphs);
    for (int y = box.y + 3; y < box.bottom() - 3; ++y) {
      for (int x = box.x + 3; x < box.right() - 3; ++x) {
        if (random() % 3 != 0) {
          out.row(y)[static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(40 + random() % 30);
        }
      }
    }
  }
  return out;
}

/// What the derive job would make, so that the desk has something to show.
Status derive_screen(const store::Store& store, const std::string& digest,
                     const imaging::Image& image) {
  const fs::path pyramid = derive::pyramid_path(store, digest);
  const fs::path thumbnail = derive::thumbnail_path(store, digest);
  if (fs::exists(pyramid) && fs::exists(thumbnail)) {
    return {};
  }
  SHIQU_TRY(make_folders(pyramid.parent_path()));
  SHIQU_TRY(imaging::write_pyramid(pyramid, image));
  SHIQU_TRY_ASSIGN(
      const auto bytes,
      imaging::encode_jpeg(imaging::fit(imaging::to_rgb8(image), derive::kThumbnailPx), 85));
  return write_new_file(thumbnail, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

Result<std::vector<model::StoredObject>> make_masters(store::Store& store, store::BulkFill& fill,
                                                      const SoakFillOptions& options) {
  std::mt19937_64 random(options.seed);
  std::vector<model::StoredObject> out;
  for (int i = 0; i < kMasters; ++i) {
    const imaging::Image image = draw_master(random, options.glyphs_per_page);
    const fs::path file = store.spool() / fmt::format("soak-{}-{}.tif", options.seed, i);
    SHIQU_TRY(imaging::write_master(file, image, {}));
    SHIQU_TRY_ASSIGN(const model::StoredObject object, fill.add_object({file, "image/tiff"}));
    SHIQU_TRY(derive_screen(store, object.digest, image));
    out.push_back(object);
  }
  return out;
}

/// One fill on its way.
class Filler {
 public:
  Filler(store::BulkFill& fill, Source& source, const SoakFillOptions& options)
      : fill_(fill), source_(source), options_(options) {}

  Status add(std::int64_t number, const std::vector<model::StoredObject>& masters) {
    if (number % options_.pages_per_item == 0) {
      SHIQU_TRY(add_item());
    }
    const auto in_item = static_cast<int>(number % options_.pages_per_item);
    const model::StoredObject& master = masters[static_cast<std::size_t>(number) % masters.size()];
    model::Capture capture;
    capture.source = model::CaptureSource::Import;
    capture.received_name = fmt::format("{:06}.tif", number + 1);
    capture.device = "soak fill";
    capture.width_px = kPage.width;
    capture.height_px = kPage.height;
    capture.dpi = 72;
    capture.taken_ms = now_unix_ms();
    SHIQU_TRY_ASSIGN(
        const PageId page,
        fill_.add_page(item_, fmt::format("{}{}", in_item / 2 + 1, in_item % 2 == 0 ? "a" : "b"),
                       capture, master, master));
    const model::PageText text = page_text(source_, options_.glyphs_per_page);
    SHIQU_TRY_ASSIGN(const std::string body, model::pack_text(text));
    summary_.body_bytes += body.size();
    SHIQU_TRY(fill_.propose_text(page, text));
    if (number % 16 == 7) {
      SHIQU_TRY(fill_.submit_text(page));
    }
    ++summary_.pages;
    summary_.glyphs += options_.glyphs_per_page;
    return {};
  }

  SoakFillSummary& summary() noexcept { return summary_; }

 private:
  Status add_item() {
    model::Item item;
    item.identifier = fmt::format("SOAK{}-{:06}", options_.seed, ++summary_.items);
    item.title = fmt::format("卷{}", summary_.items);
    for (int i = 0; i < 6; ++i) {
      item.title += to_utf8(source_.next());
    }
    item.grade = model::Grade::Internal;
    SHIQU_TRY_ASSIGN(item_, fill_.add_item(item));
    return {};
  }

  store::BulkFill& fill_;
  Source& source_;
  const SoakFillOptions& options_;
  ItemId item_;
  SoakFillSummary summary_;
};

}  // namespace

Result<SoakFillSummary> soak_fill(store::Store& store, const store::Session& by,
                                  const SoakFillOptions& options,
                                  const std::function<void(std::int64_t, std::int64_t)>& progress,
                                  const std::stop_token& stop) {
  const std::int64_t begun = now_monotonic_ms();
  SHIQU_TRY_ASSIGN(Source source, Source::open(options));
  SHIQU_TRY_ASSIGN(store::BulkFill fill, store::BulkFill::begin(store, by));
  SHIQU_TRY_ASSIGN(const std::vector<model::StoredObject> masters,
                   make_masters(store, fill, options));
  Filler filler(fill, source, options);
  for (std::int64_t i = 0; i < options.pages; ++i) {
    if (i > 0 && i % kPagesInTransaction == 0) {
      SHIQU_TRY(fill.commit());
      if (progress) {
        progress(i, options.pages);
      }
      if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "fill archive");
      }
    }
    SHIQU_TRY(filler.add(i, masters));
  }
  SHIQU_TRY(fill.finish());
  SoakFillSummary out = filler.summary();
  out.seconds = static_cast<double>(now_monotonic_ms() - begun) / 1000;
  SHIQU_TRY_ASSIGN(out.index, store.text_index_size());
  std::error_code error;
  out.catalogue_bytes = fs::file_size(store.folder() / "catalogue.sqlite", error);
  return out;
}

}  // namespace shiqu::app
