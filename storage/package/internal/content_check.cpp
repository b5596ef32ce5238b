#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/text.h"
#include "storage/package/internal/profile_check.h"
#include "storage/package/internal/stream_check.h"
#include "storage/package/names.h"
#include "storage/package/payload_rules.h"

#include <pugixml.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

namespace shiqu::package::profile {
namespace {

constexpr std::uint64_t kTreeLimit = 16U << 20U;
constexpr std::string_view kMasters = "data/masters/";
constexpr std::string_view kPages = "data/ocr/page/";

class Check {
 public:
  Check(const bag::Facts& facts, PackageVerdict& verdict) : facts_(facts), verdict_(verdict) {}

  Status documents() { return check_documents(); }

  Status run() {
    count_pages();
    check_rules();
    check_contents();
    SHIQU_TRY(check_documents());
    return check_journal();
  }

 private:
  void error(std::string code, std::string path, std::string message) {
    verdict_.findings.push_back(
        {Severity::Error, std::move(code), std::move(path), std::move(message)});
  }
  void warn(std::string code, std::string path, std::string message) {
    verdict_.findings.push_back(
        {Severity::Warning, std::move(code), std::move(path), std::move(message)});
  }
  void count_pages();
  void check_rules();
  void check_contents();
  void check_files_of(const PayloadRule& rule);
  [[nodiscard]] int count_in(std::string_view folder) const;
  Status check_documents();
  Status check_xml(const std::string& path);
  void check_page(const std::string& path, const pugi::xml_document& document);
  Status check_long_xml(const std::string& path);
  Status check_journal();
  bool check_entry(const Json& entry, std::string& previous, std::int64_t& sequence);

  const bag::Facts& facts_;
  PackageVerdict& verdict_;
};

int Check::count_in(std::string_view folder) const {
  int count = 0;
  for (auto at = facts_.files.lower_bound(std::string(folder));
       at != facts_.files.end() && at->first.starts_with(folder); ++at) {
    ++count;
  }
  return count;
}

/// Pages are 1…n without gaps, each with master, PAGE XML and text.
void Check::count_pages() {
  verdict_.pages = count_in(kMasters);
  if (verdict_.pages == 0) {
    error("no_pages", std::string(kMasters), "There is no master.");
  }
  for (int page = 1; page <= verdict_.pages; ++page) {
    const std::string number = page_number(page);
    for (const std::string& path :
         {fmt::format("{}{}.tif", kMasters, number), fmt::format("{}{}.xml", kPages, number),
          fmt::format("data/ocr/text/{}.txt", number)}) {
      if (!facts_.files.contains(path)) {
        error("page_incomplete", path, "A page without one of its files, or a gap in the numbers.");
      }
    }
  }
  for (const std::string_view folder : {kPages, std::string_view("data/ocr/text/")}) {
    if (count_in(folder) != verdict_.pages) {
      error("page_count", std::string(folder),
            fmt::format("{} files for {} masters.", count_in(folder), verdict_.pages));
    }
  }
}

/// A file that no rule describes may stand there, but is named.
void Check::check_rules() {
  for (const auto& [path, size] : facts_.files) {
    if (path.starts_with("data/") && rule_for(path) == nullptr) {
      warn("unknown_payload", path, "The profile does not describe this file.");
    }
  }
}

/// Per page all are there and no other; of a single file: it is there.
void Check::check_files_of(const PayloadRule& rule) {
  if (rule.per_page) {
    for (int page = 1; page <= verdict_.pages; ++page) {
      const std::string path = path_by(rule, page_number(page));
      if (!facts_.files.contains(path)) {
        error("contents_incomplete", path, "bag-info.txt promises it.");
      }
    }
  } else if (rule.ending.empty() && !facts_.files.contains(path_by(rule, {}))) {
    error("contents_incomplete", path_by(rule, {}), "bag-info.txt promises it.");
  }
}

/// What Shiqu-Contents names is complete, and nothing is there that it does not name.
void Check::check_contents() {
  const std::string* contents = facts_.info_value("Shiqu-Contents");
  if (contents == nullptr) {
    return;  // packages of before this tag
  }
  const std::vector<std::string> names = split(*contents, ' ');
  const auto named = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const PayloadRule& rule : payload_rules()) {
    if (named(rule.exporter)) {
      check_files_of(rule);
    }
  }
  for (const auto& [path, size] : facts_.files) {
    const PayloadRule* rule = rule_for(path);
    if (rule == nullptr) {
      continue;
    }
    if (!named(rule->exporter)) {
      error("not_in_contents", path, "Shiqu-Contents does not name what it belongs to.");
    } else if (rule->per_page) {
      const std::string file = path.substr(5 + rule->folder.size());
      const std::string number = file.substr(0, file.size() - rule->ending.size());
      int page = 0;
      (void)std::from_chars(number.data(), number.data() + number.size(), page);
      if (page < 1 || page > verdict_.pages || page_number(page) != number) {
        error("page_count", path, "There is no master of that number.");
      }
    }
  }
}

Status Check::check_documents() {
  for (const auto& [path, size] : facts_.files) {
    if (!path.starts_with("data/")) {
      continue;
    }
    if (path.ends_with(".xml")) {
      SHIQU_TRY(size > kTreeLimit ? check_long_xml(path) : check_xml(path));
    } else if (path.ends_with(".json") || path.ends_with(".jsonld")) {
      SHIQU_TRY_ASSIGN(const std::string fault, json_fault(facts_.root / path));
      if (!fault.empty()) {
        error("bad_json", path, fault);
      }
    } else if (path.ends_with(".jsonl")) {
      SHIQU_TRY_ASSIGN(const std::string fault, json_lines_fault(facts_.root / path));
      if (!fault.empty()) {
        error("bad_json", path, fault);
      }
    }
  }
  return {};
}

/// Too long to be held as a tree: only whether it is well-formed. No file of a page is that long.
Status Check::check_long_xml(const std::string& path) {
  if (path.starts_with(kPages)) {
    error("document_too_large", path, "Too large for the text of one page.");
    return {};
  }
  SHIQU_TRY_ASSIGN(const std::string fault, xml_fault(facts_.root / path));
  if (!fault.empty()) {
    error("bad_xml", path, fault);
  }
  return {};
}

Status Check::check_xml(const std::string& path) {
  SHIQU_TRY_ASSIGN(const std::string text, read_file(facts_.root / path, kTreeLimit));
  pugi::xml_document document;
  const auto parsed = document.load_buffer(text.data(), text.size(), pugi::parse_full);
  int roots = 0;
  for (const pugi::xml_node& node : document.children()) {
    roots += node.type() == pugi::node_element ? 1 : 0;
  }
  if (!parsed || roots != 1 || !is_utf8(text)) {
    error("bad_xml", path, parsed ? "Not one root element in UTF-8." : parsed.description());
  } else if (path.starts_with(kPages)) {
    check_page(path, document);
  }
  return {};
}

void Check::check_page(const std::string& path, const pugi::xml_document& document) {
  const pugi::xml_node page = document.child("PcGts").child("Page");
  const std::string number = path.substr(kPages.size(), path.size() - kPages.size() - 4);
  if (page.attribute("imageFilename").value() != "masters/" + number + ".tif" ||
      page.attribute("imageWidth").as_int() <= 0 || page.attribute("imageHeight").as_int() <= 0) {
    error("bad_page_xml", path, "Not PAGE XML of the master with the same number.");
  }
}

/// True when the entry's own hash fits, and its link, where its neighbour stands before it.
bool Check::check_entry(const Json& entry, std::string& previous, std::int64_t& sequence) {
  const auto whole = [&](const char* name) {
    return entry.contains(name) && entry[name].is_number_integer();
  };
  if (!whole("sequence") || !whole("at_ms")) {
    return false;
  }
  const auto number = get_or<std::int64_t>(entry, "sequence", 0);
  const auto before = get_or<std::string>(entry, "previous", "");
  if (number <= sequence) {
    return false;
  }
  const bool linked = number - 1 != sequence || sequence == 0 || before == previous;
  const Json hashed = Json::array(
      {number, get_or<std::int64_t>(entry, "at_ms", 0), get_or<std::string>(entry, "agent", ""),
       get_or<std::string>(entry, "action", ""), get_or<std::string>(entry, "subject", ""),
       get_or<std::string>(entry, "detail", ""), before});
  previous = get_or<std::string>(entry, "hash", "");
  sequence = number;
  return linked &&
         sha256_hex(hashed.dump(-1, ' ', false, Json::error_handler_t::replace)) == previous;
}

/// The head is not before the last entry, and is that entry when it has the same number.
bool head_fits(const Json& head, const std::string& last_hash, std::int64_t last) {
  if (!head.contains("journal_entries") || !head["journal_entries"].is_number_integer()) {
    return false;
  }
  const auto entries = get_or<std::int64_t>(head, "journal_entries", -1);
  return entries > last ||
         (entries == last &&
          (last == 0 || get_or<std::string>(head, "journal_head", "") == last_hash));
}

Status Check::check_journal() {
  const std::string path = "data/provenance/events.jsonl";
  if (!facts_.files.contains(path)) {
    return {};
  }
  std::ifstream lines(facts_.root / path, std::ios::binary);  // line by line: it may be long
  std::string previous;
  std::int64_t sequence = 0;
  bool head = false;
  for (std::string line; std::getline(lines, line);) {
    const auto entry = parse_json(line, path);
    if (!entry || head) {
      error("bad_journal", path, "A line is not JSON, or stands after the head.");
      return {};
    }
    head = entry->contains("journal_head");
    if (!(head ? head_fits(*entry, previous, sequence) : check_entry(*entry, previous, sequence))) {
      error("bad_journal", path, fmt::format("At entry {}: hash, order or head.", sequence));
      return {};
    }
  }
  if (!head) {
    error("bad_journal", path, "The head of the journal is missing.");
  }
  return {};
}

}  // namespace

Status check_content(const bag::Facts& facts, PackageVerdict& verdict) {
  return Check(facts, verdict).run();
}

Status check_payload_documents(const bag::Facts& facts, PackageVerdict& verdict) {
  return Check(facts, verdict).documents();
}

}  // namespace shiqu::package::profile
