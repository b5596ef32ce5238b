#include "storage/package/exporter.h"

#include <algorithm>
#include <set>

namespace shiqu::package {
namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Status check_known(const Registry<Exporter>& exporters, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (exporters.find(name) == nullptr) {
      return fail(ErrorCode::InvalidInput, "choose exporters", name, "there is no such exporter");
    }
  }
  return {};
}

/// Adds what `exporter` needs, and what that needs.
void add_needs(const Registry<Exporter>& exporters, const Exporter& exporter,
               std::set<std::string, std::less<>>& chosen) {
  for (const std::string_view name : exporter.needs()) {
    const Exporter* needed = exporters.find(name);
    if (needed != nullptr && chosen.emplace(name).second) {
      add_needs(exporters, *needed, chosen);
    }
  }
}

/// Does it build on one of those names, directly or not?
bool builds_on(const Registry<Exporter>& exporters, const Exporter& exporter,
               const std::vector<std::string>& names) {
  std::set<std::string, std::less<>> needed;
  add_needs(exporters, exporter, needed);
  return std::any_of(needed.begin(), needed.end(),
                     [&](const std::string& name) { return contains(names, name); });
}

class RunAtEnd final : public ExportRun {
 public:
  using Write = Status (*)(const ExportContext&);
  RunAtEnd(const ExportContext& context, Write write) : context_(context), write_(write) {}
  Status finish() override { return write_(context_); }

 private:
  const ExportContext& context_;
  Write write_;
};

class SimpleExporter final : public Exporter {
 public:
  explicit SimpleExporter(ExporterParts parts) : parts_(std::move(parts)) {}
  [[nodiscard]] std::string_view name() const override { return parts_.name; }
  [[nodiscard]] std::string_view purpose() const override { return parts_.purpose; }
  [[nodiscard]] Inclusion inclusion() const override { return parts_.inclusion; }
  [[nodiscard]] std::vector<std::string_view> needs() const override { return parts_.needs; }
  [[nodiscard]] Footprint footprint() const override { return parts_.footprint; }
  [[nodiscard]] Result<std::unique_ptr<ExportRun>> start(
      const ExportContext& context) const override {
    return parts_.start(context);
  }

 private:
  ExporterParts parts_;
};

}  // namespace

std::unique_ptr<Exporter> make_exporter(ExporterParts parts) {
  return std::make_unique<SimpleExporter>(std::move(parts));
}

std::unique_ptr<Exporter> make_exporter_at_end(std::string_view name, std::string_view purpose,
                                               Inclusion inclusion,
                                               Status (*write)(const ExportContext&)) {
  return make_exporter({name, purpose, inclusion, {}, [write](const ExportContext& context) {
                          return Result<std::unique_ptr<ExportRun>>(
                              std::make_unique<RunAtEnd>(context, write));
                        }});
}

std::string_view name_of(TextOrigin origin) noexcept {
  switch (origin) {
    case TextOrigin::None:
      break;
    case TextOrigin::Machine:
      return "machine";
    case TextOrigin::Person:
      return "person";
    case TextOrigin::Reviewed:
      return "reviewed";
  }
  return "none";
}

std::string_view sentence_of(TextOrigin origin) noexcept {
  switch (origin) {
    case TextOrigin::None:
      break;
    case TextOrigin::Machine:
      return "Text read by a machine, not corrected or reviewed by a person";
    case TextOrigin::Person:
      return "Text written or corrected by a person, not reviewed by a second one";
    case TextOrigin::Reviewed:
      return "Text accepted by a second person";
  }
  return "No text";
}

bool ExportContext::has(std::string_view exporter) const noexcept {
  return contains(chosen_, exporter);
}

Result<PageContent> ExportContext::load(const PackagedPage& page, std::size_t index) const {
  PageContent content;
  content.page = &page;
  content.index = index;
  content.revised_ms = plan_.made_ms;
  if (page.page.text_revision == 0) {
    return content;
  }
  SHIQU_TRY_ASSIGN(store::TextRevision revision,
                   store_.text_revision(page.page.id, page.page.text_revision));
  content.text = std::move(revision.text);
  content.blacked_out = model::black_out(content.text, page.redacted);
  content.author = std::move(revision.author);
  content.revised_ms = revision.at_ms;
  content.origin = revision.by_person ? TextOrigin::Person : TextOrigin::Machine;
  if (!page.reviewer.empty()) {
    content.origin = TextOrigin::Reviewed;
  }
  return content;
}

Status ExportContext::each_event(const std::function<Status(const model::Event&)>& take) const {
  constexpr std::size_t kAtOnce = 300;  // subjects of one query
  constexpr int kEvents = 1000;
  if (plan_.pages.size() * 2 < kAtOnce) {
    std::vector<std::string> subjects = {plan_.item.id.str()};
    for (const PackagedPage& page : plan_.pages) {
      subjects.push_back(page.page.id.str());
      subjects.push_back(page.capture.id.str());
    }
    SHIQU_TRY_ASSIGN(const auto events, store_.events_about(subjects));
    for (const model::Event& event : events) {
      if (event.sequence <= plan_.journal_entries) {
        SHIQU_TRY(take(event));
      }
    }
    return {};
  }
  // A large item: once along the journal instead of one list of all its events.
  std::vector<std::string_view> subjects = {plan_.item.id.str()};
  for (const PackagedPage& page : plan_.pages) {
    subjects.emplace_back(page.page.id.str());
    subjects.emplace_back(page.capture.id.str());
  }
  std::sort(subjects.begin(), subjects.end());
  for (std::int64_t after = 0; after < plan_.journal_entries;) {
    SHIQU_TRY_ASSIGN(const auto events, store_.events(after, kEvents));
    if (events.empty()) {
      break;
    }
    for (const model::Event& event : events) {
      if (event.sequence <= plan_.journal_entries &&
          std::binary_search(subjects.begin(), subjects.end(), std::string_view(event.subject))) {
        SHIQU_TRY(take(event));
      }
    }
    after = events.back().sequence;
  }
  return {};
}

Result<std::vector<std::string>> choose_exporters(const Registry<Exporter>& exporters,
                                                  const std::vector<std::string>& with,
                                                  const std::vector<std::string>& without) {
  SHIQU_TRY(check_known(exporters, with));
  SHIQU_TRY(check_known(exporters, without));
  std::set<std::string, std::less<>> chosen;
  for (const auto& exporter : exporters) {
    const Inclusion inclusion = exporter->inclusion();
    const bool left_out = contains(without, exporter->name());
    if (left_out && inclusion == Inclusion::Always) {
      return fail(ErrorCode::InvalidInput, "choose exporters", std::string(exporter->name()),
                  "every package must have it");
    }
    const bool by_itself =
        !left_out && inclusion != Inclusion::OnRequest && !builds_on(exporters, *exporter, without);
    if (contains(with, exporter->name()) || by_itself) {
      chosen.emplace(exporter->name());
    }
  }
  for (const std::string& name : std::vector<std::string>(chosen.begin(), chosen.end())) {
    add_needs(exporters, *exporters.find(name), chosen);
  }
  std::vector<std::string> names;
  for (const auto& exporter : exporters) {
    if (!chosen.contains(exporter->name())) {
      continue;
    }
    if (contains(without, exporter->name())) {
      return fail(ErrorCode::InvalidInput, "choose exporters", std::string(exporter->name()),
                  "another chosen exporter builds on it");
    }
    names.emplace_back(exporter->name());
  }
  return names;
}

}  // namespace shiqu::package
