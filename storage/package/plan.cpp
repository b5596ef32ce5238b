#include "storage/base/clock.h"
#include "storage/base/text.h"
#include "storage/package/gates.h"
#include "storage/package/identifiers.h"
#include "storage/package/internal/plan_sides.h"
#include "storage/package/names.h"
#include "storage/package/package.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace shiqu::package {
namespace {

/// Characters, and how sure the machine was of those that it read.
void measure_text(PackagedPage& page, const model::PageText& text) {
  double sum = 0;
  int read = 0;
  for (const model::Line& line : text.lines) {
    page.characters += static_cast<std::int64_t>(to_utf32(line.text).size());
    for (const model::Glyph& glyph : line.glyphs) {
      sum += std::max(0.0, glyph.confidence);
      read += glyph.confidence >= 0 ? 1 : 0;
    }
  }
  page.confidence = read > 0 ? sum / read : -1;
}

class Planner {
 public:
  Planner(store::Store& store, const PlanOptions& options) : store_(store), options_(options) {}

  Result<PackagePlan> run(const ItemId& id) {
    SHIQU_TRY(check_options());
    SHIQU_TRY_ASSIGN(plan_.item, store_.item(id));
    check_item();
    SHIQU_TRY_ASSIGN(const auto pages, store_.pages(id));
    if (pages.empty()) {
      found("no_pages", id.str(), {}, "The item has no page.");
    }
    for (const model::Page& page : pages) {
      SHIQU_TRY(add_page(page));
    }
    SHIQU_TRY(check_duplicates());
    plan_.outliers = find_outliers(plan_.pages);
    SHIQU_TRY(check_journal());
    SHIQU_TRY(fill_info());
    SHIQU_TRY(fill_identifiers());
    plan_.options = options_;
    plan_.exporters = options_.exporters;
    plan_.access_quality = options_.access_quality;
    return std::move(plan_);
  }

 private:
  void found(std::string gate, const std::string& subject, std::string page, std::string message) {
    const bool listed =
        std::find(options_.allow.begin(), options_.allow.end(), gate) != options_.allow.end();
    plan_.findings.push_back(
        {std::move(gate), subject, std::move(page), std::move(message), listed});
  }
  [[nodiscard]] Status check_options() const;
  void check_item();
  Status add_page(const model::Page& page);
  Status check_master(PackagedPage& one);
  Status check_text(PackagedPage& one);
  Status check_personal(PackagedPage& one, const store::TextRevision& text);
  Result<bool> reshot_since(const PackagedPage& one, std::int64_t at_ms);
  Result<std::string> second_person(const model::Page& page);
  Status check_duplicates();
  Status check_journal();
  Status fill_info();
  Status fill_identifiers();
  Result<int> next_version();

  store::Store& store_;
  const PlanOptions& options_;
  PackagePlan plan_;
};

/// What the verifier would refuse is refused before the work.
Status Planner::check_options() const {
  const std::string& level = options_.security_level;
  if (level != "一般" && level != "重要" && level != "核心") {
    return fail(ErrorCode::InvalidInput, "plan package", "security level", level);
  }
  if (trim(options_.station).empty() || trim(options_.count).empty()) {
    return fail(ErrorCode::InvalidInput, "plan package", "station or count", "empty");
  }
  if (options_.access_quality < 1 || options_.access_quality > 100) {
    return fail(ErrorCode::InvalidInput, "plan package", "quality of access images",
                std::to_string(options_.access_quality));
  }
  if (!options_.split.empty() && options_.split != "train" && options_.split != "validation" &&
      options_.split != "test") {
    return fail(ErrorCode::InvalidInput, "plan package", "split", options_.split);
  }
  for (const std::string& gate : options_.allow) {
    const GateRule* rule = gate_rule(gate);
    if (rule == nullptr || !rule->waivable) {
      return fail(ErrorCode::InvalidInput, "plan package", gate, "no gate that can be waived");
    }
  }
  return {};
}

void Planner::check_item() {
  const model::Item& item = plan_.item;
  if (item.grade == model::Grade::Ungraded) {
    found("ungraded", item.id.str(), {}, "Nobody has graded the item's sensitivity.");
  }
  if (options_.receiver && item.grade > *options_.receiver) {
    found("above_receiver", item.id.str(), {},
          fmt::format("The item is graded {}, the receiver may have {} at most.",
                      name_of(item.grade), name_of(*options_.receiver)));
  }
  if (item.rights.empty()) {
    found("rights_unknown", item.id.str(), {}, "The rights are not known.");
  }
}

Status Planner::add_page(const model::Page& page) {
  PackagedPage one;
  one.number = page_number(static_cast<int>(plan_.pages.size()) + 1);
  one.page = page;
  if (page.capture.empty()) {
    found("no_capture", page.id.str(), one.number, "The page has no capture.");
    return {};
  }
  SHIQU_TRY(check_master(one));
  SHIQU_TRY(check_text(one));
  plan_.pages.push_back(std::move(one));
  return {};
}

Status Planner::check_master(PackagedPage& one) {
  SHIQU_TRY_ASSIGN(one.capture, store_.capture(one.page.capture));
  SHIQU_TRY_ASSIGN(const model::StoredObject object, store_.object(one.capture.master));
  one.master_bytes = object.size_bytes;
  if (const auto print = load_fingerprint(store_, one.capture.master)) {
    one.ink_share = print->ink_share;
  } else {
    ++plan_.not_compared;
  }
  plan_.master_bytes += object.size_bytes;
  const std::string& id = one.page.id.str();
  if (object.media_type != "image/tiff") {
    found("master_not_tiff", id, one.number, "The master is " + object.media_type + ".");
  }
  if (one.capture.quality.verdict() == model::Verdict::Fail) {
    found("quality_failed", id, one.number, "The frame in force failed its quality check.");
  }
  return {};
}

/// Who accepted the revision in force and never worked on this page's text; empty: nobody.
Result<std::string> Planner::second_person(const model::Page& page) {
  if (page.text_state != model::TextState::Accepted) {
    return std::string();
  }
  SHIQU_TRY_ASSIGN(const auto history, store_.text_history(page.id));
  SHIQU_TRY_ASSIGN(const auto reviews, store_.reviews(page.id));
  for (const model::Review& review : reviews) {
    const std::string reviewer = "person:" + review.reviewer;
    const bool worked = std::any_of(history.begin(), history.end(), [&](const auto& revision) {
      return revision.by_person && revision.author == reviewer;
    });
    if (review.accepted && review.revision == page.text_revision && !worked) {
      return review.reviewer;
    }
  }
  return std::string();
}

Status Planner::check_text(PackagedPage& one) {
  const std::string& id = one.page.id.str();
  SHIQU_TRY_ASSIGN(one.reviewer, second_person(one.page));
  if (one.reviewer.empty()) {
    found("unreviewed", id, one.number,
          fmt::format("No second person has accepted the text (it is: {}).",
                      name_of(one.page.text_state)));
  }
  if (one.page.text_revision == 0) {
    return {};
  }
  SHIQU_TRY_ASSIGN(const auto text, store_.text_revision(one.page.id, one.page.text_revision));
  measure_text(one, text.text);
  SHIQU_TRY(check_personal(one, text));
  if (text.text.width_px != one.capture.width_px || text.text.height_px != one.capture.height_px) {
    found("text_of_other_image", id, one.number,
          fmt::format("The text's places refer to an image of {} x {} px, the master has {} x {}.",
                      text.text.width_px, text.text.height_px, one.capture.width_px,
                      one.capture.height_px));
  }
  return {};
}

/// A frame kept after `at_ms`: places of before do not fit it.
Result<bool> Planner::reshot_since(const PackagedPage& one, std::int64_t at_ms) {
  SHIQU_TRY_ASSIGN(const auto events, store_.events_about({one.page.id.str()}));
  return std::any_of(events.begin(), events.end(), [&](const model::Event& event) {
    return event.action == "capture.kept" && event.at_ms > at_ms;
  });
}

/// Marked regions are blacked out, or hold the page back. What cannot be blacked out for certain is
/// held back as well.
Status Planner::check_personal(PackagedPage& one, const store::TextRevision& text) {
  const std::vector<model::Box> marked = text.text.personal();
  one.marked = static_cast<int>(marked.size());
  if (marked.empty()) {
    return {};
  }
  const std::string& id = one.page.id.str();
  if (!options_.redact) {
    found("personal_data", id, one.number,
          fmt::format("Regions marked as personal data: {}.", one.marked));
    return {};
  }
  one.redacted = marked;
  SHIQU_TRY_ASSIGN(const bool reshot, reshot_since(one, text.at_ms));
  if (reshot || text.text.width_px != one.capture.width_px ||
      text.text.height_px != one.capture.height_px) {
    found("personal_data", id, one.number,
          "The frame was taken after personal data were marked: mark them on it.");
  }
  return {};
}

Status Planner::check_duplicates() {
  SHIQU_TRY_ASSIGN(const auto leaks, plan_sides(store_, options_.split, plan_));
  for (const SplitLeak& leak : leaks) {
    found("split_leak", leak.page_id, leak.page, leak.message);
  }
  return {};
}

Status Planner::check_journal() {
  SHIQU_TRY_ASSIGN(const store::AuditReport audit, store_.verify_journal());
  plan_.journal_entries = audit.entries;
  plan_.journal_head = audit.head;
  if (!audit.intact) {
    found("journal_broken", plan_.item.id.str(), {}, "The journal was altered: " + audit.problem);
  }
  return {};
}

Result<int> Planner::next_version() {
  SHIQU_TRY_ASSIGN(const auto events, store_.events_about({plan_.item.id.str()}));
  int last = 0;
  for (const model::Event& event : events) {
    if (event.action == "package.written") {
      const auto detail = parse_json(event.detail);
      last = std::max(last, detail ? get_or<int>(*detail, "version", 0) : 0);
    }
  }
  return last + 1;
}

Status Planner::fill_info() {
  BagInfo& info = plan_.info;
  info.version = options_.version;
  if (info.version <= 0) {
    SHIQU_TRY_ASSIGN(info.version, next_version());
  }
  info.source_organization = options_.organization;
  if (info.source_organization.empty()) {
    SHIQU_TRY_ASSIGN(info.source_organization, store_.title());
  }
  plan_.made_ms = options_.made_ms > 0 ? options_.made_ms : now_unix_ms();
  info.external_identifier = plan_.item.identifier;
  info.internal_sender_identifier = options_.station;
  SHIQU_TRY_ASSIGN(info.sequence, next_sequence(store_));
  info.bagging_date = iso_date(plan_.made_ms);
  info.bag_group_identifier = options_.group.empty() ? plan_.item.identifier : options_.group;
  info.bag_count = options_.count;
  info.security_level = options_.security_level;
  info.more = {{"Bag-Software-Agent", model::text_of(model::this_program())},
               {"Shiqu-Grade", std::string(name_of(plan_.item.grade))}};
  const auto redacted = std::count_if(plan_.pages.begin(), plan_.pages.end(),
                                      [](const auto& page) { return !page.redacted.empty(); });
  if (redacted > 0) {
    info.more.emplace_back("Shiqu-Redacted-Pages", std::to_string(redacted));
  }
  std::set<std::string> gates;
  for (const GateFinding& one : plan_.findings) {
    if (one.waived) {
      gates.insert(one.gate);
    }
  }
  if (!gates.empty()) {
    info.more.emplace_back("Shiqu-Waived-Gates", fmt::format("{}", fmt::join(gates, " ")));
  }
  plan_.name = package_name(plan_.item.identifier, info.version);
  return {};
}

Status Planner::fill_identifiers() {
  const model::Item& item = plan_.item;
  plan_.item_pattern = options_.item_pattern;
  plan_.page_pattern = options_.page_pattern;
  SHIQU_TRY_ASSIGN(plan_.item_identifier,
                   fill_pattern(plan_.item_pattern,
                                {item.identifier, plan_.info.version, {}, item.id.str(), {}}));
  SHIQU_TRY_ASSIGN(
      plan_.iiif_base,
      fill_address(options_.iiif_base.empty() ? kOfflineBase : std::string_view(options_.iiif_base),
                   {item.identifier, plan_.info.version, {}, item.id.str(), plan_.name}));
  if (plan_.page_pattern.empty()) {
    return {};
  }
  if (!tells_pages_apart(plan_.page_pattern)) {
    return fail(ErrorCode::InvalidInput, "plan package", plan_.page_pattern,
                "neither {page} nor {uuid} in it: all pages would have one identifier");
  }
  for (const PackagedPage& page : plan_.pages) {
    SHIQU_TRY_ASSIGN(
        std::string one,
        fill_pattern(plan_.page_pattern,
                     {item.identifier, plan_.info.version, page.number, page.page.id.str(), {}}));
    plan_.page_identifiers.push_back(std::move(one));
  }
  return {};
}

}  // namespace

bool PackagePlan::refused() const noexcept {
  return std::any_of(findings.begin(), findings.end(),
                     [](const GateFinding& one) { return !one.waived; });
}

bool PackagePlan::waived() const noexcept {
  return std::any_of(findings.begin(), findings.end(),
                     [](const GateFinding& one) { return one.waived; });
}

Result<PackagePlan> plan_package(store::Store& store, const ItemId& item,
                                 const PlanOptions& options) {
  return Planner(store, options).run(item);
}

}  // namespace shiqu::package
