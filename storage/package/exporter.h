#pragma once

#include "storage/base/registry.h"
#include "storage/package/bag_writer.h"
#include "storage/package/package.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shiqu::package {

/// Pictures that an exporter wants of a page: rendered once, in a worker, for all of them together.
struct PixelWish {
  std::string name;  ///< of the file in PageContent::scratch; equal names are equal wishes
  RectPx area;       ///< of the master, pixels; empty: the whole page
  int quality = 0;   ///< 1…100: JPEG; 0: PNG. Both are 8-bit sRGB. kLikeMaster: TIFF
};
/// A picture of the whole page as a TIFF like the master, for pages that are blacked out in part.
inline constexpr int kLikeMaster = -1;

/// Where the text of a page comes from: the packages say it wherever a format can.
enum class TextOrigin {
  None,     ///< no text
  Machine,  ///< recognised, no person has changed or accepted it
  Person,   ///< a person wrote or corrected it
  Reviewed  ///< and a second person accepted it
};
std::string_view name_of(TextOrigin origin) noexcept;      ///< "none" "machine" "person" "reviewed"
std::string_view sentence_of(TextOrigin origin) noexcept;  ///< English, without full stop

/// One page with its text and pictures while it is being exported.
struct PageContent {
  const PackagedPage* page = nullptr;
  std::size_t index = 0;  ///< from 0
  model::PageText text;   ///< empty when there is none
  std::string author;     ///< text_of(Agent) of the revision; empty: no text
  std::int64_t revised_ms = 0;
  TextOrigin origin = TextOrigin::None;
  std::int64_t blacked_out = 0;   ///< characters of the text that are
  std::filesystem::path scratch;  ///< folder of the pictures that were wished for
};

/// What exporters share while one package is written.
class ExportContext {
 public:
  ExportContext(store::Store& store, const PackagePlan& plan, BagWriter& bag,
                std::vector<std::string> chosen, std::stop_token stop = {})
      : store_(store), plan_(plan), bag_(bag), chosen_(std::move(chosen)), stop_(std::move(stop)) {}

  [[nodiscard]] store::Store& store() const noexcept { return store_; }
  [[nodiscard]] const PackagePlan& plan() const noexcept { return plan_; }
  [[nodiscard]] BagWriter& bag() const noexcept { return bag_; }
  /// Is that exporter part of this package?
  [[nodiscard]] bool has(std::string_view exporter) const noexcept;
  [[nodiscard]] const std::vector<std::string>& chosen() const noexcept { return chosen_; }
  [[nodiscard]] const std::stop_token& stop() const noexcept { return stop_; }
  /// Page with its text, read from the archive and blacked out where the page is; without pictures.
  /// Errors: those of the store.
  Result<PageContent> load(const PackagedPage& page, std::size_t index) const;
  /// Events about the item, its pages and captures up to the plan's end of the journal.
  Status each_event(const std::function<Status(const model::Event&)>& take) const;

 private:
  store::Store& store_;
  const PackagePlan& plan_;
  BagWriter& bag_;
  std::vector<std::string> chosen_;
  std::stop_token stop_;
};

/// An exporter at work on one package. Calls come in this order: for each page want(), then
/// page(); at the end finish(). Memory must not grow with the number of pages.
class ExportRun {
 public:
  ExportRun() = default;
  ExportRun(const ExportRun&) = delete;
  ExportRun& operator=(const ExportRun&) = delete;
  virtual ~ExportRun() = default;

  virtual void want(const PageContent& /*page*/, std::vector<PixelWish>& /*wishes*/) {}
  virtual Status page(const PageContent& /*page*/) { return {}; }
  virtual Status finish() { return {}; }
};

/// How many bytes an exporter adds at most, about: a disk that is too small is told before the
/// work. Taken from packages of real leaves; pictures of pure noise may need more. And how many
/// files, as far as the payload's rules do not say it (estimate.h).
struct Footprint {
  double images = 0;           ///< JPEG pictures of each page, at the plan's quality
  double per_character = 100;  ///< of the texts
  double per_pixel = 0;        ///< of the masters
  double per_page = 6000;      ///< also for what METS and RO-Crate say of its files
  double once = 20000;
  double files_per_character = 0;  ///< about; 0: it has no file for parts of a page
  int pages_of_file = 0;           ///< at most so many pages in a file; 0: all
};

enum class Inclusion {
  Always,    ///< a package without it is none
  Default,   ///< unless it is left out
  OnRequest  ///< only when it is named
};

/// One part of a package (docs/how-to/add-an-export-format.md). Without state: safe from every
/// thread. The same plan and archive must give the same bytes.
class Exporter {
 public:
  Exporter() = default;
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;
  virtual ~Exporter() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;     ///< "alto", for options
  [[nodiscard]] virtual std::string_view purpose() const = 0;  ///< English, what it adds
  [[nodiscard]] virtual Inclusion inclusion() const = 0;
  /// Names of the exporters whose files it builds on; they are registered before it.
  [[nodiscard]] virtual std::vector<std::string_view> needs() const { return {}; }
  [[nodiscard]] virtual Footprint footprint() const { return {}; }
  /// `context` outlives the run.
  [[nodiscard]] virtual Result<std::unique_ptr<ExportRun>> start(
      const ExportContext& context) const = 0;
};

/// What makes one exporter different from another.
struct ExporterParts {
  std::string_view name;
  std::string_view purpose;
  Inclusion inclusion = Inclusion::OnRequest;
  std::vector<std::string_view> needs;
  std::function<Result<std::unique_ptr<ExportRun>>(const ExportContext&)> start;
  Footprint footprint{};
};
std::unique_ptr<Exporter> make_exporter(ExporterParts parts);

/// An exporter whose run does all its work at the end, by one function.
std::unique_ptr<Exporter> make_exporter_at_end(std::string_view name, std::string_view purpose,
                                               Inclusion inclusion,
                                               Status (*write)(const ExportContext&));

/// A start function for runs that are made from the context alone and cannot fail at that.
template <class Run>
Result<std::unique_ptr<ExportRun>> start_run(const ExportContext& context) {
  return std::unique_ptr<ExportRun>(std::make_unique<Run>(context));
}

/// The names of those that go into a package: all Always, the Default ones without those of
/// `without` and what builds on them, those of `with` and what they need; in the registry's order.
/// Errors: InvalidInput (no such exporter, one left out that must be there or that one of `with`
/// needs).
Result<std::vector<std::string>> choose_exporters(const Registry<Exporter>& exporters,
                                                  const std::vector<std::string>& with,
                                                  const std::vector<std::string>& without);

}  // namespace shiqu::package
