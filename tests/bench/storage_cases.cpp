#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/random.h"
#include "storage/imaging/tiff.h"
#include "storage/package/bag_writer.h"
#include "storage/package/verify.h"
#include "tests/bench/compare.h"

#include <fmt/format.h>

#include <tiffio.h>

#include <cstring>

namespace shiqu::bench {
namespace {

namespace fs = std::filesystem;
constexpr int kBagFiles = 8;

/// A page of about `mb` megabytes with something in every pixel.
imaging::Image page(int mb) {
  const int width = 4000;
  imaging::Image image(imaging::PixelFormat::Rgb8, {width, mb * 1000000 / (3 * width)});
  for (int y = 0; y < image.height(); ++y) {
    const auto row = image.row(y);
    for (std::size_t x = 0; x < row.size(); ++x) {
      row[x] = static_cast<std::uint8_t>(x * 7 + static_cast<std::size_t>(y) * 13);
    }
  }
  return image;
}

Status write_and_read_back(const fs::path& file, int mb) {
  const imaging::Image image = page(mb);
  SHIQU_TRY(imaging::write_master(file, image, {}));
  SHIQU_TRY_ASSIGN(const imaging::DecodedImage back, imaging::read_tiff(file));
  for (int y = 0; y < image.height(); ++y) {
    if (std::memcmp(image.row(y).data(), back.image.row(y).data(), image.row(y).size()) != 0) {
      return fail(ErrorCode::Corrupt, "read master back", file.string());
    }
  }
  return {};
}

/// What a program does that trusts the disk: libtiff's own defaults and one fsync.
Status write_plainly(const fs::path& file, int mb) {
  const imaging::Image image = page(mb);
  TIFF* tiff = TIFFOpen(file.c_str(), "w");
  if (tiff == nullptr) {
    return fail(ErrorCode::Io, "open", file.string());
  }
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, image.width());
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, image.height());
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  bool good = true;
  for (int y = 0; y < image.height() && good; ++y) {
    auto* row = const_cast<std::uint8_t*>(image.row(y).data());  // libtiff lacks const
    good = TIFFWriteScanline(tiff, row, static_cast<std::uint32_t>(y)) == 1;
  }
  TIFFClose(tiff);
  return good ? sync_file(file) : fail(ErrorCode::Io, "write", file.string());
}

/// `count` files of random bytes, `mb` in all.
Status write_random(const fs::path& folder, int count, int mb) {
  SHIQU_TRY(make_folders(folder));
  std::string piece(1000000, '\0');
  for (int i = 0; i < count; ++i) {
    SHIQU_TRY_ASSIGN(AtomicFile file, AtomicFile::create(folder / fmt::format("{:04}.tif", i + 1)));
    for (int k = 0; k < mb / count; ++k) {
      fill_random({reinterpret_cast<std::uint8_t*>(piece.data()), piece.size()});
      SHIQU_TRY(file.write(piece));
    }
    SHIQU_TRY(file.commit());
  }
  return {};
}

Status write_bag(const fs::path& from, const fs::path& to) {
  SHIQU_TRY_ASSIGN(package::BagWriter bag, package::BagWriter::create(to));
  for (int i = 1; i <= kBagFiles; ++i) {
    const std::string name = fmt::format("{:04}.tif", i);
    SHIQU_TRY(bag.add_file("data/masters/" + name, from / name));
  }
  package::BagInfo info;
  info.source_organization = "bench";
  info.external_identifier = "bench";
  info.internal_sender_identifier = "bench";
  info.bagging_date = "2026-01-01";
  info.bag_group_identifier = "bench";
  SHIQU_TRY(bag.finish(info, package::new_station_key()));
  return {};
}

Status verify(const fs::path& bag) {
  package::VerifyOptions options;
  options.profile = false;  // the peer compares digests and nothing else
  SHIQU_TRY_ASSIGN(const package::PackageVerdict verdict, package::verify_package(bag, options));
  return verdict.ok ? Status{} : fail(ErrorCode::Corrupt, "verify", bag.string());
}

Status hash(const fs::path& file) {
  SHIQU_TRY(file_digest_hex(file, DigestKind::Sha256));
  return {};
}

Work remover(const fs::path& folder) {
  return command(fmt::format("rm -rf '{0}' && mkdir -p '{0}'", folder.string()));
}

}  // namespace

std::vector<Comparison> storage_cases(const fs::path& folder, int mb) {
  const fs::path out = folder / "out";
  const fs::path in = folder / "in";
  const fs::path bag = folder / "bag";
  const int page_mb = std::max(mb / 4, 1);
  const auto made = [=]() -> Status {
    return fs::exists(in) ? Status{} : write_random(in, kBagFiles, mb);
  };
  const std::string copy = fmt::format(
      "cp -r '{}' '{}/copy' && cd '{}/copy' && sha512sum *.tif >manifest && sync *.tif manifest .",
      in.string(), out.string(), out.string());
  return {
      {fmt::format("master {} MB: write, read back, compare", page_mb),
       "libtiff: write, fsync",
       {},
       remover(out),
       [=] { return write_and_read_back(out / "a.tif", page_mb); },
       [=] { return write_plainly(out / "a.tif", page_mb); }},
      {"SHA-256 of a file",
       "sha256sum",
       made,
       {},
       [=] { return hash(in / "0001.tif"); },
       command(fmt::format("exec sha256sum '{}/0001.tif' >/dev/null", in.string()))},
      {fmt::format("bag of {} MB: write", mb), "cp -r; sha512sum; sync", made, remover(out),
       [=] { return write_bag(in, out / "bag"); }, command(copy)},
      {fmt::format("bag of {} MB: verify", mb),
       "sha512sum -c",
       [=]() -> Status {
         SHIQU_TRY(made());
         return write_bag(in, bag);
       },
       {},
       [=] { return verify(bag); },
       command(
           fmt::format("cd '{}' && exec sha512sum -c --quiet manifest-sha512.txt", bag.string()))},
  };
}

}  // namespace shiqu::bench
